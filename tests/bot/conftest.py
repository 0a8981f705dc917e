"""The bot with a fake Telegram on one side and a fake hub on the other, all over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import structlog

from bot.app import Pace, run
from bot.settings import Settings
from tests.bot.fake_bot_api import TOKEN, FakeBotApi
from tests.bot.fake_hub import SERVICE_TOKEN, FakeHub

QUICK = Pace(
    delivery_poll=0.2,
    second_try_after=0.01,
    recheck=0.02,
    first_backoff=0.01,
    hub_timeout=2.0,
    send_timeout=5.0,
)


@dataclass
class RunningBot:
    """A bot at work in the test's loop."""

    stop: asyncio.Event
    task: asyncio.Task[None]

    async def ends(self) -> None:
        """As after SIGTERM."""
        self.stop.set()
        async with asyncio.timeout(15):
            await self.task

    async def dies(self) -> None:
        """As after SIGKILL: nothing is finished, nobody is told."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


StartBot = Callable[..., Awaitable[RunningBot]]


def settings_for(
    api_url: str, hub_url: str, token: str = TOKEN, service_token: str = SERVICE_TOKEN
) -> Settings:
    """The bot's settings, without a look at the environment's own."""
    return Settings.model_validate(
        {
            "telegram_token": token,
            "telegram_api_url": api_url,
            "hub_url": hub_url,
            "service_token": service_token,
        }
    )


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    """Telegram."""
    async with FakeBotApi() as server:
        yield server


@pytest.fixture
async def hub() -> AsyncIterator[FakeHub]:
    """The hub."""
    async with FakeHub() as server:
        yield server


@pytest.fixture
async def start_bot(api: FakeBotApi, hub: FakeHub) -> AsyncIterator[StartBot]:
    """Start a bot between the two; any that still runs is ended after the test."""
    running: list[RunningBot] = []

    async def start(pace: Pace = QUICK, token: str = TOKEN, service_token: str = SERVICE_TOKEN) -> RunningBot:
        stop = asyncio.Event()
        settings = settings_for(api.url, hub.url, token, service_token)
        bot = RunningBot(stop, asyncio.create_task(run(settings, stop, pace)))
        running.append(bot)
        return bot

    yield start
    for bot in running:
        if not bot.task.done():
            await bot.ends()


class Logs:
    """What was logged, line by line."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self._more = asyncio.Event()

    def __call__(self, _: Any, level: str, line: dict[str, Any]) -> dict[str, Any]:
        """The processor."""
        self.lines.append({"level": level, **line})
        self._more.set()
        raise structlog.DropEvent

    async def say(self, words: str, seconds: float = 10.0) -> None:
        """Wait for a line with these words in it."""
        async with asyncio.timeout(seconds):
            while not any(words in str(line) for line in self.lines):
                self._more.clear()
                await self._more.wait()


@pytest.fixture
def logs() -> Iterator[Logs]:
    """All that the bot logs during the test."""
    before = structlog.get_config()["processors"]
    watch = Logs()
    structlog.configure(processors=[watch])
    yield watch
    structlog.configure(processors=before)
