"""Every setting of the Telegram bot, read from the environment here and nowhere else in ``bot``."""

import hmac
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "LINKA_"


class SettingsError(Exception):
    """The environment holds settings that cannot work; the text has one line per wrong setting."""


def _http_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address such as http://127.0.0.1:8700")
    if parts.query or parts.fragment:
        raise ValueError("must not have a query or a fragment")
    return url.rstrip("/")


def _http_urls(urls: str) -> str:
    return ",".join(_http_url(url.strip()) for url in urls.split(","))


def _bot_token(token: SecretStr) -> SecretStr:
    number, colon, secret = token.get_secret_value().partition(":")
    if (
        not (colon and number.isascii() and number.isdigit() and secret.isascii())
        or not secret.replace("-", "").replace("_", "").isalnum()
    ):
        raise ValueError("is not a bot token; copy it from @BotFather, it looks like 123456:AbC-dEf")
    return token


def _webhook_secret(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret.get_secret_value()):
        raise ValueError(
            "must be 16 to 256 of A-Z a-z 0-9 _ -; leave it out and it is made of the other secrets"
        )
    return secret


def _not_empty(token: SecretStr) -> SecretStr:
    if not token.get_secret_value().strip():
        raise ValueError("must not be empty")
    return token


HttpUrl = Annotated[str, AfterValidator(_http_url)]


TELEGRAM = "https://api.telegram.org"
_PORTS = {None, 443, 80, 88, 8443}  # to which Telegram brings updates


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where Telegram brings updates, where we listen for them, and how we know Telegram."""

    url: str
    host: str
    port: int
    secret: SecretStr


class Settings(BaseSettings):
    """What the environment says. Immutable; secrets do not show in ``repr``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    telegram_token: Annotated[SecretStr, AfterValidator(_bot_token)]
    """Token of the bot, from @BotFather."""
    telegram_api_url: HttpUrl = TELEGRAM
    """Where the Bot API answers; a self-hosted server may be named."""
    telegram_inbox: str = Field(default="telegram", pattern=r"^[A-Za-z0-9_-]{1,64}$")
    """The inbox that this bot fills."""
    telegram_mode: Literal["polling", "webhook"] = "polling"
    """Whether the bot fetches updates, or Telegram brings them."""
    telegram_webhook_url: HttpUrl | None = None
    """The public address to which Telegram brings updates, in webhook mode."""
    telegram_webhook_host: str = Field(default="127.0.0.1", min_length=1)
    """Address on which the bot listens for them, behind whatever serves the public one."""
    telegram_webhook_port: Annotated[int, Field(ge=0, le=65535)] = 8790
    """Port for the same; 0 takes any free one (tests)."""
    telegram_webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = None
    """What Telegram shows to be known by; made of the bot's token and the service token when not set."""
    hub_url: Annotated[str, AfterValidator(_http_urls)] = "http://127.0.0.1:8700"
    """Where a hub answers. Of several, with commas between, any will do; when one is away the next is asked."""
    service_token: Annotated[SecretStr, AfterValidator(_not_empty)]
    """Secret shared with the hub."""
    log_format: Literal["text", "json"] = "text"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], BeforeValidator(lambda v: str(v).lower())
    ] = "info"

    @model_validator(mode="after")
    def _webhook_can_work(self) -> Self:
        if self.telegram_mode == "webhook" and self.telegram_webhook_url is None:
            raise ValueError("LINKA_TELEGRAM_WEBHOOK_URL: must be set when LINKA_TELEGRAM_MODE is webhook")
        if self.telegram_webhook_url is not None and self.telegram_api_url == TELEGRAM:
            parts = urlsplit(self.telegram_webhook_url)
            if parts.scheme != "https" or parts.port not in _PORTS:
                raise ValueError(
                    "LINKA_TELEGRAM_WEBHOOK_URL: Telegram brings updates by https only, to port 443, 80, 88 or 8443"
                )
        return self

    @property
    def webhook(self) -> WebhookSettings | None:
        """None when the bot fetches updates itself."""
        if self.telegram_mode != "webhook" or self.telegram_webhook_url is None:
            return None
        secret = self.telegram_webhook_secret or SecretStr(self._made_secret())
        return WebhookSettings(
            self.telegram_webhook_url, self.telegram_webhook_host, self.telegram_webhook_port, secret
        )

    def _made_secret(self) -> str:
        """The same at each start and in each process of the bot; nobody can guess it who does not know both tokens."""
        about = f"telegram webhook {self.telegram_token.get_secret_value()}"
        return hmac.digest(self.service_token.get_secret_value().encode(), about.encode(), "sha256").hex()

    @property
    def hub_urls(self) -> tuple[str, ...]:
        """The addresses of all hubs."""
        return tuple(self.hub_url.split(","))


def load_settings() -> Settings:
    """Read the environment.

    Raises `SettingsError` with one line per wrong variable; it never shows a secret's value.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(problem) for problem in error.errors())) from None


def _explain(problem: Any) -> str:
    if not problem["loc"]:
        return str(problem["msg"]).removeprefix("Value error, ")
    name = f"{PREFIX}{str(problem['loc'][0]).upper()}"
    if problem["type"] == "missing":
        return f"{name}: must be set"
    reason = problem["msg"].removeprefix("Value error, ")
    shown = "" if name.endswith(("_TOKEN", "_SECRET")) else f" (it is {problem['input']!r})"
    return f"{name}: {reason[:1].lower()}{reason[1:]}{shown}"
