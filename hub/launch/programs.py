"""The hub and the Telegram bot as programs to run."""

import sys

from hub.launch import mongod
from hub.launch.layout import Layout
from hub.launch.processes import Program
from hub.settings import PREFIX, RASA_OFF, WORKSHOP_OFF, Settings, inherited_environment

_NOT_FOR_THE_HUB = {
    "mongodb_uri",
    "rasa_url",
    "workshop_url",
    "rasa_processes",
    "python310",
    "telegram_token",
    "telegram_webhook_secret",
}


def hub(settings: Settings, layout: Layout) -> Program:
    """The hub, with every setting spelled out."""
    return _python("hub", "hub", layout, _hub_environment(settings))


def telegram(settings: Settings, layout: Layout) -> Program:
    """The Telegram bot; it learns its own token, the hub's address and the service token."""
    names = {
        "telegram_token",
        "telegram_api_url",
        "telegram_inbox",
        "telegram_mode",
        "telegram_webhook_url",
        "telegram_webhook_host",
        "telegram_webhook_port",
        "telegram_webhook_secret",
        "service_token",
        "log_format",
        "log_level",
    }
    environment = _spelled_out(settings, names) | {f"{PREFIX}HUB_URL": settings.local_url}
    return _python("telegram", "bot", layout, environment)


def _python(name: str, module: str, layout: Layout, environment: dict[str, str]) -> Program:
    return Program(
        name=name,
        argv=(sys.executable, "-m", module),
        cwd=layout.root,
        env=inherited_environment() | {"PYTHONUNBUFFERED": "1"} | environment,
        log=layout.logs / f"{name}.log",
        run_folder=layout.run,
    )


def _hub_environment(settings: Settings) -> dict[str, str]:
    known = _spelled_out(settings, set(Settings.model_fields) - _NOT_FOR_THE_HUB)
    return known | {
        f"{PREFIX}MONGODB_URI": mongod.uri(settings),
        f"{PREFIX}RASA_URL": ",".join(settings.nlu_urls) or RASA_OFF,
        f"{PREFIX}WORKSHOP_URL": settings.workshop or WORKSHOP_OFF,
    }


def _spelled_out(settings: Settings, names: set[str]) -> dict[str, str]:
    environment: dict[str, str] = {}
    for name in names:
        value = getattr(settings, name)
        if value is not None:
            plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
            environment[PREFIX + name.upper()] = str(plain)
    return environment
