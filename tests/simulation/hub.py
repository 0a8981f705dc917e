"""A hub as a process: the whole real application, wired by ``hub.parts``, over a simulated network and database."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from aiohttp import web
from pydantic import SecretStr

from hub.app import build_app
from hub.bot_answer import BotTurn, BotUnavailable
from hub.nlu import NluState
from hub.settings import Settings
from storage.model.entry import HandoffReason
from tests.simulation.climate import Climate
from tests.simulation.database import Database
from tests.simulation.loop import Process, VirtualLoop
from tests.simulation.network import Network, SimServer
from tests.simulation.storage_link import DatabaseLink

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SERVICE_TOKEN = "service-token-of-the-simulation"


@dataclass(frozen=True, slots=True)
class SimClock:
    """A hub's own clock, which may be wrong by ``skew`` seconds."""

    loop: VirtualLoop
    skew: float

    def now(self) -> datetime:
        at = NOON + timedelta(seconds=self.loop.time() + self.skew)
        return at.replace(microsecond=at.microsecond // 1000 * 1000)


class SimBot:
    """A bot that is slow, fails, and hands over, as the climate has it."""

    def __init__(self, random: Random, climate: Climate) -> None:
        self._random = random
        self._climate = climate
        self.state = NluState.READY

    async def turn(self, sender: str, text: str, *, is_payload: bool, metadata: dict[str, str]) -> BotTurn:
        """See ``Nlu``."""
        random, climate = self._random, self._climate
        slow = random.random() < climate.bot_slow
        await asyncio.sleep(random.uniform(3.0, 6.0) if slow else random.expovariate(5.0))
        if random.random() < climate.bot_fails:
            raise BotUnavailable("planted")
        words = tuple((f"answer {part} to {text}", ()) for part in range(random.choice((1, 1, 2, 3))))
        if random.random() < climate.hands_over:
            return BotTurn(words[: random.randrange(2)], (HandoffReason.TOPIC, None), None)
        return BotTurn(words, None, None)

    async def watch(self) -> None:
        """See ``Nlu``."""
        while True:
            await asyncio.sleep(1.0)
            down = self._random.random() < self._climate.bot_fails / 4
            self.state = NluState.DOWN if down else NluState.READY


class SimHub:
    """One place where a hub runs, again after each crash."""

    def __init__(
        self, name: str, random: Random, climate: Climate, network: Network, database: Database
    ) -> None:
        self.name = name
        self._random = random
        self._climate = climate
        self._network = network
        self._database = database
        self._loop = network.loop
        self._lives = 0
        self.leaving = False
        self.skew = random.uniform(-2.0, 2.0)
        self.process: Process | None = None
        self.link: DatabaseLink | None = None
        self.server: SimServer | None = None  # while it takes connections
        self.app: web.Application | None = None
        self._ended: asyncio.Event | None = None

    def start(self) -> None:
        """A new process."""
        self._lives += 1
        self.leaving = False
        self.process = Process(f"{self.name}.{self._lives}")
        self.link = DatabaseLink(self._database)
        self.process.spawn(self._serve(self.process, self.link))

    async def _serve(self, process: Process, link: DatabaseLink) -> None:
        server = SimServer([])
        settings = Settings(port=0, rasa_url="off", service_token=SecretStr(SERVICE_TOKEN))
        app = build_app(
            settings,
            storage=link,  # type: ignore[arg-type]  # its stores are made at run time
            nlu=SimBot(self._random, self._climate),
            clock=SimClock(self._loop, self.skew),
            server=server,
        )
        self.app = app
        await web.AppRunner(app).setup()
        self.server = server

    def reach(self) -> tuple[Process, SimServer] | None:
        """Who takes a new connection, if anybody does."""
        if self.process is None or self.server is None or not self.process.alive:
            return None
        return self.process, self.server

    def crash(self) -> None:
        """kill -9, or the power fails: then nobody says that the connections are gone."""
        process, self.server = self.process, None
        self.leaving = False
        if process is None or not process.alive:
            return
        process.kill()
        silent = self._random.random() < 0.3
        for wire in self._network.open_wires():
            if wire.hub is process:
                wire.cut(silent)

    async def deploy(self) -> None:
        """SIGTERM: say goodbye, flush, end."""
        process, server, app = self.process, self.server, self.app
        if process is None or server is None or app is None or not process.alive:
            return
        self.server = None
        self.leaving = True
        await app.shutdown()
        for wire in self._network.open_wires():
            if wire.hub is process:
                server.eio.cut(wire.sid, "the hub ends")
        await app.cleanup()
        process.kill()
