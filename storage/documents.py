"""Model ↔ document, by ``cattrs``. Knows no driver: a document is dicts, lists and what BSON can hold.

- members of a union carry a stable ``kind`` (the tables below; renaming a class renames nothing in the database);
- instants are UTC, cut to the millisecond that BSON keeps, so that what is read equals what was written;
- days and times of day are ISO texts, which sort.
"""

from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar, cast

from cattrs import Converter
from cattrs.errors import BaseValidationError
from cattrs.strategies import configure_tagged_union

from storage.errors import StorageError, Unstorable
from storage.model.conversation import (
    Open,
    Queued,
    ResolvedAt,
    Responder,
    SnoozedUntil,
    Status,
    WithBot,
    WithOperator,
)
from storage.model.entry import (
    Body,
    CaseOpened,
    Delivered,
    HandedBack,
    HandedOff,
    Message,
    Note,
    OrderPlaced,
    Rated,
    Released,
    Reopened,
    Resolved,
    Snoozed,
    SnoozeEnded,
    Taken,
    Transferred,
)

Document = dict[str, Any]
T = TypeVar("T")

BODY_KINDS: dict[type, str] = {
    Message: "message",
    Note: "note",
    HandedOff: "handed_off",
    Taken: "taken",
    Released: "released",
    Transferred: "transferred",
    HandedBack: "handed_back",
    Resolved: "resolved",
    Reopened: "reopened",
    Snoozed: "snoozed",
    SnoozeEnded: "snooze_ended",
    Rated: "rated",
    OrderPlaced: "order_placed",
    CaseOpened: "case_opened",
    Delivered: "delivered",
}
STATUS_KINDS: dict[type, str] = {Open: "open", SnoozedUntil: "snoozed", ResolvedAt: "resolved"}
RESPONDER_KINDS: dict[type, str] = {WithBot: "bot", Queued: "queued", WithOperator: "operator"}
UNIONS: tuple[tuple[Any, dict[type, str]], ...] = (
    (Body, BODY_KINDS),
    (Status, STATUS_KINDS),
    (Responder, RESPONDER_KINDS),
)


def utc_milliseconds(at: datetime) -> datetime:
    """The instant as it is kept. Raises ``Unstorable`` for a naive one, which is no instant."""
    if at.tzinfo is UTC and not at.microsecond % 1000:
        return at  # what the hub's own clock gives, many times for each entry
    if at.utcoffset() is None:
        raise Unstorable("a date and time needs its time zone")
    try:
        at = at.astimezone(UTC)
    except OverflowError as error:
        raise Unstorable("a date is out of range") from error
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _instant(value: Any, _: Any) -> datetime:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise ValueError("not an instant")
    return value.astimezone(UTC)


def _instant_or_none(value: Any, _: Any) -> datetime | None:
    return None if value is None else _instant(value, _)


def _text_or_none(value: Any, _: Any) -> str | None:
    return None if value is None else str(value)


def _number_or_none(value: Any, _: Any) -> int | None:
    return None if value is None else int(value)


def _make_converter() -> Converter:
    converter = Converter(detailed_validation=False, unstruct_collection_overrides={tuple: list})
    # An instant is a date to isinstance but not here: the hooks of the more particular type win.
    converter.register_unstructure_hook(date, lambda day: day.isoformat())
    converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    converter.register_unstructure_hook(time, lambda at: at.isoformat())
    converter.register_structure_hook(time, lambda text, _: time.fromisoformat(text))
    converter.register_unstructure_hook(datetime, utc_milliseconds)
    converter.register_structure_hook(datetime, _instant)
    # Said out loud because they are many: the general way to an optional value takes several times as long.
    converter.register_structure_hook(datetime | None, _instant_or_none)
    converter.register_structure_hook(str | None, _text_or_none)
    converter.register_structure_hook(int | None, _number_or_none)
    converter.register_unstructure_hook(StrEnum, lambda member: member.value)
    for union, kinds in UNIONS:
        configure_tagged_union(union, converter, tag_generator=kinds.__getitem__, tag_name="kind")
    return converter


_CONVERTER = _make_converter()


def to_document(value: Any) -> Document:
    """A dataclass of the model as a document. Raises ``Unstorable`` for a naive date and time."""
    return cast(Document, _CONVERTER.unstructure(value))


def from_document(document: Document, kind: type[T]) -> T:
    """The dataclass that a document holds; fields it does not know are left alone.

    Raises ``StorageError`` if it does not hold one.
    """
    try:
        return _CONVERTER.structure(document, kind)
    except (BaseValidationError, KeyError, TypeError, ValueError) as error:
        raise StorageError(f"a stored document is no {kind.__name__}") from error
