"""Moving or cancelling a technician's visit: people do it, with the order and the new time at hand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from actions.hub import Hub, NoOrderNumber, NoSuchOrder, PhoneNeeded, TooManyTries
from actions.order_numbers import Mistyped, OrderNumber, find
from actions.order_status import choice, number_said, order_meant, phone_known
from actions.turn import Reply, Turn, asking
from actions.when import WHEN, time_said, time_wished

NUMBER_UNKNOWN = "order_number_unknown"


@dataclass(frozen=True)
class _Meant:
    """The order that a visit is about: its number or ``NUMBER_UNKNOWN``, and whether it is the customer's.

    ``hopeless``: no phone can prove it for now.
    """

    number: str
    proven: bool = False
    hopeless: bool = False


async def move_visit(turn: Turn, hub: Hub) -> Reply:
    """To sales, with the order and the day that would suit."""
    wish = time_said(turn) if turn.answers("date") else time_wished(turn)
    # What is empty is forgotten: a day that was only mentioned is not the one that is wished for.
    wished = dict.fromkeys(WHEN, "") | wish
    turn = replace(turn, given={**turn.given, **wished})
    order = await _order(turn, hub)
    if isinstance(order, Reply):
        return replace(order, known={**order.known, **wished})
    if not any(wished[name] for name in WHEN):
        filled = {"order_number": order.number, "phone": turn.told("phone") or ""}
        return asking(turn, "visit_ask_date", "date", filled=filled, known=wished)
    if unproven := _phone_of(turn, order):
        return replace(unproven, known=wished)
    words = turn.given.get("words")
    return _handed_over("move_visit", order, wished | ({"words": words} if words else {}))


async def cancel_visit(turn: Turn, hub: Hub) -> Reply:
    """To sales, with the order."""
    order = await _order(turn, hub)
    if isinstance(order, Reply):
        return order
    return _phone_of(turn, order) or _handed_over("cancel_visit", order, {})


def _phone_of(turn: Turn, order: _Meant) -> Reply | None:
    """Asks, once, for the phone that would prove the order; None where there is nothing to prove, or no use in it."""
    if order.number == NUMBER_UNKNOWN or order.proven or order.hopeless or turn.answers("phone"):
        return None
    filled = {"order_number": order.number} | {name: turn.given.get(name, "") for name in (*WHEN, "words")}
    return asking(turn, "visit_ask_phone", "phone", filled=filled, values={"number": order.number})


def _handed_over(answer: str, order: _Meant, known: Mapping[str, str]) -> Reply:
    """To people, who must see to it whose the order is where that was not proven; the customer is told so."""
    if order.number == NUMBER_UNKNOWN:
        return Reply(answer, known=known)
    after, proven = ((), order.number) if order.proven else (("order_unproven",), None)
    return Reply(answer, after=after, known={**known, "order_number": order.number}, proven=proven)


async def _order(turn: Turn, hub: Hub) -> _Meant | Reply:
    """The order, if the customer knows it; or a reply that asks for its number."""
    unknown = turn.intent == NUMBER_UNKNOWN and not turn.answers("phone")
    if unknown or turn.given.get("order_number") == NUMBER_UNKNOWN:
        return _Meant(NUMBER_UNKNOWN)
    number = said = number_said(turn)
    if said is None:
        own = await hub.own_orders(turn.conversation, turn.language)
        named = order_meant(turn, own)
        known = find(named.number if named else turn.memory.known.get("order_number", ""))
        if len(own) > 1 and not isinstance(known, OrderNumber):
            return choice(turn, own)
        number = known or (find(own[0].number) if own else None)
    if number is None:
        return asking(turn, "visit_ask_number", "order_number")
    # Of one said in passing there is nothing to mend.
    answer = "order_number_wrong" if said else "visit_ask_number"
    wrong = asking(turn, answer, "order_number", filled={"order_number": ""})
    if isinstance(number, Mistyped):
        return wrong
    try:
        await hub.order(turn.conversation, number, phone_known(turn), turn.language)
    except NoOrderNumber:
        return wrong
    except (PhoneNeeded, NoSuchOrder):
        return _Meant(number.shown)
    except TooManyTries:
        return _Meant(number.shown, hopeless=True)
    return _Meant(number.shown, proven=True)
