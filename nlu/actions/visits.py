"""Moving or cancelling a technician's visit: people do it, with the order and the new time at hand."""

from dataclasses import replace

from actions.hub import Hub, NoOrderNumber, NoSuchOrder, PhoneNeeded, TooManyTries
from actions.order_numbers import Mistyped, OrderNumber, find
from actions.order_status import choice, number_said, order_meant
from actions.plain import plain_words
from actions.turn import Reply, Turn, asking

NUMBER_UNKNOWN = "order_number_unknown"
_WHEN = ("date", "time")


async def move_visit(turn: Turn, hub: Hub) -> Reply:
    """To sales, with the order and the day that would suit."""
    turn = _with_wish(turn)
    number = await _order(turn, hub)
    if isinstance(number, Reply):
        return number
    when = {name: turn.given.get(name, "") for name in _WHEN}
    if not any(when.values()):
        return asking(turn, "visit_ask_date", "date", filled={"order_number": number})
    # What is empty is forgotten: a day that was only mentioned is not the one that is wished for.
    words = turn.given.get("words")
    return Reply("move_visit", known=_known(number) | when | ({"words": words} if words else {}))


async def cancel_visit(turn: Turn, hub: Hub) -> Reply:
    """To sales, with the order."""
    number = await _order(turn, hub)
    return number if isinstance(number, Reply) else Reply("cancel_visit", known=_known(number))


def time_said(turn: Turn) -> dict[str, str] | None:
    """The day and hour that were said of this matter; in the customer's own words where they are no usual ones."""
    said = {name: value for name in _WHEN if (value := turn.told(name))}
    return said or None


def _with_wish(turn: Turn) -> Turn:
    """The turn, given when the visit is to be. Unasked, a day is so only after words like "to": else it may be the day
    that does not suit, and the customer's words are kept for those who take over.
    """
    wish = (time_said(turn) if turn.answers("date") else _wished_unasked(turn)) or {}
    if not wish and not turn.answers("date") and any(name in turn.entities for name in _WHEN):
        wish = {"words": turn.typed}
    return replace(turn, given={**turn.given, **wish})


def _wished_unasked(turn: Turn) -> dict[str, str]:
    """The first day or hour that comes after words like "to", and what follows it."""
    wish: dict[str, str] = {}
    for name, start, end in turn.marks:
        if name in _WHEN and name not in wish and (wish or _leads_to_wish(turn, turn.text[:start])):
            wish[name] = turn.text[start:end]
    return wish


def _leads_to_wish(turn: Turn, before: str) -> bool:
    words = tuple(plain_words(before))
    return any(words[-len(phrase) :] == phrase for phrase in turn.words.listens.moves_to)


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
