"""What maintainers are told when the workshop, or the bot, is not there. Pure."""

from hub.errors import Refusal
from hub.workshop.client import NotLoadedYet, NotThere, Rejected, WorkshopAway

WorkshopFailure = WorkshopAway | NotLoadedYet | NotThere | Rejected
FAILURES = (WorkshopAway, NotLoadedYet, NotThere, Rejected)
"""What asking the workshop may raise, beside ``WorkshopBusy``."""


def refused(failure: WorkshopFailure) -> Refusal:
    """In the words of a maintainer."""
    match failure:
        case NotLoadedYet():
            return Refusal(
                "unavailable", "The bot is getting ready to talk. It takes a few seconds.", retry_after=2
            )
        case Rejected():
            return Refusal("bad_request", f"The text cannot be used: {failure}.")
        case NotThere():
            return Refusal("invalid_state", "The trained bot is not there any more. Train it again.")
        case WorkshopAway():
            return Refusal(
                "unavailable", "Training and trying are not possible just now. Try again soon.", retry_after=5
            )


def switched_off() -> Refusal:
    """There is no workshop at all."""
    return Refusal(
        "invalid_state", "Training is switched off here (LINKA_WORKSHOP_URL). Ask your administrator."
    )
