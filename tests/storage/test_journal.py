"""The journal's rules, each with the fault that it is there for."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from storage.errors import StorageUnavailable, Unstorable
from storage.journal import Appended, Batch, Journal, Limits
from storage.memory import BatchFault, Fate, MemoryStorage
from storage.memory.entries import MemoryEntries
from storage.model.entry import Author, AuthorKind, Delivery, Entry, Message
from storage.ports import EncodedEntry, Outcome
from tests.storage.making import entry, later

STORED, DUPLICATE = Appended.STORED, Appended.DUPLICATE


@asynccontextmanager
async def running(journal: Journal) -> AsyncIterator[Journal]:
    """The journal with its task, as the supervisor would run it."""
    task = asyncio.create_task(journal.run())
    try:
        yield journal
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def no_pause(_: float) -> None:
    """In place of waiting."""
    await asyncio.sleep(0)


def journal_on(storage: MemoryStorage, **limits: Any) -> Journal:
    """A journal that does not wait between attempts."""
    return Journal(storage.entries, Limits(**limits), sleep=no_pause)


def appending(journal: Journal, *entries: Entry) -> list[asyncio.Task[Appended]]:
    """Callers of their own."""
    return [asyncio.create_task(journal.append(each)) for each in entries]


async def settled() -> None:
    """Let all that can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def storage() -> MemoryStorage:
    """With faults on demand."""
    return MemoryStorage()


def holding(storage: MemoryStorage) -> asyncio.Event:
    """Batches wait until it is set."""
    storage.faults.gate = asyncio.Event()
    return storage.faults.gate


# Batches


async def test_while_one_batch_is_in_flight_the_next_one_gathers(storage: MemoryStorage) -> None:
    gate = holding(storage)
    sizes: list[int] = []
    journal = Journal(storage.entries, on_batch=lambda batch: sizes.append(batch.entries))
    async with running(journal):
        first = appending(journal, entry("a"))
        await settled()
        rest = appending(journal, entry("b"), entry("c"), entry("d"))
        await settled()
        assert not any(caller.done() for caller in first + rest), "nobody hears before it is durable"
        assert journal.waiting == 3
        gate.set()
        assert await asyncio.gather(*first, *rest) == [STORED] * 4
    assert sizes == [1, 3]


async def test_a_batch_is_bounded_in_entries(storage: MemoryStorage) -> None:
    sizes: list[int] = []
    journal = journal_on(storage, batch_entries=5)
    journal.on_batch = lambda batch: sizes.append(batch.entries)
    callers = appending(journal, *(entry(f"c{each}") for each in range(12)))
    await settled()
    async with running(journal):
        assert await asyncio.gather(*callers) == [STORED] * 12
    assert sizes == [5, 5, 2]


