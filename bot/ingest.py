"""From Telegram to the hub. An update is confirmed to Telegram only after the hub has it for good.

Telegram confirms by number: all before the offset are gone. So the offset only passes an unbroken run of updates that
the hub has taken. An update that must wait holds back the later ones of its own chat and nobody else's; those of other
chats that come behind it are handed over meanwhile and not again.
"""

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import DeleteWebhook

from bot.answering import Answering
from bot.backoff import Backoff, pause, unless_stopped
from bot.handover import Handover
from bot.hub_client import HubClient
from bot.logs import get_logger
from bot.outcome import NO_ACCESS, Conflict, NoAccess, Problem, Wait, judge
from bot.telegram import fetch_updates
from bot.translate import KINDS, translate, update_id_of
from bot.wave import Job
from hub.protocol.common import Error

log = get_logger(__name__)

_LONGEST_WAIT = 300.0  # seconds without asking for updates, whatever Telegram says

CONFLICT = (
    "another process receives this bot's updates with the same token: stop it, "
    "or give it a bot of its own; trying again meanwhile"
)


@dataclass(slots=True)
class _Chat:
    """Why a chat waits: ``until`` on the monotonic clock."""

    until: float
    backoff: Backoff


class Ingest:
    """Run one of these per bot token. ``long_poll`` and delays are in seconds."""

    def __init__(
        self,
        bot: Bot,
        hub: HubClient,
        answering: Answering,
        *,
        long_poll: int = 25,
        backoff: Backoff | None = None,
        recheck: float = 1.0,
    ) -> None:
        self._bot = bot
        self._hub = hub
        self._handover = Handover(hub, answering, self._finish, self._postpone)
        self._long_poll = long_poll
        self._backoff = backoff or Backoff(cap=60.0)
        self._recheck = recheck
        self._offset: int | None = None  # to be confirmed with the next poll
        self._done: set[int] = set()  # taken by the hub, not yet confirmed
        self._waiting: dict[str, _Chat] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Receive until ``stop``; what was taken by then is confirmed."""
        while not stop.is_set():
            if await unless_stopped(self._hub.ready.wait(), stop) is None:
                break
            delay = await self._round(stop)
            if delay:
                await pause(delay, stop)
        await self._confirm_last()

    async def _round(self, stop: asyncio.Event) -> float:
        """Fetch and hand over once; how long to wait before the next round."""
        wait = 0 if self._waiting else self._long_poll
        asked = self._offset
        try:
            fetched = await unless_stopped(fetch_updates(self._bot, asked, wait, KINDS), stop)
        except AiogramError as error:
            return await self._trouble(judge(error))
        self._backoff.reset()
        if fetched is None:
            return 0.0
        if asked is not None:
            self._confirmed(asked)
        await self._handover.hand_over(self._jobs(fetched))
        progressed = self._advance(fetched)
        if self._waiting:
            soonest = min(chat.until for chat in self._waiting.values()) - time.monotonic()
            return min(self._recheck, max(soonest, 0.01))
        return 0.0 if progressed or not fetched else self._backoff.next()

    def _jobs(self, fetched: list[Any]) -> dict[str, deque[Job]]:
        """What is to be handed over now, in order, by chat."""
        chats: dict[str, deque[Job]] = {}
        now = time.monotonic()
        seen: set[int] = set()
        for raw in fetched:
            number = update_id_of(raw)
            if number in self._done or number in seen:
                continue
            if number is not None:
                seen.add(number)
            translation = translate(raw)
            chat = self._waiting.get(translation.chat)
            if chat is None or chat.until <= now:
                job = Job(raw, translation, number, deque(translation.updates))
                chats.setdefault(translation.chat, deque()).append(job)
        return chats

    def _postpone(self, chat: str, _: deque[Job], error: Error | None) -> None:
        waiting = self._waiting.setdefault(chat, _Chat(0.0, Backoff()))
        delay = waiting.backoff.next()
        if error is not None and error.retry_after is not None:
            delay = error.retry_after
        waiting.until = time.monotonic() + delay

    def _finish(self, job: Job) -> None:
        self._waiting.pop(job.translation.chat, None)
        if job.number is not None:
            self._done.add(job.number)

    def _advance(self, fetched: list[Any]) -> bool:
        """Move the offset over the unbroken run of finished updates; whether it moved."""
        before = self._offset
        for number in sorted(number for raw in fetched if (number := update_id_of(raw)) is not None):
            if number not in self._done:
                break
            self._offset = number + 1
        return self._offset != before

    def _confirmed(self, offset: int) -> None:
        """Telegram knows. The offset is not sent again: after a quiet week Telegram may count from anywhere."""
        if self._offset == offset:
            self._offset = None
        self._done = {number for number in self._done if number >= offset}

    async def _trouble(self, problem: Problem) -> float:
        match problem:
            case Wait(seconds):
                if seconds > _LONGEST_WAIT:
                    log.warning("Telegram wants to be left alone; asking again before that", seconds=seconds)
                return min(seconds, _LONGEST_WAIT)
            case NoAccess():
                log.error(NO_ACCESS)
            case Conflict(webhook=True):
                log.warning(
                    "a webhook was set for this bot; it is removed, because the bot fetches updates itself"
                )
                await self._remove_webhook()
            case Conflict():
                log.error(CONFLICT)
            case _:
                log.warning("Telegram cannot be reached", why=problem.reason)
        return self._backoff.next()

    async def _remove_webhook(self) -> None:
        try:
            await self._bot(DeleteWebhook(drop_pending_updates=False))
        except AiogramError as error:
            log.warning("the webhook could not be removed", why=type(error).__name__)

    async def _confirm_last(self) -> None:
        if self._offset is None:
            return
        try:
            async with asyncio.timeout(3):
                await fetch_updates(self._bot, self._offset, 0, KINDS)
        except (AiogramError, TimeoutError) as error:
            log.warning("the last updates will come again", why=type(error).__name__)
