"""Bugs of the database and of the journal."""

import asyncio
from bisect import bisect_left
from typing import Any

from storage.journal import Appended, Journal, _Waiting
from storage.memory.entries import MemoryEntries
from storage.model.entry import Entry
from storage.ports import Change, Outcome
from tests.simulation.bugs.planting import bug


def _storing(by_client: bool, by_seq: bool) -> Any:
    """``MemoryEntries._store`` with only some of its unique indexes."""

    def store(self: MemoryEntries, entry: Entry) -> Outcome:
        timeline = self._timelines[entry.conversation_id]
        client = (entry.conversation_id, entry.author.key, entry.client_id)
        if (
            entry.id in self._ids
            or (by_seq and entry.seq in timeline)
            or (by_client and client in self._by_client)
        ):
            return Outcome.DUPLICATE
        if entry.seq not in timeline:
            seqs = self._seqs[entry.conversation_id]
            seqs.insert(bisect_left(seqs, entry.seq), entry.seq)
        timeline[entry.seq] = entry
        self._ids.add(entry.id)
        self._by_client.setdefault(client, entry)
        self._log.append(Change(entry.conversation_id, entry.seq, len(self._log) + 1))
        self.cut_streams()  # wakes them
        return Outcome.STORED

    return store


async def _acknowledged_at_once(self: Journal, entry: Entry) -> Appended:
    encoded = self._encode(entry)
    loop = asyncio.get_running_loop()
    self._fresh.append(_Waiting(encoded, loop.time() + self.limits.patience, loop.create_future()))
    self._work.set()
    return Appended.STORED


async def _believed_ours(self: Journal, waiting: _Waiting) -> Appended:
    return Appended.STORED


bug(
    "no unique client_id",
    "the index by which a retry finds its first answer is missing",
    (MemoryEntries, "_store", _storing(by_client=False, by_seq=True)),
)
bug(
    "no unique seq",
    "the index that lets only one of two hubs win is missing",
    (MemoryEntries, "_store", _storing(by_client=True, by_seq=False)),
)
bug(
    "ack before write",
    "the journal answers as soon as an entry has joined a batch",
    (Journal, "append", _acknowledged_at_once),
)
bug(
    "doubtful believed ours",
    "after an unknown outcome a duplicate is taken for our own entry without comparing",
    (Journal, "_whose", _believed_ours),
)
