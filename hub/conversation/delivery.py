"""The outbox: what is owed to an outside channel, leased conversation by conversation so that order holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.clock import Clock
from hub.conversation.commands import Command, RecordDelivery
from hub.conversation.dispatcher import Dispatcher
from storage.model.contacts import Contact
from storage.model.entry import Author, AuthorKind, Delivered, Delivery, DeliveryOutcome, Entry
from storage.ports import Storage

LEASE = timedelta(seconds=30)
"""How long a claim, and each start of an attempt, keeps others off a conversation. An attempt must be over by then:
one request of the channel, and what the clocks of two hubs may differ by."""

MOST_ENTRIES = 50  # of one conversation in one claim

CARRIER = Author(AuthorKind.SYSTEM, "delivery")


@dataclass(frozen=True, slots=True)
class Claim:
    """A leased conversation and what it is owed."""

    conversation_id: str
    contact: Contact
    language: str | None
    fence: int
    entries: tuple[Entry, ...]


class Outbox:
    """Leases, attempts and their outcomes."""

    def __init__(self, storage: Storage, dispatcher: Dispatcher, clock: Clock) -> None:
        self._storage = storage
        self._dispatcher = dispatcher
        self._clock = clock

    async def claim(self, inbox_id: str, holder: str, limit: int) -> list[Claim]:
        """Lease up to ``limit`` conversations with something owed."""
        claims = []
        owed = await self._storage.outbox.conversations_owed(inbox_id, self._clock.now(), limit)
        for conversation_id in owed:
            claim = await self._claim_one(conversation_id, holder, self._clock.now())
            if claim is not None:
                claims.append(claim)
        return claims

    async def _claim_one(self, conversation_id: str, holder: str, now: datetime) -> Claim | None:
        fence = await self._storage.outbox.claim(conversation_id, holder, now, now + LEASE)
        if fence is None:
            return None
        entries = await self._owed(conversation_id, fence)
        conversation = await self._storage.conversations.get(conversation_id)
        contact = await self._storage.contacts.get(conversation.contact_id) if conversation else None
        if not entries or conversation is None or contact is None or contact.external_id is None:
            await self._storage.outbox.release(conversation_id, fence)
            return None
        return Claim(conversation_id, contact, conversation.language or contact.language, fence, entries)

    async def _owed(self, conversation_id: str, fence: int) -> tuple[Entry, ...]:
        """What is owed, without what is known to be sent: a hub may have died between the outcome and this."""
        entries = await self._storage.outbox.owed(conversation_id, MOST_ENTRIES)
        started = [entry.seq for entry in entries if entry.delivery is Delivery.STARTED]
        outcomes = await self._storage.entries.touching(conversation_id, started) if started else ()
        sent = {
            outcome.body.target_seq
            for outcome in outcomes
            if isinstance(outcome.body, Delivered) and outcome.body.outcome is DeliveryOutcome.SENT
        }
        for seq in sent:
            await self._storage.outbox.settle(conversation_id, seq, fence, attempt=0)  # the lease is ours
        return tuple(entry for entry in entries if entry.seq not in sent)

    async def start(self, conversation_id: str, seq: int, fence: int) -> int | None:
        """Bytes are about to leave, and the attempt is over within ``LEASE``. None: it is lost, send nothing."""
        until = self._clock.now() + LEASE
        return await self._storage.outbox.start(conversation_id, seq, fence, until)

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
        """Record the outcome on the timeline, then take the entry out of the outbox.

        False: the lease was lost, and somebody has begun another attempt.
        """
        await self._dispatcher.submit(
            conversation_id,
            Command(
                CARRIER,
                f"delivery:{seq}:{attempt}",
                RecordDelivery(seq, attempt, outcome, error, external_ids),
            ),
        )
        return await self._storage.outbox.settle(conversation_id, seq, fence, attempt)

    async def postpone(
        self, conversation_id: str, fence: int, retry_after: float, unsent: int | None = None
    ) -> None:
        """The channel wants to be left alone for so many seconds. ``unsent``: the entry that provably did not go."""
        until = self._clock.now() + timedelta(seconds=retry_after)
        await self._storage.outbox.postpone(conversation_id, fence, until, unsent)

    async def release(self, conversation_id: str, fence: int) -> None:
        """Give the lease back; nothing is under way."""
        await self._storage.outbox.release(conversation_id, fence)

    async def abandon(self, holder: str) -> None:
        """The carrier's connection has ended: others need not wait for it, but for what it may still be sending."""
        await self._storage.outbox.abandon(holder)
