"""What words are about that leave it to the talk: "cancel it" is the contract where that was spoken of. Pure."""

from collections.abc import Set
from dataclasses import dataclass

from actions.turn import Turn

_VISIT = {"ask_order_status", "move_visit", "cancel_visit", "prepare_for_technician", "what_to_pay"}
_CONTRACT = {
    "end_contract",
    "change_tariff",
    "moving_house",
    "ask_invoice",
    "ask_payment",
    "payment_reminder",
}
_CHANGE = {"change_tariff"}
_OUTAGE = {"ask_outage"}
_BILLS = {"ask_invoice", "ask_payment", "payment_reminder"}
_MOST_WORDS = 8  # in more there is rather something that names the matter


@dataclass(frozen=True)
class _Reading:
    """Words that seem to be about ``seems`` are about ``means`` in a talk of ``after``.

    Unless they name the matter ``but``, and only if they name ``by``, where there is one. ``ordered``: also in any talk
    but one of bills, of who has shown an order to be theirs.
    """

    seems: str
    after: Set[str]
    means: str
    but: str
    by: str | None = None
    ordered: bool = False


_READINGS = (
    _Reading("cancel_visit", _CONTRACT, "end_contract", but="visit"),
    _Reading("end_contract", _VISIT, "cancel_visit", but="contract", by="ending"),
    _Reading("ask_payment", _VISIT, "what_to_pay", but="invoice", ordered=True),
    _Reading("what_to_pay", _CHANGE, "change_tariff", but="visit"),
    _Reading("ask_cheapest_tariff", _CHANGE, "change_tariff", but="price", by="step"),
    _Reading("ask_fastest_tariff", _CHANGE, "change_tariff", but="price", by="step"),
    _Reading("ask_availability", _OUTAGE, "ask_outage", but="coverage"),
)


def meant(turn: Turn) -> str:
    """The intent that is to be answered."""
    if turn.pressed or len(turn.parts) > _MOST_WORDS:
        return turn.about
    return next((reading.means for reading in _READINGS if _holds(reading, turn)), turn.about)


def _holds(reading: _Reading, turn: Turn) -> bool:
    named = turn.words.listens.matters
    return (
        turn.about == reading.seems
        and (turn.memory.topic in reading.after or (reading.ordered and _has_order(turn)))
        and not named[reading.but].within(turn.parts)
        and (reading.by is None or named[reading.by].within(turn.parts))
    )


def _has_order(turn: Turn) -> bool:
    memory = turn.memory
    shown = memory.proven is not None and memory.proven == memory.known.get("order_number")
    return shown and memory.topic not in _BILLS
