"""Sends the bot's own answers, beside the timeline and without holding up anything else."""

import asyncio
from collections import OrderedDict

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import AnswerCallbackQuery, TelegramMethod

from bot.hub_client import HubClient
from bot.logs import get_logger
from bot.outcome import NotSent, Wait, judge
from bot.replies import Reply, Say, compose

log = get_logger(__name__)

_AT_ONCE = 8
_LONGEST_WAIT = 30.0  # seconds; an answer that comes later would only confuse
_REMEMBERED = 1_000  # albums


class Answering:
    """Best effort: an answer is tried twice at most, then dropped with a line in the log."""

    def __init__(self, bot: Bot, hub: HubClient) -> None:
        self._bot = bot
        self._hub = hub
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._said: OrderedDict[str, None] = OrderedDict()

    def answer(self, reply: Reply | None, *, query_id: str | None = None) -> None:
        """Begin to send a reply; the press ``query_id`` is answered in any case."""
        calls: list[TelegramMethod[object]] = []
        if reply is not None and not self._repeats(reply) and self._hub.configuration is not None:
            calls = compose(reply, self._hub.configuration)
        if query_id is not None and not any(isinstance(call, AnswerCallbackQuery) for call in calls):
            calls = [AnswerCallbackQuery(callback_query_id=query_id), *calls]  # type: ignore[list-item]
        if calls:
            task = asyncio.get_running_loop().create_task(self._send(calls))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Wait until all that was begun is sent or dropped."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _send(self, calls: list[TelegramMethod[object]]) -> None:
        async with self._slots:
            for call in calls:
                await self._try_twice(call)

    async def _try_twice(self, call: TelegramMethod[object]) -> None:
        for last in (False, True):
            try:
                await self._bot(call)
            except AiogramError as error:
                problem = judge(error)
                seconds = problem.seconds if isinstance(problem, Wait) else 1.0
                if last or not isinstance(problem, Wait | NotSent) or seconds > _LONGEST_WAIT:
                    log.warning("an answer was not sent", call=type(call).__name__, problem=problem)
                    return
                await asyncio.sleep(seconds)
            else:
                return

    def _repeats(self, reply: Reply) -> bool:
        key = reply.once if isinstance(reply, Say) else None
        if key is None:
            return False
        known = key in self._said
        self._said[key] = None
        while len(self._said) > _REMEMBERED:
            self._said.popitem(last=False)
        return known
