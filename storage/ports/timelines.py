"""What may be asked of the timelines: their entries."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from storage.model.entry import Entry


class Outcome(Enum):
    """What became of one document of a batch."""

    STORED = "stored"  # durable: majority, journaled
    DUPLICATE = "duplicate"  # a unique key is taken, nothing was written
    REFUSED = "refused"  # the server will never take it
    UNKNOWN = "unknown"  # may or may not be stored, or become so later


@dataclass(frozen=True, slots=True)
class EncodedEntry:
    """An entry that is proven to be storable. ``document`` is the adapter's own form; ``size`` is in bytes."""

    entry: Entry
    document: Any
    size: int


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that some hub has stored. ``token`` resumes the stream after it."""

    conversation_id: str
    seq: int
    token: Any


class EntryStore(Protocol):
    """The timelines."""

    def encode(self, entry: Entry) -> EncodedEntry:
        """Raise ``Unstorable`` for what would take its batch-mates down. No I/O."""

    async def insert_batch(self, batch: Sequence[EncodedEntry]) -> Sequence[Outcome]:
        """Insert all (unordered, w: majority, j: true); one outcome each, in order. Never raises StorageUnavailable."""

    async def by_client_id(self, conversation_id: str, author_key: str, client_id: str) -> Entry | None:
        """The first answer to a client's key, read with majority concern."""

    async def after(self, conversation_id: str, seq: int, limit: int) -> Sequence[Entry]:
        """Entries with a greater seq, ascending."""

    async def before(self, conversation_id: str, seq: int, limit: int) -> Sequence[Entry]:
        """The newest entries with a smaller seq, ascending."""

    async def after_public(self, conversation_id: str, public_seq: int, limit: int) -> Sequence[Entry]:
        """Public entries with a greater public_seq, ascending."""

    async def before_public(self, conversation_id: str, public_seq: int, limit: int) -> Sequence[Entry]:
        """The newest public entries with a smaller public_seq, ascending."""

    async def touching(self, conversation_id: str, seqs: Sequence[int]) -> Sequence[Entry]:
        """Entries (delivery outcomes, edits…) whose target is one of ``seqs``, ascending."""

    async def recorded_since(
        self, at: datetime, limit: int, *, before: datetime | None = None
    ) -> Sequence[tuple[str, int]]:
        """(conversation_id, highest seq among them) of conversations with entries recorded from ``at`` on, or until
        just ``before``."""

    def watch(self, token: Any | None) -> AbstractAsyncContextManager[AsyncIterator[Change]]:
        """Follow what all hubs store, from ``token`` or from now. The iterator raises ``StorageUnavailable`` when cut.

        ``HistoryLost``, of the two, means that ``token`` is too old: sweep, then follow from now.
        """
