"""From the hub to Telegram: per conversation in order, different conversations side by side.

``start`` is durable at the hub before bytes leave, ``settle`` tells it the outcome. What is known of an entry between
the two is kept here too, so that a lost connection to the hub neither loses an outcome nor sends twice.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import SendMessage

from bot.backoff import Backoff, pause, unless_stopped
from bot.hub_client import CLAIM, POSTPONE, RELEASE, SETTLE, START, HubClient, HubError, Q, R, Request
from bot.lease import Lease, LeaseEndsSoonError, LeaseLostError
from bot.logs import get_logger
from bot.outcome import NoAccess, NotSent, Problem, Refused, Unknown, Wait, judge
from bot.render import render
from bot.telegram import SEND_TIMEOUT
from bot.texts import choose
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
_MAX_POSTPONE = 86_400.0  # seconds, of the wire
_MAX_IDS = 20  # of the wire
_MAX_REMEMBERED = 10_000  # entries under way
_NOT_NOW = 30.0  # seconds, after something that a person must look at


@dataclass(slots=True)
class _Progress:
    """Of one entry, over all attempts of this process."""

    unsure: bool
    """It may have been sent already, here or by a process that died in the middle."""
    sent: list[str] = field(default_factory=list)
    outcome: DeliverySettle | None = None
    """Known, but the hub has not accepted it yet: nothing is sent again."""
    backoff: Backoff = field(default_factory=lambda: Backoff(first=1.0, cap=60.0))


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
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._bot = bot
        self._hub = hub
        self._concurrency = concurrency
        self._poll = poll
        self._send_timeout = send_timeout
        self._second_try_after = second_try_after
        self._now = now
        self._due = asyncio.Event()
        self._serving: set[str] = set()
        self._progress: dict[tuple[str, int], _Progress] = {}

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
        return [found for found in answer.conversations if found.conversation_id not in self._serving]

    async def _wait_until_due(self, stop: asyncio.Event) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll):
                await unless_stopped(self._due.wait(), stop)

    async def _serve(self, conversation: ClaimedConversation, stop: asyncio.Event) -> None:
        lease = Lease(conversation, self._send_timeout, self._now)
        try:
            wait: float | None = None if conversation.entries else _NOT_NOW
            for entry in conversation.entries:
                wait = await self._deliver(lease, entry)
                if wait is not None or stop.is_set():
                    break
            if wait is not None:
                postpone = DeliveryPostpone(
                    conversation_id=lease.id, fence=lease.fence, retry_after=min(wait, _MAX_POSTPONE)
                )
                await self._insist(POSTPONE, postpone)
            else:
                await self._insist(RELEASE, DeliveryRelease(conversation_id=lease.id, fence=lease.fence))
        except LeaseEndsSoonError:
            await self._insist(RELEASE, DeliveryRelease(conversation_id=lease.id, fence=lease.fence))
        except LeaseLostError:
            log.info("another process delivers this conversation", conversation_id=lease.id)
        finally:
            self._serving.discard(lease.id)
            self._due.set()  # a place is free, and more may have become owed meanwhile

    async def _deliver(self, lease: Lease, entry: OwedEntry) -> float | None:
        """Deliver one entry. None: it is settled; else nothing may be sent for that many seconds."""
        progress = self._remember(lease.id, entry)
        if progress.outcome is not None:
            return await self._tell(progress.outcome.model_copy(update={"fence": lease.fence}))
        calls = self._render(lease, entry)
        while True:
            lease.check()
            try:
                attempt = await self._start(lease, entry)
            except HubError as error:
                log.warning("delivery is put off", conversation_id=lease.id, why=str(error))
                return error.retry_after or progress.backoff.next()
            problem = (
                await self._send(lease, calls, progress)
                if calls is not None
                else Refused("it cannot be shown")
            )
            match problem:
                case None:
                    return await self._settle(
                        lease, entry, attempt, "ambiguous" if progress.unsure else "sent"
                    )
                case Refused(reason):
                    return await self._settle(lease, entry, attempt, "failed", reason)
                case Unknown(reason) if progress.unsure:
                    return await self._settle(lease, entry, attempt, "ambiguous", reason)
                case Unknown(reason):
                    log.warning("it is not known whether it was sent", conversation_id=lease.id, why=reason)
                    progress.unsure = True
                    await asyncio.sleep(self._second_try_after)
                case _:
                    return _wait_for(problem, progress.backoff)

    async def _start(self, lease: Lease, entry: OwedEntry) -> int:
        start = DeliveryStart(conversation_id=lease.id, seq=entry.seq, fence=lease.fence)
        attempt = (await self._hub.call(START, start)).attempt
        if attempt is None:
            raise LeaseLostError
        return attempt

    async def _send(self, lease: Lease, calls: list[SendMessage], progress: _Progress) -> Problem | None:
        """Send what is not sent yet of an entry; None when all of it is."""
        for call in calls[len(progress.sent) :]:
            lease.check()
            lease.used = True
            try:
                message = await self._bot(call)
            except AiogramError as error:
                return judge(error)
            progress.sent.append(str(message.message_id))
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
        attempt: int,
        outcome: Literal["sent", "failed", "ambiguous"],
        error: str | None = None,
    ) -> float | None:
        progress = self._progress[lease.id, entry.seq]
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
        return await self._tell(progress.outcome)

    async def _tell(self, outcome: DeliverySettle) -> float | None:
        """The hub has the outcome (None), or refused it for good (seconds until it is worth trying again)."""
        if not await self._insist(SETTLE, outcome):
            return _NOT_NOW
        del self._progress[outcome.conversation_id, outcome.seq]
        return None

    async def _insist(self, request: Request[Q, R], question: Q) -> bool:
        """Tell the hub, for as long as it takes. False: refused for good, which is logged."""
        backoff = Backoff(cap=5.0)
        while True:
            try:
                await self._hub.call(request, question)
            except HubError as error:
                if not error.retryable:
                    log.warning("the hub did not accept an outcome", request=request.name, why=str(error))
                    return False
                await asyncio.sleep(error.retry_after or backoff.next())
            else:
                return True

    def _remember(self, conversation_id: str, entry: OwedEntry) -> _Progress:
        while len(self._progress) > _MAX_REMEMBERED:
            del self._progress[next(iter(self._progress))]
        key = (conversation_id, entry.seq)
        return self._progress.setdefault(key, _Progress(unsure=entry.attempts_started))


def _wait_for(problem: Problem, backoff: Backoff) -> float:
    match problem:
        case Wait(seconds):
            return seconds
        case NoAccess():
            log.error("Telegram does not accept the bot's token; messages wait")
            return 60.0
        case NotSent(reason):
            log.warning("Telegram cannot be reached; messages wait", why=reason)
        case _:
            log.warning("Telegram answered strangely; messages wait")
    return backoff.next()
