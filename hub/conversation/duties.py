"""Does what is due, whichever hub it was that promised it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from logging import DEBUG, WARNING

import structlog

from hub.clock import Clock
from hub.conversation.commands import Command, EndSnooze, HandOff
from hub.conversation.dispatcher import Accepted
from hub.errors import Refusal
from storage.errors import StorageError
from storage.model.conversation import Conversation, Duty, DutyKind
from storage.model.entry import Author, AuthorKind, HandoffReason
from storage.ports import Storage

log = structlog.get_logger(__name__)

LOOK_EVERY = 0.5  # seconds
MOST_AT_ONCE = 100  # conversations
SYSTEM = Author(AuthorKind.SYSTEM, "timer")

Submit = Callable[[str, Command], Awaitable[Accepted]]


class Duties:
    """Fires what is due. Two hubs may fire the same duty: the derived client_id makes it one."""

    def __init__(self, storage: Storage, submit: Submit, clock: Clock, default_team: str) -> None:
        self._storage = storage
        self._submit = submit
        self._clock = clock
        self._team = default_team

    async def watch(self) -> None:
        """The job."""
        while True:
            await self.fire()
            await asyncio.sleep(LOOK_EVERY)

    async def fire(self) -> None:
        """Fire all that is due now."""
        now = self._clock.now()
        due = await self._storage.conversations.due(now, MOST_AT_ONCE)
        # Side by side: one that is stuck holds up nobody, and all share the journal's batches.
        await asyncio.gather(*(self._fire_all(conversation, now) for conversation in due))

    async def _fire_all(self, conversation: Conversation, now: datetime) -> None:
        for duty in conversation.duties:
            if duty.due_at <= now:
                await self._fire(conversation, duty)

    async def _fire(self, conversation: Conversation, duty: Duty) -> None:
        match duty.kind:
            case DutyKind.BOT_ANSWER:
                action: HandOff | EndSnooze = HandOff(HandoffReason.BOT_TIMEOUT, self._team, answers=duty.seq)
            case DutyKind.SNOOZE_END:
                action = EndSnooze(duty.seq)
        about = {"conversation_id": conversation.id, "kind": duty.kind, "seq": duty.seq}
        try:
            await self._submit(conversation.id, Command(SYSTEM, f"timer:{duty.kind}:{duty.seq}", action))
        except Refusal as refusal:
            # Done meanwhile, and the snapshot follows; or it must wait for the next look, which others need not.
            done = refusal.code == "invalid_state"
            log.log(DEBUG if done else WARNING, "a duty was not done", **about, reason=refusal.code)
        except StorageError as failure:
            log.warning("a duty must wait", **about, failure=repr(failure))
