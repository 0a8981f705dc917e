"""Snapshots of conversations in memory."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from storage.derived import Listing, listing_of
from storage.documents import utc_milliseconds
from storage.memory.faults import Faults
from storage.memory.keeping import Shelf, kept
from storage.model.conversation import Conversation
from storage.ports import Counts, View

_NEVER = datetime(1, 1, 1, tzinfo=UTC)  # what has no date is the oldest

_Row = tuple[Conversation, Listing]


def _newest(row: _Row) -> tuple[datetime, str]:
    return (row[0].updated_at or _NEVER, row[0].id)


def _in_line(row: _Row) -> tuple[datetime, str]:
    return (row[1].rank_at or _NEVER, row[0].id)


class MemoryConversations(Shelf):
    """``ConversationStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._rows: dict[str, _Row] = {}
        self._leased_until: dict[str, datetime] = {}

    async def get(self, conversation_id: str) -> Conversation | None:
        """The snapshot; it may lag behind the timeline."""
        self._reach(conversation_id)
        row = self._rows.get(conversation_id)
        return None if row is None else row[0]

    async def save_many(self, snapshots: Iterable[Conversation]) -> None:
        """Write each only where the stored seq is smaller."""
        self._reach()
        for snapshot in [kept(snapshot) for snapshot in snapshots]:
            row = self._rows.get(snapshot.id)
            if row is None or row[0].seq < snapshot.seq:
                self._rows[snapshot.id] = (snapshot, listing_of(snapshot))

    def _where(self, holds: Callable[[Listing], bool], teams: Sequence[str] | None = None) -> list[_Row]:
        return [
            row for row in self._rows.values() if holds(row[1]) and (teams is None or row[1].team in teams)
        ]

    async def page(
        self,
        view: View,
        *,
        operator_id: str,
        teams: Sequence[str] | None,
        before: tuple[datetime, str] | None,
        limit: int,
    ) -> Sequence[Conversation]:
        """A page of a list. ``teams`` does not narrow MINE nor BOT, which belong to no team."""
        self._reach(operator_id)
        match view:
            case View.MINE:
                rows = self._where(lambda listing: listing.operator_id == operator_id)
            case View.BOT:
                rows = self._where(lambda listing: listing.with_bot)
            case View.QUEUE:
                rows = self._where(lambda listing: listing.queued, teams)
            case View.ALL:
                rows = self._where(lambda listing: listing.resolved is False, teams)
            case View.RESOLVED:
                rows = self._where(lambda listing: listing.resolved is True, teams)
        if view is View.QUEUE:
            rows.sort(key=_in_line)
            rows = [row for row in rows if before is None or _in_line(row) > before]
        else:
            rows.sort(key=_newest, reverse=True)
            rows = [row for row in rows if before is None or _newest(row) < before]
        return [conversation for conversation, _ in rows[: max(limit, 0)]]

    async def counts(self, teams: Sequence[str] | None, up_to: int) -> Counts:
        """For the board; "open" is all that is not resolved."""
        self._reach()
        rows = self._where(lambda listing: listing.resolved is False, teams)
        return Counts(min(sum(listing.queued for _, listing in rows), up_to), min(len(rows), up_to))

    async def in_hand(self) -> dict[str, int]:
        """How many conversations each operator has who has any."""
        self._reach()
        return dict(Counter(listing.operator_id for _, listing in self._rows.values() if listing.operator_id))

    def _queue(self, teams: Sequence[str] | None) -> list[_Row]:
        return sorted(self._where(lambda listing: listing.queued, teams), key=_in_line)

    async def in_line(self, limit: int) -> Sequence[tuple[str, str]]:
        """(conversation_id, team) of the head of the queue, by rank_at, then id."""
        self._reach()
        return [(row[0].id, row[1].team or "") for row in self._queue(None)[: max(limit, 0)]]

    async def lease_next(self, teams: Sequence[str], now: datetime, until: datetime) -> Conversation | None:
        """The head of the queue that no one has leased; leased until then."""
        self._reach(*teams)
        for conversation, _ in self._queue(teams):
            if self._leased_until.get(conversation.id, _NEVER) <= now:
                self._leased_until[conversation.id] = utc_milliseconds(until)
                return conversation
        return None

    async def due(self, now: datetime, limit: int) -> Sequence[Conversation]:
        """Conversations with a duty due, earliest first."""
        self._reach()
        due = [
            (listing.due_at, conversation.id, conversation)
            for conversation, listing in self._rows.values()
            if listing.due_at is not None and listing.due_at <= now
        ]
        return [row[2] for row in sorted(due, key=lambda row: row[:2])[: max(limit, 0)]]

    async def versions(self, conversation_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """(seq, public_seq) of each that there is."""
        self._reach(*conversation_ids)
        rows = (self._rows.get(conversation_id) for conversation_id in conversation_ids)
        return {row[0].id: (row[0].seq, row[0].public_seq) for row in rows if row is not None}

    async def of_contact(self, contact_id: str, limit: int) -> Sequence[Conversation]:
        """A contact's conversations, newest first."""
        self._reach(contact_id)
        rows = [row for row in self._rows.values() if row[0].contact_id == contact_id]
        return [row[0] for row in sorted(rows, key=_newest, reverse=True)[: max(limit, 0)]]
