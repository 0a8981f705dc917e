"""The hub and a Rasa that behaves in every way that it can."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from hub import nlu as module
from hub.bot_answer import BotTurn, BotUnavailable, parse_turn
from hub.nlu import NluState, NoNlu, Rasa, guarded
from storage.model.entry import HandoffReason, QuickReply, Understood

WITHIN = 10.0
GOOD = [{"recipient_id": "c:1", "text": "Dobrý den"}]


@dataclass
class FakeRasa:
    """Answers as told; notes what it was asked."""

    answer: Any = field(default_factory=lambda: web.json_response(GOOD))
    status: Any = field(default_factory=lambda: web.json_response({"model_file": "model.tar.gz"}))
    asked: list[dict[str, Any]] = field(default_factory=list)
    hang: asyncio.Event | None = None

    async def webhook(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        if self.hang is not None:
            await self.hang.wait()
        return await self._give(self.answer, request)

    async def state(self, request: web.Request) -> web.StreamResponse:
        return await self._give(self.status, request)

    async def _give(self, answer: Any, request: web.Request) -> web.StreamResponse:
        given = await answer(request) if callable(answer) else answer
        assert isinstance(given, web.StreamResponse)
        return given


@pytest_asyncio.fixture
async def fake() -> FakeRasa:
    return FakeRasa()


@pytest_asyncio.fixture
async def server(fake: FakeRasa) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_post("/webhooks/rest/webhook", fake.webhook)
    app.router.add_get("/status", fake.state)
    async with TestServer(app, shutdown_timeout=0.1) as server:
        yield server


@pytest_asyncio.fixture
async def rasa(server: TestServer) -> AsyncIterator[Rasa]:
    async with aiohttp.ClientSession() as session:
        rasa = Rasa(str(server.make_url("")).rstrip("/"), session)
        rasa.state = NluState.READY
        yield rasa


async def ask(rasa: Rasa, text: str = "Ahoj", *, is_payload: bool = False) -> BotTurn:
    return await rasa.turn("c:1", text, is_payload=is_payload, metadata={"message_id": "m"})


async def test_a_turn(rasa: Rasa, fake: FakeRasa) -> None:
    assert (await ask(rasa)).messages == (("Dobrý den", ()),)
    assert fake.asked == [{"sender": "c:1", "message": "Ahoj", "metadata": {"message_id": "m"}}]


@pytest.mark.parametrize("text", ["/restart", ' /inform{"slot": "x"}', "\n/x"])
async def test_a_customers_slash_is_only_a_slash(rasa: Rasa, fake: FakeRasa, text: str) -> None:
    await ask(rasa, text)
    sent = fake.asked[0]["message"]
    assert sent.endswith(text)
    assert not sent.strip().startswith("/")
    assert guarded("1/2") == "1/2"


async def test_a_payload_of_our_own_button_keeps_its_slash(rasa: Rasa, fake: FakeRasa) -> None:
    await ask(rasa, "/affirm", is_payload=True)
    assert fake.asked[0]["message"] == "/affirm"


async def large(request: web.Request) -> web.StreamResponse:
    """50 MB, one piece after another."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    try:
        for _ in range(50):
            await response.write(b" " * 1024 * 1024)
    except ConnectionError:
        pass  # hung up on, as it should be
    return response


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.json_response([]),
        lambda: web.json_response({"text": "not a list"}),
        lambda: web.json_response(["text"]),
        lambda: web.json_response([{"text": " "}]),
        lambda: web.json_response([{"custom": {"understood": {"intent": "x"}}}]),
        lambda: web.Response(text="<html>", content_type="text/html"),
        lambda: web.Response(text="{", content_type="application/json"),
        lambda: web.Response(text="[" * 100_000, content_type="application/json"),
        lambda: web.Response(text='[{"text": "\\ud800"}]', content_type="application/json"),
        lambda: web.json_response(GOOD, status=500),
        lambda: web.Response(status=302, headers={"Location": "/status"}),
        lambda: large,
    ],
)
async def test_an_answer_that_is_none(rasa: Rasa, fake: FakeRasa, answer: Any) -> None:
    fake.answer = answer()
    with pytest.raises(BotUnavailable):
        await asyncio.wait_for(ask(rasa), WITHIN)
    assert rasa.state is NluState.READY


