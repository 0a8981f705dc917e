"""The journal: what all conversations wait to have written goes together in one durable batch after another.

While one batch is in flight the next one gathers. A caller learns a definite outcome: stored, duplicate, unstorable; or
that it is not known, after the identical entry was offered again for ``Limits.patience`` seconds. The journal then
gives the entry up: nobody waits for it any more, and whoever decides next reads the timeline first.

Callers wait on a future that only the journal resolves, so they cannot cancel a write that others share.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum

from storage.batches import Batch, Counters, Limits
from storage.documents import to_document
from storage.errors import StorageUnavailable, Unstorable
from storage.model.entry import Entry
from storage.ports import EncodedEntry, EntryStore, Outcome

__all__ = ["Appended", "Batch", "Counters", "Journal", "Limits", "Result"]


class Appended(Enum):
    """A definite answer."""

    STORED = "stored"  # durable
    DUPLICATE = "duplicate"  # its seq or its client_id is taken: look the client_id up and decide again


Result = Appended | StorageUnavailable | Unstorable
"""What becomes of an entry."""


@dataclass(slots=True, eq=False)
class _Waiting:
    encoded: EncodedEntry
    until: float
    result: asyncio.Future[Result]
    doubtful: bool = False  # an earlier attempt may have stored it, or may yet


@dataclass(slots=True)
class Journal:
    """Give its ``run`` to the task supervisor; ``append`` from anywhere in the same event loop."""

    store: EntryStore
    limits: Limits = field(default_factory=Limits)
    on_batch: Callable[[Batch], None] = lambda _: None  # for those who measure
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random  # from 0 to 1
    counters: Counters = field(default_factory=Counters)
    _fresh: deque[_Waiting] = field(default_factory=deque)
    _again: deque[_Waiting] = field(default_factory=deque)
    _work: asyncio.Event = field(default_factory=asyncio.Event)
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _closing: bool = False  # takes no more
    _closed: bool = False  # and writes no more
    _failures: int = 0  # attempts in a row of which nothing came

    @property
    def waiting(self) -> int:
        """Entries without an answer yet that are not in the batch in flight."""
        return len(self._fresh) + len(self._again)

    async def append(self, entry: Entry) -> Appended:
        """Write an entry durably, or learn why not.

        Raises ``Unstorable``, and ``StorageUnavailable`` when too many wait, the journal is closed, or the outcome is
        still unknown when patience ends. A cancelled caller leaves the write as it is.
        """
        result = await asyncio.shield(self.offer(entry))
        if isinstance(result, Exception):
            raise result
        return result

    def offer(self, entry: Entry) -> asyncio.Future[Result]:
        """The same without waiting: the answer will be in the future, an error too. Nobody may cancel it."""
        if self._closing:
            raise StorageUnavailable("the journal is closed")
        if self.waiting >= self.limits.waiting_entries:
            self.counters.turned_away += 1
            raise StorageUnavailable("too many entries are waiting to be written")
        encoded = self._encode(entry)
        loop = asyncio.get_running_loop()
        waiting = _Waiting(encoded, loop.time() + self.limits.patience, loop.create_future())
        self._fresh.append(waiting)
        self._work.set()
        return waiting.result

    def _encode(self, entry: Entry) -> EncodedEntry:
        try:
            encoded = self.store.encode(entry)
            if encoded.size > self.limits.entry_bytes:
                raise Unstorable(f"an entry of {encoded.size} bytes is above {self.limits.entry_bytes}")
        except Unstorable:
            self.counters.unstorable += 1
            raise
        return encoded

    async def run(self) -> None:
        """Write until closed and empty. May be cancelled and run again: what was in flight is offered once more."""
        while True:
            await self._work.wait()
            if not self.waiting:
                if self._closing:
                    return
                self._work.clear()
                continue
            await self._write()
            if self._failures:
                await self.sleep(self._pause())

    async def close(self, within: float = 8.0) -> None:
        """Take no more, write what waits, and answer the rest ``StorageUnavailable`` after ``within`` seconds."""
        self._closing = True
        self._work.set()
        try:
            async with asyncio.timeout(within):
                # Whether or not `run` is still alive: `_write` takes turns.
                while self.waiting or self._writing.locked():
                    await self._write()
                    if self._failures:
                        await self.sleep(self._pause())
        except TimeoutError:
            pass  # they are answered below, or by the batch in flight when it ends
        finally:
            self._closed = True
            left = [*self._again, *self._fresh]
            self._again.clear()
            self._fresh.clear()
            for waiting in left:
                self._give_up(waiting)

    def _pause(self) -> float:
        pause: float = self.limits.first_pause * 2 ** min(self._failures - 1, 16)
        return min(pause, self.limits.longest_pause) * (0.5 + self.jitter() / 2)

    def _gather(self) -> list[_Waiting]:
        """The next batch: first what is in doubt, then who came first."""
        now = asyncio.get_running_loop().time()
        batch: list[_Waiting] = []
        size = 0
        for source in (self._again, self._fresh):
            while source and len(batch) < self.limits.batch_entries:
                if now >= source[0].until and not source[0].doubtful:
                    self._give_up(source.popleft())  # never offered in all its time: the store was away
                    continue
                size += source[0].encoded.size
                if batch and size > self.limits.batch_bytes:
                    return batch
                batch.append(source.popleft())
        return batch

    async def _write(self) -> None:
        async with self._writing:
            batch = self._gather()
            if not batch:
                return
            answered = 0
            try:
                for waiting, outcome in await self._offer(batch):
                    result = await self._result(waiting, outcome)
                    if result is not None:
                        self._count(result)
                        _answer(waiting, result)
                        answered += 1
            finally:
                # Also when cancelled in the middle: a cancelled batch may have been stored in part.
                self._keep_doubtful(batch)
            self._failures = 0 if answered else self._failures + 1

    async def _offer(self, batch: list[_Waiting]) -> list[tuple[_Waiting, Outcome]]:
        """The batch with its outcomes, those to be looked up last: nobody waits for a neighbour's doubt."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        size = sum(waiting.encoded.size for waiting in batch)
        try:
            async with asyncio.timeout(self.limits.batch_seconds):
                outcomes = list(await self.store.insert_batch([waiting.encoded for waiting in batch]))
        except (TimeoutError, StorageUnavailable):
            outcomes = [Outcome.UNKNOWN] * len(batch)
        seconds = loop.time() - began
        self.counters.batches += 1
        self.counters.entries += len(batch)
        self.counters.bytes += size
        self.counters.seconds += seconds
        self.on_batch(Batch(len(batch), size, seconds))
        pairs = list(zip(batch, outcomes, strict=True))
        return sorted(pairs, key=lambda pair: pair[0].doubtful and pair[1] is Outcome.DUPLICATE)

    async def _result(self, waiting: _Waiting, outcome: Outcome) -> Result | None:
        """The definite answer, or None while there is none."""
        match outcome:
            case Outcome.STORED:
                return Appended.STORED
            case Outcome.REFUSED:
                return Unstorable("the database refuses the entry")
            case Outcome.DUPLICATE:
                return await self._whose(waiting) if waiting.doubtful else Appended.DUPLICATE
            case Outcome.UNKNOWN:
                self.counters.unknown += 1
                return None

    async def _whose(self, waiting: _Waiting) -> Appended | None:
        """Whether what is there is our own earlier attempt. None while it cannot be seen durably."""
        ours = waiting.encoded.entry
        try:
            found = await self.store.after(ours.conversation_id, ours.seq - 1, 1)
            if found and found[0].seq == ours.seq:
                return Appended.STORED if _identical(found[0], ours) else Appended.DUPLICATE
            first = await self.store.by_client_id(ours.conversation_id, ours.author.key, ours.client_id)
        except StorageUnavailable:
            return None
        # Neither: the one in the way is not durable yet, and may still be ours.
        return None if first is None else Appended.DUPLICATE

    def _keep_doubtful(self, batch: list[_Waiting]) -> None:
        now = asyncio.get_running_loop().time()
        for waiting in reversed([waiting for waiting in batch if not waiting.result.done()]):
            waiting.doubtful = True
            if self._closed or now >= waiting.until:
                self._give_up(waiting)
            else:
                self._again.appendleft(waiting)

    def _give_up(self, waiting: _Waiting) -> None:
        self.counters.given_up += 1
        known = (
            "whether the entry was written is not known" if waiting.doubtful else "the entry was not written"
        )
        _answer(waiting, StorageUnavailable(known))

    def _count(self, result: Result) -> None:
        self.counters.stored += result is Appended.STORED
        self.counters.duplicates += result is Appended.DUPLICATE
        self.counters.unstorable += isinstance(result, Unstorable)


def _answer(waiting: _Waiting, result: Result) -> None:
    # A result even when it is an error: a future's exception that no caller is left to fetch would be logged.
    if not waiting.result.done():
        waiting.result.set_result(result)


def _identical(stored: Entry, ours: Entry) -> bool:
    """The same decision. The outbox may already have moved ``delivery`` on."""
    return to_document(stored) | {"delivery": None} == to_document(ours) | {"delivery": None}
