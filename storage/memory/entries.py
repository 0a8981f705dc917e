"""Timelines in memory."""

import asyncio
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from storage.derived import target_of
from storage.documents import from_document, to_document, utc_milliseconds
from storage.errors import HistoryLost
from storage.memory.faults import Fate, Faults
from storage.memory.keeping import Shelf
from storage.model.entry import Delivery, Entry
from storage.ports import Change, EncodedEntry, Outcome
from storage.sizes import storable_size


class MemoryEntries(Shelf):
    """``EntryStore`` in memory. ``faults`` decide what becomes of batches."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._timelines: defaultdict[str, dict[int, Entry]] = defaultdict(dict)
        self._seqs: defaultdict[str, list[int]] = defaultdict(list)  # ascending
        self._ids: set[str] = set()
        self._by_client: dict[tuple[str, str, str], Entry] = {}
        self._log: list[Change] = []
        self._log_starts = 0  # the first change that a stream may still resume after
        self._grown = asyncio.Event()
        faults.storing_by(self._store)

    def encode(self, entry: Entry) -> EncodedEntry:
        """Raise ``Unstorable`` for what the database would refuse."""
        document = to_document(entry)
        size = storable_size(document)
        as_read = from_document(document, Entry)
        return EncodedEntry(as_read, as_read, size)

    async def insert_batch(self, batch: Sequence[EncodedEntry]) -> Sequence[Outcome]:
        """Insert all; one outcome each, in order."""
        if self._faults.gate is not None:
            await self._faults.gate.wait()
        if self._faults.away:
            return [Outcome.UNKNOWN] * len(batch)
        fault = self._faults.plans.popleft() if self._faults.plans else None
        return [
            self._suffer(encoded.document, fault.fate)
            if fault is not None and fault.hits(encoded.entry)
            else self._store(encoded.document)
            for encoded in batch
        ]

    def _suffer(self, entry: Entry, fate: Fate) -> Outcome:
        if fate is Fate.REFUSED:
            return Outcome.REFUSED
        if fate is Fate.UNKNOWN_APPLIED:
            self._store(entry)
        elif fate is Fate.UNKNOWN_LATE:
            self._faults.late.append(entry)
        return Outcome.UNKNOWN

    def _store(self, entry: Entry) -> Outcome:
        timeline = self._timelines[entry.conversation_id]
        client = (entry.conversation_id, entry.author.key, entry.client_id)
        if entry.id in self._ids or entry.seq in timeline or client in self._by_client:
            return Outcome.DUPLICATE
        timeline[entry.seq] = entry
        seqs = self._seqs[entry.conversation_id]
        seqs.insert(bisect_left(seqs, entry.seq), entry.seq)
        self._ids.add(entry.id)
        self._by_client[client] = entry
        self._log.append(Change(entry.conversation_id, entry.seq, len(self._log) + 1))
        self._grown.set()
        self._grown = asyncio.Event()
        return Outcome.STORED

    async def by_client_id(self, conversation_id: str, author_key: str, client_id: str) -> Entry | None:
        """The first answer to a client's key."""
        self._reach(conversation_id, author_key, client_id)
        first = self._by_client.get((conversation_id, author_key, client_id))
        return None if first is None else self._timelines[conversation_id][first.seq]

    async def after(self, conversation_id: str, seq: int, limit: int) -> Sequence[Entry]:
        """Entries with a greater seq, ascending."""
        self._reach(conversation_id, seq)
        seqs = self._seqs.get(conversation_id, [])
        start = bisect_right(seqs, seq)
        return self._entries(conversation_id, seqs[start : start + max(limit, 0)])

    async def before(self, conversation_id: str, seq: int, limit: int) -> Sequence[Entry]:
        """The newest entries with a smaller seq, ascending."""
        self._reach(conversation_id, seq)
        seqs = self._seqs.get(conversation_id, [])
        end = bisect_left(seqs, seq)
        return self._entries(conversation_id, seqs[max(end - max(limit, 0), 0) : end])

    def _entries(self, conversation_id: str, seqs: Sequence[int]) -> list[Entry]:
        return [self._timelines[conversation_id][seq] for seq in seqs]

    def _public(self, conversation_id: str) -> list[Entry]:
        return [entry for entry in self.timeline(conversation_id) if entry.public]

    async def after_public(self, conversation_id: str, public_seq: int, limit: int) -> Sequence[Entry]:
        """Public entries with a greater public_seq, ascending."""
        self._reach(conversation_id, public_seq)
        later = [entry for entry in self._public(conversation_id) if entry.public_seq > public_seq]
        return later[: max(limit, 0)]

    async def before_public(self, conversation_id: str, public_seq: int, limit: int) -> Sequence[Entry]:
        """The newest public entries with a smaller public_seq, ascending."""
        self._reach(conversation_id, public_seq)
        earlier = [entry for entry in self._public(conversation_id) if entry.public_seq < public_seq]
        return earlier[max(len(earlier) - max(limit, 0), 0) :]

    async def touching(self, conversation_id: str, seqs: Sequence[int]) -> Sequence[Entry]:
        """Entries whose target is one of ``seqs``, ascending."""
        self._reach(conversation_id, *seqs)
        wanted = set(seqs)
        return [entry for entry in self.timeline(conversation_id) if target_of(entry) in wanted]

    async def recorded_since(
        self, at: datetime, limit: int, *, before: datetime | None = None
    ) -> Sequence[tuple[str, int]]:
        """(conversation_id, highest seq), the conversation with the oldest such entry first."""
        self._reach()
        since = utc_milliseconds(at)
        until = None if before is None else utc_milliseconds(before)
        found: list[tuple[datetime, str, int]] = []
        for conversation_id, timeline in self._timelines.items():
            recent = [
                entry
                for entry in timeline.values()
                if entry.recorded_at >= since and (until is None or entry.recorded_at < until)
            ]
            if recent:
                first = min(entry.recorded_at for entry in recent)
                found.append((first, conversation_id, max(entry.seq for entry in recent)))
        return [(conversation_id, seq) for _, conversation_id, seq in sorted(found)[: max(limit, 0)]]

    @asynccontextmanager
    async def watch(self, token: Any | None) -> AsyncIterator[AsyncIterator[Change]]:
        """Follow what is stored. Raises ``HistoryLost`` if ``token`` is too old, ``StorageUnavailable`` when cut."""
        self._reach()
        place = len(self._log) if token is None else int(token)
        if token is not None and place < self._log_starts:
            raise HistoryLost("the change stream cannot resume (planted)")
        yield self._changes(place)

    async def _changes(self, place: int) -> AsyncIterator[Change]:
        while True:
            grown = self._grown
            self._faults.check()
            if place < len(self._log):
                yield self._log[place]
                place += 1
            else:
                await grown.wait()

    def lose_history(self) -> None:
        """Planted: no stream can resume after a change that was seen before now."""
        self._log_starts = len(self._log) + 1

    def cut_streams(self) -> None:
        """Planted: wakes all streams, which end if the database is away."""
        self._grown.set()
        self._grown = asyncio.Event()

    def timeline(self, conversation_id: str) -> list[Entry]:
        """All entries of a conversation, whatever the faults."""
        return self._entries(conversation_id, self._seqs.get(conversation_id, []))

    def timelines(self) -> list[Entry]:
        """All entries there are, by conversation."""
        return [entry for conversation_id in self._seqs for entry in self.timeline(conversation_id)]

    def set_delivery(self, conversation_id: str, seq: int, delivery: Delivery) -> None:
        """For the outbox, which alone changes an entry."""
        timeline = self._timelines[conversation_id]
        timeline[seq] = replace(timeline[seq], delivery=delivery)
