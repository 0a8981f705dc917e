"""Customers and operators who write, take, note and resolve; each with the reference client, reloaded now and then."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from random import Random

from tests.clients.client import Client
from tests.clients.log import Log
from tests.clients.sides import Side
from tests.clients.transport import Transport
from tests.simulation.hub import NOON
from tests.simulation.loop import Process
from tests.simulation.network import Network

MakeClient = Callable[..., Client]


class Person:
    """Somebody with a client that may be closed and opened again. ``logs`` has one log for each life of the client."""

    def __init__(
        self,
        name: str,
        side: Side,
        transport: Callable[[Process], Transport],
        network: Network,
        random: Random,
        make: MakeClient = Client,
    ) -> None:
        self.name = name
        self.network = network
        self.loop = network.loop
        self.random = random
        self.logs: list[Log] = []
        self.wrote = 0
        self._side = side
        self._transport = transport
        self._make = make
        self.client: Client
        self.process: Process
        self.task: asyncio.Task[None]

    def arrive(self, unsent: str | None = None) -> None:
        """Open the page."""
        self.process = Process(f"{self.name}#{len(self.logs) + 1}")
        self.client = self._make(
            self.name,
            self._side,
            self._transport(self.process),
            clock=self.loop.time,
            random=self.random,
            unsent=unsent,
        )
        self.logs.append(self.client.log)
        self.task = self.process.spawn(self.client.run())

    def reload(self) -> None:
        """The page is gone at once and comes anew, with what the browser keeps."""
        opened = list(self.client.screens)
        kept = self.client.saved()
        self.leave()
        self.arrive(kept)
        for conversation_id in opened:
            self.client.open(conversation_id)

    def leave(self) -> None:
        """The browser ends everything of the page at once."""
        self.process.kill()
        for wire in self.network.open_wires():
            if wire.client is self.process:
                wire.client_closes()

    def words(self) -> str:
        """Never the same twice."""
        self.wrote += 1
        return f"{self.name} says {self.wrote}"


class Customer(Person):
    """Somebody on a website."""

    conversation_id: str

    def act(self) -> None:
        """Do something."""
        chance = self.random.random()
        if chance < 0.8:
            self.client.say(self.conversation_id, self.words())
        elif chance < 0.9:
            self.client.write(self.conversation_id, "human.request")
        else:
            self.client.write(self.conversation_id, "conversation.rate", score=self.random.randint(1, 5))


class Worker(Person):
    """An operator or a supervisor."""

    colleagues: tuple[str, ...] = ()

    def act(self, conversation_ids: list[str]) -> None:
        """Do something in one of the conversations."""
        conversation_id = self.random.choice(conversation_ids)
        self.client.open(conversation_id)
        deed = self.random.choices(list(DEEDS), list(DEEDS.values()))[0]
        match deed:
            case "message.send":
                self.client.say(conversation_id, self.words())
            case "note.add":
                self.client.write(conversation_id, deed, f"note: {self.words()}")
            case "conversation.transfer":
                if self.colleagues and self.random.random() < 0.5:
                    to = self.random.choice(self.colleagues)
                    self.client.write(conversation_id, deed, operator_id=to)
                else:
                    team = self.random.choice(("support", "support", "sales"))
                    self.client.write(conversation_id, deed, team=team)
            case "conversation.snooze":
                until = NOON + timedelta(seconds=self.loop.time() + self.random.uniform(3, 15))
                self.client.write(conversation_id, deed, until=until.isoformat())
            case "queue.take_next":
                self.process.spawn(self._take_next())
            case _:
                self.client.write(conversation_id, deed)

    async def _take_next(self) -> None:
        """Asked again under the same client_id while no answer comes."""
        client, client_id = self.client, self.client.key()
        for _ in range(5):
            answer = await client.ask("queue.take_next", {"client_id": client_id})
            if answer is not None and answer["ok"]:
                if answer["data"]["conversation_id"] is not None:
                    client.open(answer["data"]["conversation_id"])
                return
            await asyncio.sleep(1.0)


DEEDS = {
    "message.send": 5.0,
    "conversation.take": 4.0,
    "note.add": 2.5,
    "conversation.resolve": 1.0,
    "queue.take_next": 1.0,
    "conversation.release": 0.5,
    "conversation.hand_back": 0.7,
    "conversation.transfer": 0.6,
    "conversation.snooze": 0.4,
    "conversation.reopen": 0.4,
}
