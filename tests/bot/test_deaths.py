"""The bot dies, or is stopped, at each step of a delivery: nothing is lost, and twice comes only what is flagged.

Real processes, a real hub on a real database; what reached the customer is the fake Telegram's record.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import run
from hub.conversation import delivery
from hub.conversation.delivery import Outbox
from hub.realtime import channel
from storage.errors import StorageUnavailable
from storage.model.entry import Delivered
from storage.model.ids import contact_id_of, conversation_id_of
from storage.mongo import open_storage
from tests.bot.conftest import QUICK, RunningBot, settings_for
from tests.bot.fake_bot_api import TOKEN, FakeBotApi, Fault
from tests.realtime.house import SERVICE_TOKEN, House, furnish, key, open_house

ROOT = Path(__file__).resolve().parents[2]
SHORT = timedelta(seconds=4)  # longer than a request of the quick bot
ENDLESS = timedelta(hours=1)

pytestmark = [pytest.mark.timeout(180), pytest.mark.integration]


@pytest.fixture
async def house(mongod_uri: str, mongo_database: str) -> AsyncIterator[House]:
    async with open_storage(mongod_uri, mongo_database, "motor") as storage:
        await storage.prepare()
        await furnish(storage)
        async with open_house(storage) as house:
            yield house


@asynccontextmanager
async def bot_process(api: FakeBotApi, *houses: House) -> AsyncIterator[asyncio.subprocess.Process]:
    """Killed on leaving, if it still runs."""
    settings = {
        "LINKA_TELEGRAM_TOKEN": TOKEN,
        "LINKA_TELEGRAM_API_URL": api.url,
        "LINKA_HUB_URL": ",".join(house.url for house in houses),
        "LINKA_SERVICE_TOKEN": SERVICE_TOKEN,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LINKA_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bot.quick_bot"),
        env=kept | settings,
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


class Trap:
    """Catches the first call of one of the outbox's methods, before or after it was carried out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, step: str, method: str) -> None:
        self.caught = asyncio.Event()
        self.let_go = asyncio.Event()
        self.at = 0.0
        real = getattr(Outbox, method)

        async def trapped(outbox: Outbox, *args: Any) -> Any:
            if self.caught.is_set():
                return await real(outbox, *args)
            self.at = asyncio.get_running_loop().time()
            self.caught.set()
            result = await real(outbox, *args) if step == "after" else None
            await self.let_go.wait()
            if step == "before":
                raise StorageUnavailable("too late: the bot is dead")
            return result

        monkeypatch.setattr(Outbox, method, trapped)


async def owe(house: House, api: FakeBotApi, user_id: int = 5001) -> str:
    """Four entries for a customer: queued, taken, one, two. Returns the conversation's id."""
    customer = api.customer(user_id)
    carrier = await house.carrier()
    contact = {"external_id": str(customer.id), "language": "en"}
    said = {
        "client_id": f"telegram:{user_id}",
        "contact": contact,
        "content": {"kind": "text", "text": "Hello"},
    }
    await carrier.ask("updates.append", {"updates": [said]})
    await carrier.close()
    conversation_id = conversation_id_of("telegram", contact_id_of("telegram", str(customer.id)))
    await house.queued(conversation_id)
    anna = await house.panel("anna")
    await anna.ask("conversation.take", {"conversation_id": conversation_id, "client_id": key()})
    await anna.close()
    await say(house, conversation_id, "one", "two")
    return conversation_id


async def say(house: House, conversation_id: str, *texts: str) -> None:
    """As the operator."""
    anna = await house.panel("anna")
    for text in texts:
        said = {"conversation_id": conversation_id, "client_id": key(), "text": text}
        await anna.ask("message.send", said)
    await anna.close()


async def outcomes(house: House, conversation_id: str, expected: int) -> dict[int, str]:
    """By seq, once so many are known."""
    async with asyncio.timeout(40):
        while True:
            entries = await house.storage.entries.after(conversation_id, 0, 200)
            known = {
                entry.body.target_seq: entry.body.outcome.value
                for entry in entries
                if isinstance(entry.body, Delivered)
            }
            if len(known) >= expected:
                return known
            await asyncio.sleep(0.02)


def heard(api: FakeBotApi, user_id: int = 5001) -> list[str]:
    """What the customer sees, by its first words."""
    return [" ".join(message.text.split()[:2]) for message in api.customer(user_id).chat]


