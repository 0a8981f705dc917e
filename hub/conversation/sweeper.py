"""Repairs snapshots that lag behind their timelines, because a hub died between the two writes."""

import asyncio
from datetime import datetime, timedelta

import structlog

from hub.clock import Clock
from hub.conversation.backlog import Backlog
from hub.conversation.snapshots import Snapshots
from hub.conversation.timeline import Timelines
from storage.errors import StorageUnavailable
from storage.ports import Storage

log = structlog.get_logger(__name__)

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
MOST_SWEPT = 100_000  # conversations that one look takes in


class Sweeper:
    """Looks at what was recorded lately, again and again, and has lagging snapshots written anew."""

    def __init__(self, storage: Storage, snapshots: Snapshots, clock: Clock) -> None:
        self._storage = storage
        self._snapshots = snapshots
        self._timelines = Timelines(storage)
        self._clock = clock
        self._swept: dict[str, int] = {}
        self._swept_until: datetime | None = None
        self._swept_widely: datetime | None = None
        self._backlog = Backlog(SLICE)

    async def sweep_for_ever(self) -> None:
        """The job."""
        while True:
            await self.sweep()
            await asyncio.sleep(SWEEP_EVERY)

    async def sweep(self) -> int:
        """Look at what is new, and at some of what is still to be looked at. Returns how many were repaired.

        What cannot be looked at now keeps nobody from the rest: later sweeps come back to it.
        """
        now = self._clock.now()
        since, wide = self._since(now)
        latest = max(since, now - SLICE)
        self._backlog.add(since, latest)
        self._swept_until = now
        if wide:
            self._swept_widely = now
        try:
            repaired = await self._look_at_latest(latest, now, wide)
        except Exception:
            self._backlog.add(latest, now)
            await self._look_further_back()
            raise
        return repaired + await self._look_further_back()

    async def _look_at_latest(self, since: datetime, now: datetime, wide: bool) -> int:
        """Without an end: clocks of other hubs may be ahead."""
        recent = await self._storage.entries.recorded_since(since, MOST_SWEPT)
        if len(recent) == MOST_SWEPT:
            self._backlog.add(since, now)  # there may be more
        fresh = {
            conversation_id: seq
            for conversation_id, seq in recent
            if self._swept.get(conversation_id, 0) < seq
        }
        repaired = await self._repair(fresh)
        # Only now: what could not be looked at is looked at again.
        self._swept = dict(recent) if wide else {**self._swept, **dict(recent)}
        return repaired

    async def _look_further_back(self) -> int:
        repaired = 0
        for _ in range(SLICES_AT_ONCE):
            piece = self._backlog.next()
            if piece is None:
                break
            begin, end = piece
            try:
                found = await self._storage.entries.recorded_since(begin, MOST_SWEPT, before=end)
                repaired += await self._repair(dict(found))
            except Exception:
                self._backlog.put_off()
                raise
            if len(found) == MOST_SWEPT:
                if self._backlog.narrow():
                    continue
                log.error("too much was recorded in one instant to be swept", at=begin.isoformat())
            self._backlog.done()
        return repaired

    async def _repair(self, newest: dict[str, int]) -> int:
        """Renew the snapshots that lag behind these seqs; how many did."""
        versions = await self._storage.conversations.versions(list(newest)) if newest else {}
        repaired = 0
        for conversation_id, seq in newest.items():
            stored = versions.get(conversation_id)
            if stored is None:
                log.error("a timeline has no snapshot to grow from", conversation_id=conversation_id)
            elif stored[0] < seq and self._snapshots.pending(conversation_id) < seq:
                repaired += await self._renew(conversation_id)
        return repaired

    async def _renew(self, conversation_id: str) -> int:
        try:
            self._snapshots.renew(await self._timelines.load(conversation_id))
        except StorageUnavailable:
            raise
        except Exception:  # others must not wait behind what cannot be read
            log.exception("a lagging snapshot could not be repaired", conversation_id=conversation_id)
            return 0
        return 1

    def _since(self, now: datetime) -> tuple[datetime, bool]:
        """From when on to look, and whether that is a wide look."""
        if self._swept_until is None or self._swept_widely is None:
            return now - AFTER_START - OVERLAP, True
        if now - self._swept_widely >= WIDELY_EVERY:
            return self._swept_widely - OVERLAP, True
        return self._swept_until - BRIEFLY, False
