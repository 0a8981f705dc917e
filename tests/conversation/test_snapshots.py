"""Snapshots follow their timelines and never go back."""

import asyncio
from collections.abc import Iterable

import pytest

from hub.conversation.commands import SendMessage, Take
from hub.conversation.snapshots import Snapshots
from storage.errors import StorageUnavailable
from storage.memory import MemoryStorage
from storage.model.conversation import Conversation
from tests.conversation.bench import ANNA, JANA, Bench, Clock, blank, hub, memory


async def seq_of(storage: MemoryStorage, conversation_id: str = "c1") -> int:
    snapshot = await storage.conversations.get(conversation_id)
    assert snapshot is not None
    return snapshot.seq


async def test_followers_hear_after_the_write(bench: Bench, storage: MemoryStorage) -> None:
    snapshots = Snapshots(storage)
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
    snapshots = Snapshots(storage)
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
    snapshots = Snapshots(storage)
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
    snapshots = Snapshots(storage)
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


async def test_more_conversations_than_one_write_takes() -> None:
    conversations = [blank(f"c{n}") for n in range(1_200)]
    storage = await memory(*conversations)
    snapshots = Snapshots(storage)
    async with hub(storage, Clock()) as bench:
        bench.dispatcher.listen(snapshots.note)
        said = (bench.do(JANA, SendMessage("a"), "a", each.id) for each in conversations)
        await asyncio.gather(*said)
    await snapshots.flush()
    assert {await seq_of(storage, each.id) for each in conversations} == {1}
