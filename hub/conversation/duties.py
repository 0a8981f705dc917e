"""Does what is due, whichever hub it was that promised it."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from hub.clock import Clock
from hub.conversation.commands import Command, EndSnooze, HandOff
from hub.conversation.dispatcher import Accepted
from hub.errors import Refusal
from storage.model.conversation import Conversation, Duty, DutyKind
from storage.model.entry import Author, AuthorKind, HandoffReason
from storage.ports import Storage

log = structlog.get_logger(__name__)

LOOK_EVERY = 0.5  # seconds
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
        for conversation in await self._storage.conversations.due(now, 100):
            for duty in conversation.duties:
                if duty.due_at <= now:
                    await self._fire(conversation, duty)

    async def _fire(self, conversation: Conversation, duty: Duty) -> None:
        match duty.kind:
            case DutyKind.BOT_ANSWER:
                action: HandOff | EndSnooze = HandOff(HandoffReason.BOT_TIMEOUT, self._team, answers=duty.seq)
            case DutyKind.SNOOZE_END:
                action = EndSnooze(duty.seq)
        try:
            await self._submit(conversation.id, Command(SYSTEM, f"timer:{duty.kind}:{duty.seq}", action))
        except Refusal as refusal:
            if refusal.code != "invalid_state":
                raise
            # Done meanwhile; the snapshot follows.
            log.debug("duty was done already", conversation_id=conversation.id, kind=duty.kind)
