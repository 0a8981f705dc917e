"""Telegram's other way: it brings updates to a webhook, chat by chat in order, and again until it is told 200."""

import asyncio
import time
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from tests.bot.fake_bot_api import FakeBotApi

LONGEST = 1.0  # seconds between two tries, whatever Retry-After says


class Pusher:
    """Works while started. ``answers`` are all statuses it got, oldest first."""

    def __init__(self, api: "FakeBotApi") -> None:
        self._api = api
        self._task: asyncio.Task[None] | None = None
        self.answers: list[int] = []
        self.secret = ""
        self.trouble: dict[str, Any] = {}

    def start(self, url: str, secret: str) -> None:
        """Bring what is pending, and what will be."""
        self.secret = secret
        self._task = asyncio.create_task(self._push(url))

    async def stop(self) -> None:
        """Bring no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _push(self, url: str) -> None:
        busy: set[str] = set()
        async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as group:
            while True:
                for update in list(self._api.pending):
                    queue = _queue_of(update)
                    if queue not in busy and len(busy) < 40:
                        busy.add(queue)
                        group.create_task(self._bring(http, url, update, queue, busy))
                await self._api.something_happens(0.2)

    async def _bring(
        self, http: aiohttp.ClientSession, url: str, update: Any, queue: str, busy: set[str]
    ) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret}
        try:
            async with http.post(url, json=update, headers=headers) as answer:
                self.answers.append(answer.status)
                if answer.status == 200:
                    busy.discard(queue)
                    self._api.taken(update)
                    return
                pause = min(float(answer.headers.get("Retry-After", 1)), LONGEST)
                self._failed(f"Wrong response from the webhook: {answer.status}")
        except aiohttp.ClientError:
            pause = 0.2
            self._failed("Connection refused")
        try:
            await asyncio.sleep(pause)
        finally:
            busy.discard(queue)

    def _failed(self, why: str) -> None:
        self.trouble = {"last_error_date": int(time.time()) + 1, "last_error_message": why}


def _queue_of(update: Any) -> str:
    """Telegram keeps order within a chat."""
    if isinstance(update, dict):
        if "message" in update and "chat" in update["message"]:
            return f"chat {update['message']['chat']['id']}"
        if "callback_query" in update:
            return f"press {update['callback_query']['from']['id']}"
    return f"strange {id(update)}"
