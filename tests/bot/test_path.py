"""The whole path by Telegram: real hub, real MongoDB, real bot; a fake Telegram and a scripted Rasa."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
import socketio
from aiohttp import web
from pydantic import SecretStr

from bot.app import run
from hub.app import build_app
from hub.bot_answer import BotTurn
from hub.demo.seed import seed_demo
from hub.nlu import NluState
from hub.settings import Settings
from storage.model.entry import HandoffReason, QuickReply
from tests.bot.conftest import QUICK, Logs, RunningBot, settings_for
from tests.bot.fake_bot_api import FakeBotApi, Fault
from tests.bot.fake_hub import SERVICE_TOKEN
from tests.orders.forms import form, wrong

pytestmark = pytest.mark.timeout(90)


class ScriptedRasa:
    """Answers known words; hands over when asked for a human."""

    state = NluState.READY

    def __init__(self) -> None:
        self.heard: list[tuple[str, bool]] = []

    async def turn(self, sender: str, text: str, *, is_payload: bool, metadata: dict[str, str]) -> BotTurn:
        self.heard.append((text, is_payload))
        if "člověk" in text:
            return BotTurn((), (HandoffReason.REQUESTED, "support"), None)
        if is_payload:
            return BotTurn((("Optik 500 stojí 499 Kč měsíčně.", ()),), None, None)
        replies = (
            QuickReply("Optik 500", '/tariff{"code": "optik-500"}'),
            QuickReply("Optik 100", "/tariff_100"),
        )
        return BotTurn((("Máme tarify Optik 100 a Optik 500.", replies),), None, None)

    async def watch(self) -> None:
        await asyncio.Event().wait()


class Desk:
    """An operator: a session cookie for HTTP and a socket for the rest."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url = url
        self._http = http
        self._socket = socketio.AsyncClient(reconnection=False, handle_sigint=False, http_session=http)
        self._csrf = ""
        self._changed = asyncio.Event()
        for event in ("board.changed", "conversation.updated", "timeline.appended"):
            self._socket.on(event, lambda _: self._changed.set(), namespace="/operator")

    async def opens(self) -> None:
        answer = await self._http.post(
            f"{self._url}/api/session", json={"login": "anna", "password": "linka-anna"}
        )
        session = (await answer.json())["data"]
        self._csrf = session["csrf_token"]
        cookie = answer.cookies["linka_session"].value
        await self._socket.connect(
            self._url,
            headers={"Cookie": f"linka_session={cookie}"},
            namespaces=["/operator"],
            transports=["websocket"],
            wait_timeout=10,
        )

    async def asks(self, event: str, **data: Any) -> Any:
        answer = await self._socket.call(event, data, namespace="/operator", timeout=10)
        assert answer["ok"], answer
        return answer["data"]

    async def does(self, event: str, conversation_id: str, **data: Any) -> Any:
        return await self.asks(event, conversation_id=conversation_id, client_id=str(uuid4()), **data)

    async def sees(self, view: str, number: int = 1) -> list[Any]:
        """Wait for as many conversations in a list; it is looked at again whenever something changes."""
        async with asyncio.timeout(15):
            while True:
                self._changed.clear()
                rows = (await self.asks("conversation.list", view=view))["rows"]
                if len(rows) >= number:
                    return list(rows)
                await self._changed.wait()

    async def timeline(self, conversation_id: str) -> list[Any]:
        """All entries, oldest first."""
        return list(
            (await self.asks("timeline.read", conversation_id=conversation_id, after_seq=0, limit=200))[
                "entries"
            ]
        )

    async def reads_until_delivered(self, conversation_id: str, seq: int) -> list[Any]:
        """The timeline, once it holds the delivery's outcome of an entry."""
        await self.asks("conversation.open", conversation_id=conversation_id)
        async with asyncio.timeout(15):
            while True:
                self._changed.clear()
                entries = await self.timeline(conversation_id)
                if any(entry["body"].get("target_seq") == seq for entry in entries):
                    return entries
                await self._changed.wait()

    async def places_order(self, conversation_id: str) -> dict[str, Any]:
        answer = await self._http.post(
            f"{self._url}/api/conversations/{conversation_id}/orders",
            json={"client_id": str(uuid4()), **good_form()},
            headers={"X-CSRF-Token": self._csrf},
        )
        body = await answer.json()
        assert answer.status == 201, body
        return dict(body["data"])

    async def leaves(self) -> None:
        await self._socket.disconnect()


def good_form() -> dict[str, Any]:
    """An order with the first day on which a technician is free."""
    now = datetime.now(UTC)
    days = [(now + timedelta(days=ahead)).date().isoformat() for ahead in range(2, 30)]
    day = next(day for day in days if not wrong(form(visit__day=day), now))
    return form(visit__day=day)


class House:
    """A running hub that can be stopped and started again where it was."""

    def __init__(self, settings: Settings, rasa: ScriptedRasa) -> None:
        self._settings = settings
        self.rasa = rasa
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def opens(self, port: int = 0) -> None:
        app = build_app(self._settings, nlu=self.rasa)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def closes(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])


@pytest.fixture
async def house(mongod_uri: str, mongo_database: str, tmp_path: Path) -> AsyncIterator[House]:
    settings = Settings(
        mongodb_uri=mongod_uri,
        mongodb_database=mongo_database,
        service_token=SecretStr(SERVICE_TOKEN),
        rasa_url="off",
        data=tmp_path,
        business_hours="Mo-Su 00:00-24:00",
    )
    await seed_demo(settings)
    running = House(settings, ScriptedRasa())
    await running.opens()
    yield running
    await running.closes()