IN_ORDER = ["Sorry, I", "You are", "one", "two"]


async def test_killed_while_nothing_is_under_way(
    api: FakeBotApi, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next process goes on without waiting for a lease to end, and nothing comes twice."""
    monkeypatch.setattr(delivery, "LEASE", ENDLESS)
    monkeypatch.setattr(channel, "LEASE", ENDLESS)
    conversation_id = await owe(house, api)
    for step, method, sent in (("before", "start", 0), ("after", "settle", 1), ("before", "release", 4)):
        trap = Trap(monkeypatch, step, method)
        async with bot_process(api, house) as killed:
            await trap.caught.wait()
        assert killed.returncode == -signal.SIGKILL
        trap.let_go.set()
        assert heard(api) == IN_ORDER[:sent]
    await say(house, conversation_id, "three")
    async with bot_process(api, house):
        known = await outcomes(house, conversation_id, 5)
    assert heard(api) == [*IN_ORDER, "three"]
    assert set(known.values()) == {"sent"}


@pytest.mark.parametrize(("step", "copies"), [("start acknowledged", 1), ("bytes left", 2), ("answered", 2)])
async def test_killed_while_a_request_may_be_under_way(
    api: FakeBotApi, house: House, monkeypatch: pytest.MonkeyPatch, step: str, copies: int
) -> None:
    """The next process waits until the request is certainly over; what it sends again is flagged, and only that."""
    monkeypatch.setattr(delivery, "LEASE", SHORT)
    monkeypatch.setattr(channel, "LEASE", SHORT)
    conversation_id = await owe(house, api)
    started = Trap(monkeypatch, "after", "start")
    if step == "start acknowledged":
        reached = started.caught.wait()
    elif step == "bytes left":
        started.let_go.set()
        api.next("sendMessage", Fault.HANG)
        reached = api.until(lambda: api.sent)
    else:
        started.let_go.set()
        settled = Trap(monkeypatch, "before", "settle")
        reached = settled.caught.wait()
    async with bot_process(api, house):
        await reached
    for trap in (started, settled) if step == "answered" else (started,):
        trap.let_go.set()
    async with bot_process(api, house):
        await api.until(lambda: len(api.sent) >= copies, 20)
        waited = asyncio.get_running_loop().time() - started.at
        known = await outcomes(house, conversation_id, 4)
    assert waited >= SHORT.total_seconds()
    assert heard(api) == IN_ORDER[:1] * copies + IN_ORDER[1:]
    assert [known[seq] for seq in sorted(known)] == ["ambiguous", "sent", "sent", "sent"]


async def test_stopped_beyond_its_lease_it_sends_nothing_when_it_comes_back(
    api: FakeBotApi, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "LEASE", SHORT)
    monkeypatch.setattr(channel, "LEASE", SHORT)
    conversation_id = await owe(house, api)
    started = Trap(monkeypatch, "after", "start")
    async with bot_process(api, house) as sleeper:
        await started.caught.wait()
        sleeper.send_signal(signal.SIGSTOP)
        started.let_go.set()
        async with bot_process(api, house):
            known = await outcomes(house, conversation_id, 4)
        sleeper.send_signal(signal.SIGCONT)
        await say(house, conversation_id, "three")
        known = await outcomes(house, conversation_id, 5)
    assert heard(api) == [*IN_ORDER, "three"]
    assert [known[seq] for seq in sorted(known)] == ["ambiguous", *["sent"] * 4]


async def test_two_processes_at_once_double_nothing(api: FakeBotApi, house: House) -> None:
    """As when the new one of a deploy is there before the old one has gone."""
    conversations = [await owe(house, api, 6000 + each) for each in range(6)]
    stops = asyncio.Event(), asyncio.Event()
    bots = [
        RunningBot(
            stop,
            asyncio.create_task(
                run(settings_for(api.url, house.url, service_token=SERVICE_TOKEN), stop, QUICK)
            ),
        )
        for stop in stops
    ]
    for conversation_id in conversations:
        known = await outcomes(house, conversation_id, 4)
        assert set(known.values()) == {"sent"}
    for bot in bots:
        await bot.ends()
    for each in range(6):
        assert heard(api, 6000 + each) == IN_ORDER
