"""A customer's phone with Telegram: the fake Bot API server in a loop of its own, driven from tests that have none."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.bot.fake_bot_api import ChatMessage, Customer, FakeBotApi

HEARS_WITHIN = 20.0  # seconds; a bot's first turn on a busy machine


@dataclass
class Telegram:
    """The server and the loop that it lives in."""

    api: FakeBotApi
    loop: asyncio.AbstractEventLoop

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something in the server's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(HEARS_WITHIN + 5)

    @property
    def url(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.api.port}"

    def phone(self, user_id: int) -> "Phone":
        """Somebody's phone."""
        return Phone(self, self._call(lambda: self.api.customer(user_id)))

    def _call(self, work: Callable[[], Any]) -> Any:
        async def there() -> Any:
            return work()

        return self.do(there())


@dataclass
class Phone:
    """One person's chat with the bot."""

    telegram: Telegram
    customer: Customer

    def writes(self, text: str, reply_to: ChatMessage | None = None) -> None:
        """Send a text."""
        self.telegram._call(lambda: self.customer.writes(text, reply_to))

    def presses(self, message: ChatMessage, title: str) -> None:
        """Press a button under a message."""
        self.telegram._call(lambda: self.customer.presses(message, title))

    def hears(self, *words: str) -> ChatMessage:
        """Wait for a message with one of these words, and look at the newest such."""

        def heard() -> list[ChatMessage]:
            return [message for message in self.customer.chat if any(one in message.text for one in words)]

        self.telegram.do(self.telegram.api.until(heard, HEARS_WITHIN, f"hears one of {words!r}"))
        return heard()[-1]

    def texts(self) -> list[str]:
        """What the bot has sent, oldest first."""
        return [message.text for message in self.customer.chat]


@contextmanager
def telegram_server() -> Iterator[Telegram]:
    """Run the fake Bot API server for as long as the block lasts."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    telegram = Telegram(asyncio.run_coroutine_threadsafe(_started(), loop).result(10), loop)
    try:
        yield telegram
    finally:
        telegram.do(telegram.api.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _started() -> FakeBotApi:
    api = FakeBotApi()
    await api.start()
    return api
