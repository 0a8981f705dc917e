"""Moving or cancelling a technician's visit: people do it, with the order and the new time at hand."""

from actions.hub import Hub, NoOrderNumber, NoSuchOrder, PhoneNeeded, TooManyTries
from actions.order_numbers import Mistyped, OrderNumber, find
from actions.order_status import choice, number_said
from actions.turn import Reply, Turn, asking

NUMBER_UNKNOWN = "order_number_unknown"


async def move_visit(turn: Turn, hub: Hub) -> Reply:
    """To sales, with the order and the day that would suit."""
    number = await _order(turn, hub)
    if isinstance(number, Reply):
        return number
    when = time_said(turn)
    if when is None:
        return asking(turn, "visit_ask_date", "date", filled={"order_number": number})
    return Reply("move_visit", known=_known(number) | when)


async def cancel_visit(turn: Turn, hub: Hub) -> Reply:
    """To sales, with the order."""
    number = await _order(turn, hub)
    return number if isinstance(number, Reply) else Reply("cancel_visit", known=_known(number))


def time_said(turn: Turn) -> dict[str, str] | None:
    """The day and hour that were said of this matter; in the customer's own words where they are no usual ones."""
    said = {name: value for name in ("date", "time") if (value := turn.told(name))}
    return said or None


def _known(number: str) -> dict[str, str]:
    return {} if number == NUMBER_UNKNOWN else {"order_number": number}


async def _order(turn: Turn, hub: Hub) -> str | Reply:
    """The order's number, or ``NUMBER_UNKNOWN`` if the customer has said so; or a reply that asks for it."""
    if turn.intent == NUMBER_UNKNOWN or turn.given.get("order_number") == NUMBER_UNKNOWN:
        return NUMBER_UNKNOWN
    number = number_said(turn)
    if number is None:
        own = await hub.own_orders(turn.conversation, turn.language)
        known = find(turn.memory.known.get("order_number", ""))
        if len(own) > 1 and not isinstance(known, OrderNumber):
            return choice(turn, own)
        number = known or (find(own[0].number) if own else None)
    if number is None:
        return asking(turn, "visit_ask_number", "order_number")
    if isinstance(number, Mistyped) or not await _can_be(turn, hub, number):
        return asking(turn, "order_number_wrong", "order_number", filled={"order_number": ""})
    return number.shown


async def _can_be(turn: Turn, hub: Hub, number: OrderNumber) -> bool:
    """Whether the check digit is right; whose the order is will be seen to by those who take over."""
    try:
        await hub.order(turn.conversation, number, "", turn.language)
    except NoOrderNumber:
        return False
    except (PhoneNeeded, NoSuchOrder, TooManyTries):
        return True
    return True
