"""Every setting of Linka, read from the environment here and nowhere else in the hub.

All names begin with ``LINKA_`` and have defaults that work on one machine without configuration.
"""

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from hub.queue.hours import BusinessHours
from hub.queue.hours_setting import read_holidays, read_week, read_zone

PROJECT_ROOT = Path(__file__).resolve().parent.parent
"""The checkout (or the folder that holds the installed packages)."""

RASA_OFF = WORKSHOP_OFF = "off"
"""The value of LINKA_RASA_URL that runs Linka with humans only, and of LINKA_WORKSHOP_URL without training."""

PREFIX = "LINKA_"


class SettingsError(Exception):
    """The environment holds settings that cannot work; the text has one line per wrong setting."""


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _http_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address such as http://localhost:8700")
    if parts.query or parts.fragment:
        raise ValueError("must not have a query or a fragment")
    return url.rstrip("/")


def _rasa_url(url: str) -> str:
    if url.strip().lower() == RASA_OFF:
        return RASA_OFF
    addresses = [_http_url(address.strip()) for address in url.split(",")]
    if len(set(addresses)) < len(addresses):
        raise ValueError("must name each address once")
    return ",".join(addresses)


def _workshop_url(url: str) -> str:
    return WORKSHOP_OFF if url.strip().lower() == WORKSHOP_OFF else _http_url(url)


def _mongodb_uri(uri: str) -> str:
    if not uri.startswith(("mongodb://", "mongodb+srv://")):
        raise ValueError("must begin with mongodb:// or mongodb+srv://")
    return uri


def _redis_url(url: str) -> str:
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("must begin with redis://, rediss:// or unix://")
    try:
        _ = urlsplit(url).port
    except ValueError:
        # Nothing of the address is repeated: it may be a part of the password.
        raise ValueError("write special characters of the password as %XX") from None
    return url


def _week(text: str) -> str:
    read_week(text)
    return text


def _zone(name: str) -> str:
    return read_zone(name).key


def _country(code: str) -> str:
    read_holidays(code)
    return code


_HIGHEST_PORT = 65535
Port = Annotated[int, Field(ge=0, le=_HIGHEST_PORT)]
FolderPath = Annotated[Path, AfterValidator(_absolute)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]


