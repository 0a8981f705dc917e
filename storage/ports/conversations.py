"""What may be asked of conversations as they stand: lists, counts, hands, read marks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from storage.model.conversation import Conversation


class View(Enum):
    """The lists of the panel."""

    MINE = "mine"
    QUEUE = "queue"
    ALL = "all"
    BOT = "bot"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations there are: queued, and open in all."""

    queued: int
    open: int


class ConversationStore(Protocol):
    """Snapshots of conversations."""

    async def get(self, conversation_id: str) -> Conversation | None:
        """The snapshot; it may lag behind the timeline."""

    async def save_many(self, snapshots: Iterable[Conversation]) -> None:
        """Write each only where the stored version (seq) is smaller."""

    async def page(
        self,
        view: View,
        *,
        operator_id: str,
        teams: Sequence[str] | None,
        before: tuple[datetime, str] | None,
        limit: int,
    ) -> Sequence[Conversation]:
        """A page of a list. ``teams`` None = all. QUEUE by rank_at ascending; the rest by updated_at descending.

        ``before`` is the (sort value, id) of the last row the client has, for the next page.
        """

    async def counts(self, teams: Sequence[str] | None, up_to: int) -> Counts:
        """For the board; each number is counted no further than ``up_to``, so that it does not cost more and more."""

    async def in_hand(self) -> dict[str, int]:
        """How many conversations each operator has who has any. Their capacities bound it."""

    async def in_line(self, limit: int) -> Sequence[tuple[str, str]]:
        """(conversation_id, team) of the head of the queue, by rank_at, then id."""

    async def lease_next(self, teams: Sequence[str], now: datetime, until: datetime) -> Conversation | None:
        """The head of the queue that no one has leased; leased until then."""

    async def due(self, now: datetime, limit: int) -> Sequence[Conversation]:
        """Conversations with a duty due, earliest first."""

    async def versions(self, conversation_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """(seq, public_seq) of each, for the digest."""

    async def of_contact(self, contact_id: str, limit: int) -> Sequence[Conversation]:
        """A contact's conversations, newest first."""


class LoadStore(Protocol):
    """Which conversations each operator has in hand: the guard against going above capacity."""

    async def add(self, operator_id: str, conversation_id: str, capacity: int) -> bool:
        """Atomically, if below capacity or already there."""

    async def remove(self, operator_id: str, conversation_id: str) -> None:
        """Idempotent."""

    async def get(self, operator_id: str) -> frozenset[str]:
        """The conversations in hand."""


class CursorStore(Protocol):
    """How far each side has read."""

    async def advance(self, conversation_id: str, reader: str, seq: int) -> bool:
        """Monotonic. True if it moved. ``reader`` is an author key."""

    async def of(self, conversation_id: str) -> dict[str, int]:
        """By reader."""

    async def of_many(self, conversation_ids: Sequence[str]) -> dict[str, dict[str, int]]:
        """By conversation, then by reader; without those that nobody has read. For the digest."""
