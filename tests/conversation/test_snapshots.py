"""Snapshots follow their timelines and never go back."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import pytest

from hub.conversation.commands import SendMessage, Take
from hub.conversation.snapshots import SLICE, Snapshots
from storage.errors import StorageUnavailable
from storage.memory import MemoryStorage
from storage.model.conversation import Conversation
from tests.conversation.bench import ANNA, JANA, Bench, Clock, blank, hub, memory


async def seq_of(storage: MemoryStorage, conversation_id: str = "c1") -> int:
    snapshot = await storage.conversations.get(conversation_id)
    assert snapshot is not None
    return snapshot.seq


async def test_followers_hear_after_the_write(bench: Bench, storage: MemoryStorage) -> None:
    snapshots = Snapshots(storage, bench.clock)
    heard: list[int] = []
    snapshots.follow(lambda conversation: heard.append(conversation.seq))
    bench.dispatcher.listen(snapshots.note)
    await bench.do(JANA, SendMessage("a"), "a")
    await bench.do(JANA, SendMessage("b"), "b")
    assert await seq_of(storage) == 0
    assert not heard
    await snapshots.flush()
    assert await seq_of(storage) == 2
    assert heard == [2]


async def test_a_version_never_goes_back(bench: Bench, storage: MemoryStorage) -> None:
    snapshots = Snapshots(storage, bench.clock)
    first = await bench.do(JANA, SendMessage("a"), "a")
    second = await bench.do(JANA, SendMessage("b"), "b")
    assert first.conversation is not None
    assert second.conversation is not None
    snapshots.note(second.entry, second.conversation)
    snapshots.note(first.entry, first.conversation)
    await snapshots.flush()
    assert await seq_of(storage) == 2
    snapshots.note(first.entry, first.conversation)
    await snapshots.flush()
    assert await seq_of(storage) == 2


async def test_what_could_not_be_written_is_written_later(bench: Bench, storage: MemoryStorage) -> None:
    snapshots = Snapshots(storage, bench.clock)
    bench.dispatcher.listen(snapshots.note)
    await bench.do(JANA, SendMessage("a"), "a")
    storage.faults.away = True
    with pytest.raises(StorageUnavailable):
        await snapshots.flush()
    storage.faults.away = False
    bench.tasks.job("snapshots", snapshots.write)
    async with asyncio.timeout(5):
        done = asyncio.Event()
        snapshots.follow(lambda _: done.set())
        await done.wait()
    assert await seq_of(storage) == 1


async def test_words_said_during_a_write_rest_like_any_others(
    bench: Bench, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy conversation would else be written again and again without a pause."""
    snapshots = Snapshots(storage, bench.clock)
    bench.dispatcher.listen(snapshots.note)
    save_many = storage.conversations.save_many
    written: list[int] = []

    async def meanwhile(conversations: Iterable[Conversation]) -> None:
        batch = list(conversations)
        written.extend(conversation.seq for conversation in batch)
        if len(written) < 5:
            await bench.do(JANA, SendMessage("and"), f"during {len(written)}")
        await save_many(batch)

    await bench.do(JANA, SendMessage("a"), "a")
    await bench.do(ANNA, Take(), "b")
    monkeypatch.setattr(storage.conversations, "save_many", meanwhile)
    await snapshots._write_dirty()
    assert written == [2]
    await snapshots.flush()
    assert written == [2, 3, 4, 5, 6], "nothing is left to a rest that will not end"
    assert await seq_of(storage) == 6


async def test_the_sweeper_repairs_what_lags_once(bench: Bench, storage: MemoryStorage) -> None:
    await bench.do(JANA, SendMessage("a"), "a")
    snapshots = Snapshots(storage, bench.clock)
    assert await snapshots.sweep() == 1
    await snapshots.flush()
    assert await seq_of(storage) == 1
    assert await snapshots.sweep() == 0
    await bench.do(JANA, SendMessage("b"), "b")
    assert await snapshots.sweep() == 1


async def test_a_sweep_that_failed_is_made_up_for(
    bench: Bench, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.do(JANA, SendMessage("a"), "a")
    snapshots = Snapshots(storage, bench.clock)

    async def away(_: object) -> dict[str, tuple[int, int]]:
        raise StorageUnavailable("planted")

    with monkeypatch.context() as patch:
        patch.setattr(storage.conversations, "versions", away)
        with pytest.raises(StorageUnavailable):
            await snapshots.sweep()
    assert await snapshots.sweep() == 1


async def test_a_sweep_does_not_undo_what_is_newer(
    storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    async with hub(storage, clock) as bench:
        await bench.do(JANA, SendMessage("a"), "a")
        snapshots = Snapshots(storage, clock)
        load = snapshots._timelines.load

        async def slow(conversation_id: str) -> Conversation:
            """While it reads, the conversation goes on."""
            old = await load(conversation_id)
            accepted = await bench.do(JANA, SendMessage("b"), "b")
            assert accepted.conversation is not None
            snapshots.note(accepted.entry, accepted.conversation)
            return old

        monkeypatch.setattr(snapshots._timelines, "load", slow)
        await snapshots.sweep()
        await snapshots.flush()
        assert await seq_of(storage) == 2


async def test_more_conversations_than_one_write_takes() -> None:
    conversations = [blank(f"c{n}") for n in range(1_200)]
    storage = await memory(*conversations)
    snapshots = Snapshots(storage, Clock())
    async with hub(storage, Clock()) as bench:
        bench.dispatcher.listen(snapshots.note)
        said = (bench.do(JANA, SendMessage("a"), "a", each.id) for each in conversations)
        await asyncio.gather(*said)
    await snapshots.flush()
    assert {await seq_of(storage, each.id) for each in conversations} == {1}


async def test_a_long_history_is_looked_at_in_slices_newest_first(
    storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    looks: list[timedelta] = []
    recorded_since = storage.entries.recorded_since

    async def watched(
        at: datetime, limit: int, *, before: datetime | None = None
    ) -> Sequence[tuple[str, int]]:
        looks.append((before or clock.now()) - at)
        if len(looks) == 3:
            raise StorageUnavailable("planted")
        return await recorded_since(at, limit, before=before)

    async with hub(storage, clock) as bench:
        await bench.do(JANA, SendMessage("a"), "a")
    clock.forward(23 * 3600)
    snapshots = Snapshots(storage, clock)
    monkeypatch.setattr(storage.entries, "recorded_since", watched)
    with pytest.raises(StorageUnavailable):
        await snapshots.sweep()
    repaired = 0
    for _ in range(25):
        clock.forward(2)
        repaired += await snapshots.sweep()
    assert repaired == 1
    assert max(looks) <= SLICE
    assert len(looks) < 400, "what was looked at is not looked at again"