async def test_a_batch_is_bounded_in_bytes(storage: MemoryStorage) -> None:
    batches: list[Batch] = []
    one = storage.entries.encode(entry("c0")).size
    journal = journal_on(storage, batch_bytes=3 * one + one // 2)
    journal.on_batch = batches.append
    callers = appending(journal, *(entry(f"c{each}") for each in range(7)))
    await settled()
    async with running(journal):
        assert await asyncio.gather(*callers) == [STORED] * 7
    assert [(batch.entries, batch.bytes) for batch in batches] == [(3, 3 * one), (3, 3 * one), (1, one)]


async def test_an_entry_larger_than_a_batch_still_goes_alone(storage: MemoryStorage) -> None:
    journal = journal_on(storage, batch_bytes=10)
    async with running(journal):
        assert await asyncio.gather(*appending(journal, entry("a"), entry("b"))) == [STORED] * 2


async def test_too_many_waiting_are_turned_away_at_once(storage: MemoryStorage) -> None:
    journal = journal_on(storage, waiting_entries=2)
    callers = appending(journal, entry("a"), entry("b"))
    await settled()
    with pytest.raises(StorageUnavailable, match="too many"):
        await journal.append(entry("c"))
    async with running(journal):
        assert await asyncio.gather(*callers) == [STORED] * 2
        assert await journal.append(entry("c")) is STORED
    assert journal.counters.turned_away == 1


# What cannot be stored


async def test_a_lone_surrogate_is_refused_alone(storage: MemoryStorage) -> None:
    journal = journal_on(storage)
    callers = appending(journal, entry("a"), entry("b", body=Message("\ud800")), entry("c"))
    async with running(journal):
        results = await asyncio.gather(*callers, return_exceptions=True)
    assert results[0] is STORED
    assert isinstance(results[1], Unstorable)
    assert results[2] is STORED


async def test_an_oversized_entry_is_refused_alone(storage: MemoryStorage) -> None:
    journal = journal_on(storage)
    callers = appending(journal, entry("a"), entry("b", body=Message("x" * 256 * 1024)))
    async with running(journal):
        results = await asyncio.gather(*callers, return_exceptions=True)
    assert results[0] is STORED
    assert isinstance(results[1], Unstorable)
    assert journal.counters.unstorable == 1


async def test_what_the_server_refuses_is_unstorable_for_its_sender_alone(storage: MemoryStorage) -> None:
    storage.faults.plan(BatchFault(Fate.REFUSED, lambda each: each.conversation_id == "b"))
    journal = journal_on(storage)
    callers = appending(journal, entry("a"), entry("b"), entry("c"))
    await settled()
    async with running(journal):
        results = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(result) for result in results] == [Appended, Unstorable, Appended]
    assert journal.counters.batches == 1


# Definite and unknown outcomes


async def test_a_taken_key_is_a_duplicate(storage: MemoryStorage) -> None:
    journal = journal_on(storage)
    async with running(journal):
        assert await journal.append(entry(seq=1, client_id="k")) is STORED
        assert await journal.append(entry(seq=1, client_id="other")) is DUPLICATE
        assert await journal.append(entry(seq=2, client_id="k")) is DUPLICATE
        assert await journal.append(entry(seq=1, client_id="k")) is DUPLICATE
    assert journal.counters.duplicates == 3


async def test_of_a_partial_batch_only_the_doubtful_is_offered_again(storage: MemoryStorage) -> None:
    storage.faults.plan(BatchFault(Fate.UNKNOWN_LOST, lambda each: each.conversation_id == "b"))
    offered: list[int] = []
    journal = journal_on(storage)
    journal.on_batch = lambda batch: offered.append(batch.entries)
    callers = appending(journal, entry("a"), entry("b"), entry("c"))
    await settled()
    async with running(journal):
        assert await asyncio.gather(*callers) == [STORED] * 3
    assert offered == [3, 1]
    assert len(storage.entries.timelines()) == 3


@pytest.mark.parametrize("fate", [Fate.UNKNOWN_APPLIED, Fate.UNKNOWN_LOST, Fate.UNKNOWN_LATE])
async def test_an_unknown_outcome_becomes_definite_and_is_stored_once(
    storage: MemoryStorage, fate: Fate
) -> None:
    # UNKNOWN_APPLIED is also what a batch with writeConcernErrors only amounts to.
    storage.faults.plan(BatchFault(fate), BatchFault(fate))
    journal = journal_on(storage)
    callers = appending(journal, *(entry(f"c{each}") for each in range(5)))
    await settled()
    async with running(journal):
        assert await asyncio.gather(*callers) == [STORED] * 5
    storage.faults.apply_late()
    assert len(storage.entries.timelines()) == 5


async def test_applied_later_between_two_attempts(storage: MemoryStorage) -> None:
    storage.faults.plan(BatchFault(Fate.UNKNOWN_LATE))

    async def applied_meanwhile(_: float) -> None:
        storage.faults.apply_late()

    journal = Journal(storage.entries, sleep=applied_meanwhile)
    async with running(journal):
        assert await journal.append(entry()) is STORED
    assert journal.counters.batches == 2
    assert storage.entries.timeline("c1") == [entry()]


