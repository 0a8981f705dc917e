"""Reads what was recorded, again and again, for sentences to learn from and for the figures.

A walk over the timelines by the time of recording, done by one hub at a time. How far it has come is stored only when
everything before is; whoever dies is followed by another hub that reads the last bit again, which changes nothing:
what is found has its id from the message it was found in, an episode is written only where it was read less far, and
days are counted from episodes. It is in no hurry: it rests much longer than it works.
"""

import asyncio
from datetime import datetime, timedelta, tzinfo
from enum import Enum

import structlog

from hub.clock import Clock
from hub.metrics import HARVEST_BEHIND, HARVEST_SECONDS
from hub.unanswered.reading import Reading
from storage.ports import Storage

log = structlog.get_logger(__name__)

WALK = "harvest"
EVERY = 2.0  # seconds between two steps, at the least
RESTS = 4  # times as long as a step took, but no longer than
LONGEST_REST = 10.0  # seconds
HELD = timedelta(seconds=30)
"""How long a hub that says nothing more is waited for."""

LONGEST = 10.0  # seconds after which a step leaves the rest to the next

BRIEFLY = timedelta(seconds=5)
"""How far a step looks back behind the one before."""

WIDELY_EVERY = timedelta(seconds=30)
OVERLAP = timedelta(seconds=60)
"""How far back a wide step looks: clocks of hubs differ and an entry may become visible late."""

AT_ONCE = 50  # conversations that are read before what was found is kept
FIRST = timedelta(hours=1)
"""How far back the very first step looks."""

SLICE = timedelta(minutes=5)
LONGEST_SLICE = timedelta(hours=1)
"""How much time one look takes in: more at a time where little was recorded."""

MOST = 5_000  # conversations that are looked at in one go
SHORTEST = timedelta(milliseconds=1)
COUNTED = timedelta(days=90)
"""Days that are counted anew when one of their episodes goes on. Episodes are kept for longer."""

MOST_DAYS = 10  # counted in one step


class Looked(Enum):
    """What became of a look."""

    ALL = "all"
    TOO_MUCH = "too much"  # for one look
    LATER = "later"  # a part has been read; the rest is left to the next step


class Harvest:
    """``hub_id`` is who holds the walk; ``zone`` says where a day begins."""

    def __init__(self, storage: Storage, reading: Reading, clock: Clock, zone: tzinfo, hub_id: str) -> None:
        self._storage = storage
        self._reading = reading
        self._clock = clock
        self._zone = zone
        self._hub_id = hub_id
        self._read: dict[str, int] = {}  # by conversation: up to which seq, of what was seen lately
        self._looked: datetime | None = None
        self._looked_widely: datetime | None = None
        self._is_leaving = False

    async def walk_for_ever(self) -> None:
        """The job."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            async with asyncio.timeout(HELD.total_seconds()):  # then another hub is at it
                await self.step()
            took = loop.time() - began
            HARVEST_SECONDS.observe(took)
            await asyncio.sleep(max(EVERY, min(RESTS * took, LONGEST_REST)))

    async def step(self) -> bool:
        """Read what is new, if no other hub is at it; whether it was this one's to do."""
        if self._is_leaving:
            return False
        now = self._clock.now()
        reached = await self._storage.walks.claim(WALK, self._hub_id, now, now + HELD)
        if reached is None:
            self._looked = self._looked_widely = None  # the other's work is not known here
            return False
        begin, wide = self._since(reached.at, now)
        looked = await self._walk(begin, now, wide)
        self._looked = looked
        if wide:
            self._looked_widely = looked
        await self._reading.tidy()
        since = (now - COUNTED).astimezone(self._zone).date()
        await self._storage.episodes.count_anew(since, MOST_DAYS)
        return True

    async def _walk(self, begin: datetime, now: datetime, wide: bool) -> datetime:
        """Piece by piece; up to when."""
        until, piece = asyncio.get_running_loop().time() + LONGEST, SLICE
        while begin < now:
            end = min(begin + piece, now)
            match await self._look(begin, None if end == now else end, until):
                case Looked.LATER:
                    break
                case Looked.TOO_MUCH:
                    piece = (end - begin) / 2
                    continue
            begin, piece = end, min(piece * 2, LONGEST_SLICE)
            if wide:
                await self._storage.walks.advance(WALK, self._hub_id, end)
                HARVEST_BEHIND.set((now - end).total_seconds())
            if asyncio.get_running_loop().time() >= until:
                break
        return begin

    async def leave(self) -> None:
        """Let another hub walk at once. This one does not any more."""
        self._is_leaving = True
        await self._storage.walks.leave(WALK, self._hub_id)

    def _since(self, reached: datetime | None, now: datetime) -> tuple[datetime, bool]:
        """From when on to look, and whether that is a wide look, which goes on from what is stored."""
        if self._looked is None or self._looked_widely is None:
            return (now - FIRST if reached is None else reached) - OVERLAP, True
        if now - self._looked_widely >= WIDELY_EVERY:
            return min(self._looked_widely, reached or now) - OVERLAP, True
        return self._looked - BRIEFLY, False

    async def _look(self, begin: datetime, end: datetime | None, until: float) -> Looked:
        """Read what was recorded in a time. Without an end: clocks of other hubs may be ahead."""
        found = await self._storage.entries.recorded_since(begin, MOST, before=end)
        if len(found) == MOST:
            if (end or self._clock.now()) - begin > SHORTEST:
                return Looked.TOO_MUCH
            log.error("too much was recorded in one instant to be learned from", at=begin.isoformat())
        fresh = {each: seq for each, seq in found if self._read.get(each, 0) < seq}
        behind = await self._reading.behind(fresh)
        for start in range(0, len(behind), AT_ONCE):
            if start and asyncio.get_running_loop().time() >= until:
                return Looked.LATER
            await self._reading.read(behind[start : start + AT_ONCE])
        self._read = {**self._read, **fresh} if len(self._read) < MOST else fresh
        return Looked.ALL
