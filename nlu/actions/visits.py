"""Moving or cancelling a technician's visit: people do it, with the order and the new time at hand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from actions.hub import Hub, NoOrderNumber, NoSuchOrder, PhoneNeeded, TooManyTries
from actions.order_numbers import Mistyped, OrderNumber, find
from actions.order_status import choice, number_said, order_meant, phone_known
from actions.plain import plain_words
from actions.turn import Reply, Turn, asking

NUMBER_UNKNOWN = "order_number_unknown"
_WHEN = ("date", "time")


@dataclass(frozen=True)
class _Meant:
    """The order that a visit is about: its number or ``NUMBER_UNKNOWN``, and whether it is the customer's."""

    number: str
    proven: bool = False


async def move_visit(turn: Turn, hub: Hub) -> Reply:
    """To sales, with the order and the day that would suit."""
    turn = _with_wish(turn)
    order = await _order(turn, hub)
    if isinstance(order, Reply):
        return order
    when = {name: turn.given.get(name, "") for name in _WHEN}
    if not any(when.values()):
        return asking(turn, "visit_ask_date", "date", filled={"order_number": order.number})
    # What is empty is forgotten: a day that was only mentioned is not the one that is wished for.
    words = turn.given.get("words")
    return _handed_over("move_visit", order, when | ({"words": words} if words else {}))


async def cancel_visit(turn: Turn, hub: Hub) -> Reply:
    """To sales, with the order."""
    order = await _order(turn, hub)
    return order if isinstance(order, Reply) else _handed_over("cancel_visit", order, {})


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


def _handed_over(answer: str, order: _Meant, known: Mapping[str, str]) -> Reply:
    """To people, who must see to it whose the order is where that was not proven; the customer is told so."""
    if order.number == NUMBER_UNKNOWN:
        return Reply(answer, known=known)
    after, proven = ((), order.number) if order.proven else (("order_unproven",), None)
    return Reply(answer, after=after, known={**known, "order_number": order.number}, proven=proven)


async def _order(turn: Turn, hub: Hub) -> _Meant | Reply:
    """The order, if the customer knows it; or a reply that asks for its number."""
    if turn.intent == NUMBER_UNKNOWN or turn.given.get("order_number") == NUMBER_UNKNOWN:
        return _Meant(NUMBER_UNKNOWN)
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
    wrong = asking(turn, "order_number_wrong", "order_number", filled={"order_number": ""})
    if isinstance(number, Mistyped):
        return wrong
    try:
        await hub.order(turn.conversation, number, phone_known(turn), turn.language)
    except NoOrderNumber:
        return wrong
    except (PhoneNeeded, NoSuchOrder, TooManyTries):
        return _Meant(number.shown)
    return _Meant(number.shown, proven=True)