async def test_an_earlier_attempt_is_known_by_the_whole_entry(storage: MemoryStorage) -> None:
    """Two hubs derive the same id for a repeated command; only one of them wrote what is stored."""
    storage.faults.plan(BatchFault(Fate.UNKNOWN_LOST))
    theirs = entry(recorded_at=later(500))

    async def another_hub(_: float) -> None:
        await storage.entries.insert_batch([storage.entries.encode(theirs)])

    journal = Journal(storage.entries, sleep=another_hub)
    async with running(journal):
        assert await journal.append(entry(recorded_at=later(1))) is DUPLICATE
    assert storage.entries.timeline("c1") == [theirs]


async def test_an_earlier_attempt_is_known_after_the_outbox_has_moved_it_on(storage: MemoryStorage) -> None:
    storage.faults.plan(BatchFault(Fate.UNKNOWN_APPLIED))

    async def delivered_meanwhile(_: float) -> None:
        storage.entries.set_delivery("c1", 1, Delivery.SETTLED)

    journal = Journal(storage.entries, sleep=delivered_meanwhile)
    async with running(journal):
        assert await journal.append(entry(delivery=Delivery.OWED)) is STORED


async def test_in_doubt_and_the_seq_went_to_another(storage: MemoryStorage) -> None:
    storage.faults.plan(BatchFault(Fate.UNKNOWN_LOST))
    olga = Author(AuthorKind.OPERATOR, "olga")

    async def another_hub(_: float) -> None:
        await storage.entries.insert_batch([storage.entries.encode(entry(author=olga))])

    journal = Journal(storage.entries, sleep=another_hub)
    async with running(journal):
        assert await journal.append(entry()) is DUPLICATE


async def test_in_doubt_and_the_client_id_is_at_another_seq(storage: MemoryStorage) -> None:
    storage.faults.plan(BatchFault(Fate.UNKNOWN_LOST))

    async def another_hub(_: float) -> None:
        await storage.entries.insert_batch([storage.entries.encode(entry(seq=7, client_id="k"))])

    journal = Journal(storage.entries, sleep=another_hub)
    async with running(journal):
        assert await journal.append(entry(seq=1, client_id="k")) is DUPLICATE


class Unseen(MemoryEntries):
    """What is stored is not committed by a majority, and so not read, for some reads."""

    def __init__(self, storage: MemoryStorage, reads: int) -> None:
        super().__init__(storage.faults)
        self.hidden_reads = reads

    async def after(self, conversation_id: str, seq: int, limit: int) -> Sequence[Entry]:
        self.hidden_reads -= 1
        return [] if self.hidden_reads >= 0 else await super().after(conversation_id, seq, limit)

    async def by_client_id(self, conversation_id: str, author_key: str, client_id: str) -> Entry | None:
        if self.hidden_reads >= 0:
            return None
        return await super().by_client_id(conversation_id, author_key, client_id)


async def test_a_duplicate_in_doubt_that_cannot_be_seen_yet_stays_in_doubt(storage: MemoryStorage) -> None:
    entries = Unseen(storage, reads=3)
    storage.faults.plan(BatchFault(Fate.UNKNOWN_APPLIED))
    journal = Journal(entries, sleep=no_pause)
    async with running(journal):
        assert await journal.append(entry()) is STORED
    assert journal.counters.batches == 1 + 4


async def test_what_is_in_doubt_goes_first(storage: MemoryStorage) -> None:
    storage.faults.plan(BatchFault(Fate.UNKNOWN_LOST))
    journal = journal_on(storage, batch_entries=1)
    answered: list[str] = []

    async def append(conversation_id: str) -> None:
        await journal.append(entry(conversation_id))
        answered.append(conversation_id)

    callers = [asyncio.create_task(append(each)) for each in ("first", "second", "third")]
    await settled()
    async with running(journal):
        await asyncio.gather(*callers)
    assert answered == ["first", "second", "third"]


class LosesTheFirstLookup(MemoryEntries):
    """The database goes away between a batch and the lookup that it needs."""

    lost = False

    async def after(self, conversation_id: str, seq: int, limit: int) -> Sequence[Entry]:
        if not self.lost:
            self.lost = True
            raise StorageUnavailable
        return await super().after(conversation_id, seq, limit)


