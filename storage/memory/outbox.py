"""What is owed to outside channels, in memory."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from storage.derived import undelivered
from storage.documents import utc_milliseconds
from storage.memory.entries import MemoryEntries
from storage.memory.faults import Faults
from storage.memory.keeping import Shelf
from storage.model.entry import Delivery, Entry

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Lease:
    holder: str | None = None
    until: datetime = _LONG_AGO
    busy_until: datetime | None = None  # while an attempt may be under way
    fence: int = 0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An update that was refused for good."""

    inbox_id: str
    client_id: str
    reason: str
    document: str  # JSON


class MemoryOutbox(Shelf):
    """``OutboxStore`` in memory."""

    def __init__(self, faults: Faults, entries: MemoryEntries) -> None:
        super().__init__(faults)
        self._entries = entries
        self._leases: dict[str, _Lease] = {}
        self._attempts: dict[tuple[str, int], int] = {}
        self.dead_letters: dict[tuple[str, str], DeadLetter] = {}

    async def conversations_owed(self, inbox_id: str, now: datetime, limit: int) -> Sequence[str]:
        """Conversations with undelivered entries and no live lease, longest waiting first."""
        self._reach(inbox_id)
        waiting: dict[str, datetime] = {}
        for entry in self._entries.timelines():
            lease = self._leases.get(entry.conversation_id)
            free = lease is None or lease.until <= now
            if entry.inbox_id == inbox_id and undelivered(entry) and free:
                first = waiting.get(entry.conversation_id, entry.recorded_at)
                waiting[entry.conversation_id] = min(first, entry.recorded_at)
        return sorted(waiting, key=lambda each: (waiting[each], each))[: max(limit, 0)]

    async def claim(self, conversation_id: str, holder: str, now: datetime, until: datetime) -> int | None:
        """Lease a conversation; its own holder may claim again. None if another holds it or it is postponed."""
        self._reach(conversation_id, holder)
        lease = self._leases.setdefault(conversation_id, _Lease())
        if lease.until > now and lease.holder != holder:
            return None
        lease.holder, lease.until, lease.busy_until = holder, utc_milliseconds(until), None
        lease.fence += 1
        return lease.fence

    async def owed(self, conversation_id: str, limit: int) -> Sequence[Entry]:
        """Its undelivered entries, ascending by seq."""
        self._reach(conversation_id)
        return [entry for entry in self._entries.timeline(conversation_id) if undelivered(entry)][
            : max(limit, 0)
        ]

    def _held(self, conversation_id: str, fence: int) -> _Lease | None:
        lease = self._leases.get(conversation_id)
        return lease if lease is not None and lease.fence == fence and lease.holder is not None else None

    def _entry(self, conversation_id: str, seq: int) -> Entry | None:
        return next((entry for entry in self._entries.timeline(conversation_id) if entry.seq == seq), None)

    async def start(self, conversation_id: str, seq: int, fence: int, until: datetime) -> int | None:
        """The attempt's number from 1, or None if the lease is lost or nothing is owed."""
        self._reach(conversation_id, seq)
        entry = self._entry(conversation_id, seq)
        lease = self._held(conversation_id, fence)
        if lease is None:
            return None
        lease.busy_until = utc_milliseconds(until)
        lease.until = max(lease.until, lease.busy_until)
        if entry is None or not undelivered(entry):
            return None
        self._entries.set_delivery(conversation_id, seq, Delivery.STARTED)
        attempt = self._attempts.get((conversation_id, seq), 0) + 1
        self._attempts[conversation_id, seq] = attempt
        return attempt

    async def settle(self, conversation_id: str, seq: int, fence: int, attempt: int) -> bool:
        """The entry is no longer owed. Idempotent for the holder, and for who made the last attempt."""
        self._reach(conversation_id, seq)
        entry = self._entry(conversation_id, seq)
        lease = self._held(conversation_id, fence)
        if lease is not None:
            lease.busy_until = None
        elif self._attempts.get((conversation_id, seq)) != attempt:
            return False
        if entry is None or entry.delivery is None:
            return False
        self._entries.set_delivery(conversation_id, seq, Delivery.SETTLED)
        return True

    async def postpone(
        self, conversation_id: str, fence: int, until: datetime, unsent: int | None = None
    ) -> None:
        """Keep everybody off, the holder too."""
        self._reach(conversation_id)
        lease = self._leases.get(conversation_id)
        if lease is None or lease.fence != fence:
            return
        entry = None if unsent is None else self._entry(conversation_id, unsent)
        if entry is not None and entry.delivery is Delivery.STARTED:
            self._entries.set_delivery(conversation_id, entry.seq, Delivery.OWED)
        lease.holder, lease.until, lease.busy_until = None, utc_milliseconds(until), None

    async def release(self, conversation_id: str, fence: int) -> None:
        """Give the lease back."""
        self._reach(conversation_id)
        lease = self._held(conversation_id, fence)
        if lease is not None:
            lease.holder, lease.until, lease.busy_until = None, _LONG_AGO, None

    async def abandon(self, holder: str) -> None:
        """Its leases end, but where it may still be sending, not before that attempt is over."""
        self._reach(holder)
        for lease in self._leases.values():
            if lease.holder == holder:
                lease.until = min(lease.until, lease.busy_until or _LONG_AGO)

    async def put_dead_letter(
        self, inbox_id: str, client_id: str, reason: str, document: dict[str, Any]
    ) -> None:
        """Keep an update that is refused for good, whatever is in it."""
        self._reach(inbox_id, client_id)
        letter = DeadLetter(inbox_id, client_id, reason, json.dumps(document, default=str))
        self.dead_letters.setdefault((inbox_id, client_id), letter)
