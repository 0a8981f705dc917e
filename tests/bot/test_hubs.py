"""Several hubs, hubs that die, and a database that is away: the bot finds whichever is there, and all arrives once."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
import pytest

from bot.app import run
from bot.settings import SettingsError, load_settings
from hub.protocol import channel as wire
from hub.realtime.channel import Carrier, ChannelNamespace
from storage.model.entry import AuthorKind, Message
from storage.model.ids import contact_id_of, conversation_id_of
from storage.mongo import open_storage
from storage.ports import Storage
from tests.bot.conftest import QUICK, Logs, RunningBot, settings_for
from tests.bot.fake_bot_api import FakeBotApi
from tests.bot.fake_hub import SERVICE_TOKEN, FakeHub
from tests.mongod import running_mongod, start_mongod, stop_mongod
from tests.realtime.house import SERVICE_TOKEN as HOUSE_TOKEN
from tests.realtime.house import furnish, open_house

ROOT = Path(__file__).resolve().parents[2]
NOBODY = "http://127.0.0.1:9"  # the port for what is thrown away
A_SECOND = 20  # messages
STEADY = replace(QUICK, first_backoff=0.1, hub_timeout=6.0)


@asynccontextmanager
async def bot(api: FakeBotApi, hubs: Iterable[str], token: str = SERVICE_TOKEN) -> AsyncIterator[None]:
    stop = asyncio.Event()
    settings = settings_for(api.url, ",".join(hubs), service_token=token)
    pace = QUICK if token == SERVICE_TOKEN else STEADY
    running = RunningBot(stop, asyncio.create_task(run(settings, stop, pace)))
    try:
        yield
    finally:
        await running.ends()


async def test_address_where_nobody_is_is_passed_over(api: FakeBotApi, hub: FakeHub) -> None:
    number = api.customer().writes("přece")
    async with bot(api, [NOBODY, hub.url]):
        await api.until(lambda: number in api.confirmed)
    assert hub.texts() == ["přece"]


async def test_next_hub_is_taken_when_one_goes(api: FakeBotApi, hub: FakeHub) -> None:
    async with FakeHub() as other, bot(api, [hub.url, other.url]):
        await hub.until(lambda: hub.connections)
        await hub.stop()
        number = api.customer().writes("u druhého")
        await api.until(lambda: number in api.confirmed)
        assert other.texts() == ["u druhého"]


async def test_ack_lost_at_one_hub_is_asked_for_at_the_other(api: FakeBotApi, hub: FakeHub) -> None:
    async with FakeHub() as other:
        other.taken = hub.taken  # one database
        hub.cut_after["updates.append"] = 1
        async with bot(api, [hub.url, other.url]):
            number = api.customer().writes("jednou")
            await api.until(lambda: number in api.confirmed)
        assert (hub.connections, other.connections) == (1, 1)
        assert hub.texts() == ["jednou"]


async def test_hub_that_hangs_is_left(api: FakeBotApi, hub: FakeHub, logs: Logs) -> None:
    hub.delays["delivery.claim"] = 3600  # as a process that is stopped: its connections stay
    async with FakeHub() as other, bot(api, [hub.url, other.url]):
        await other.until(lambda: other.connections)
        number = api.customer().writes("dál")
        await api.until(lambda: number in api.confirmed)
        assert other.texts() == ["dál"]
        hub.delays.clear()


@pytest.mark.parametrize("urls", ["ftp://x", "http://one:8700,", "http://one:8700,two", ",", "http://a?x=1"])
def test_what_is_no_list_of_addresses_is_refused(urls: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_TELEGRAM_TOKEN", "123:abc")
    monkeypatch.setenv("LINKA_SERVICE_TOKEN", "s")
    monkeypatch.setenv("LINKA_HUB_URL", urls)
    with pytest.raises(SettingsError, match="LINKA_HUB_URL"):
        load_settings()


def test_addresses_may_have_spaces_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_TELEGRAM_TOKEN", "123:abc")
    monkeypatch.setenv("LINKA_SERVICE_TOKEN", "s")
    monkeypatch.setenv("LINKA_HUB_URL", "http://one:8700/, http://two:8700")
    assert load_settings().hub_urls == ("http://one:8700", "http://two:8700")


@dataclass
class Crowd:
    """People who write, one message after another and each with its number, and what must become of it."""

    api: FakeBotApi
    size: int = 10
    said: dict[int, list[str]] = field(default_factory=dict)

    async def write(self, seconds: float) -> None:
        """``A_SECOND`` messages a second, in all."""
        loop = asyncio.get_running_loop()
        began, count = loop.time(), sum(map(len, self.said.values()))
        for number in range(int(seconds * A_SECOND)):
            user = number % self.size + 1
            text = f"{count + number}"
            self.api.customer(user).writes(text)
            self.said.setdefault(user, []).append(text)
            await asyncio.sleep(max(0.0, began + (number + 1) / A_SECOND - loop.time()))

    async def is_heard(self, storage: Storage) -> None:
        """All that was said is on the timelines, once and in order, and each was told once that people will come."""
        await self.api.until(lambda: not self.api.pending, 40, "everything is confirmed")
        for user, texts in self.said.items():
            conversation_id = conversation_id_of("telegram", contact_id_of("telegram", str(user)))
            entries = await storage.entries.after(conversation_id, 0, 1000)
            heard = [
                entry.body.text
                for entry in entries
                if isinstance(entry.body, Message) and entry.author.kind is AuthorKind.CONTACT
            ]
            assert heard == texts
        assert len(self.api.confirmed) == len(set(self.api.confirmed))
        people = [self.api.customer(user) for user in self.said]
        await self.api.until(lambda: all(person.chat for person in people), 40, "each is told")
        assert [len(person.chat) for person in people] == [1] * len(people)


class WatchedApi(FakeBotApi):
    """Notes updates that were confirmed although no hub had acknowledged them."""

    def __init__(self, durable: set[str]) -> None:
        super().__init__()
        self.durable = durable
        self.too_early: list[int] = []

    def _confirm(self, offset: int) -> None:
        before = len(self.confirmed)
        super()._confirm(offset)
        self.too_early += [
            number for number in self.confirmed[before:] if f"telegram:{number}" not in self.durable
        ]


@pytest.fixture
def durable(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The updates that hubs in this process have acknowledged."""
    acknowledged: set[str] = set()
    real = ChannelNamespace._append

    async def noting(self: ChannelNamespace, who: Carrier, update: wire.ChannelUpdate) -> wire.UpdateResult:
        result = await real(self, who, update)
        if result.ok:
            acknowledged.add(update.client_id)
        return result

    monkeypatch.setattr(ChannelNamespace, "_append", noting)
    return acknowledged