async def test_a_lookup_that_fails_leaves_the_doubt(storage: MemoryStorage) -> None:
    entries = LosesTheFirstLookup(storage.faults)
    storage.faults.plan(BatchFault(Fate.UNKNOWN_APPLIED))
    journal = Journal(entries, sleep=no_pause)
    async with running(journal):
        assert await journal.append(entry()) is STORED
    assert journal.counters.batches == 3


class SlowToLookUp(MemoryEntries):
    """Lookups wait."""

    def __init__(self, storage: MemoryStorage) -> None:
        super().__init__(storage.faults)
        self.gate = asyncio.Event()

    async def after(self, conversation_id: str, seq: int, limit: int) -> Sequence[Entry]:
        await self.gate.wait()
        return await super().after(conversation_id, seq, limit)


async def test_nobody_waits_for_a_neighbours_lookup(storage: MemoryStorage) -> None:
    entries = SlowToLookUp(storage)
    storage.faults.plan(BatchFault(Fate.UNKNOWN_APPLIED))
    journal = Journal(entries, sleep=no_pause)
    async with running(journal):
        (doubtful,) = appending(journal, entry("doubtful"))
        holding(storage)
        await settled()
        (fresh,) = appending(journal, entry("fresh"))
        await settled()
        assert storage.faults.gate is not None
        storage.faults.gate.set()
        assert await fresh is STORED
        assert not doubtful.done()
        entries.gate.set()
        assert await doubtful is STORED


async def test_while_the_store_is_away_attempts_come_ever_more_slowly(storage: MemoryStorage) -> None:
    storage.go_away()
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 8:
            storage.come_back()

    limits = Limits(first_pause=0.1, longest_pause=1.0)
    journal = Journal(storage.entries, limits, sleep=pause, jitter=lambda: 1.0)
    async with running(journal):
        assert await journal.append(entry()) is STORED
    assert pauses == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0, 1.0])


async def test_jitter_takes_up_to_half_of_a_pause(storage: MemoryStorage) -> None:
    storage.go_away()
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        storage.come_back()

    journal = Journal(storage.entries, Limits(first_pause=0.1), sleep=pause, jitter=lambda: 0.0)
    async with running(journal):
        await journal.append(entry())
    assert pauses == pytest.approx([0.05])


async def test_patience_ends_in_an_unknown_outcome(storage: MemoryStorage) -> None:
    storage.go_away()
    journal = journal_on(storage, patience=0.02)
    async with running(journal):
        with pytest.raises(StorageUnavailable):
            await journal.append(entry())
        storage.come_back()
        assert await journal.append(entry()) is STORED, "the journal lives on"
    assert journal.counters.given_up == 1


async def test_what_was_never_offered_in_its_time_is_not_written_afterwards(storage: MemoryStorage) -> None:
    journal = journal_on(storage, patience=0.0)
    caller = appending(journal, entry())
    await settled()
    async with running(journal):
        with pytest.raises(StorageUnavailable, match="not written"):
            await caller[0]
    assert storage.entries.timelines() == []


async def test_one_entry_in_doubt_does_not_hold_up_the_others(storage: MemoryStorage) -> None:
    def bad(each: Entry) -> bool:
        return each.conversation_id == "bad"

    storage.faults.plan(*(BatchFault(Fate.UNKNOWN_LOST, bad) for _ in range(1_000)))
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    journal = Journal(storage.entries, sleep=pause)
    async with running(journal):
        (doubtful,) = appending(journal, entry("bad"))
        for each in range(20):
            assert await journal.append(entry("good", each + 1)) is STORED
        assert not doubtful.done()
        storage.faults.plans.clear()
        assert await doubtful is STORED


# Callers and tasks


