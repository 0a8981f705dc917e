"""``/channel``: bot processes that carry an outside channel, trusted by the service token."""

import asyncio
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from hub.conversation.delivery import LEASE, Claim, Outbox
from hub.conversation.inbound import Inbound
from hub.errors import Refusal, error_of, internal_error
from hub.protocol import channel as wire
from hub.protocol import common
from hub.realtime.namespace import TypedNamespace, log
from hub.realtime.presenter import owed_entry
from hub.realtime.rooms import inbox_room
from storage.errors import StorageError
from storage.model.contacts import Inbox
from storage.model.conversation import Channel
from storage.model.entry import DeliveryOutcome
from storage.ports import Storage

ABANDON_WITHIN = 5.0  # seconds
TRIES = 4  # of an update that fails in a way nobody foresaw
TRY_AGAIN = 2.0  # seconds
MOST_FAILED = 1_000  # such updates that are remembered


@dataclass(frozen=True, slots=True)
class Carrier:
    """One bot process."""

    inbox: Inbox
    name: str


class ChannelNamespace(TypedNamespace[Carrier]):
    """What a bot may ask."""

    def __init__(self, storage: Storage, inbound: Inbound, outbox: Outbox, service_token: str | None) -> None:
        super().__init__(wire.CHANNEL, None)
        self._storage = storage
        self._inbound = inbound
        self._outbox = outbox
        self._token = service_token
        self._failed: dict[str, int] = {}  # tries of updates that fail in a way nobody foresaw

    async def identify(self, sid: str, environ: dict[str, Any], auth: Any) -> Carrier:
        """By the service token."""
        auth = auth if isinstance(auth, dict) else {}
        token, inbox_id = auth.get("token"), auth.get("inbox_id")
        if (
            not self._token
            or not isinstance(token, str)
            or not compare_digest(token.encode("utf-8", "replace"), self._token.encode())
        ):
            raise Refusal("unauthenticated", "Send the service token.")
        inbox = await self._storage.inboxes.get(inbox_id) if isinstance(inbox_id, str) else None
        if inbox is None or inbox.channel is Channel.WEBCHAT:
            raise Refusal("not_found", "There is no such inbox of an outside channel.")
        return Carrier(inbox, sid)

    async def joined(self, sid: str, who: Carrier) -> None:
        await self.enter_room(sid, inbox_room(who.inbox.id))

    async def left(self, sid: str, who: Carrier) -> None:
        """Its conversations need not wait for it. If this fails they do, as long as a lease lasts."""
        try:
            async with asyncio.timeout(ABANDON_WITHIN):
                await self._outbox.abandon(who.name)
        except (StorageError, TimeoutError) as failure:
            log.warning("the leases of a carrier that left were not ended", failure=repr(failure))

    def key_of(self, who: Carrier) -> str:
        return who.inbox.id

    async def channel_read(self, sid: str, who: Carrier, asked: common.Nothing) -> wire.ChannelConfiguration:
        return wire.ChannelConfiguration(
            inbox_id=who.inbox.id,
            name=who.inbox.name,
            languages=list(who.inbox.languages),
            greeting=dict(who.inbox.greeting),
            suggestions={language: list(texts) for language, texts in who.inbox.suggestions.items()},
        )

    async def updates_append(self, sid: str, who: Carrier, sent: wire.UpdatesAppend) -> wire.UpdatesAppended:
        """Each person's updates in order, different people's side by side."""
        by_contact: dict[str, list[wire.ChannelUpdate]] = {}
        for update in sent.updates:
            key = update.contact.external_id if update.contact else update.client_id
            by_contact.setdefault(key, []).append(update)
        results: dict[str, wire.UpdateResult] = {}
        await asyncio.gather(*(self._in_order(who, updates, results) for updates in by_contact.values()))
        return wire.UpdatesAppended(results=[results[update.client_id] for update in sent.updates])

    async def _in_order(
        self, who: Carrier, updates: list[wire.ChannelUpdate], results: dict[str, wire.UpdateResult]
    ) -> None:
        """After one that must be tried again, the rest of the same person waits too: else order would be lost."""
        blocked: common.Error | None = None
        for update in updates:
            result = (
                wire.UpdateResult(client_id=update.client_id, ok=False, error=blocked)
                if blocked
                else await self._append(who, update)
            )
            if result.error is not None and result.error.retryable:
                blocked = result.error
            results[update.client_id] = result

    async def _append(self, who: Carrier, update: wire.ChannelUpdate) -> wire.UpdateResult:
        try:
            seq = await self._enter(who, update)
        except Exception as failure:  # noqa: BLE001 - each update has its own answer
            error = error_of(failure)
            if error is None:
                log.error("an update failed", client_id=update.client_id, exc_info=failure)
                error = self._unforeseen(update.client_id)
            if error.retryable:
                return wire.UpdateResult(client_id=update.client_id, ok=False, error=error)
            return await self._bury(who, update, error)
        self._failed.pop(update.client_id, None)
        return wire.UpdateResult(client_id=update.client_id, ok=True, seq=seq)

    def _unforeseen(self, client_id: str) -> common.Error:
        """The fault is ours: the words are not given up before they were tried some times. For ever would block
        the chat."""
        error = internal_error()
        tries = self._failed[client_id] = self._failed.pop(client_id, 0) + 1
        while len(self._failed) > MOST_FAILED:
            del self._failed[next(iter(self._failed))]
        if tries < TRIES:
            return error.model_copy(update={"retryable": True, "retry_after": TRY_AGAIN})
        return error

    async def _enter(self, who: Carrier, update: wire.ChannelUpdate) -> int | None:
        content, contact = update.content, update.contact
        if isinstance(content, wire.Refused):
            await self._storage.outbox.put_dead_letter(
                who.inbox.id, update.client_id, content.reason, content.update
            )
            return None
        if contact is None:
            raise Refusal("bad_request", "Say who wrote this.")
        visitor = await self._inbound.welcome_external(
            who.inbox,
            contact.external_id,
            name=contact.name,
            username=contact.username,
            language=contact.language,
            phone=contact.phone,
        )
        match content:
            case wire.TextSaid():
                accepted = await self._inbound.say(visitor, update.client_id, content.text, content.payload)
            case wire.HumanRequested():
                accepted = await self._inbound.ask_for_human(visitor, update.client_id)
            case wire.EpisodeRated():
                accepted = await self._inbound.rate(visitor, update.client_id, content.score, content.comment)
        return accepted.entry.seq

    async def _bury(self, who: Carrier, update: wire.ChannelUpdate, error: common.Error) -> wire.UpdateResult:
        """Refused for good: kept, so that it can be confirmed and does not block the rest."""
        try:
            await self._storage.outbox.put_dead_letter(
                who.inbox.id, update.client_id, error.message, update.model_dump(mode="json")
            )
        except Exception as failure:  # noqa: BLE001 - see _append
            unburied = error_of(failure) or internal_error().model_copy(
                update={"retryable": True, "retry_after": TRY_AGAIN}
            )
            return wire.UpdateResult(client_id=update.client_id, ok=False, error=unburied)
        return wire.UpdateResult(client_id=update.client_id, ok=True, error=error)

    async def delivery_claim(
        self, sid: str, who: Carrier, asked: wire.DeliveryClaim
    ) -> wire.DeliveriesClaimed:
        claims = await self._outbox.claim(who.inbox.id, who.name, asked.limit)
        return wire.DeliveriesClaimed(conversations=[_claimed(claim) for claim in claims])

    async def delivery_start(self, sid: str, who: Carrier, asked: wire.DeliveryStart) -> wire.DeliveryStarted:
        attempt = await self._outbox.start(asked.conversation_id, asked.seq, asked.fence)
        return wire.DeliveryStarted(attempt=attempt, held_for=LEASE.total_seconds())

    async def delivery_settle(
        self, sid: str, who: Carrier, asked: wire.DeliverySettle
    ) -> wire.DeliverySettled:
        held = await self._outbox.settle(
            asked.conversation_id,
            asked.seq,
            asked.fence,
            asked.attempt,
            DeliveryOutcome(asked.outcome),
            asked.error,
            tuple(asked.external_ids),
        )
        return wire.DeliverySettled(held=held)

    async def delivery_postpone(self, sid: str, who: Carrier, asked: wire.DeliveryPostpone) -> common.Nothing:
        await self._outbox.postpone(asked.conversation_id, asked.fence, asked.retry_after, asked.unsent)
        return common.Nothing()

    async def delivery_release(self, sid: str, who: Carrier, asked: wire.DeliveryRelease) -> common.Nothing:
        await self._outbox.release(asked.conversation_id, asked.fence)
        return common.Nothing()


def _claimed(claim: Claim) -> wire.ClaimedConversation:
    assert claim.contact.external_id is not None
    shown = [view for view in map(owed_entry, claim.entries) if view is not None]
    return wire.ClaimedConversation(
        conversation_id=claim.conversation_id,
        external_id=claim.contact.external_id,
        language=claim.language,
        fence=claim.fence,
        held_for=LEASE.total_seconds(),
        entries=shown,
    )
