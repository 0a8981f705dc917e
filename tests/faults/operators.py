"""Operators at their panels: they take from the queue, answer, note, transfer and resolve; a supervisor looks on."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from storage.model.people import Operator
from tests.clients.client import Client
from tests.clients.sides import OperatorSide
from tests.clients.socketio import panel
from tests.clients.timeline import Entry
from tests.clients.transport import Data
from tests.faults.world import Noting, World, cancel

TICK = 0.1
MOST_SCREENS = 4  # open beside those in hand
NOTE_SHARE = 0.05  # of answers
TRANSFER_SHARE = 0.01
RESOLVE_SHARE = 0.03
RELOAD_SHARE = 0.0005  # of ticks


class Panel(Client):
    """A reference client that tells its operator what happens."""

    def __init__(
        self, *args: Any, on_row: Callable[[Data], None], on_entry: Callable[[str, Entry], None], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self._on_row = on_row
        self._on_entry = on_entry

        self._telling: set[asyncio.Task[Data | None]] = set()

    def close(self, conversation_id: str) -> None:
        shown = conversation_id in self.screens
        super().close(conversation_id)
        if shown and self.connection is not None:
            task = asyncio.create_task(self.ask("conversation.close", {"conversation_id": conversation_id}))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    def heard(self, event: str, data: Data) -> None:
        super().heard(event, data)
        if event == "conversation.updated":
            self._on_row(data["row"])

    def show(self, conversation_id: str, entry: Entry) -> None:
        super().show(conversation_id, entry)
        self._on_entry(conversation_id, entry)


class Desk:
    """One operator's working day. ``hands``: conversations at a time."""

    def __init__(
        self, world: World, operator: Operator, token: str, colleagues: list[str], hands: int
    ) -> None:
        self.who = operator.id
        self._world = world
        self._operator = operator
        self._token = token
        self._colleagues = [name for name in colleagues if name != operator.id]
        self._hands = hands
        self._random = world.child()
        self._client: Panel | None = None
        self._mine: dict[str, int] = {}  # version by conversation
        self._versions: dict[str, int] = {}
        self._owed: OrderedDict[str, float] = OrderedDict()  # when an answer is to be given
        self._screens: OrderedDict[str, None] = OrderedDict()
        self._said = 0
        self._taking: str | None = None
        self._tries = 0  # of it
        self._connections = 0

    async def run(self) -> None:
        """See ``Person``."""
        saved: str | None = None
        while True:
            client, transport = self._open(saved)
            life = self._world.begin(client, transport, self._operator.id, public=False)
            running = self._world.live(client)
            try:
                await self._work(client)
                saved = client.saved()
            finally:
                await cancel(running)
                life.client = None
                self._client = None

    @property
    def settled(self) -> bool:
        return self._client is not None and self._client.settled and self._taking is None

    def _open(self, saved: str | None) -> tuple[Panel, Noting]:
        transport = Noting(panel(lambda: self._world.fleet.a_hub(self._random), self._token))
        client = Panel(
            self._operator.id,
            OperatorSide(),
            transport,
            clock=self._world.clock,
            random=self._world.child(),
            unsent=saved,
            on_row=self._row,
            on_entry=self._entry,
        )
        self._client = client
        self._connections = 0
        for conversation_id in self._mine:
            client.open(conversation_id)
        return client, transport

    def _row(self, row: Data) -> None:
        """Rows never go back to an older version."""
        conversation_id = row["id"]
        if row["version"] < self._versions.get(conversation_id, 0):
            return
        self._versions[conversation_id] = row["version"]
        responder = row["responder"]
        mine = responder["kind"] == "operator" and responder["operator_id"] == self._operator.id
        if mine and row["status"]["kind"] == "open":
            self._watch(conversation_id)
        else:
            self._mine.pop(conversation_id, None)
            self._owed.pop(conversation_id, None)

    def _watch(self, conversation_id: str) -> None:
        self._mine[conversation_id] = 1
        if self._client is not None:
            self._client.open(conversation_id)
        self._screens[conversation_id] = None
        self._screens.move_to_end(conversation_id)

    def _entry(self, conversation_id: str, entry: Entry) -> None:
        if conversation_id in self._mine and entry["author"]["kind"] == "contact":
            soon = self._world.clock() + self._random.uniform(0.1, 1.0)
            self._owed.setdefault(conversation_id, soon)

    async def _work(self, client: Panel) -> None:
        """Until a reload."""
        while True:
            await asyncio.sleep(TICK)
            if client.connection is None:
                continue
            if client.connections != self._connections:
                self._connections = client.connections
                await self._look(client)
            if self._taking is not None or (len(self._mine) < self._hands and not self._world.over.is_set()):
                await self._take(client)
            if self._world.over.is_set():
                continue
            if self._random.random() < RELOAD_SHARE:
                return
            self._answer(client)
            self._close_some(client)

    async def _look(self, client: Panel) -> None:
        """Which conversations are in hand, after a new connection."""
        answer = await client.ask("conversation.list", {"view": "mine", "limit": 200})
        if answer is None or not answer["ok"]:
            self._connections = -1
            return
        for row in answer["data"]["rows"]:
            self._row(row)

    async def _take(self, client: Panel) -> None:
        if self._taking is None:
            self._taking, self._tries = client.key(), 0
            client.log.attempt(self._taking, "", "queue.take_next", "")
        self._tries += 1
        asked_at = self._world.clock()
        answer = await client.ask("queue.take_next", {"client_id": self._taking})
        if answer is None or (not answer["ok"] and answer["error"]["retryable"]):
            await asyncio.sleep(answer["error"].get("retry_after") or 0.5 if answer else 0.5)
            return
        taking, self._taking = self._taking, None
        if not answer["ok"]:
            client.log.refuse(
                taking, "", answer["error"]["code"], in_doubt=self._tries > 1, asked_at=asked_at
            )
            return
        conversation_id = answer["data"]["conversation_id"]
        if conversation_id is None:
            client.log.refuse(taking, "", "empty", in_doubt=self._tries > 1, asked_at=asked_at)
            await asyncio.sleep(0.3)
            return
        client.log.acknowledge(taking, conversation_id, 0)
        self._watch(conversation_id)

    def _answer(self, client: Panel) -> None:
        now = self._world.clock()
        due = [conversation_id for conversation_id, at in self._owed.items() if at <= now]
        for conversation_id in due:
            if sum(item.conversation_id == conversation_id for item in client.outbox if not item.failed) > 3:
                continue
            del self._owed[conversation_id]
            self._said += 1
            name = self._operator.id
            chance = self._random.random()
            if chance < NOTE_SHARE:
                client.write(conversation_id, "note.add", f"{name}:n{self._said}")
                self._said += 1
            client.say(conversation_id, f"{name}:{self._said}")
            chance = self._random.random()
            if chance < RESOLVE_SHARE:
                client.write(conversation_id, "conversation.resolve")
            elif chance < RESOLVE_SHARE + TRANSFER_SHARE and self._colleagues:
                client.write(
                    conversation_id,
                    "conversation.transfer",
                    operator_id=self._random.choice(self._colleagues),
                )

    def _close_some(self, client: Panel) -> None:
        """Those looked at longest ago and not in hand."""
        for conversation_id in list(self._screens):
            if len(self._screens) <= MOST_SCREENS + self._hands:
                return
            if conversation_id not in self._mine:
                del self._screens[conversation_id]
                client.close(conversation_id)