async def test_a_cancelled_caller_does_not_cancel_the_write(storage: MemoryStorage) -> None:
    gate = holding(storage)
    journal = journal_on(storage)
    async with running(journal):
        impatient, patient = appending(journal, entry("a"), entry("b"))
        await settled()
        impatient.cancel()
        with pytest.raises(asyncio.CancelledError):
            await impatient
        gate.set()
        assert await patient is STORED
    assert len(storage.entries.timelines()) == 2


async def test_a_write_in_doubt_is_made_sure_of_although_its_caller_has_gone(storage: MemoryStorage) -> None:
    gate = holding(storage)
    storage.faults.plan(BatchFault(Fate.UNKNOWN_LOST))
    journal = journal_on(storage)
    async with running(journal):
        (caller,) = appending(journal, entry("a"))
        await settled()
        caller.cancel()
        await settled()
        gate.set()
        await journal.close()
    assert storage.entries.timelines() == [entry("a")]


async def test_a_caller_cancelled_before_its_batch_began(storage: MemoryStorage) -> None:
    journal = journal_on(storage)
    (caller,) = appending(journal, entry("a"))
    await settled()
    caller.cancel()
    await settled()
    async with running(journal):
        assert await journal.append(entry("b")) is STORED
    assert len(storage.entries.timelines()) == 2


