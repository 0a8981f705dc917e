"""Keeps the snapshots of conversations (lists, queue, duties) close behind their timelines.

A change of where a conversation stands (who answers, status, what is due) is written at once. So are mere words when
the conversation was quiet before, and then once a ``REST``: its timeline is the truth and has them already, only lists
show the last words of a busy conversation a moment later.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from hub.clock import Clock
from hub.conversation.timeline import Timelines
from storage.model.conversation import Conversation
from storage.model.entry import Entry
from storage.ports import Storage

log = structlog.get_logger(__name__)

GATHER = 0.05  # seconds in which the words of busy conversations are gathered for one write
REST = 1.0
"""Seconds after a write in which mere words of the same conversation wait; longer when the hub is busy."""

LONGEST_REST = 5.0
BUSY = 500.0  # entries a second; twice as many, and conversations rest twice as long

SWEEP_EVERY = 2.0  # seconds
BRIEFLY = timedelta(seconds=5)
"""How far a sweep looks back behind the one before. At a thousand messages a second more would be dear that often."""

WIDELY_EVERY = timedelta(seconds=30)
OVERLAP = timedelta(seconds=60)
"""How far back a wide sweep looks: clocks of hubs differ and an entry may become visible late."""

AFTER_START = timedelta(days=1)
"""How far back a hub looks after its start, little by little: what an earlier one left undone when it died."""

SLICE = timedelta(minutes=5)
"""How much time one look takes in: a busy day in one piece would take longer than the database is given."""

SLICES_AT_ONCE = 12

MOST_AT_ONCE = 500
MOST_SWEPT = 100_000  # conversations that one sweep looks at

Follower = Callable[[Conversation], None]


@dataclass(slots=True)
class _Rest:
    """A conversation that was written a moment ago."""

    standing: tuple[object, ...]
    until: float
    pending: Conversation | None = None


def standing(conversation: Conversation) -> tuple[object, ...]:
    """Everything that lists, queue and duties go by, but for the words themselves."""
    return (
        conversation.episode,
        conversation.status,
        conversation.responder,
        conversation.duties,
        conversation.handoff,
        conversation.rating,
    )


class Snapshots:
    """Writes what has changed, coalesced; afterwards tells the followers, so that they never announce what a list
    would not show yet."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._timelines = Timelines(storage)
        self._clock = clock
        self._dirty: dict[str, Conversation] = {}
        self._resting: dict[str, _Rest] = {}
        self._order: deque[tuple[float, str]] = deque()  # of the rests, as they began
        self._noted = 0  # since the last look at the pace
        self._looked_at = 0.0
        self._pace = REST
        self._wake = asyncio.Event()
        self._hurry = False  # more than mere words of busy conversations is to be written
        self._followers: list[Follower] = []
        self._swept: dict[str, int] = {}
        self._swept_until: datetime | None = None
        self._swept_widely: datetime | None = None
        self._unswept: list[
            tuple[datetime, datetime]
        ] = []  # stretches of time still to be looked at, oldest first

    def follow(self, follower: Follower) -> None:
        """Call ``follower(conversation)`` after its snapshot has been written. It must not block."""
        self._followers.append(follower)

    def note(self, entry: Entry, conversation: Conversation) -> None:
        """A conversation has changed (listener of the dispatcher)."""
        self._noted += 1
        self._renew(conversation)

    def _renew(self, conversation: Conversation) -> None:
        rest = self._resting.get(conversation.id)
        if (
            rest is not None
            and conversation.id not in self._dirty
            and standing(conversation) == rest.standing
        ):
            if rest.pending is None or rest.pending.seq < conversation.seq:
                rest.pending = conversation
            return
        self._hurry = True
        self._soil(conversation)

    def _soil(self, conversation: Conversation) -> None:
        pending = self._dirty.get(conversation.id)
        if pending is None or pending.seq < conversation.seq:
            self._dirty[conversation.id] = conversation
        self._wake.set()

    def _end_rests(self, now: float) -> None:
        """What has waited long enough is to be written."""
        while self._order and self._order[0][0] <= now:
            _, conversation_id = self._order.popleft()
            rest = self._resting.get(conversation_id)
            if rest is not None and rest.until <= now:
                del self._resting[conversation_id]
                if rest.pending is not None:
                    self._soil(rest.pending)

    async def write(self) -> None:
        """The writer's job: one bulk write after another."""
        loop = asyncio.get_running_loop()
        while True:
            with suppress(TimeoutError):  # then a rest is over
                # Not wait_for, which in Python 3.11 may swallow a cancellation that comes with the news.
                async with asyncio.timeout_at(self._order[0][0] if self._order else None):
                    await self._wake.wait()
            if not self._hurry:
                await asyncio.sleep(GATHER)
            self._end_rests(loop.time())
            await self._write_dirty()

    async def flush(self) -> None:
        """Write everything that is not written yet, now. What cannot be written stays dirty."""
        while True:
            self._end_rests(float("inf"))
            if not self._dirty:
                return
            await self._write_dirty()

    async def _write_dirty(self) -> None:
        self._wake.clear()
        self._hurry = False
        while self._dirty:
            batch = dict(list(self._dirty.items())[:MOST_AT_ONCE])
            try:
                await self._storage.conversations.save_many(batch.values())
            except BaseException:
                self._hurry = True
                self._wake.set()
                raise
            until = self._rest_until(asyncio.get_running_loop().time())
            for conversation_id, conversation in batch.items():
                newest = self._dirty.pop(conversation_id, conversation)
                self._rest(conversation, until)
                if newest is not conversation:  # said meanwhile: mere words rest like any others
                    self._renew(newest)
                for follower in self._followers:
                    follower(conversation)

    def _rest_until(self, now: float) -> float:
        if now - self._looked_at >= REST:
            entries = self._noted / (now - self._looked_at)
            self._pace = min(max(REST * entries / BUSY, REST), LONGEST_REST)
            self._noted, self._looked_at = 0, now
        return now + self._pace

    def _rest(self, conversation: Conversation, until: float) -> None:
        earlier = self._resting.get(conversation.id)
        pending = earlier.pending if earlier else None
        if pending is not None and pending.seq <= conversation.seq:
            pending = None
        self._resting[conversation.id] = _Rest(standing(conversation), until, pending)
        self._order.append((until, conversation.id))

    async def sweep_for_ever(self) -> None:
        """The sweeper's job."""
        while True:
            await self.sweep()
            await asyncio.sleep(SWEEP_EVERY)

    async def sweep(self) -> int:
        """Repair snapshots that lag behind timelines recorded lately (a hub died between the two writes).

        Returns how many were repaired.
        """
        now = self._clock.now()
        since, wide = self._since(now)
        latest = max(since, now - SLICE)
        recent = await self._storage.entries.recorded_since(latest, MOST_SWEPT)
        fresh = {
            conversation_id: seq
            for conversation_id, seq in recent
            if self._swept.get(conversation_id, 0) < seq
        }
        repaired = await self._repair(fresh)
        # Only now: what could not be looked at is looked at again.
        self._swept = dict(recent) if wide else {**self._swept, **dict(recent)}
        self._swept_until = now
        if wide:
            self._swept_widely = now
        if since < latest:
            self._unswept.append((since, latest))
        return repaired + await self._look_further_back()

    async def _look_further_back(self) -> int:
        """Some slices of what is still to be looked at, newest first; a slice that failed comes next time."""
        repaired = 0
        for _ in range(SLICES_AT_ONCE):
            if not self._unswept:
                break
            begin, end = self._unswept[-1]
            start = max(begin, end - SLICE)
            slice_ = await self._storage.entries.recorded_since(start, MOST_SWEPT, before=end)
            repaired += await self._repair(dict(slice_))
            self._unswept[-1:] = [(begin, start)] if begin < start else []
        return repaired

    async def _repair(self, newest: dict[str, int]) -> int:
        """Renew the snapshots that lag behind these seqs; how many did."""
        versions = await self._storage.conversations.versions(list(newest)) if newest else {}
        repaired = 0
        for conversation_id, seq in newest.items():
            stored = versions.get(conversation_id)
            if stored is None:
                log.error("a timeline has no snapshot to grow from", conversation_id=conversation_id)
            elif stored[0] < seq and self._pending(conversation_id) < seq:
                self._soil(await self._timelines.load(conversation_id))
                repaired += 1
        return repaired

    def _since(self, now: datetime) -> tuple[datetime, bool]:
        """From when on to look, and whether that is a wide look."""
        if self._swept_until is None or self._swept_widely is None:
            return now - AFTER_START - OVERLAP, True
        if now - self._swept_widely >= WIDELY_EVERY:
            return self._swept_widely - OVERLAP, True
        return self._swept_until - BRIEFLY, False

    def _pending(self, conversation_id: str) -> int:
        """The newest seq that is about to be written anyway; 0 if none is."""
        rest = self._resting.get(conversation_id)
        waiting = (self._dirty.get(conversation_id), rest.pending if rest else None)
        return max((conversation.seq for conversation in waiting if conversation), default=0)
