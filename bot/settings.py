"""Every setting of the Telegram bot, read from the environment here and nowhere else in ``bot``."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
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


def _not_empty(token: SecretStr) -> SecretStr:
    if not token.get_secret_value().strip():
        raise ValueError("must not be empty")
    return token


HttpUrl = Annotated[str, AfterValidator(_http_url)]


class Settings(BaseSettings):
    """What the environment says. Immutable; secrets do not show in ``repr``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    telegram_token: Annotated[SecretStr, AfterValidator(_bot_token)]
    """Token of the bot, from @BotFather."""
    telegram_api_url: HttpUrl = "https://api.telegram.org"
    """Where the Bot API answers; a self-hosted server may be named."""
    telegram_inbox: str = Field(default="telegram", pattern=r"^[A-Za-z0-9_-]{1,64}$")
    """The inbox that this bot fills."""
    hub_url: Annotated[str, AfterValidator(_http_urls)] = "http://127.0.0.1:8700"
    """Where a hub answers. Of several, with commas between, any will do; when one is away the next is asked."""
    service_token: Annotated[SecretStr, AfterValidator(_not_empty)]
    """Secret shared with the hub."""
    log_format: Literal["text", "json"] = "text"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], BeforeValidator(lambda v: str(v).lower())
    ] = "info"

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
    name = f"{PREFIX}{str(problem['loc'][0]).upper()}"
    if problem["type"] == "missing":
        return f"{name}: must be set"
    reason = problem["msg"].removeprefix("Value error, ")
    shown = "" if name.endswith("_TOKEN") else f" (it is {problem['input']!r})"
    return f"{name}: {reason[:1].lower()}{reason[1:]}{shown}"
