"""Model ↔ document: nothing is lost, nothing depends on the names of classes, and what BSON cannot hold is refused."""

import typing
from dataclasses import is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import bson
import pytest
from bson.codec_options import CodecOptions
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.documents import UNIONS, from_document, to_document, utc_milliseconds
from storage.errors import StorageError, Unstorable
from storage.model.conversation import Conversation, Open, ResolvedAt, Responder, Status
from storage.model.entry import (
    Body,
    Delivered,
    DeliveryOutcome,
    Entry,
    HandedOff,
    HandoffReason,
    Message,
    Snoozed,
)
from storage.model.orders import Visit
from storage.mongo.entries import MongoEntries, entry_of
from storage.sizes import MAX_DEPTH, storable_size
from tests.storage.making import NOON, conversation, entry, order
from tests.storage.models import LONGS, NAMES, TEXTS, model_classes, values

FINE = datetime(2099, 1, 1, 0, 0, 0, 999_999, UTC)
CODEC = CodecOptions[dict[str, Any]](tz_aware=True)


@pytest.mark.parametrize("kind", model_classes(), ids=lambda kind: kind.__name__)
@settings(max_examples=settings.default.max_examples // 4, deadline=None)
@given(data=st.data())
def test_every_value_of_the_model_survives_the_database(kind: type, data: st.DataObject) -> None:
    value = data.draw(values(kind))
    document = to_document(value)
    size = storable_size(document)
    stored = bson.encode(document)
    assert size == len(stored)
    assert from_document(bson.decode(stored, CODEC), kind) == value


def test_every_class_of_the_model_is_tried() -> None:
    assert {Entry, Conversation, Visit, Message, Delivered} <= set(model_classes())
    assert len(model_classes()) > 40


@pytest.mark.parametrize(("union", "kinds"), UNIONS)
def test_every_member_of_a_union_has_a_kind_of_its_own(union: Any, kinds: dict[type, str]) -> None:
    assert set(typing.get_args(union)) == set(kinds)
    assert len(set(kinds.values())) == len(kinds)


def test_all_unions_of_dataclasses_are_tagged() -> None:
    tagged = {frozenset(typing.get_args(union)) for union, _ in UNIONS}
    assert tagged == {frozenset(typing.get_args(union)) for union in (Body, Status, Responder)}


def test_kinds_are_what_is_in_the_database_already() -> None:
    """Change a class's name freely; change these and old documents cannot be read."""
    kinds = {kind for _, table in UNIONS for kind in table.values()}
    assert kinds >= {
        *("message", "note", "handed_off", "taken", "released", "transferred", "handed_back", "resolved"),
        *("reopened", "snoozed", "snooze_ended", "rated", "order_placed", "case_opened", "delivered"),
        *("open", "bot", "queued", "operator"),
    }
    assert to_document(entry())["body"]["kind"] == "message"
    assert to_document(conversation())["status"] == {"kind": "open"}


def test_days_and_times_are_texts_that_sort() -> None:
    assert to_document(order())["visit"] == {"day": "2026-11-30", "starts": "09:00:00", "ends": "12:00:00"}


def test_enums_are_plain_texts() -> None:
    document = to_document(entry(body=Delivered(1, 1, DeliveryOutcome.SENT)))
    assert type(document["author"]["kind"]) is str
    assert type(document["body"]["outcome"]) is str


def test_instants_are_utc_milliseconds() -> None:
    prague = timezone(timedelta(hours=1))
    assert utc_milliseconds(datetime(2026, 1, 1, 1, 0, 0, 1_999, prague)) == datetime(
        2026, 1, 1, 0, 0, 0, 1_000, UTC
    )


@pytest.mark.parametrize(
    "at",
    [datetime(2026, 1, 1), datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))],  # noqa: DTZ001
    ids=["naive", "before the first year"],
)
def test_what_is_no_storable_instant(at: datetime) -> None:
    with pytest.raises(Unstorable):
        to_document(ResolvedAt(at))


