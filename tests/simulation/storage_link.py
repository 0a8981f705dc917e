"""A hub's way to the database: ``Storage``, each of whose operations travels there and back, or does not."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from inspect import iscoroutinefunction
from typing import Any
from zlib import crc32

from storage.errors import StorageError, StorageUnavailable, Unstorable
from storage.model.entry import AuthorKind, Entry
from storage.ports import Change, EncodedEntry, Outcome
from tests.simulation.database import Database

STORES = (
    "outbox",
    "conversations",
    "loads",
    "contacts",
    "cursors",
    "operators",
    "presence",
    "orders",
    "cases",
    "areas",
    "outages",
    "catalogue",
    "inboxes",
    "drafts",
    "done_edits",
    "trainings",
    "versions",
    "sentences",
    "episodes",
    "walks",
)
UNSTORABLE_ONE_IN = 100  # where there are such words at all


class DatabaseLink:
    """``Storage`` over the simulated network, of one hub."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.cut = False
        self.streams: list[asyncio.Queue[Change | StorageError]] = []
        self.entries = EntriesLink(self)
        for name in STORES:
            setattr(self, name, StoreLink(self, getattr(database.twin, name)))

    def partition(self) -> None:
        """This hub alone cannot reach the database."""
        self.cut = True
        self.cut_streams()

    def heal(self) -> None:
        """It can again."""
        self.cut = False

    def cut_streams(self) -> None:
        """The change streams of this hub end."""
        for stream in self.streams:
            stream.put_nowait(StorageUnavailable("the change stream was cut"))

    async def ping(self) -> None:
        """See ``Storage``."""
        await self.ask(self._database.twin.ping)

    async def prepare(self) -> None:
        """See ``Storage``."""
        await self.ask(self._database.twin.prepare)

    async def ask(self, operation: Callable[[], Coroutine[Any, Any, Any]], disk: float = 0.0) -> Any:
        """There, carried out, and back. Raises what the operation raises."""
        database = self._database
        random, climate = database.random, database.climate
        future: asyncio.Future[Any] = database.loop.create_future()
        there = random.expovariate(1 / 0.002)
        if disk:
            there += random.expovariate(1 / disk)
        database.loop.call_in(database.process, there, self._carry_out, operation, future)
        if random.random() < climate.read_fault:
            await asyncio.sleep(random.expovariate(1.0))
            future.cancel()
            raise StorageUnavailable("no answer (planted)")
        return await future

    def _carry_out(
        self, operation: Callable[[], Coroutine[Any, Any, Any]], future: "asyncio.Future[Any]"
    ) -> None:
        database = self._database
        back = database.random.expovariate(1 / 0.002)
        result: Any
        try:
            if self.cut:
                raise StorageUnavailable("the hub is cut off from the database")
            result = database.run(operation)
        except StorageUnavailable as failure:
            result = failure
            back = database.random.choice((0.01, 0.5, 3.0))  # refused at once, or after a time-out
        except StorageError as failure:
            result = failure
        database.loop.call_in(database.process, back, _answer, future, result)


def _answer(future: "asyncio.Future[Any]", result: Any) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)


class StoreLink:
    """One store of the twin, each operation over the network."""

    def __init__(self, link: DatabaseLink, store: Any) -> None:
        self._link = link
        self._store = store

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if not iscoroutinefunction(method):
            return method

        async def over_the_network(*args: Any, **named: Any) -> Any:
            return await self._link.ask(lambda: method(*args, **named))

        setattr(self, name, over_the_network)
        return over_the_network


