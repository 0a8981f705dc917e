"""Customers on websites who write, wait, lose their connection, reload the page, and go when they have said enough."""

import asyncio
from dataclasses import dataclass

from storage.errors import StorageUnavailable
from tests.clients.client import Client
from tests.clients.sides import WidgetSide
from tests.clients.socketio import widget
from tests.faults.rasa import HUMAN
from tests.faults.world import Life, Noting, World, cancel

MOST_UNSENT = 5
"""Whoever has typed that much without an answer waits."""

RELOAD_SHARE = 0.01  # of turns
ASK_SHARE = 0.02
WANT_HUMAN_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Habits:
    """``pause``: seconds between two messages, in the mean. ``words``: messages until they have said enough."""

    pause: float
    words: int


class Customer:
    """One after another in one seat: each new one is a new contact with a new conversation."""

    def __init__(self, world: World, numbers: "Numbers", habits: Habits) -> None:
        self.who = "nobody yet"
        self._world = world
        self._numbers = numbers
        self._habits = habits
        self._random = world.child()
        self._client: Client | None = None
        self._gone: list[Client] = []

    async def run(self) -> None:
        """See ``Person``."""
        while True:
            await self._stay()
            if self._world.over.is_set():
                await asyncio.Event().wait()

    @property
    def settled(self) -> bool:
        return self._client is None or self._client.settled

    async def _stay(self) -> None:
        number = self._numbers.next()
        contact_id, token, conversation_id = await self._arrive(number)
        self.who = f"customer {number}"
        words = 0
        saved: str | None = None
        while True:
            door = widget(lambda: self._world.fleet.a_hub(self._random), token, self._world.http)
            transport = Noting(door)
            client = Client(
                self.who,
                WidgetSide(),
                transport,
                clock=self._world.clock,
                random=self._world.child(),
                unsent=saved,
            )
            life = self._world.begin(client, transport, contact_id, public=True)
            client.open(conversation_id)
            self._client = client
            running = self._world.live(client)
            try:
                words = await self._write(client, conversation_id, number, words)
                if words >= self._habits.words or self._world.over.is_set():
                    await self._until_settled(client)
                    if self._world.over.is_set():
                        await asyncio.Event().wait()
                    return
                saved = client.saved()
            finally:
                await cancel(running)
                self._end(life)

    async def _arrive(self, number: int) -> tuple[str, str, str]:
        """What a website's first request does, repeated while the database is away."""
        while True:
            try:
                return await self._world.visitor(number)
            except StorageUnavailable:
                await asyncio.sleep(0.5)

    def _end(self, life: Life) -> None:
        life.client = None
        self._client = None

    async def _write(self, client: Client, conversation_id: str, number: int, words: int) -> int:
        """Until a reload, or enough is said."""
        while words < self._habits.words and not self._world.over.is_set():
            await asyncio.sleep(self._random.expovariate(1 / self._habits.pause))
            unsent = sum(item.failed is None for item in client.outbox)
            if unsent >= MOST_UNSENT or self._world.over.is_set():
                continue
            chance = self._random.random()
            if chance < RELOAD_SHARE:
                return words
            if chance < RELOAD_SHARE + ASK_SHARE:
                client.write(conversation_id, "human.request")
                continue
            words += 1
            wish = f" {HUMAN}" if self._random.random() < WANT_HUMAN_SHARE else ""
            client.say(conversation_id, f"c{number}:{words}{wish}")
        return words

    async def _until_settled(self, client: Client) -> None:
        while not client.settled:
            await asyncio.sleep(0.25)


class Numbers:
    """Of customers, in the order of their coming."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        self._last += 1
        return self._last