def test_fields_that_are_not_known_are_left_alone() -> None:
    assert from_document(to_document(entry()) | {"author_key": "x", "public": True}, Entry) == entry()


def test_fields_that_are_new_take_their_default() -> None:
    document = to_document(conversation())
    for name in ("duties", "rating", "status"):
        del document[name]
    read = from_document(document, Conversation)
    assert (read.duties, read.rating, read.status) == ((), None, Open())


def test_handoffs_from_before_there_were_summaries_are_read() -> None:
    document = to_document(entry(body=HandedOff(HandoffReason.TOPIC, "sales", 2)))
    for name in ("summary", "opens_at"):
        del document["body"][name]
    assert from_document(document, Entry).body == HandedOff(HandoffReason.TOPIC, "sales", 2)


@pytest.mark.parametrize(
    "damage",
    [{"body": {"kind": "unheard of"}}, {"body": {}}, {"author": None}, {"recorded_at": "yesterday"}],
    ids=str,
)
def test_a_document_that_is_none_is_a_storage_error(damage: dict[str, Any]) -> None:
    with pytest.raises(StorageError):
        from_document(to_document(entry()) | damage, Entry)


ANYTHING = st.recursive(
    st.none() | st.booleans() | LONGS | st.floats(allow_nan=False) | TEXTS | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(NAMES, ANYTHING, max_size=6))
def test_sizes_are_those_of_bson(document: dict[str, Any]) -> None:
    assert storable_size(document) == len(bson.encode(document))


@pytest.mark.parametrize(
    "bad",
    [
        {"x": "\ud800"},
        {"\ud800": 1},
        {"nul\0": 1},
        {"x": 2**63},
        {"x": [{"y": -(2**63) - 1}]},
        {"x": object()},
        {1: 2},
    ],
    ids=repr,
)
def test_what_bson_refuses_has_no_size(bad: dict[str, Any]) -> None:
    with pytest.raises(Unstorable):
        storable_size(bad)
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the driver raises
        bson.encode(bad)


def test_what_is_nested_too_deeply_has_no_size() -> None:
    deep: dict[str, Any] = {}
    for _ in range(MAX_DEPTH + 1):
        deep = {"x": deep}
    with pytest.raises(Unstorable):
        storable_size(deep)


def instants_of(kind: Any) -> set[tuple[str, str]]:
    """(class, field) of all instants in a type of the model."""
    found: set[tuple[str, str]] = set()
    if not is_dataclass(kind):
        return found.union(*(instants_of(argument) for argument in typing.get_args(kind)))
    for name, hint in typing.get_type_hints(kind).items():
        if datetime in (hint, *typing.get_args(hint)):
            found.add((kind.__name__, name))
        found |= instants_of(hint)
    return found


def test_what_encoding_looks_at_are_all_the_instants_of_an_entry() -> None:
    """A new one must be cut, too: see ``_as_read`` in ``storage.mongo.entries``."""
    assert instants_of(Entry) == {
        ("Entry", "recorded_at"),
        ("Snoozed", "until"),
        ("HandedOff", "opens_at"),
    }


@pytest.mark.parametrize(
    "body",
    [Message("m"), Snoozed(FINE), HandedOff(HandoffReason.TOPIC, "sales", opens_at=FINE)],
    ids=["recorded_at", "until", "opens_at"],
)
def test_an_encoded_entry_is_as_it_will_be_read(body: Body) -> None:
    encoded = MongoEntries.__new__(MongoEntries).encode(entry(body=body, recorded_at=FINE))
    assert encoded.entry == entry_of(bson.decode(encoded.document.raw, CODEC))
    assert encoded.entry.recorded_at == FINE.replace(microsecond=999_000)


def test_the_twins_agree_on_sizes_within_what_the_real_one_adds() -> None:
    real = MongoEntries.__new__(MongoEntries).encode(entry())
    assert storable_size(to_document(entry())) < real.size < storable_size(to_document(entry())) + 100
    assert real.entry.recorded_at > NOON
