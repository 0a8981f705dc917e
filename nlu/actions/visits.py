"""Moving or cancelling a technician's visit: people do it, with the order and the new time at hand."""

from dataclasses import replace

from actions.hub import Hub, NoOrderNumber, NoSuchOrder, PhoneNeeded, TooManyTries
from actions.order_numbers import Mistyped, OrderNumber, find
from actions.order_status import choice, number_said, order_meant
from actions.turn import Reply, Turn, asking
from actions.when import WHEN, time_said, time_wished

NUMBER_UNKNOWN = "order_number_unknown"


async def move_visit(turn: Turn, hub: Hub) -> Reply:
    """To sales, with the order and the day that would suit."""
    wish = time_said(turn) if turn.answers("date") else time_wished(turn)
    # What is empty is forgotten: a day that was only mentioned is not the one that is wished for.
    wished = dict.fromkeys(WHEN, "") | wish
    turn = replace(turn, given={**turn.given, **wished})
    number = await _order(turn, hub)
    if isinstance(number, Reply):
        return replace(number, known={**number.known, **wished})
    if not any(wished[name] for name in WHEN):
        return asking(turn, "visit_ask_date", "date", filled={"order_number": number}, known=wished)
    words = turn.given.get("words")
    return Reply("move_visit", known=_known(number) | wished | ({"words": words} if words else {}))


async def cancel_visit(turn: Turn, hub: Hub) -> Reply:
    """To sales, with the order."""
    number = await _order(turn, hub)
    return number if isinstance(number, Reply) else Reply("cancel_visit", known=_known(number))


def _known(number: str) -> dict[str, str]:
    return {} if number == NUMBER_UNKNOWN else {"order_number": number}


async def _order(turn: Turn, hub: Hub) -> str | Reply:
    """The order's number, or ``NUMBER_UNKNOWN`` if the customer has said so; or a reply that asks for it."""
    if turn.intent == NUMBER_UNKNOWN or turn.given.get("order_number") == NUMBER_UNKNOWN:
        return NUMBER_UNKNOWN
    number = number_said(turn)
    if number is None:
        own = await hub.own_orders(turn.conversation, turn.language)
        named = order_meant(turn, own)
        known = find(named.number if named else turn.memory.known.get("order_number", ""))
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
