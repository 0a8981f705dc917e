"""What may be asked of the way out: entries that an outside channel has to carry."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from storage.model.entry import Entry


class OutboxStore(Protocol):
    """Entries owed to an outside channel. One holder per conversation at a time, so that order holds."""

    async def conversations_owed(self, inbox_id: str, now: datetime, limit: int) -> Sequence[str]:
        """Conversations with owed or started entries and no live lease, longest waiting first."""

    async def claim(self, conversation_id: str, holder: str, now: datetime, until: datetime) -> int | None:
        """Lease a conversation; the fencing number, greater at each claim, or None if another holds it."""

    async def owed(self, conversation_id: str, limit: int) -> Sequence[Entry]:
        """Its undelivered entries (owed or started), ascending by seq."""

    async def start(self, conversation_id: str, seq: int, fence: int, until: datetime) -> int | None:
        """Durably note that bytes are about to leave, and be over by ``until``, to which the lease is extended.

        The attempt's number from 1, or None if the lease is lost.
        """

    async def settle(self, conversation_id: str, seq: int, fence: int, attempt: int) -> bool:
        """The entry is no longer owed. False if the lease is lost and a later attempt has begun since."""

    async def postpone(
        self, conversation_id: str, fence: int, until: datetime, unsent: int | None = None
    ) -> None:
        """Keep everybody off this conversation until then (``retry_after``).

        ``unsent``: the entry (seq) of which no attempt has sent anything; it is owed as if never started.
        """

    async def release(self, conversation_id: str, fence: int) -> None:
        """Give the lease back; nothing is under way."""

    async def abandon(self, holder: str) -> None:
        """The holder is gone. Its leases end, but where it may still be sending, not before that attempt is over."""

    async def put_dead_letter(
        self, inbox_id: str, client_id: str, reason: str, document: dict[str, Any]
    ) -> None:
        """Keep an update that is refused for good. Idempotent by (inbox_id, client_id)."""
