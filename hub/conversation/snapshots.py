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

from storage.model.conversation import Conversation
from storage.model.entry import Entry
from storage.ports import Storage

GATHER = 0.05  # seconds in which the words of busy conversations are gathered for one write
REST = 1.0
"""Seconds after a write in which mere words of the same conversation wait; longer when the hub is busy."""

LONGEST_REST = 5.0
BUSY = 500.0  # entries a second; twice as many, and conversations rest twice as long

MOST_AT_ONCE = 500

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

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._dirty: dict[str, Conversation] = {}
        self._resting: dict[str, _Rest] = {}
        self._order: deque[tuple[float, str]] = deque()  # of the rests, as they began
        self._noted = 0  # since the last look at the pace
        self._looked_at = 0.0
        self._pace = REST
        self._wake = asyncio.Event()
        self._hurry = False  # more than mere words of busy conversations is to be written
        self._followers: list[Follower] = []

    def follow(self, follower: Follower) -> None:
        """Call ``follower(conversation)`` after its snapshot has been written. It must not block."""
        self._followers.append(follower)

    def note(self, entry: Entry, conversation: Conversation) -> None:
        """A conversation has changed (listener of the dispatcher)."""
        self._noted += 1
        self.renew(conversation)

    def renew(self, conversation: Conversation) -> None:
        """Have it written soon; mere words when it has rested."""
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
                    self.renew(newest)
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

    def pending(self, conversation_id: str) -> int:
        """The newest seq that is about to be written anyway; 0 if none is."""
        rest = self._resting.get(conversation_id)
        waiting = (self._dirty.get(conversation_id), rest.pending if rest else None)
        return max((conversation.seq for conversation in waiting if conversation), default=0)
