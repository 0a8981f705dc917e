"""A rolling restart of two real hub processes under load: each ends in time, tells each socket its own moment to come
back, and nothing that was acknowledged is lost."""

import asyncio
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from hub.settings import PROJECT_ROOT, inherited_environment
from storage.mongo import open_storage
from tests.realtime.house import SERVICE_TOKEN, Client, Refused, furnish, key
from tests.redis_server import RedisServer

pytestmark = pytest.mark.timeout(150)

VISITORS = 12
PAUSE = 0.05  # seconds between two messages of one visitor
END_WITHIN = 10.0
UP_WITHIN = 30.0
TRY_WITHIN = 8.0


@dataclass
class Hub:
    """One process, which can be started again on its port."""

    port: int
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hub"],
                cwd=PROJECT_ROOT,
                env=self.environment | {"LINKA_PORT": str(self.port)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def until_ready(self, http: aiohttp.ClientSession) -> None:
        async with asyncio.timeout(UP_WITHIN):
            while True:
                try:
                    async with http.get(f"{self.url}/health/ready") as response:
                        if response.status == 200:
                            return
                except aiohttp.ClientError:
                    assert self.process is not None
                    assert self.process.poll() is None, self.log.read_text()
                await asyncio.sleep(0.05)

    async def leave(self) -> float:
        """SIGTERM; the seconds until it was gone."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(self.process.wait, 3 * END_WITHIN)
        assert code == 0, self.log.read_text()
        return time.monotonic() - began


@pytest.fixture
def hubs(
    mongod_uri: str, mongo_database: str, redis_server: RedisServer, tmp_path: Path
) -> Iterator[tuple[Hub, Hub]]:
    environment = inherited_environment() | {
        "LINKA_MONGODB_URI": mongod_uri,
        "LINKA_MONGODB_DATABASE": mongo_database,
        "LINKA_REDIS_URL": redis_server.url,
        "LINKA_RASA_URL": "off",
        "LINKA_DEMO": "0",
        "LINKA_SERVICE_TOKEN": SERVICE_TOKEN,
        "LINKA_DATA": str(tmp_path),
    }
    both = tuple(Hub(free_port(), environment, tmp_path / f"hub{n}.log") for n in range(2))
    try:
        yield both[0], both[1]
    finally:
        for hub in both:
            if hub.process is not None and hub.process.poll() is None:
                hub.process.kill()
                hub.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Visitor:
    """Writes on and on, the same again until it is acknowledged, at whichever hub is there."""

    token: str
    conversation: str
    urls: list[str]
    random: random.Random
    acknowledged: list[str] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    returns: list[float] = field(default_factory=list)
    _client: Client | None = None
    _at: str = ""

    async def write(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            text = f"{len(self.acknowledged)}"
            await self._send({"client_id": key(), "text": text})
            self.acknowledged.append(text)
            await asyncio.sleep(PAUSE)
        if self._client is not None:
            await self._client.close()

    async def _send(self, message: dict[str, str]) -> None:
        while True:
            client = await self._connected()
            try:
                async with asyncio.timeout(TRY_WITHIN):
                    answer = await client.answer("message.send", message)
            except Exception:  # noqa: BLE001 - whatever broke the line: not acknowledged, so once more
                await self._lost(client)
                continue
            if answer["ok"]:
                return
            assert answer["error"]["code"] in ("unavailable", "rate_limited"), answer
            await asyncio.sleep(answer["error"].get("retry_after", 1.0))

    async def _connected(self) -> Client:
        while self._client is None:
            self._at = self.random.choice(self.urls)
            client = Client("/widget")
            try:
                await client.connect(self._at, {"token": self.token})
            except Refused:
                await asyncio.sleep(self.random.uniform(0.1, 0.5))
                continue
            self.returns.append(time.monotonic())
            self._client = client
        if self._client.closed.is_set():
            await self._lost(self._client)
            return await self._connected()
        return self._client

    async def _lost(self, client: Client) -> None:
        self._client = None
        leaving = client.events("server.leaving")
        await client.close()
        if leaving:
            self.moments.append(leaving[0]["reconnect_in"])
            await asyncio.sleep(leaving[0]["reconnect_in"])


async def test_a_rolling_restart_loses_nothing(
    hubs: tuple[Hub, Hub], mongod_uri: str, mongo_database: str
) -> None:
    async with open_storage(mongod_uri, mongo_database, "motor") as storage, aiohttp.ClientSession() as http:
        await storage.prepare()
        await furnish(storage)
        for hub in hubs:
            hub.start()
        for hub in hubs:
            await hub.until_ready(http)
        visitors: list[Visitor] = []
        for n in range(VISITORS):
            async with http.post(f"{hubs[0].url}/widget-api/sessions", json={"inbox_id": "demo"}) as response:
                data = (await response.json())["data"]
            urls = [hub.url for hub in hubs]
            visitors.append(Visitor(data["token"], data["conversation_id"], urls, random.Random(n)))
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as writing:
            for visitor in visitors:
                writing.create_task(visitor.write(stop))
            for hub in hubs:
                await asyncio.sleep(1.5)
                assert await hub.leave() < END_WITHIN
                hub.start()
                await hub.until_ready(http)
            await asyncio.sleep(4.5)  # longer than the latest moment to come back
            stop.set()
        for visitor in visitors:
            entries = await storage.entries.after(visitor.conversation, 0, 100_000)
            assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
            said = [entry.body.text for entry in entries if entry.author.kind == "contact"]  # type: ignore[union-attr]
            assert said == visitor.acknowledged, "each once, in order"
        moments = [moment for visitor in visitors for moment in visitor.moments]
        assert len(moments) >= VISITORS, "everybody was told"
        assert len(set(moments)) > len(moments) / 2, "each their own"
        assert max(moments) - min(moments) > 1.0, "spread over time"
        for hub in hubs:
            assert "pass-of-the-tests" not in hub.log.read_text(), "no password in a log"
