"""What the twin can be told to do wrong, it does."""

import asyncio

import pytest

from storage.errors import HistoryLost, StorageUnavailable
from storage.memory import BatchFault, Fate, MemoryStorage
from storage.model.people import Availability
from storage.ports import Outcome, View
from tests.storage.making import JANA, NOON, contact, entry, inbox, later, operator, order, token


async def insert(storage: MemoryStorage, *seqs: int) -> list[Outcome]:
    """A batch."""
    return list(await storage.entries.insert_batch([storage.entries.encode(entry(seq=seq)) for seq in seqs]))


async def test_a_partial_batch() -> None:
    storage = MemoryStorage()
    storage.faults.plan(BatchFault(Fate.REFUSED, lambda each: each.seq == 2))
    assert await insert(storage, 1, 2, 3) == [Outcome.STORED, Outcome.REFUSED, Outcome.STORED]
    assert [each.seq for each in storage.entries.timelines()] == [1, 3]
    assert await insert(storage, 2) == [Outcome.STORED], "a plan is used up"


@pytest.mark.parametrize(
    ("fate", "at_once", "later_on"),
    [(Fate.UNKNOWN_APPLIED, 1, 1), (Fate.UNKNOWN_LOST, 0, 0), (Fate.UNKNOWN_LATE, 0, 1)],
)
async def test_unknown_outcomes(fate: Fate, at_once: int, later_on: int) -> None:
    storage = MemoryStorage()
    storage.faults.plan(BatchFault(fate))
    assert await insert(storage, 1) == [Outcome.UNKNOWN]
    assert len(storage.entries.timelines()) == at_once
    storage.faults.apply_late()
    assert len(storage.entries.timelines()) == later_on


async def test_what_is_applied_late_may_come_too_late() -> None:
    storage = MemoryStorage()
    storage.faults.plan(BatchFault(Fate.UNKNOWN_LATE))
    await insert(storage, 1)
    assert await insert(storage, 1) == [Outcome.STORED]
    storage.faults.apply_late()
    assert storage.entries.timelines() == [entry(seq=1)]


async def test_while_it_is_away_nothing_answers_and_nothing_is_written() -> None:
    storage = MemoryStorage()
    await storage.operators.put_new(operator())
    storage.go_away()
    assert await insert(storage, 1) == [Outcome.UNKNOWN]
    asked = [
        *(storage.ping(), storage.prepare(), storage.entries.after("c1", 0, 1)),
        storage.entries.by_client_id("c1", JANA.key, "k"),
        *(storage.outbox.claim("c1", "bot", NOON, later(1)), storage.conversations.get("c1")),
        storage.conversations.page(View.ALL, operator_id="o", teams=None, before=None, limit=1),
        *(storage.loads.add("o", "c1", 1), storage.contacts.put_new(contact())),
        *(storage.contacts.add_token(token()), storage.cursors.advance("c1", "r", 1)),
        *(storage.operators.put_new(operator("x")), storage.presence.beat("h", [], NOON)),
        storage.operators.set_availability("olga", Availability.AWAY),
        *(storage.orders.put_new(order()), storage.catalogue.tariffs(), storage.inboxes.put(inbox())),
    ]
    for asking in asked:
        with pytest.raises(StorageUnavailable):
            await asking
    storage.come_back()
    await storage.ping()
    assert await storage.operators.get("olga") == operator()
    assert await storage.contacts.get("jana") is None
    assert storage.entries.timelines() == []


async def test_streams_are_cut_when_it_goes_away() -> None:
    storage = MemoryStorage()
    async with storage.entries.watch(None) as changes:
        waiting = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0)
        storage.go_away()
        with pytest.raises(StorageUnavailable):
            await waiting


async def test_history_can_be_lost() -> None:
    storage = MemoryStorage()
    async with storage.entries.watch(None) as changes:
        await insert(storage, 1)
        token = (await anext(changes)).token
    storage.entries.lose_history()
    with pytest.raises(HistoryLost):
        async with storage.entries.watch(token):
            pytest.fail("it was opened")
    async with storage.entries.watch(None) as changes:
        await insert(storage, 2)
        assert (await anext(changes)).seq == 2
