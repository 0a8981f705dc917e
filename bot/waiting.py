"""How long a chat is left alone after a request that sent nothing, and what a person should know of it."""

from bot.backoff import Backoff
from bot.logs import get_logger
from bot.outcome import NoAccess, NotSent, Problem, Wait

log = get_logger(__name__)

LONGEST_WAIT = 86_400.0  # seconds, of the wire; Telegram is asked again after a day in any case
_LONG = 60.0  # seconds of waiting that a person may wonder about


def wait_for(problem: Problem, backoff: Backoff) -> float:
    """Seconds; the log is told."""
    match problem:
        case Wait(seconds):
            if seconds > _LONG:
                log.warning("Telegram wants this chat to be left alone", seconds=min(seconds, LONGEST_WAIT))
            return seconds
        case NoAccess():
            log.error("Telegram does not accept the bot's token; messages wait")
            return 60.0
        case NotSent(reason):
            log.warning("Telegram cannot be reached; messages wait", why=reason)
        case _:
            log.warning("Telegram answered strangely; messages wait")
    return backoff.next()