@pytest.fixture
async def telegram_bot(api: FakeBotApi, house: House) -> AsyncIterator[RunningBot]:
    stop = asyncio.Event()
    bot = RunningBot(stop, asyncio.create_task(run(settings_for(api.url, house.url), stop, QUICK)))
    yield bot
    await bot.ends()


@pytest.fixture
async def anna(house: House) -> AsyncIterator[Desk]:
    async with aiohttp.ClientSession() as http:
        desk = Desk(house.url, http)
        await desk.opens()
        yield desk
        await desk.leaves()


async def test_the_whole_path(api: FakeBotApi, house: House, telegram_bot: RunningBot, anna: Desk) -> None:
    jana = api.customer()
    jana.writes("/start")
    greeting = await jana.hears("Dobrý den")
    jana.presses(greeting, "Jaké máte tarify?")
    tariffs = await jana.hears("Máme tarify")
    query = jana.presses(tariffs, "Optik 500")
    await jana.hears("499 Kč")
    await api.until(lambda: query in api.answered)
    assert house.rasa.heard[-1] == ('/tariff{"code": "optik-500"}', True)

    jana.writes("/human")
    await jana.hears("Jste na řadě jako další.")
    [row] = await anna.sees("queue")
    conversation_id = row["id"]
    assert row["contact"]["name"] == "Jana Nováková"
    await anna.does("conversation.take", conversation_id)
    await jana.hears("Anna Dvořáková")

    await anna.does("message.send", conversation_id, text="Dobrý den, s čím pomohu?")
    await jana.hears("s čím pomohu?")
    await anna.does("note.add", conversation_id, text="Volat po páté.")
    heard = len(house.rasa.heard)
    jana.writes("Chci Optik 500 domů.")
    await anna.does("message.send", conversation_id, text="Hned to zařídím.")
    await jana.hears("Hned to zařídím.")

    order = await anna.places_order(conversation_id)
    summary = await jana.hears(order["number"])
    assert "1 499 Kč" in summary.text.replace("\xa0", " ")

    await anna.does("conversation.resolve", conversation_id)
    question = await jana.hears("Jak jste s námi spokojeni?")
    jana.presses(question, "5")
    await api.until(lambda: "★★★★★" in question.titles)
    jana.presses(question, "Přidat komentář")
    prompt = await jana.hears("jako odpověď na tuto zprávu")
    jana.writes("Rychlé a milé.", reply_to=prompt)
    await jana.hears("Děkujeme za komentář.")

    jana.writes("Ještě jedna otázka")
    await api.until(lambda: sum("Máme tarify" in message.text for message in jana.chat) == 2)
    assert len(house.rasa.heard) == heard + 1  # silent while a person was in charge
    assert not any("Volat po páté" in message.text for message in jana.chat)
    entries = await anna.timeline(conversation_id)
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    rated = [entry["body"] for entry in entries if entry["body"]["kind"] == "rated"]
    assert rated[0]["score"] == 5
    assert rated[1]["comment"] == "Rychlé a milé."


async def test_delivery_states_are_on_the_timeline(
    api: FakeBotApi, house: House, telegram_bot: RunningBot, anna: Desk
) -> None:
    jana = api.customer()
    jana.writes("/human")
    [row] = await anna.sees("queue")
    await jana.hears("na řadě")
    await anna.does("conversation.take", row["id"])
    await jana.hears("Anna")
    api.next("sendMessage", Fault.DROP_REPLY)
    sent = await anna.does("message.send", row["id"], text="možná dvakrát")
    await api.until(lambda: sum("možná dvakrát" in message.text for message in jana.chat) == 2)
    jana.blocks()
    refused = await anna.does("message.send", row["id"], text="nedojde")
    entries = await anna.reads_until_delivered(row["id"], refused["entry"]["seq"])
    outcomes = {
        entry["body"]["target_seq"]: entry["body"]["outcome"]
        for entry in entries
        if entry["body"]["kind"] == "delivered"
    }
    assert outcomes[sent["entry"]["seq"]] == "ambiguous"
    assert outcomes[refused["entry"]["seq"]] == "failed"


async def test_wrong_service_token_is_told_by_the_hub(api: FakeBotApi, house: House, logs: Logs) -> None:
    stop = asyncio.Event()
    settings = settings_for(api.url, house.url, service_token="something else")
    bot = RunningBot(stop, asyncio.create_task(run(settings, stop, QUICK)))
    await logs.say("LINKA_SERVICE_TOKEN must be the same")
    await bot.ends()


async def test_hub_restarted_in_the_middle_loses_and_doubles_nothing(
    api: FakeBotApi, house: House, telegram_bot: RunningBot
) -> None:
    customers = [api.customer(user) for user in range(1, 11)]
    for customer in customers:
        customer.writes("Jaké máte tarify?")
    await api.until(lambda: api.sent)
    port = house.port
    await house.closes()
    for customer in customers:
        customer.writes("A kdy přijede technik?")
    await house.opens(port)
    await api.until(lambda: all(len(customer.chat) >= 2 for customer in customers), 40)
    await api.until(lambda: not api.pending)
    assert [len(customer.chat) for customer in customers] == [2] * 10
    assert len(set(api.confirmed)) == len(api.confirmed) == 20