async def test_an_answer_that_does_not_come(
    rasa: Rasa, fake: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert module.ANSWER_WITHIN < 8
    monkeypatch.setattr(module, "ANSWER_WITHIN", 0.05)
    fake.hang = asyncio.Event()
    with pytest.raises(BotUnavailable):
        await asyncio.wait_for(ask(rasa), WITHIN)
    fake.hang.set()


async def test_waiting_for_a_slot_counts_as_waiting(
    rasa: Rasa, fake: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_WITHIN", 0.2)
    fake.hang = asyncio.Event()
    turns = await asyncio.wait_for(
        asyncio.gather(*(ask(rasa) for _ in range(40)), return_exceptions=True), WITHIN
    )
    assert all(isinstance(turn, BotUnavailable) for turn in turns)
    assert len(fake.asked) < 40, "not all at once"
    fake.hang.set()


async def test_down_and_ready_again(
    server: TestServer, rasa: Rasa, fake: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = rasa._url
    rasa._url = "http://127.0.0.1:1"
    with pytest.raises(BotUnavailable):
        await ask(rasa)
    assert rasa.state is NluState.DOWN
    with pytest.raises(BotUnavailable, match="down"):
        await ask(rasa)
    monkeypatch.setattr(module, "LOOK_EVERY", 0.01)
    watching = asyncio.create_task(rasa.watch())
    await asyncio.sleep(0)
    rasa._url = url
    async with asyncio.timeout(WITHIN):
        while rasa.state is not NluState.READY:
            await asyncio.sleep(0.01)
    watching.cancel()
    await asyncio.wait([watching])
    assert (await ask(rasa)).messages


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (lambda: web.json_response({"model_file": "m.tar.gz"}), NluState.READY),
        (lambda: web.json_response({"model_file": None}), NluState.LOADING),
        (lambda: web.json_response({}, status=500), NluState.LOADING),
        (lambda: web.json_response([]), NluState.LOADING),
        (lambda: web.json_response("model_file"), NluState.LOADING),
        (lambda: web.Response(text="<html>", content_type="text/html"), NluState.DOWN),
        (lambda: large, NluState.DOWN),
    ],
)
async def test_the_state_that_a_probe_finds(rasa: Rasa, fake: FakeRasa, status: Any, state: NluState) -> None:
    """Whoever listens on the port: the watch goes on."""
    fake.status = status()
    assert await asyncio.wait_for(rasa._probe(), WITHIN) is state


async def test_before_it_was_ever_ready_it_is_loading() -> None:
    async with aiohttp.ClientSession() as session:
        rasa = Rasa("http://127.0.0.1:1", session)
        assert await rasa._probe() is NluState.LOADING
        with pytest.raises(BotUnavailable):
            await ask(rasa)


async def test_humans_only() -> None:
    nobody = NoNlu()
    assert nobody.state is NluState.OFF
    with pytest.raises(BotUnavailable):
        await nobody.turn("c:1", "Ahoj", is_payload=False, metadata={})


def test_everything_that_a_turn_can_say() -> None:
    turn = parse_turn(
        [
            {
                "text": "Choose",
                "buttons": [
                    {"title": "Yes", "payload": "/yes"},
                    {"title": 7},
                    "x",
                    {"title": "", "payload": ""},
                ],
            },
            {"custom": {"understood": {"intent": "order", "confidence": 0.93, "entities": {"number": 5}}}},
            {"custom": {"handoff": {"reason": "topic", "team": "sales"}}},
            {"custom": "nonsense"},
            {"image": "https://…"},
        ]
    )
    assert turn.messages == (("Choose", (QuickReply("Yes", "/yes"),)),)
    assert turn.handoff == (HandoffReason.TOPIC, "sales")
    assert turn.understood == Understood("order", 0.93, {"number": "5"})


@pytest.mark.parametrize("reason", ["nonsense", None, 7, ["requested"]])
def test_a_handoff_for_a_reason_that_nobody_knows_is_a_handoff(reason: Any) -> None:
    turn = parse_turn([{"custom": {"handoff": {"reason": reason, "team": 7}}}])
    assert turn.handoff == (HandoffReason.BOT_FAILED, None)