class EntriesLink(StoreLink):
    """Timelines: batches with their fates, and the change stream."""

    def __init__(self, link: DatabaseLink) -> None:
        super().__init__(link, link._database.twin.entries)
        self._database = link._database

    def encode(self, entry: Entry) -> EncodedEntry:
        """See ``EntryStore``. A few words are unstorable, each time anew."""
        words = entry.author.kind in (AuthorKind.CONTACT, AuthorKind.OPERATOR)
        if (
            words
            and self._database.climate.unstorable
            and crc32(entry.client_id.encode()) % UNSTORABLE_ONE_IN == 0
        ):
            raise Unstorable("planted")
        encoded: EncodedEntry = self._store.encode(entry)
        return encoded

    async def insert_batch(self, batch: Sequence[EncodedEntry]) -> Sequence[Outcome]:
        """See ``EntryStore``: never raises, what is not known is UNKNOWN."""

        async def insert() -> Sequence[Outcome]:
            self._database.plan()
            outcomes: Sequence[Outcome] = await self._store.insert_batch(batch)
            return outcomes

        try:
            outcomes: Sequence[Outcome] = await self._link.ask(insert, self._database.climate.disk)
        except StorageUnavailable:
            return [Outcome.UNKNOWN] * len(batch)
        stored = [
            each.entry.id for each, outcome in zip(batch, outcomes, strict=True) if outcome is Outcome.STORED
        ]
        await asyncio.sleep(self._database.hidden_for(stored))  # acknowledged by a majority
        if Outcome.UNKNOWN in outcomes:
            await asyncio.sleep(self._database.random.choice((0.01, 1.0, 5.0)))  # how long the driver waits
        return outcomes

    async def by_client_id(self, conversation_id: str, author_key: str, client_id: str) -> Entry | None:
        """See ``EntryStore``."""

        async def look() -> Entry | None:
            found: Entry | None = await self._store.by_client_id(conversation_id, author_key, client_id)
            return found if self._database.visible(found) else None

        found: Entry | None = await self._link.ask(look)
        return found

    async def after(self, conversation_id: str, seq: int, limit: int) -> Sequence[Entry]:
        """See ``EntryStore``."""
        return await self._read(self._store.after, conversation_id, seq, limit)

    async def before(self, conversation_id: str, seq: int, limit: int) -> Sequence[Entry]:
        """See ``EntryStore``."""
        return await self._read(self._store.before, conversation_id, seq, limit)

    async def after_public(self, conversation_id: str, public_seq: int, limit: int) -> Sequence[Entry]:
        """See ``EntryStore``."""
        return await self._read(self._store.after_public, conversation_id, public_seq, limit)

    async def before_public(self, conversation_id: str, public_seq: int, limit: int) -> Sequence[Entry]:
        """See ``EntryStore``."""
        return await self._read(self._store.before_public, conversation_id, public_seq, limit)

    async def recorded_since(
        self, at: datetime, limit: int, *, before: datetime | None = None
    ) -> Sequence[tuple[str, int]]:
        """See ``EntryStore``."""

        async def look() -> list[tuple[str, int]]:
            found = []
            for conversation_id, newest in await self._store.recorded_since(at, limit, before=before):
                entries = self._store.timeline(conversation_id)
                seqs = [each.seq for each in entries if each.seq <= newest and self._database.visible(each)]
                found += [(conversation_id, max(seqs))] if seqs else []
            return found

        found: list[tuple[str, int]] = await self._link.ask(look)
        return found

    async def _read(self, read: Any, *where: Any) -> list[Entry]:
        async def look() -> list[Entry]:
            return [entry for entry in await read(*where) if self._database.visible(entry)]

        found: list[Entry] = await self._link.ask(look)
        return found

    @asynccontextmanager
    async def watch(self, token: Any | None) -> AsyncIterator[AsyncIterator[Change]]:
        """See ``EntryStore``. Changes come late, never out of order."""
        await self._link.ask(self._database.twin.ping)
        queue: asyncio.Queue[Change | StorageError] = asyncio.Queue()
        async with self._database.twin.entries.watch(token) as changes:
            self._link.streams.append(queue)
            pump = asyncio.create_task(self._pump(changes, queue))
            try:
                yield self._changes(queue)
            finally:
                self._link.streams.remove(queue)
                pump.cancel()

    async def _pump(
        self, changes: AsyncIterator[Change], queue: "asyncio.Queue[Change | StorageError]"
    ) -> None:
        try:
            async for change in changes:
                found = self._store.timeline(change.conversation_id)
                hidden = self._database.hidden_for(e.id for e in found if e.seq == change.seq)
                await asyncio.sleep(hidden + self._database.random.expovariate(1 / 0.01))
                queue.put_nowait(change)
        except StorageError as failure:
            queue.put_nowait(failure)

    @staticmethod
    async def _changes(queue: "asyncio.Queue[Change | StorageError]") -> AsyncIterator[Change]:
        while True:
            change = await queue.get()
            if isinstance(change, StorageError):
                raise change
            yield change
