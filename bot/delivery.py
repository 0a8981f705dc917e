"""From the hub to Telegram: per conversation in order, different conversations side by side.

``start`` is durable at the hub before bytes leave, ``settle`` tells it the outcome. What is known of an entry between
the two is kept here too, so that a lost connection to the hub neither loses an outcome nor sends twice.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import SendMessage

from bot.backoff import Backoff, pause, unless_stopped
from bot.hub_client import HubClient
from bot.hub_requests import CLAIM, POSTPONE, RELEASE, SETTLE, START, HubError, insist
from bot.lease import Lease, LeaseLostError
from bot.logs import get_logger
from bot.outcome import Problem, Refused, Unknown, judge
from bot.progress import Memory, Progress
from bot.render import render
from bot.telegram import SEND_TIMEOUT
from bot.texts import choose
from bot.waiting import LONGEST_WAIT, wait_for
from hub.protocol.channel import (
    ClaimedConversation,
    DeliveryClaim,
    DeliveryPostpone,
    DeliveryRelease,
    DeliverySettle,
    DeliveryStart,
    OwedEntry,
)

log = get_logger(__name__)

_MAX_CLAIM = 20
_MAX_IDS = 20  # of the wire
_NOT_NOW = 30.0  # seconds, after something that a person must look at


class Delivery:
    """Delays are in seconds. ``concurrency``: conversations at a time; within one, entry follows entry."""

    def __init__(
        self,
        bot: Bot,
        hub: HubClient,
        *,
        concurrency: int = 8,
        poll: float = 3.0,
        send_timeout: float = SEND_TIMEOUT,
        second_try_after: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot = bot
        self._hub = hub
        self._concurrency = concurrency
        self._poll = poll
        self._send_timeout = send_timeout
        self._second_try_after = second_try_after
        self._clock = clock
        self._due = asyncio.Event()
        self._serving: set[str] = set()
        self._memory = Memory()

    def wake(self) -> None:
        """Something is owed: claim now instead of at the next poll."""
        self._due.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until ``stop``; then each conversation under way ends with its current entry."""
        backoff = Backoff()
        async with asyncio.TaskGroup() as group:
            while not stop.is_set():
                if await unless_stopped(self._hub.ready.wait(), stop) is None:
                    break
                self._due.clear()
                try:
                    claimed = await self._claim()
                    backoff.reset()
                except HubError as error:
                    await pause(error.retry_after or backoff.next(), stop)
                    continue
                for conversation in claimed:
                    self._serving.add(conversation.conversation_id)
                    group.create_task(self._serve(conversation, stop))
                if not claimed:
                    await self._wait_until_due(stop)

    async def _claim(self) -> list[ClaimedConversation]:
        free = self._concurrency - len(self._serving)
        if free <= 0:
            return []
        answer = await self._hub.call(CLAIM, DeliveryClaim(limit=min(free, _MAX_CLAIM)))
        mine: list[ClaimedConversation] = []
        for found in answer.conversations:
            if found.conversation_id not in self._serving:
                mine.append(found)
                continue
            # Our lease on it has ended, as the task that serves it will see; then it is claimed again.
            given_back = DeliveryRelease(conversation_id=found.conversation_id, fence=found.fence)
            with suppress(HubError):
                await self._hub.call(RELEASE, given_back)
        return mine

    async def _wait_until_due(self, stop: asyncio.Event) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll):
                await unless_stopped(self._due.wait(), stop)

    async def _serve(self, conversation: ClaimedConversation, stop: asyncio.Event) -> None:
        lease = Lease(conversation, self._send_timeout)
        put_off: DeliveryPostpone | None = None
        if not conversation.entries:
            put_off = self._put_off(lease, _NOT_NOW)
        try:
            for entry in conversation.entries:
                put_off = await self._deliver(lease, entry, self._memory.of(conversation, entry))
                if put_off is not None or stop.is_set():
                    break
            if put_off is not None:
                await insist(self._hub, POSTPONE, put_off)
            else:
                await insist(self._hub, RELEASE, DeliveryRelease(conversation_id=lease.id, fence=lease.fence))
        except LeaseLostError:
            log.info("another process delivers this conversation", conversation_id=lease.id)
            # Or only the entry was settled by who began it; then this lets the rest of them go on.
            await insist(self._hub, RELEASE, DeliveryRelease(conversation_id=lease.id, fence=lease.fence))
        finally:
            self._serving.discard(lease.id)
            self._due.set()  # a place is free, and more may have become owed meanwhile

    async def _deliver(self, lease: Lease, entry: OwedEntry, progress: Progress) -> DeliveryPostpone | None:
        """Deliver one entry. None: it is settled; else how the conversation is to be put off."""
        if progress.outcome is not None:
            return await self._tell(lease, progress.outcome.model_copy(update={"fence": lease.fence}))
        calls = self._render(lease, entry)
        while True:
            try:
                attempt = await self._start(lease, entry)
            except HubError as error:
                log.warning("delivery is put off", conversation_id=lease.id, why=str(error))
                wait = error.retry_after or progress.backoff.next()
                return self._put_off(lease, wait, entry, progress)
            if not lease.lasts(self._clock()):
                log.warning("the hub was too slow for a request to Telegram", conversation_id=lease.id)
                return self._put_off(lease, progress.backoff.next(), entry, progress)
            if calls is None:
                return await self._settle(lease, entry, progress, attempt, "failed", "it cannot be shown")
            if len(progress.sent) < len(calls):
                problem = await self._send(calls[len(progress.sent)], progress)
            else:
                problem = None
            match problem:
                case None if len(progress.sent) < len(calls):
                    continue  # the next part, with a start of its own: each request has its time
                case None:
                    outcome: Literal["ambiguous", "sent"] = "ambiguous" if progress.unsure else "sent"
                    return await self._settle(lease, entry, progress, attempt, outcome)
                case Refused(reason):
                    return await self._settle(lease, entry, progress, attempt, "failed", reason)
                case Unknown(reason) if progress.doubted:
                    return await self._settle(lease, entry, progress, attempt, "ambiguous", reason)
                case Unknown(reason):
                    log.warning("it is not known whether it was sent", conversation_id=lease.id, why=reason)
                    progress.unsure = progress.doubted = True
                    await asyncio.sleep(self._second_try_after)
                case _:
                    return self._put_off(lease, wait_for(problem, progress.backoff), entry, progress)

    def _put_off(
        self, lease: Lease, seconds: float, entry: OwedEntry | None = None, progress: Progress | None = None
    ) -> DeliveryPostpone:
        unsent = entry.seq if entry is not None and progress is not None and progress.unsent else None
        return DeliveryPostpone(
            conversation_id=lease.id,
            fence=lease.fence,
            retry_after=min(seconds, LONGEST_WAIT),
            unsent=unsent,
        )

    async def _start(self, lease: Lease, entry: OwedEntry) -> int:
        asked_at = self._clock()
        start = DeliveryStart(conversation_id=lease.id, seq=entry.seq, fence=lease.fence)
        answer = await self._hub.call(START, start)
        if answer.attempt is None:
            raise LeaseLostError
        lease.hold(asked_at, answer.held_for)
        return answer.attempt

    async def _send(self, call: SendMessage, progress: Progress) -> Problem | None:
        try:
            message = await self._bot(call)
        except AiogramError as error:
            return judge(error)
        progress.sent.append(str(message.message_id))
        progress.doubted = False
        return None

    def _render(self, lease: Lease, entry: OwedEntry) -> list[SendMessage] | None:
        inbox = self._hub.configuration
        default = inbox.languages[0] if inbox is not None and inbox.languages else "en"
        try:
            return render(entry, lease.external_id, choose(lease.language, default))
        except Exception:  # one entry that cannot be drawn must not hold up its conversation for ever
            log.exception("an entry cannot be shown", conversation_id=lease.id, seq=entry.seq)
            return None

    async def _settle(
        self,
        lease: Lease,
        entry: OwedEntry,
        progress: Progress,
        attempt: int,
        outcome: Literal["sent", "failed", "ambiguous"],
        error: str | None = None,
    ) -> DeliveryPostpone | None:
        progress.outcome = DeliverySettle(
            conversation_id=lease.id,
            seq=entry.seq,
            fence=lease.fence,
            attempt=attempt,
            outcome=outcome,
            error=error,
            external_ids=progress.sent[:_MAX_IDS],
        )
        log.info("delivered", conversation_id=lease.id, seq=entry.seq, outcome=outcome, error=error)
        return await self._tell(lease, progress.outcome)

    async def _tell(self, lease: Lease, outcome: DeliverySettle) -> DeliveryPostpone | None:
        """The hub has the outcome (None), or refused it for good: later, when somebody may have mended it."""
        if not await insist(self._hub, SETTLE, outcome):
            return self._put_off(lease, _NOT_NOW)
        self._memory.forget(outcome.conversation_id, outcome.seq)
        return None