class HalfThenHang(MemoryEntries):
    """Stores the first half of the first batch and hangs; then works."""

    def __init__(self, storage: MemoryStorage) -> None:
        super().__init__(storage.faults)
        self.hung = asyncio.Event()

    async def insert_batch(self, batch: Sequence[EncodedEntry]) -> Sequence[Outcome]:
        if not self.hung.is_set():
            await super().insert_batch(batch[: len(batch) // 2])
            self.hung.set()
            await asyncio.get_running_loop().create_future()
        return await super().insert_batch(batch)


async def test_a_batch_cancelled_half_stored_is_offered_again(storage: MemoryStorage) -> None:
    entries = HalfThenHang(storage)
    journal = Journal(entries, sleep=no_pause)
    callers = appending(journal, *(entry(f"c{each}") for each in range(6)))
    async with running(journal):
        await entries.hung.wait()
    assert not any(caller.done() for caller in callers)
    async with running(journal):
        assert await asyncio.gather(*callers) == [STORED] * 6
    assert len(entries.timelines()) == 6


async def test_a_store_that_hangs_is_an_unknown_outcome(storage: MemoryStorage) -> None:
    entries = HalfThenHang(storage)
    journal = Journal(entries, Limits(batch_seconds=0.02), sleep=no_pause)
    async with running(journal):
        callers = appending(journal, *(entry(f"c{each}") for each in range(4)))
        assert await asyncio.gather(*callers) == [STORED] * 4
    assert journal.counters.unknown == 4


class Buggy(MemoryEntries):
    """Fails once with something that no store should raise."""

    def __init__(self, storage: MemoryStorage) -> None:
        super().__init__(storage.faults)
        self.failed = False

    async def insert_batch(self, batch: Sequence[EncodedEntry]) -> Sequence[Outcome]:
        if not self.failed:
            self.failed = True
            raise ZeroDivisionError
        return await super().insert_batch(batch)


async def test_a_crash_is_the_supervisors_and_loses_nothing(storage: MemoryStorage) -> None:
    journal = Journal(Buggy(storage), sleep=no_pause)
    (caller,) = appending(journal, entry())
    with pytest.raises(ZeroDivisionError):
        await journal.run()
    async with running(journal):
        assert await caller is STORED


# Closing


async def test_close_writes_what_waits(storage: MemoryStorage) -> None:
    gate = holding(storage)
    journal = journal_on(storage, batch_entries=2)
    running_task = asyncio.create_task(journal.run())
    callers = appending(journal, *(entry(f"c{each}") for each in range(5)))
    await settled()
    closing = asyncio.create_task(journal.close())
    await settled()
    with pytest.raises(StorageUnavailable, match="closed"):
        await journal.append(entry("late"))
    gate.set()
    await closing
    await running_task
    assert await asyncio.gather(*callers) == [STORED] * 5


async def test_close_writes_even_when_the_task_is_gone(storage: MemoryStorage) -> None:
    journal = journal_on(storage)
    callers = appending(journal, entry("a"), entry("b"))
    await settled()
    await journal.close()
    assert await asyncio.gather(*callers) == [STORED] * 2


async def test_close_leaves_nobody_waiting(storage: MemoryStorage) -> None:
    storage.go_away()
    journal = journal_on(storage)
    async with running(journal):
        callers = appending(journal, entry("a"), entry("b"))
        await settled()
        await journal.close(within=0.05)
        results = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(result) for result in results] == [StorageUnavailable] * 2
    assert journal.waiting == 0


async def test_close_while_a_batch_hangs_leaves_nobody_waiting(storage: MemoryStorage) -> None:
    gate = holding(storage)
    journal = journal_on(storage)
    async with running(journal):
        callers = appending(journal, entry("a"))
        await settled()
        callers += appending(journal, entry("b"))
        await settled()
        await journal.close(within=0.02)
        with pytest.raises(StorageUnavailable, match="not written"):
            await callers[1]
        gate.set()
        assert await callers[0] is STORED, "the batch in flight ends by itself"


async def test_close_and_then_the_task_is_cancelled(storage: MemoryStorage) -> None:
    holding(storage)
    journal = journal_on(storage)
    async with running(journal):
        (caller,) = appending(journal, entry("a"))
        await settled()
        await journal.close(within=0.02)
    with pytest.raises(StorageUnavailable, match="not known"):
        await caller


async def test_the_counters(storage: MemoryStorage) -> None:
    storage.faults.plan(BatchFault(Fate.UNKNOWN_APPLIED))
    journal = journal_on(storage)
    callers = appending(journal, entry("a"), entry("b"))
    await settled()
    async with running(journal):
        await asyncio.gather(*callers)
    counters = journal.counters
    size = storage.entries.encode(entry("a")).size
    assert (counters.batches, counters.entries, counters.bytes) == (2, 4, 4 * size)
    assert (counters.stored, counters.unknown, counters.given_up) == (2, 2, 0)
    assert counters.seconds >= 0


async def test_many_writers_and_many_faults_lose_nothing_and_double_nothing(storage: MemoryStorage) -> None:
    """Writers that behave as the dispatcher must: read the tail, append, and look a duplicate up."""
    fates = [Fate.UNKNOWN_APPLIED, Fate.UNKNOWN_LOST, Fate.UNKNOWN_LATE]
    storage.faults.plan(
        *(
            BatchFault(fates[turn % 3], lambda each, turn=turn: (each.seq + turn) % 2 == 0)
            for turn in range(90)
        )
    )
    journal = journal_on(storage)
    acknowledged: list[tuple[str, str]] = []

    async def say(conversation_id: str, client_id: str) -> None:
        while True:
            tail = await storage.entries.before(conversation_id, 2**62, 1)
            words = entry(conversation_id, tail[0].seq + 1 if tail else 1, client_id=client_id)
            outcome = await journal.append(words)
            storage.faults.apply_late()
            found = await storage.entries.by_client_id(conversation_id, words.author.key, client_id)
            if outcome is STORED or found is not None:
                acknowledged.append((conversation_id, client_id))
                return

    async with running(journal):
        await asyncio.gather(*(say(f"c{number % 5}", f"k{number}") for number in range(60)))
    for number in range(5):
        timeline = storage.entries.timeline(f"c{number}")
        assert [each.seq for each in timeline] == list(range(1, 13))
        assert len({each.client_id for each in timeline}) == 12
    assert len(acknowledged) == 60


async def test_an_identical_entry_is_compared_as_stored(storage: MemoryStorage) -> None:
    """Microseconds are cut when an entry is stored, and must not make it another."""
    storage.faults.plan(BatchFault(Fate.UNKNOWN_APPLIED))
    journal = journal_on(storage)
    exact = replace(entry(), recorded_at=later(0.123_456))
    async with running(journal):
        assert await journal.append(exact) is STORED