class Watcher:
    """A supervisor who has some conversations open, now these and now those, and writes a note here and there."""

    def __init__(self, world: World, operator: Operator, token: str, screens: int) -> None:
        self.who = operator.id
        self._world = world
        self._operator = operator
        self._token = token
        self._most = screens
        self._random = world.child()
        self._client: Panel | None = None
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._noted = 0

    async def run(self) -> None:
        """See ``Person``."""
        transport = Noting(panel(lambda: self._world.fleet.a_hub(self._random), self._token))
        client = self._client = Panel(
            self._operator.id,
            OperatorSide(),
            transport,
            clock=self._world.clock,
            random=self._world.child(),
            on_row=self._row,
            on_entry=lambda _, __: None,
        )
        life = self._world.begin(client, transport, self._operator.id, public=False)
        running = self._world.live(client)
        try:
            while True:
                await asyncio.sleep(self._random.uniform(1.0, 3.0))
                if self._seen and not self._world.over.is_set():
                    self._look_round(client)
        finally:
            await cancel(running)
            life.client = None

    @property
    def settled(self) -> bool:
        return self._client is not None and self._client.settled

    def _row(self, row: Data) -> None:
        self._seen[row["id"]] = None
        self._seen.move_to_end(row["id"])
        if len(self._seen) > 200:
            self._seen.popitem(last=False)

    def _look_round(self, client: Panel) -> None:
        conversation_id = self._random.choice(list(self._seen))
        client.open(conversation_id)
        if len(client.outbox) < 5:
            self._noted += 1
            client.write(conversation_id, "note.add", f"{self._operator.id}:n{self._noted}")
        while len(client.screens) > self._most:
            client.close(next(iter(client.screens)))
