"""What other hubs stored is told here: once, all of it, and own entries not again."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from hub.conversation import feed as module
from hub.conversation.commands import SendMessage
from hub.conversation.feed import Feed
from hub.conversation.snapshots import Snapshots
from storage.errors import HistoryLost
from storage.memory import MemoryStorage
from storage.model.conversation import Conversation
from storage.model.entry import Entry
from tests.conversation.bench import JANA, Bench, Clock, hub

WITHIN = 5.0


class Telling:
    """A hub with a feed, and what it told its sockets."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.told: list[tuple[str, int]] = []
        self.seen: dict[str, int] = {}
        self.news = asyncio.Condition()
        self.snapshots = Snapshots(bench.storage, bench.clock)
        self.feed = Feed(
            bench.storage,
            bench.dispatcher,
            self.publish,
            lambda key: self.seen.get(key, 0),
            self.snapshots.note,
        )
        bench.dispatcher.listen(self.publish)

    def publish(self, entry: Entry, conversation: Conversation) -> None:
        if entry.seq > self.seen.get(entry.conversation_id, 0):
            self.seen[entry.conversation_id] = entry.seq
            self.told.append((entry.conversation_id, entry.seq))

    async def until(self, count: int) -> list[tuple[str, int]]:
        async with asyncio.timeout(WITHIN):
            while len(self.told) < count:
                await asyncio.sleep(0)
        return self.told


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GATHER", 0.01)


async def following(telling: Telling) -> None:
    """Return when the feed has begun to look."""
    begun = asyncio.Event()
    watch = telling.bench.storage.entries.watch

    def noted(token: object) -> object:
        begun.set()
        return watch(token)

    telling.bench.storage.entries.watch = noted  # type: ignore[method-assign, assignment]
    telling.bench.tasks.job("feed", telling.feed.follow)
    telling.bench.tasks.job("news", telling.feed.publish_news)
    await asyncio.wait_for(begun.wait(), WITHIN)
    telling.bench.storage.entries.watch = watch  # type: ignore[method-assign]


@pytest_asyncio.fixture
async def telling(storage: MemoryStorage) -> AsyncIterator[Telling]:
    async with hub(storage, Clock()) as bench:
        telling = Telling(bench)
        await following(telling)
        yield telling


async def test_foreign_entries_are_told_once_and_all(telling: Telling, storage: MemoryStorage) -> None:
    async with hub(storage, Clock()) as other:
        for n in range(3):
            await other.do(JANA, SendMessage(f"{n}"), f"k{n}")
        assert await telling.until(3) == [("c1", 1), ("c1", 2), ("c1", 3)]
        await other.do(JANA, SendMessage("more"), "more")
        assert await telling.until(4) == [("c1", n) for n in range(1, 5)]


async def test_own_entries_are_not_told_again(telling: Telling, storage: MemoryStorage) -> None:
    async with hub(storage, Clock()) as other:
        await telling.bench.do(JANA, SendMessage("own"), "own")
        await other.do(JANA, SendMessage("foreign"), "foreign")
        await telling.bench.do(JANA, SendMessage("own again"), "own again")
        await other.do(JANA, SendMessage("last"), "last")
        async with asyncio.timeout(WITHIN):
            while ("c1", 4) not in telling.told:
                await asyncio.sleep(0)
        # A foreign entry that was overtaken by an own one shows as a gap, and the client asks for it.
        assert telling.told == sorted(set(telling.told))
        assert {("c1", 1), ("c1", 3)} <= set(telling.told)


async def test_foreign_entries_change_the_lists_here_too(telling: Telling, storage: MemoryStorage) -> None:
    """Also when the hub that stored them died before it wrote their snapshot."""
    changed: list[int] = []
    telling.snapshots.follow(lambda conversation: changed.append(conversation.seq))
    async with hub(storage, Clock()) as other:
        await other.do(JANA, SendMessage("Hello"), "a")
        await telling.until(1)
    await telling.snapshots.flush()
    assert changed == [1]
    snapshot = await storage.conversations.get("c1")
    assert snapshot is not None
    assert snapshot.seq == 1


async def test_a_stream_that_lost_its_history_begins_anew(telling: Telling, storage: MemoryStorage) -> None:
    async with hub(storage, Clock()) as other:
        await other.do(JANA, SendMessage("a"), "a")
        await telling.until(1)
        telling.feed._token = 0
        storage.entries.lose_history()
        with pytest.raises(HistoryLost):
            await telling.feed.follow()
        assert telling.feed._token is None
        again = asyncio.create_task(telling.feed.follow())
        await other.do(JANA, SendMessage("b"), "b")
        await telling.until(2)
        again.cancel()
        await asyncio.wait([again])
