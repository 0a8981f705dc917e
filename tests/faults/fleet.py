"""All of Linka as real processes, with a fault proxy between every two of them.

Two hubs, the Telegram bot, Redis, and mongod (a replica set of one, known by its proxy's address, so drivers cannot go
past it); Rasa and the Bot API are stand-ins in this process.
"""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Self

import aiohttp
import psutil

from storage.mongo.replica_set import ensure_primary
from tests.bot.fake_bot_api import TOKEN, FakeBotApi
from tests.faults.processes import Command, Kept, free_port
from tests.faults.proxy import Link, Proxy
from tests.faults.rasa import FakeRasa
from tests.mongod import mongod_binary

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "chaos"
SERVICE_TOKEN = "service-token-of-the-chaos"
HUBS = ("hub1", "hub2")
START_WITHIN = 60.0
DISK_MEGABYTES = 1500


class Disk:
    """A small file system in memory for the database, where one may be mounted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True)
        mounting = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(folder)]
        done = subprocess.run(mounting, capture_output=True, text=True, check=False) if _mount() else None
        self.small = done is not None and done.returncode == 0
        """Whether it can be filled without hurting anybody else."""
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Not one byte more fits on it."""
        with self._filler.open("wb", buffering=0) as filler:
            block = b"\0" * 1_000_000
            while block:
                try:
                    if filler.write(block) < len(block):
                        block = block[: len(block) // 10]
                except OSError:
                    block = block[: len(block) // 10]

    def free(self) -> None:
        self._filler.unlink(missing_ok=True)

    def remove(self) -> None:
        if self.small:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=False, capture_output=True)


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def _mount() -> bool:
    return shutil.which("mount") is not None and sys.platform == "linux"


class Fleet:
    """Use as an async context manager. ``proxies`` and ``processes`` by name; logs lie in ``folder``."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.folder = folder
        self.random = random
        self.api = FakeBotApi()
        self.rasa = FakeRasa(Random(random.random()))
        self.processes: dict[str, Kept] = {}
        self.proxies: dict[str, Proxy] = {}
        self.ports = {name: free_port() for name in ("mongod", "redis", *HUBS)}
        self.disk = Disk(folder / "mongo")
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        for name in ("bot", *HUBS, "redis", "mongod"):
            if name in self.processes:
                await self.processes[name].stop()
        for proxy in self.proxies.values():
            await proxy.stop()
        await self._stack.aclose()
        self.disk.remove()

    def kill(self) -> None:
        """At once."""
        for process in self.processes.values():
            process.kill()
        self.disk.remove()

    @property
    def uri(self) -> str:
        """The database through its proxy, as hubs see it."""
        return f"mongodb://127.0.0.1:{self.proxies['mongod'].port}/?replicaSet=linka"

    @property
    def direct_uri(self) -> str:
        """Past the proxy, for whoever checks."""
        return f"mongodb://127.0.0.1:{self.ports['mongod']}/?directConnection=true"

    def a_hub(self, random: Random) -> str:
        """Where a customer or an operator connects next: any hub, through its proxy."""
        return f"http://127.0.0.1:{self.proxies[f'clients-{random.choice(HUBS)}'].port}"

    def links_of(self, hub: str) -> Callable[[Link], bool]:
        """Which of the database's links are this hub's."""
        try:
            ports = {
                connection.laddr.port
                for connection in psutil.Process(self.processes[hub].pid).net_connections("tcp")
                if connection.laddr
            }
        except psutil.Error:
            ports = set()
        return lambda link: link.client_port in ports

    async def _start(self) -> None:
        await self._stack.enter_async_context(self.api)
        await self._stack.enter_async_context(self.rasa)
        await self._proxy("mongod", lambda: self.ports["mongod"])
        for hub in HUBS:
            await self._proxy(f"clients-{hub}", lambda hub=hub: self.ports[hub])  # type: ignore[misc]
            await self._proxy(f"{hub}-redis", lambda: self.ports["redis"])
            await self._proxy(f"{hub}-rasa", lambda: self.rasa.port)
        await self._proxy("bot-hubs", lambda: self.ports[self.random.choice(HUBS)])
        await self._proxy("bot-telegram", lambda: self.api.port)
        await asyncio.gather(self._keep(self._mongod()), self._keep(self._redis()))
        async with asyncio.timeout(START_WITHIN):
            while not await _answers(self.ports["mongod"]):
                await asyncio.sleep(0.05)
        address = f"127.0.0.1:{self.proxies['mongod'].port}"
        await ensure_primary(address, "linka", START_WITHIN)

    async def open_doors(self) -> None:
        """Start the hubs and the bot, on a database that has its people and inboxes; return when they are ready."""
        await asyncio.gather(*(self._keep(self._hub(hub)) for hub in HUBS))
        async with asyncio.timeout(START_WITHIN), aiohttp.ClientSession() as http:
            for hub in HUBS:
                while not await self.ready(http, hub):
                    await asyncio.sleep(0.1)
        await self._keep(self._bot())

    async def ready(self, http: aiohttp.ClientSession, hub: str) -> bool:
        """Whether conversations can go on there."""
        try:
            async with (
                asyncio.timeout(2),
                http.get(f"http://127.0.0.1:{self.ports[hub]}/health/ready") as answer,
            ):
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def _proxy(self, name: str, target: Callable[[], int]) -> None:
        self.proxies[name] = await Proxy(name, target, Random(self.random.random())).start()

    async def _keep(self, command: Command) -> None:
        process = self.processes[command.name] = Kept(command, self.folder)
        await process.start()

    def _mongod(self) -> Command:
        data = self.disk.folder / "data"
        data.mkdir(exist_ok=True)
        options = {
            "--dbpath": str(data),
            "--port": str(self.ports["mongod"]),
            "--bind_ip": "127.0.0.1",
            "--replSet": "linka",
            "--wiredTigerCacheSizeGB": "0.5",
            "--oplogSize": "256",
        }
        argv = (str(mongod_binary()), *(part for pair in options.items() for part in pair), "--nounixsocket")
        # It must find itself through the proxy when it comes up.
        quiet = ("--quiet", "--setParameter", "diagnosticDataCollectionEnabled=false")
        return Command("mongod", (*argv, *quiet), before=self.proxies["mongod"].clear_up)

    def _redis(self) -> Command:
        options = {
            "--port": str(self.ports["redis"]),
            "--bind": "127.0.0.1",
            "--save": "",
            "--appendonly": "no",
            "--dir": str(self.folder),
        }
        return Command("redis", ("redis-server", *(part for pair in options.items() for part in pair)))

    def _hub(self, hub: str) -> Command:
        return Command(
            hub,
            (sys.executable, "-m", "hub"),
            {
                "PYTHONPATH": str(ROOT),
                "PYTHONUNBUFFERED": "1",
                "LINKA_PORT": str(self.ports[hub]),
                "LINKA_MONGODB_URI": self.uri,
                "LINKA_MONGODB_DATABASE": DATABASE,
                "LINKA_REDIS_URL": f"redis://127.0.0.1:{self.proxies[f'{hub}-redis'].port}/0",
                "LINKA_RASA_URL": f"http://127.0.0.1:{self.proxies[f'{hub}-rasa'].port}",
                "LINKA_SERVICE_TOKEN": SERVICE_TOKEN,
                "LINKA_LOG_FORMAT": "json",
                "LINKA_DEMO": "false",
                "LINKA_DATA": str(self.folder),
            },
        )

    def _bot(self) -> Command:
        return Command(
            "bot",
            (sys.executable, "-m", "bot"),
            {
                "PYTHONPATH": str(ROOT),
                "PYTHONUNBUFFERED": "1",
                "LINKA_TELEGRAM_TOKEN": TOKEN,
                "LINKA_TELEGRAM_API_URL": f"http://127.0.0.1:{self.proxies['bot-telegram'].port}",
                "LINKA_HUB_URL": f"http://127.0.0.1:{self.proxies['bot-hubs'].port}",
                "LINKA_SERVICE_TOKEN": SERVICE_TOKEN,
                "LINKA_LOG_FORMAT": "json",
            },
        )
