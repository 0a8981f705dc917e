"""The outbox: what is owed to an outside channel, leased conversation by conversation so that order holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.clock import Clock
from hub.conversation.commands import Command, RecordDelivery
from hub.conversation.dispatcher import Dispatcher
from storage.model.contacts import Contact
from storage.model.entry import Author, AuthorKind, DeliveryOutcome, Entry
from storage.ports import Storage

LEASE = timedelta(seconds=90)
"""Longer than the channel's HTTP time-out (60 s), so that no two processes send for one conversation."""

MOST_ENTRIES = 50  # of one conversation in one claim

CARRIER = Author(AuthorKind.SYSTEM, "delivery")


@dataclass(frozen=True, slots=True)
class Claim:
    """A leased conversation and what it is owed."""

    conversation_id: str
    contact: Contact
    language: str | None
    fence: int
    until: datetime
    entries: tuple[Entry, ...]


class Outbox:
    """Leases, attempts and their outcomes."""

    def __init__(self, storage: Storage, dispatcher: Dispatcher, clock: Clock) -> None:
        self._storage = storage
        self._dispatcher = dispatcher
        self._clock = clock

    async def claim(self, inbox_id: str, holder: str, limit: int) -> list[Claim]:
        """Lease up to ``limit`` conversations with something owed."""
        now = self._clock.now()
        claims = []
        for conversation_id in await self._storage.outbox.conversations_owed(inbox_id, now, limit):
            claim = await self._claim_one(conversation_id, holder, now)
            if claim is not None:
                claims.append(claim)
        return claims

    async def _claim_one(self, conversation_id: str, holder: str, now: datetime) -> Claim | None:
        until = now + LEASE
        fence = await self._storage.outbox.claim(conversation_id, holder, now, until)
        if fence is None:
            return None
        entries = tuple(await self._storage.outbox.owed(conversation_id, MOST_ENTRIES))
        conversation = await self._storage.conversations.get(conversation_id)
        contact = await self._storage.contacts.get(conversation.contact_id) if conversation else None
        if not entries or conversation is None or contact is None or contact.external_id is None:
            await self._storage.outbox.release(conversation_id, fence)
            return None
        return Claim(
            conversation_id, contact, conversation.language or contact.language, fence, until, entries
        )

    async def start(self, conversation_id: str, seq: int, fence: int) -> int | None:
        """Bytes are about to leave. None: the lease is lost, send nothing."""
        return await self._storage.outbox.start(conversation_id, seq, fence)

    async def settle(
        self,
        conversation_id: str,
        seq: int,
        fence: int,
        attempt: int,
        outcome: DeliveryOutcome,
        error: str | None,
        external_ids: tuple[str, ...],
    ) -> bool:
        """Record the outcome on the timeline, then take the entry out of the outbox. False: the lease was lost."""
        await self._dispatcher.submit(
            conversation_id,
            Command(
                CARRIER,
                f"delivery:{seq}:{attempt}",
                RecordDelivery(seq, attempt, outcome, error, external_ids),
            ),
        )
        return await self._storage.outbox.settle(conversation_id, seq, fence)

    async def postpone(self, conversation_id: str, fence: int, retry_after: float) -> None:
        """The channel wants to be left alone for so many seconds."""
        until = self._clock.now() + timedelta(seconds=retry_after)
        await self._storage.outbox.postpone(conversation_id, fence, until)

    async def release(self, conversation_id: str, fence: int) -> None:
        """Give the lease back."""
        await self._storage.outbox.release(conversation_id, fence)
