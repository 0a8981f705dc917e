"""Keeps the snapshots of conversations (lists, queue, duties) close behind their timelines."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from hub.clock import Clock
from hub.conversation.timeline import Timelines
from storage.model.conversation import Conversation
from storage.model.entry import Entry
from storage.ports import Storage

log = structlog.get_logger(__name__)

SWEEP_EVERY = 2.0  # seconds
OVERLAP = timedelta(seconds=60)
"""How far back a sweep looks: clocks of hubs differ and an entry may become visible late."""

AFTER_START = timedelta(days=1)
"""How far back the first sweep looks: what an earlier hub left undone when it died."""

MOST_AT_ONCE = 500
MOST_SWEPT = 100_000  # conversations that one sweep looks at

Follower = Callable[[Conversation], None]


class Snapshots:
    """Writes what has changed, coalesced; afterwards tells the followers, so that they never announce what a list
    would not show yet."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._timelines = Timelines(storage)
        self._clock = clock
        self._dirty: dict[str, Conversation] = {}
        self._wake = asyncio.Event()
        self._followers: list[Follower] = []
        self._swept: dict[str, int] = {}
        self._swept_until: datetime | None = None

    def follow(self, follower: Follower) -> None:
        """Call ``follower(conversation)`` after its snapshot has been written. It must not block."""
        self._followers.append(follower)

    def note(self, entry: Entry, conversation: Conversation) -> None:
        """A conversation has changed (listener of the dispatcher)."""
        self._renew(conversation)

    def _renew(self, conversation: Conversation) -> None:
        pending = self._dirty.get(conversation.id)
        if pending is None or pending.seq < conversation.seq:
            self._dirty[conversation.id] = conversation
        self._wake.set()

    async def write(self) -> None:
        """The writer's job: one bulk write after another."""
        while True:
            await self._wake.wait()
            await self.flush()

    async def flush(self) -> None:
        """Write what is dirty now. What cannot be written stays dirty."""
        self._wake.clear()
        while self._dirty:
            batch = dict(list(self._dirty.items())[:MOST_AT_ONCE])
            try:
                await self._storage.conversations.save_many(batch.values())
            except BaseException:
                self._wake.set()
                raise
            for conversation_id, conversation in batch.items():
                if self._dirty.get(conversation_id) is conversation:
                    del self._dirty[conversation_id]
                for follower in self._followers:
                    follower(conversation)

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
        since = (self._swept_until or now - AFTER_START) - OVERLAP
        recent = await self._storage.entries.recorded_since(since, MOST_SWEPT)
        fresh = {
            conversation_id: seq
            for conversation_id, seq in recent
            if self._swept.get(conversation_id, 0) < seq
        }
        versions = await self._storage.conversations.versions(list(fresh)) if fresh else {}
        repaired = 0
        for conversation_id, seq in fresh.items():
            stored = versions.get(conversation_id)
            pending = self._dirty.get(conversation_id)
            if (stored and stored[0] >= seq) or (pending and pending.seq >= seq):
                continue
            if stored is None:
                log.error("a timeline has no snapshot to grow from", conversation_id=conversation_id)
                continue
            self._renew(await self._timelines.load(conversation_id))
            repaired += 1
        # Only now: what could not be looked at is looked at again.
        self._swept, self._swept_until = dict(recent), now
        return repaired
