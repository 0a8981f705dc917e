"""Opening a case: written first, then announced in the conversation.

A message makes one case, however often it is asked for, because the case's id follows from the two. If the hub dies
between the two steps, ``announce_missing`` finds the case and announces it.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from hub.cases.numbers import COUNT, number_of
from hub.clock import Clock
from hub.errors import Refusal
from storage.errors import AlreadyExists, StorageUnavailable
from storage.model.cases import Case, CaseCategory
from storage.model.ids import case_id_of
from storage.ports import CaseStore, ConversationStore

log = structlog.get_logger(__name__)

_DRAWS = 8
"""Tries to find a free number. With 100,000 cases one draw in nine fails; eight in a row, one in 40 million."""

_AT_ONCE = 100  # cases that one look for unannounced ones takes up
LOOK_EVERY = 2.0  # seconds between two looks for such cases


class Announcer(Protocol):
    """Puts ``CaseOpened`` on the case's conversation, in the name of the bot.

    It is called more than once for a case now and then and must make one entry of it. Raises ``Refusal`` or
    ``StorageUnavailable`` when the entry is not known to be durable.
    """

    async def __call__(self, case: Case) -> None: ...


class Opening:
    """Makes cases. ``draw(n)`` gives a random whole number below n."""

    def __init__(
        self,
        cases: CaseStore,
        conversations: ConversationStore,
        clock: Clock,
        announce: Announcer,
        draw: Callable[[int], int],
    ) -> None:
        self._cases = cases
        self._conversations = conversations
        self._clock = clock
        self._announce = announce
        self._draw = draw

    async def open(
        self, conversation_id: str, message_id: str, category: CaseCategory, words: str, language: str
    ) -> Case:
        """The case of a contact's message; repeated for the same message, the first one again.

        Raises:
            Refusal: not_found when there is no such conversation; unavailable.
            StorageUnavailable: the outcome is unknown; repeat for the same message.
        """
        case_id = case_id_of(conversation_id, message_id)
        case = await self._cases.get(case_id)
        if case is None:
            conversation = await self._conversations.get(conversation_id)
            if conversation is None:
                raise Refusal("not_found", "There is no such conversation.")
            case = await self._write(
                lambda number: Case(
                    id=case_id,
                    number=number,
                    conversation_id=conversation_id,
                    contact_id=conversation.contact_id,
                    message_id=message_id,
                    category=category,
                    words=words,
                    language=language,
                    opened_at=self._clock.now(),
                )
            )
        if not case.announced:
            await self._told(case)
        return case

    async def watch(self) -> None:
        """The job: announce what could not be announced when it was opened."""
        while True:
            await self.announce_missing()
            await asyncio.sleep(LOOK_EVERY)

    async def announce_missing(self) -> int:
        """Announce cases that are not on their timelines yet; how many were."""
        told = 0
        for case in await self._cases.unannounced(_AT_ONCE):
            told += await self._told(case)
        return told

    async def _write(self, case_of: Callable[[str], Case]) -> Case:
        for _ in range(_DRAWS):
            try:
                return await self._cases.put_new(case_of(number_of(self._draw(COUNT))))
            except AlreadyExists:
                log.info("case number is taken, drawing another")
        raise Refusal("unavailable", "No free case number was found. Try again.", retry_after=1)

    async def _told(self, case: Case) -> bool:
        """Announce and note it. What fails here is found again by the job: the case itself is safe."""
        try:
            await self._announce(case)
            await self._cases.mark_announced(case.id)
        except (Refusal, StorageUnavailable, TimeoutError) as failure:
            log.warning("case is not announced yet", case_id=case.id, reason=str(failure))
            return False
        return True
