"""The contract of ``EntryStore``, over memory, Motor and PyMongo."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from storage.errors import Unstorable
from storage.model.entry import (
    Author,
    AuthorKind,
    Delivered,
    Delivery,
    DeliveryOutcome,
    Entry,
    Message,
    Note,
    Understood,
)
from storage.ports import Outcome, Storage
from tests.storage.making import JANA, NOON, entry, later


async def put(storage: Storage, *entries: Entry) -> None:
    """Store them all."""
    outcomes = await storage.entries.insert_batch([storage.entries.encode(each) for each in entries])
    assert outcomes == [Outcome.STORED] * len(entries)


def seqs(entries: object) -> list[int]:
    """Of a page."""
    assert isinstance(entries, list)
    return [each.seq for each in entries]


async def test_what_is_stored_is_read_back_equal(storage: Storage) -> None:
    written = entry(delivery=Delivery.OWED)
    await put(storage, written)
    assert await storage.entries.after("c1", 0, 10) == [written]


async def test_instants_come_back_in_utc_to_the_millisecond(storage: Storage) -> None:
    prague = datetime(2026, 11, 23, 13, 0, 0, 123_456, tzinfo=timezone(timedelta(hours=1)))
    await put(storage, entry(recorded_at=prague))
    (read,) = await storage.entries.after("c1", 0, 10)
    assert read.recorded_at == datetime(2026, 11, 23, 12, 0, 0, 123_000, tzinfo=UTC)
    assert read.recorded_at.tzinfo is UTC or read.recorded_at.utcoffset() == timedelta(0)


async def test_encode_gives_the_entry_as_it_will_be_read(storage: Storage) -> None:
    encoded = storage.entries.encode(entry(recorded_at=datetime(2026, 1, 1, 0, 0, 0, 999_999, tzinfo=UTC)))
    await storage.entries.insert_batch([encoded])
    assert await storage.entries.after("c1", 0, 1) == [encoded.entry]


async def test_a_taken_seq_is_a_duplicate_and_its_neighbours_are_stored(storage: Storage) -> None:
    await put(storage, entry(seq=2))
    batch = [entry(seq=1), entry(seq=2, client_id="other"), entry(seq=3)]
    outcomes = await storage.entries.insert_batch([storage.entries.encode(each) for each in batch])
    assert outcomes == [Outcome.STORED, Outcome.DUPLICATE, Outcome.STORED]
    assert seqs(await storage.entries.after("c1", 0, 10)) == [1, 2, 3]


async def test_a_taken_client_id_of_the_same_author_is_a_duplicate(storage: Storage) -> None:
    await put(storage, entry(seq=1, client_id="k"))
    again = storage.entries.encode(entry(seq=2, client_id="k"))
    assert await storage.entries.insert_batch([again]) == [Outcome.DUPLICATE]


async def test_a_client_id_is_free_to_others_and_elsewhere(storage: Storage) -> None:
    olga = Author(AuthorKind.OPERATOR, "olga")
    renamed = replace(JANA, name="Jana Nová")
    await put(
        storage,
        entry(seq=1, client_id="k"),
        entry(seq=2, client_id="k", author=olga),
        entry("c2", client_id="k", author=renamed),
    )
    assert await storage.entries.by_client_id("c1", JANA.key, "k") == entry(seq=1, client_id="k")
    assert await storage.entries.by_client_id("c1", olga.key, "k") == entry(seq=2, client_id="k", author=olga)


async def test_the_identical_entry_again_is_a_duplicate(storage: Storage) -> None:
    await put(storage, entry())
    assert await storage.entries.insert_batch([storage.entries.encode(entry())]) == [Outcome.DUPLICATE]


async def test_two_of_the_same_seq_in_one_batch(storage: Storage) -> None:
    batch = [entry(seq=1, client_id="a"), entry(seq=1, client_id="b")]
    outcomes = await storage.entries.insert_batch([storage.entries.encode(each) for each in batch])
    assert sorted(outcome.value for outcome in outcomes) == ["duplicate", "stored"]


async def test_an_empty_batch(storage: Storage) -> None:
    assert list(await storage.entries.insert_batch([])) == []


async def test_two_writers_get_one_seq_between_them(storage: Storage) -> None:
    rivals = [storage.entries.encode(entry(client_id=f"k{rival}")) for rival in range(8)]
    outcomes = await asyncio.gather(*(storage.entries.insert_batch([rival]) for rival in rivals))
    assert sorted(outcome.value for (outcome,) in outcomes) == ["duplicate"] * 7 + ["stored"]


@pytest.mark.parametrize(
    "bad",
    [
        entry(body=Message("half \ud800")),
        entry(seq=2**70, recorded_at=NOON),
        replace(entry(), client_id="\udfff"),
        entry(body=Message("x", understood=Understood("i", 0.5, {"nul\0": "x"}))),
        entry(recorded_at=datetime(2026, 1, 1)),  # noqa: DTZ001 - what is refused
    ],
    ids=["surrogate", "number", "client_id", "field_name", "naive"],
)
async def test_what_cannot_be_stored_is_refused_when_encoded(storage: Storage, bad: Entry) -> None:
    with pytest.raises(Unstorable):
        storage.entries.encode(bad)


async def test_a_number_that_no_index_minds_is_refused_too(storage: Storage) -> None:
    with pytest.raises(Unstorable):
        storage.entries.encode(entry(body=Message("x", settles=-(2**63) - 1)))
    storage.entries.encode(entry(body=Message("x", settles=-(2**63))))


async def test_names_of_entities_may_look_like_operators(storage: Storage) -> None:
    odd = entry(body=Message("x", understood=Understood("i", 0.5, {"$where": "1", "a.b": "2", "": "3"})))
    await put(storage, odd)
    assert await storage.entries.after("c1", 0, 1) == [odd]


async def test_pages(storage: Storage) -> None:
    await put(storage, *(entry(seq=seq) for seq in (3, 1, 5, 2, 4)), entry("c2"))
    assert seqs(await storage.entries.after("c1", 2, 2)) == [3, 4]
    assert seqs(await storage.entries.after("c1", 5, 2)) == []
    assert seqs(await storage.entries.before("c1", 4, 2)) == [2, 3]
    assert seqs(await storage.entries.before("c1", 1, 2)) == []
    assert seqs(await storage.entries.before("c1", 2**63 - 1, 100)) == [1, 2, 3, 4, 5]
    assert seqs(await storage.entries.after("nowhere", 0, 2)) == []
    assert seqs(await storage.entries.after("c1", 0, 0)) == []


async def test_public_pages_leave_out_what_is_hidden(storage: Storage) -> None:
    note = Note("among us")
    await put(
        storage,
        entry(seq=1, public_seq=1),
        entry(seq=2, public_seq=1, body=note),
        entry(seq=3, public_seq=2),
        entry(seq=4, public_seq=3),
        entry(seq=5, public_seq=3, body=note),
    )
    assert seqs(await storage.entries.after_public("c1", 0, 10)) == [1, 3, 4]
    assert seqs(await storage.entries.after_public("c1", 1, 1)) == [3]
    assert seqs(await storage.entries.before_public("c1", 4, 2)) == [3, 4]
    assert seqs(await storage.entries.before_public("c1", 1, 2)) == []


async def test_what_points_at_a_page(storage: Storage) -> None:
    def outcome(target: int) -> Delivered:
        return Delivered(target, 1, DeliveryOutcome.SENT)

    await put(
        storage,
        entry(seq=1),
        entry(seq=2),
        entry(seq=3, body=outcome(2)),
        entry(seq=4, body=outcome(1)),
        entry(seq=5, body=outcome(1)),
        entry("c2", seq=6, body=outcome(1)),
    )
    assert seqs(await storage.entries.touching("c1", [1])) == [4, 5]
    assert seqs(await storage.entries.touching("c1", [1, 2])) == [3, 4, 5]
    assert seqs(await storage.entries.touching("c1", [])) == []
    assert seqs(await storage.entries.touching("c1", list(range(3, 600)))) == []


async def test_by_client_id_finds_nothing(storage: Storage) -> None:
    assert await storage.entries.by_client_id("c1", JANA.key, "k") is None


async def test_recorded_since_is_the_highest_seq_of_each_oldest_first(storage: Storage) -> None:
    await put(
        storage,
        entry("late", seq=1, recorded_at=later(30)),
        entry("early", seq=1, recorded_at=later(5)),
        entry("early", seq=2, recorded_at=later(10)),
        entry("early", seq=3, recorded_at=later(40)),
        entry("old", seq=1, recorded_at=later(1)),
    )
    assert list(await storage.entries.recorded_since(later(5), 10)) == [("early", 3), ("late", 1)]
    assert list(await storage.entries.recorded_since(later(5), 1)) == [("early", 3)]
    assert list(await storage.entries.recorded_since(later(41), 10)) == []
    assert list(await storage.entries.recorded_since(later(1), 10, before=later(30))) == [
        ("old", 1),
        ("early", 2),
    ]


async def test_watch_tells_what_is_stored_from_now_on(storage: Storage) -> None:
    await put(storage, entry(seq=1))
    async with storage.entries.watch(None) as changes:
        await put(storage, entry(seq=2), entry("c2", seq=1))
        seen = [await anext(changes), await anext(changes)]
    assert [(change.conversation_id, change.seq) for change in seen] == [("c1", 2), ("c2", 1)]


async def test_watch_resumes_after_a_token(storage: Storage) -> None:
    async with storage.entries.watch(None) as changes:
        await put(storage, entry(seq=1))
        first = await anext(changes)
    await put(storage, entry(seq=2))
    async with storage.entries.watch(first.token) as changes:
        assert (await anext(changes)).seq == 2


async def test_watch_can_be_left_while_it_waits(storage: Storage) -> None:
    async with storage.entries.watch(None) as changes:
        waiting = asyncio.ensure_future(anext(changes))
        await storage.ping()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_the_outbox_moving_an_entry_is_not_told(storage: Storage) -> None:
    await put(storage, entry(seq=1, delivery=Delivery.OWED))
    async with storage.entries.watch(None) as changes:
        fence = await storage.outbox.claim("c1", "bot", later(0), later(30))
        assert fence is not None
        await storage.outbox.start("c1", 1, fence, later(60))
        await put(storage, entry(seq=2))
        assert (await anext(changes)).seq == 2