@pytest.mark.integration
@pytest.mark.timeout(120)
async def test_database_away_for_twelve_seconds(durable: set[str], tmp_path: Path, logs: Logs) -> None:
    async with AsyncExitStack() as stack:
        uri, port, process = stack.enter_context(running_mongod(tmp_path))
        restarted: list[subprocess.Popen[bytes]] = []
        stack.callback(lambda: [stop_mongod(server) for server in restarted])  # after all that uses it
        storage = await stack.enter_async_context(open_storage(uri, "linka", "motor"))
        await storage.prepare()
        await furnish(storage)
        api = await stack.enter_async_context(WatchedApi(durable))
        house = await stack.enter_async_context(open_house(storage))
        await stack.enter_async_context(bot(api, [house.url], HOUSE_TOKEN))
        crowd = Crowd(api)
        await crowd.write(1.0)
        await api.until(lambda: api.confirmed)
        process.kill()
        await asyncio.to_thread(process.wait)
        await crowd.write(12.0)
        restarted.append(start_mongod(tmp_path, port))
        await crowd.write(1.0)
        await crowd.is_heard(storage)
        assert api.too_early == []


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@asynccontextmanager
async def hub_process(
    uri: str, database: str, data: Path
) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """A hub that can be killed; its address, when it answers."""
    port = free_port()
    settings = {
        "LINKA_PORT": str(port),
        "LINKA_MONGODB_URI": uri,
        "LINKA_MONGODB_DATABASE": database,
        "LINKA_RASA_URL": "off",
        "LINKA_DEMO": "0",
        "LINKA_DATA": str(data),
        "LINKA_SERVICE_TOKEN": HOUSE_TOKEN,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LINKA_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hub"),
        env=kept | settings,
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        await _answers(url, process)
        yield url, process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _answers(url: str, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(30), aiohttp.ClientSession() as http:
        while True:
            assert process.returncode is None, "the hub did not start"
            try:
                async with http.get(f"{url}/health/ready") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


@pytest.mark.timeout(120)
async def test_hubs_are_stopped_woken_and_killed_while_people_write(
    api: FakeBotApi, mongod_uri: str, mongo_database: str, tmp_path: Path
) -> None:
    """One wakes with requests in its hands that the other has long answered; then the other dies."""
    async with open_storage(mongod_uri, mongo_database, "motor") as storage:
        await storage.prepare()
        await furnish(storage)
        async with (
            hub_process(mongod_uri, mongo_database, tmp_path / "one") as (one, first),
            hub_process(mongod_uri, mongo_database, tmp_path / "two") as (two, second),
            bot(api, [one, two], HOUSE_TOKEN),
        ):
            crowd = Crowd(api)
            writing = asyncio.create_task(crowd.write(8.0))
            await api.until(lambda: len(api.confirmed) > A_SECOND)
            first.send_signal(signal.SIGSTOP)
            taken = len(api.confirmed)
            await api.until(lambda: len(api.confirmed) > taken + 2 * A_SECOND, 30, "the other takes over")
            first.send_signal(signal.SIGCONT)
            second.kill()
            taken = len(api.confirmed)
            await api.until(lambda: len(api.confirmed) > taken, 30, "the first takes over")
            await writing
            await crowd.is_heard(storage)
