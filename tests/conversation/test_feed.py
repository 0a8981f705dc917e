"""What other hubs stored is told here: once, all of it, and own entries not again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from hub.conversation import feed as module
from hub.conversation.commands import SendMessage
from hub.conversation.feed import Feed
from hub.conversation.snapshots import Snapshots
from storage.errors import HistoryLost, StorageUnavailable
from storage.memory import MemoryStorage
from storage.model.conversation import Conversation
from storage.model.entry import Entry
from tests.conversation.bench import JANA, Bench, Clock, blank, hub

WITHIN = 5.0


class Telling:
    """A hub with a feed, and what it told its sockets."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.told: list[tuple[str, int]] = []
        self.seen: dict[str, int] = {}
        self.news = asyncio.Condition()
        self.snapshots = Snapshots(bench.storage)
        self.feed = Feed(
            bench.storage,
            bench.dispatcher,
            self.publish,
            lambda key: self.seen.get(key, 0),
            self.snapshots.note,
            bench.clock,
        )
        bench.dispatcher.listen(self.feed.stored)

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


@asynccontextmanager
async def running(feed: Feed) -> AsyncIterator[None]:
    """Without a supervisor, whose back-off would take its time."""
    tasks = [asyncio.create_task(feed.follow()), asyncio.create_task(feed.publish_news())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


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


async def test_what_nobody_has_open_here_is_told_now_and_then(
    telling: Telling, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REST", 0.3)
    looked: list[str] = []
    load = telling.feed._timelines.load

    async def noted(conversation_id: str) -> Conversation:
        looked.append(conversation_id)
        return await load(conversation_id)

    monkeypatch.setattr(telling.feed._timelines, "load", noted)
    telling.feed.care_for(lambda _: False)
    async with hub(storage, Clock()) as other:
        for n in range(20):
            await other.do(JANA, SendMessage(f"{n}"), f"k{n}")
            await telling.until(1)
        assert looked == ["c1"]
        assert await telling.until(20) == [("c1", n) for n in range(1, 21)]
        assert len(looked) == 2
        telling.feed.care_for(lambda _: True)  # somebody opens it
        await other.do(JANA, SendMessage("now"), "now")
        await telling.until(21)


async def test_an_entry_is_told_with_the_state_that_it_led_to(
    telling: Telling, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may hear it hangs on that: it may have gone to another team just after the state was read."""
    told: list[tuple[int, int]] = []
    load = telling.feed._timelines.load
    monkeypatch.setattr(telling.feed, "_publish", lambda entry, state: told.append((entry.seq, state.seq)))
    async with hub(storage, Clock()) as other:

        async def meanwhile(conversation_id: str) -> Conversation:
            state = await load(conversation_id)
            if not told:
                await other.do(JANA, SendMessage("meanwhile"), "k2")
            return state

        monkeypatch.setattr(telling.feed._timelines, "load", meanwhile)
        await other.do(JANA, SendMessage("first"), "k1")
        async with asyncio.timeout(WITHIN):
            while len(told) < 2:
                await asyncio.sleep(0)
    assert told[:2] == [(1, 1), (2, 2)]


async def test_what_was_told_here_since_the_state_was_read_holds_nothing_up(
    telling: Telling, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    load = telling.feed._timelines.load
    monkeypatch.setattr(telling.feed, "_publish", lambda entry, state: told.append((entry.seq, state.seq)))
    async with hub(storage, Clock()) as other:

        async def meanwhile(conversation_id: str) -> Conversation:
            state = await load(conversation_id)
            if state.seq == 1:
                await other.do(JANA, SendMessage("told here"), "k2")
                telling.seen[conversation_id] = 2
                await other.do(JANA, SendMessage("the other's"), "k3")
            return state

        monkeypatch.setattr(telling.feed._timelines, "load", meanwhile)
        with capture_logs() as logs:
            await other.do(JANA, SendMessage("first"), "k1")
            async with asyncio.timeout(WITHIN):
                while not told:
                    await asyncio.sleep(0)
    assert told[:1] == [(3, 3)]
    assert logs == []


async def test_own_entries_are_told_once_and_after_those_before_them(
    telling: Telling, storage: MemoryStorage
) -> None:
    """Whoever watches sees no gap, although a foreign entry is learnt of later than the own one that follows it."""
    async with hub(storage, Clock()) as other:
        await telling.bench.do(JANA, SendMessage("own"), "own")
        await other.do(JANA, SendMessage("foreign"), "foreign")
        await telling.bench.do(JANA, SendMessage("own again"), "own again")
        await other.do(JANA, SendMessage("last"), "last")
        assert await telling.until(4) == [("c1", n) for n in range(1, 5)]


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


async def test_what_was_stored_while_history_was_lost_is_caught_up(
    telling: Telling, storage: MemoryStorage
) -> None:
    """Of each conversation the newest entry, so that who watches it asks for the rest; lists change too."""
    async with hub(storage, Clock()) as other:
        await other.do(JANA, SendMessage("seen"), "seen")
        await telling.until(1)
        await telling.bench.tasks.stop()
        storage.entries.lose_history()
        await other.do(JANA, SendMessage("missed"), "missed")
        await other.do(JANA, SendMessage("missed too"), "missed too")
        telling.feed._token = 0
        with pytest.raises(HistoryLost):
            await telling.feed.follow()
        assert telling.feed._token is None
        async with running(telling.feed):
            assert await telling.until(3) == [("c1", 1), ("c1", 2), ("c1", 3)]
            await other.do(JANA, SendMessage("live again"), "live again")
            await telling.until(4)
    await telling.snapshots.flush()
    snapshot = await storage.conversations.get("c1")
    assert snapshot is not None
    assert snapshot.seq == 4


async def test_what_was_stored_before_the_stream_began_is_caught_up(storage: MemoryStorage) -> None:
    """Sockets may be here before the stream is open. Of a conversation that nobody told of, the newest is told."""
    async with hub(storage, Clock()) as bench, hub(storage, Clock()) as other:
        telling = Telling(bench)
        await other.do(JANA, SendMessage("a"), "a")
        await other.do(JANA, SendMessage("b"), "b")
        async with running(telling.feed):
            assert await telling.until(1) == [("c1", 2)]


async def test_news_wait_for_a_database_that_is_away(telling: Telling, storage: MemoryStorage) -> None:
    load = telling.feed._timelines.load
    away = asyncio.Event()

    async def fail(conversation_id: str) -> Conversation:
        away.set()
        raise StorageUnavailable("planted")

    telling.feed._timelines.load = fail  # type: ignore[method-assign]
    async with hub(storage, Clock()) as other:
        await other.do(JANA, SendMessage("a"), "a")
        await asyncio.wait_for(away.wait(), WITHIN)
        telling.feed._timelines.load = load  # type: ignore[method-assign]
        assert await telling.until(1) == [("c1", 1)]


async def test_news_that_cannot_be_read_hold_no_others_up(telling: Telling, storage: MemoryStorage) -> None:
    load = telling.feed._timelines.load
    await storage.conversations.save_many([blank("c2")])

    async def choke(conversation_id: str) -> Conversation:
        if conversation_id == "c1":
            raise ValueError("planted")
        return await load(conversation_id)

    telling.feed._timelines.load = choke  # type: ignore[method-assign]
    async with hub(storage, Clock()) as other:
        await other.do(JANA, SendMessage("a"), "a")
        await other.do(JANA, SendMessage("a"), "a", "c2")
        assert await telling.until(1) == [("c2", 1)]
