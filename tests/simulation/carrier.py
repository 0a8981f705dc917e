"""A bot that carries Telegram, as it promises to: an update is confirmed after the hub's acknowledgement, and repeated
under the same client_id until then; what the hub owes is announced before it is sent and its outcome told after."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.clients.transport import Connection, Data, Transport, TurnedAway, Unreached
from tests.simulation.loop import Process
from tests.simulation.network import Network

INBOX = "telegram"
AT_ONCE = 20
LOOK_EVERY = 1.0
WITHIN = 8.0


@dataclass(slots=True)
class Telegram:
    """What happened outside, whatever any of us believes: the log of truth."""

    pending: list[Data] = field(default_factory=list)  # updates, in order, until they are confirmed
    written: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # by chat
    confirmed: set[str] = field(default_factory=set)  # client_ids
    received: defaultdict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    wrote: int = 0

    def write(self, chat: str, text: str) -> None:
        """A person writes to the bot."""
        self.wrote += 1
        client_id = f"telegram:{self.wrote}"
        contact = {"external_id": chat, "name": chat}
        self.pending.append(
            {"client_id": client_id, "contact": contact, "content": {"kind": "text", "text": text}}
        )
        self.written[chat].append(client_id)

    def confirm(self, client_id: str) -> None:
        """The bot has it; it is not given out again."""
        self.confirmed.add(client_id)
        self.pending = [update for update in self.pending if update["client_id"] != client_id]

    def receive(self, chat: str, entry: Data) -> None:
        """The bot wrote to a person."""
        self.received[chat].append((entry["seq"], entry["body"]["kind"]))


class Carrier:
    """One bot process, again after each crash."""

    def __init__(
        self, telegram: Telegram, transport: Callable[[Process], Transport], network: Network, random: Random
    ) -> None:
        self.telegram = telegram
        self._network = network
        self._transport = transport
        self._random = random
        self._lives = 0
        self.process: Process
        self._due = asyncio.Event()
        self.problems: list[str] = []

    def start(self) -> None:
        """A new process."""
        self._lives += 1
        self.process = Process(f"carrier#{self._lives}")
        self._due = asyncio.Event()
        self.process.spawn(self._run(self._transport(self.process)))

    def crash(self) -> None:
        """kill -9."""
        self.process.kill()
        for wire in self._network.open_wires():
            if wire.client is self.process:
                wire.client_closes()

    def _heard(self, event: str, _: Data) -> None:
        if event == "delivery.due":
            self._due.set()

    async def _run(self, transport: Transport) -> None:
        while True:
            lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            try:
                connection = await transport.connect(
                    self._heard, lambda _, lost=lost: None if lost.done() else lost.set_result(None)
                )
            except (Unreached, TurnedAway):
                await asyncio.sleep(0.5 + self._random.random())
                continue
            work = [
                asyncio.ensure_future(each) for each in (self._ingest(connection), self._deliver(connection))
            ]
            await lost
            for each in work:
                each.cancel()
            await connection.close()

    async def _ingest(self, connection: Connection) -> None:
        while True:
            updates = self.telegram.pending[:AT_ONCE]
            if not updates:
                await asyncio.sleep(0.2)
                continue
            answer = await self.append(connection, updates)
            results = answer["data"]["results"] if answer is not None and answer["ok"] else []
            if answer is not None and not answer["ok"] and not answer["error"]["retryable"]:
                self.problems.append(f"updates.append was refused: {answer['error']}")
            for result in results:
                if not result["ok"]:
                    break  # what follows waits too
                self.telegram.confirm(result["client_id"])
            else:
                if results:
                    continue
            await asyncio.sleep(0.5 + self._random.random())

    async def append(self, connection: Connection, updates: list[Data]) -> Data | None:
        """Hand updates to the hub."""
        return await connection.ask("updates.append", {"updates": updates}, WITHIN)

    async def _deliver(self, connection: Connection) -> None:
        while True:
            try:
                async with asyncio.timeout(LOOK_EVERY):
                    await self._due.wait()
            except TimeoutError:
                pass  # it is time to look all the same
            self._due.clear()
            reply = await self._ask(connection, "delivery.claim", limit=5)
            for claim in reply["conversations"] if reply else ():
                await self._deliver_all(connection, claim)

    async def _deliver_all(self, connection: Connection, claim: Data) -> None:
        where = {"conversation_id": claim["conversation_id"], "fence": claim["fence"]}
        for entry in claim["entries"]:
            started = await self._ask(connection, "delivery.start", **where, seq=entry["seq"])
            if started is None or started["attempt"] is None:
                break
            await asyncio.sleep(self._random.expovariate(10.0))
            self.telegram.receive(claim["external_id"], entry)
            attempt = started["attempt"]
            for _ in range(10):
                settled = await self._ask(
                    connection, "delivery.settle", **where, seq=entry["seq"], attempt=attempt, outcome="sent"
                )
                if settled is not None:
                    break
                await asyncio.sleep(0.5)
            else:
                return
        await self._ask(connection, "delivery.release", **where)

    @staticmethod
    async def _ask(connection: Connection, event: str, **data: Any) -> Data | None:
        answer = await connection.ask(event, data, WITHIN)
        return answer["data"] if answer is not None and answer["ok"] else None
