"""What a failed Telegram call proves. Pure."""

from dataclasses import dataclass

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.telegram import NotSentError

_MAX_REASON = 200

NO_ACCESS = (
    "Telegram does not accept the bot's token: it is wrong or was revoked. "
    "Put a current one from @BotFather into LINKA_TELEGRAM_TOKEN and start again"
)


@dataclass(frozen=True, slots=True)
class Wait:
    """Telegram took nothing and says when to come back, in seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing left this process: safe to send again."""

    reason: str


@dataclass(frozen=True, slots=True)
class NoAccess:
    """The token is not accepted: nothing can be sent until a person mends it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Someone else receives this bot's updates: another poller, or a webhook."""

    webhook: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A definite no, e.g. blocked by the contact: sending again would not help."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have been taken."""

    reason: str


Problem = Wait | NotSent | NoAccess | Conflict | Refused | Unknown


def judge(error: AiogramError) -> Problem:
    """Tell the problems apart. Reasons are fit for logs and operators: no token, no message text."""
    match error:
        case NotSentError():
            return NotSent(error.message)
        case TelegramRetryAfter():
            return Wait(float(error.retry_after))
        case TelegramUnauthorizedError():
            return NoAccess()
        case TelegramNotFound() if error.message in {"Not Found", "Not Found: method not found"}:
            return NoAccess()  # what the Bot API says of a malformed token
        case TelegramConflictError():
            return Conflict(webhook="webhook" in error.message)
        case TelegramNetworkError():
            return Unknown(error.message)
        case TelegramServerError():
            return Unknown("Telegram had an internal error")
        case TelegramAPIError():
            return Refused(error.message[:_MAX_REASON])
        case ClientDecodeError():
            return Unknown("Telegram's answer could not be read")
        case _:
            return Refused(type(error).__name__)