class Settings(BaseSettings):
    """What the environment says. Immutable; secrets do not show in ``repr``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", min_length=1)
    """Address the hub listens on."""
    port: Port = 8700
    """Port the hub listens on; 0 takes any free one (tests)."""
    public_url: HttpUrl = "http://localhost:8700"
    """Address people open in a browser, without a slash at the end. Follows `port` when not set."""
    data: FolderPath = PROJECT_ROOT / "var"
    """Folder for everything written at run time."""
    knowledge: FolderPath = PROJECT_ROOT / "nlu"
    """Folder of what the bot knows and says: ``data``, ``content``, ``domain`` and ``tests`` of the Rasa project. The
    panel writes to it. An empty one is filled with what is in the checkout."""

    mongodb_uri: Annotated[str, AfterValidator(_mongodb_uri)] | None = Field(default=None, repr=False)
    """The database; None means that `linka` starts an embedded one and hands its address to the hub."""
    mongo_port: Annotated[Port, Field(ge=1)] = 27717
    """Port of the embedded database."""
    mongodb_database: str = Field(default="linka", pattern=r"^[A-Za-z0-9_-]{1,60}$")
    mongodb_driver: Literal["motor", "pymongo"] = "motor"

    rasa_url: Annotated[str, AfterValidator(_rasa_url)] | None = None
    """A Rasa of one's own; None means one managed by `linka`, ``off`` means humans only. Several addresses, with commas
    between, are processes that share their dialogues."""
    rasa_port: Annotated[Port, Field(ge=1)] = 5705
    """Port of the first Rasa process; those of others follow it."""
    rasa_processes: int = Field(default=1, ge=1, le=16)
    """How many Rasa processes `linka` starts."""
    rasa_token: SecretStr | None = None
    """What Rasa's HTTP API asks for; made by `linka` for a Rasa that it starts."""
    actions_port: Annotated[Port, Field(ge=1)] = 5755
    workshop_port: Annotated[Port, Field(ge=1)] = 5805
    """Port of the workshop, the program that trains and rehearses what maintainers have drafted."""
    workshop_url: Annotated[str, AfterValidator(_workshop_url)] | None = None
    """A workshop that is started elsewhere (with containers); None means one managed by `linka` beside its own Rasa,
    ``off`` means no training from the panel."""
    python310: FolderPath | None = None
    """A Python 3.10 for Rasa's environment; looked for when not set."""

    service_token: SecretStr | None = None
    """Secret shared by the hub, the Telegram bot and the action server."""
    telegram_token: SecretStr | None = None
    """Token of the Telegram bot; without it there is no Telegram."""
    telegram_api_url: HttpUrl = "https://api.telegram.org"
    telegram_inbox: str = Field(default="telegram", pattern=r"^[A-Za-z0-9_-]{1,64}$")
    """The inbox that the Telegram bot fills."""
    telegram_mode: Literal["polling", "webhook"] = "polling"
    """Whether the bot fetches updates, or Telegram brings them to an address of ours."""
    telegram_webhook_url: HttpUrl | None = None
    """That address, as the world sees it; your proxy passes it on to the next two."""
    telegram_webhook_host: str = Field(default="127.0.0.1", min_length=1)
    telegram_webhook_port: Annotated[Port, Field(ge=1)] = 8790
    telegram_webhook_secret: SecretStr | None = None
    """What Telegram shows to be known by; made of the other secrets when not set."""

    redis_url: Annotated[str, AfterValidator(_redis_url)] | None = Field(default=None, repr=False)
    """Only with more than one hub."""
    log_format: Literal["text", "json"] = "text"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], BeforeValidator(lambda v: str(v).lower())
    ] = "info"
    visitor_rate: float = Field(default=10, gt=0)
    """Requests a second that one visitor may make in the long run; four times as many at once."""
    operator_rate: float = Field(default=30, gt=0)
    """The same for one operator, over all their panels."""
    business_hours: Annotated[str, AfterValidator(_week)] = "Mo-Su 08:00-20:00"
    """When people answer, as ``hub.queue.hours_setting`` reads it. The queue is open at any hour; this is what is
    told."""
    time_zone: Annotated[str, AfterValidator(_zone)] = "Europe/Prague"
    """The clocks that business hours, visits and dates go by."""
    holidays: Annotated[str, AfterValidator(_country)] | None = None
    """The country whose public holidays are closed (or have the hours of ``PH``); without it holidays are like other
    days."""
    demo: bool = True
    """Whether the demo business is seeded and its website served."""

    @model_validator(mode="before")
    @classmethod
    def _public_url_follows_port(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("port") and not values.get("public_url"):
            return {**values, "public_url": f"http://localhost:{values['port']}"}
        return values

    @model_validator(mode="after")
    def _ports_differ(self) -> Self:
        owners: dict[int, str] = {}
        ports = {"LINKA_PORT": self.port}
        if self.mongodb_uri is None:
            ports["LINKA_MONGO_PORT"] = self.mongo_port
        if self.rasa_url is None:
            ports |= {"LINKA_RASA_PORT": self.rasa_port, "LINKA_ACTIONS_PORT": self.actions_port}
            if self.workshop_url is None:
                ports["LINKA_WORKSHOP_PORT"] = self.workshop_port
            for number, port in enumerate(self.rasa_ports[1:], 2):
                ports[f"LINKA_RASA_PORT (of Rasa process {number})"] = port
            if self.rasa_ports[-1] > _HIGHEST_PORT:
                raise ValueError("LINKA_RASA_PORT: too high for that many LINKA_RASA_PROCESSES")
        if self.telegram_mode == "webhook":
            ports["LINKA_TELEGRAM_WEBHOOK_PORT"] = self.telegram_webhook_port
        for name, port in ports.items():
            if port and port in owners:
                raise ValueError(f"{name} and {owners[port]} are both {port}; give one of them another port")
            owners[port] = name
        return self

    @model_validator(mode="after")
    def _webhook_has_an_address(self) -> Self:
        if self.telegram_mode == "webhook" and self.telegram_webhook_url is None:
            raise ValueError("LINKA_TELEGRAM_WEBHOOK_URL: must be set when LINKA_TELEGRAM_MODE is webhook")
        return self

    @property
    def hours(self) -> BusinessHours:
        """When people answer."""
        holidays = read_holidays(self.holidays) if self.holidays else None
        return BusinessHours(read_week(self.business_hours), read_zone(self.time_zone), holidays)

    @property
    def rasa_ports(self) -> tuple[int, ...]:
        """One for each Rasa process that `linka` starts."""
        return tuple(range(self.rasa_port, self.rasa_port + self.rasa_processes))

    @property
    def nlu_urls(self) -> tuple[str, ...]:
        """Where Rasa answers; nowhere when Linka runs with humans only."""
        if self.rasa_url == RASA_OFF:
            return ()
        if self.rasa_url is not None:
            return tuple(self.rasa_url.split(","))
        return tuple(f"http://127.0.0.1:{port}" for port in self.rasa_ports)

    @property
    def workshop(self) -> str | None:
        """Where the workshop answers; None where there is none."""
        if self.workshop_url is not None:
            return None if self.workshop_url == WORKSHOP_OFF else self.workshop_url
        return f"http://127.0.0.1:{self.workshop_port}" if self.rasa_url is None else None

    @property
    def local_url(self) -> str:
        """The hub's address for processes on the same machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        return f"http://{host}:{self.port}"


def load_settings() -> Settings:
    """Read the environment.

    Raises `SettingsError` with one line per wrong variable; it names the variable, never a secret's value.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(problem) for problem in error.errors())) from None


def inherited_environment() -> dict[str, str]:
    """What a child process gets of our environment: everything but Linka's own settings and secrets."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def given_names() -> list[str]:
    """Names of Linka's settings that the environment gives."""
    return sorted(name for name in os.environ if name in _KNOWN and os.environ[name])


def unknown_names() -> list[str]:
    """Names in the environment that look like settings of Linka and are none (a slip of the pen, usually)."""
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in _KNOWN | _OTHERS)


def _explain(problem: Any) -> str:
    reason = problem["msg"].removeprefix("Value error, ")
    reason = reason[:1].lower() + reason[1:] if not reason.startswith(PREFIX) else reason
    if not problem["loc"]:
        return str(reason)
    field = str(problem["loc"][0])
    value = "" if field in _NOT_SHOWN else f" (it is {problem['input']!r})"
    return f"{PREFIX}{field.upper()}: {reason}{value}"


_KNOWN = frozenset(PREFIX + field.upper() for field in Settings.model_fields)
_OTHERS = frozenset(
    {
        *("LINKA_HUB_URL", "LINKA_ACTIONS_URL", "LINKA_RASA_TRACKERS"),
        *("LINKA_MODELS", "LINKA_WORKSHOP_FOLDER", "LINKA_WORKSHOP_HOST"),
    }
)
_NOT_SHOWN = frozenset(
    {"service_token", "rasa_token", "telegram_token", "telegram_webhook_secret", "mongodb_uri", "redis_url"}
)
