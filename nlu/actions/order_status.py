"""Where an order stands: told to those whose it is, or who know the phone that it was made with."""

import json
import re
from collections.abc import Mapping, Sequence

from actions.content import Button
from actions.hub import Hub, NoOrderNumber, NoSuchOrder, PhoneNeeded, TooManyTries
from actions.order_numbers import Mistyped, OrderNumber, find
from actions.orders import Order, values_of
from actions.tariffs import words_of
from actions.turn import Reply, Turn, asking

_NO_NUMBERS = ("phone", "date", "time", "amount", "street", "town")
"""Entities whose digits are no order's."""

_MEASURES = ("megabits", "gigabits", "money")
_WRONG_PHONES = "wrong_phones"  # one star for each that was said with the number
_AS_SHOWN = re.compile(r"\b\d{4}-\d{4}\b")
_ANSWERS = {state: f"order_{state}" for state in ("scheduled", "in_progress", "done", "cancelled")}


async def order_status(turn: Turn, hub: Hub) -> Reply:
    """The order whose number is said, else the customer's own, else that of which was spoken before; or asks for it."""
    said = number_said(turn)
    if said is None and (own := await hub.own_orders(turn.conversation, turn.language)):
        return _own(turn, own)
    number = said or find(turn.memory.known.get("order_number", ""))
    if number is None:
        return asking(turn, "order_ask_number", "order_number")
    if isinstance(number, Mistyped):
        return asking(turn, "order_number_wrong", "order_number")
    return await _looked_up(turn, hub, number)


def number_said(turn: Turn) -> OrderNumber | Mistyped | None:
    """The number in the words or on the button, or that was said of this matter before.

    Digits that cannot be one are a mistyped one only where one was asked for or given.
    """
    said = number_written(turn)
    if turn.answers("phone") and is_rather_a_phone(turn):
        said = None
    if isinstance(said, Mistyped) and not (
        turn.answers("order_number") or turn.answers("own_order") or turn.intent == "give_order_number"
    ):
        said = None
    return said or find(turn.given.get("order_number", ""))


def phone_known(turn: Turn) -> str:
    """The phone that may prove an order: said of it, else of anything. The hub counts a wrong one once."""
    return turn.told("phone") or turn.memory.known.get("phone", "")


def number_written(turn: Turn) -> OrderNumber | Mistyped | None:
    """What the words or the button hold that looks like a number of an order."""
    units = [unit for name in _MEASURES for unit, *more in turn.words.listens.measures[name] if not more]
    return find(turn.entities.get("order_number", "")) or find(turn.without(*_NO_NUMBERS), units)


def is_rather_a_phone(turn: Turn) -> bool:
    """Where a phone was asked for: whether digits are one with a mistake, as nothing but they speaks of an order."""
    if "phone" in turn.entities or number_written(turn) is None:
        return False
    words = [part for part in turn.parts if not part.isdecimal()]
    of_order = (
        turn.intent == "ask_order_status"
        or _AS_SHOWN.search(turn.typed) is not None
        or turn.words.listens.orders.within(words)
    )
    return not (words and of_order)


def order_meant(turn: Turn, own: Sequence[Order]) -> Order | None:
    """The one of the customer's own orders that the words name by its tariff or, when asked which one, count off."""
    if turn.answers("own_order"):
        ordinals = turn.words.listens.ordinals
        places = {ordinals[part] for part in turn.parts if part in ordinals}
        counted = [order for place, order in enumerate(own, 1) if places & {place, place - len(own) - 1}]
        if len(counted) == 1:
            return counted[0]
    names = [words_of(order.tariff, {}) for order in own]
    shared = set[str].intersection(*names) if names else set()
    said = words_of(turn.typed, turn.words.listens.tariff_numbers)
    named = [order for order, name in zip(own, names, strict=True) if shared < name <= said | shared]
    return named[0] if len(named) == 1 else None


def choice(turn: Turn, own: Sequence[Order]) -> Reply:
    """Asks which one of the customer's own orders is meant."""
    buttons = tuple(
        Button(
            f"{order.number} · {order.tariff}", f"/{turn.about}{json.dumps({'order_number': order.number})}"
        )
        for order in own
    )
    return asking(turn, "order_which", "own_order", buttons=buttons)


async def _looked_up(turn: Turn, hub: Hub, number: OrderNumber) -> Reply:
    values, phone = {"number": number.shown}, turn.told("phone")
    wrong = _wrong_phones(turn, number)
    about_it = {
        "values": values,
        "filled": {"order_number": number.shown, _WRONG_PHONES: "*" * wrong},
        "known": {"order_number": number.shown},
    }
    try:
        order = await hub.order(turn.conversation, number, phone_known(turn), turn.language)
    except NoOrderNumber:
        # Of one said in passing there is nothing to mend.
        answer = "order_number_wrong" if number_said(turn) else "order_ask_number"
        return asking(turn, answer, "order_number", filled={"order_number": ""})
    except PhoneNeeded:
        same = turn.answers("phone") and turn.given.get("order_number") == number.shown
        answer = "callback_phone_wrong" if same else "order_ask_phone"
        return asking(turn, answer, "phone", **about_it)
    except NoSuchOrder:
        if phone is None:
            return asking(turn, "order_ask_phone", "phone", **about_it)
        about_it["filled"] |= {_WRONG_PHONES: "*" * (wrong + 1)}
        return asking(turn, "order_phones_wrong" if wrong else "order_phone_wrong", "phone", **about_it)
    except TooManyTries:
        return Reply("order_too_many_tries", known=about_it["known"])
    return _told(order, {"phone": phone} if phone else {})


def _wrong_phones(turn: Turn, number: OrderNumber) -> int:
    """How many were said with this number before, also where a sentence of its own asks again."""
    question = turn.memory.question
    said = question.filled if question is not None and question.about == turn.about else turn.given
    return len(said.get(_WRONG_PHONES, "")) if said.get("order_number") == number.shown else 0


def _own(turn: Turn, own: Sequence[Order]) -> Reply:
    named = order_meant(turn, own)
    spoken_of = named.number if named else turn.memory.known.get("order_number")
    meant = [order for order in own if order.number == spoken_of] or own
    return _told(meant[0], {}) if len(meant) == 1 else choice(turn, own)


def _told(order: Order, known: Mapping[str, str]) -> Reply:
    answer = _ANSWERS.get(order.state, "order_other")
    known = {**known, "order_number": order.number, "tariff": order.tariff}
    return Reply(answer, values_of(order), known=known, proven=order.number)
