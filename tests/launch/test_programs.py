"""What `linka run` hands to the processes it starts."""

from pathlib import Path

import pytest

from bot.settings import Settings as BotSettings
from hub.launch import programs
from hub.launch.layout import Layout
from hub.settings import PREFIX, Settings, load_settings

TELEGRAM = {
    "LINKA_TELEGRAM_TOKEN": "123456:AbC-dEf",
    "LINKA_TELEGRAM_INBOX": "second",
    "LINKA_TELEGRAM_MODE": "webhook",
    "LINKA_TELEGRAM_WEBHOOK_URL": "https://chat.example.com/telegram",
    "LINKA_TELEGRAM_WEBHOOK_HOST": "0.0.0.0",
    "LINKA_TELEGRAM_WEBHOOK_PORT": "8791",
    "LINKA_TELEGRAM_WEBHOOK_SECRET": "a-secret-of-the-tests",
    "LINKA_SERVICE_TOKEN": "shared",
}


def settings_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    for name, value in TELEGRAM.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LINKA_DATA", str(tmp_path))
    return load_settings()


def test_the_telegram_bot_gets_all_its_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = settings_of(monkeypatch, tmp_path)
    program = programs.telegram(settings, Layout.of(settings))
    given = {name: value for name, value in program.env.items() if name.startswith(PREFIX)}
    assert TELEGRAM.items() <= given.items()
    names = {f"{PREFIX}{name.upper()}" for name in BotSettings.model_fields}
    assert set(given) == names
    for name in TELEGRAM:
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    webhook = BotSettings().webhook
    assert webhook is not None
    assert (webhook.url, webhook.host, webhook.port) == ("https://chat.example.com/telegram", "0.0.0.0", 8791)


@pytest.mark.parametrize(
    ("given", "told"),
    [("", "http://127.0.0.1:5805"), ("off", "off"), ("http://workshop:5805", "http://workshop:5805")],
)
def test_the_hub_learns_where_the_workshop_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str, told: str
) -> None:
    monkeypatch.setenv("LINKA_WORKSHOP_URL", given)
    settings = settings_of(monkeypatch, tmp_path)
    assert programs.hub(settings, Layout.of(settings)).env["LINKA_WORKSHOP_URL"] == told


def test_the_hub_learns_none_of_the_bots_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = settings_of(monkeypatch, tmp_path)
    program = programs.hub(settings, Layout.of(settings))
    assert not {"LINKA_TELEGRAM_TOKEN", "LINKA_TELEGRAM_WEBHOOK_SECRET"} & set(program.env)
