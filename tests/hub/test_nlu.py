"""The hub and a Rasa that behaves in every way that it can."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from hub.bot_answer import BotTurn, BotUnavailable, Outcome, parse_turn
from hub.nlu import NluState, NoNlu, Rasa
from hub.nlu import process as process_module
from hub.nlu import rasa as module
from hub.nlu.breaker import FAILURES
from hub.nlu.port import together
from hub.nlu.process import MOST_AT_ONCE, MOST_WAITING, RasaProcess
from hub.nlu.rasa import guarded
from hub.nlu.routing import ranked
from storage.model.entry import HandoffReason, QuickReply, Understood
from tests.hub.fake_rasa import GOOD, FakeRasa, large, reset, serving, url_of
from tests.waiting import until

WITHIN = 10.0
NOWHERE = "http://127.0.0.1:1"
TOKEN = "token of the API"


@pytest_asyncio.fixture
async def fake() -> FakeRasa:
    return FakeRasa()


@pytest_asyncio.fixture
async def server(fake: FakeRasa) -> AsyncIterator[TestServer]:
    async with serving(fake) as server:
        yield server


@asynccontextmanager
async def hubs_view(*urls: str) -> AsyncIterator[Rasa]:
    """A hub that has found every process ready."""
    async with aiohttp.ClientSession() as session:
        rasa = Rasa(urls, TOKEN, session)
        for process in rasa.processes.values():
            process._moved_to(NluState.READY)
        yield rasa


@pytest_asyncio.fixture
async def rasa(server: TestServer) -> AsyncIterator[Rasa]:
    async with hubs_view(url_of(server)) as rasa:
        yield rasa


def only(rasa: Rasa) -> RasaProcess:
    [process] = rasa.processes.values()
    return process


async def ask(rasa: Rasa, text: str = "Ahoj", *, is_payload: bool = False, sender: str = "c:1") -> BotTurn:
    return await rasa.turn(sender, text, is_payload=is_payload, metadata={"message_id": "m"})


async def fails(rasa: Rasa, sender: str = "c:1") -> Outcome:
    with pytest.raises(BotUnavailable) as failure:
        await asyncio.wait_for(ask(rasa, sender=sender), WITHIN)
    return failure.value.outcome


@asynccontextmanager
async def watched(rasa: Rasa, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr(process_module, "LOOK_EVERY", 0.01)
    watching = asyncio.create_task(rasa.watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait([watching])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long."""
    monkeypatch.setattr(module, "ANSWER_WITHIN", 0.3)
    monkeypatch.setattr(process_module, "LEAST_TIME", 0.1)
    monkeypatch.setattr(process_module, "TRIAL_WITHIN", 0.3)
    monkeypatch.setattr("hub.nlu.breaker.FIRST_PAUSE", 0.05)


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


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (lambda: web.json_response([]), Outcome.EMPTY),
        (lambda: web.json_response({"text": "not a list"}), Outcome.EMPTY),
        (lambda: web.json_response(["text"]), Outcome.EMPTY),
        (lambda: web.json_response([{"text": " "}]), Outcome.EMPTY),
        (lambda: web.json_response([{"custom": {"understood": {"intent": "x"}}}]), Outcome.EMPTY),
        (lambda: web.Response(text="<html>", content_type="text/html"), Outcome.FAILED),
        (lambda: web.Response(text="{", content_type="application/json"), Outcome.FAILED),
        (lambda: web.Response(text="[" * 100_000, content_type="application/json"), Outcome.FAILED),
        (lambda: web.Response(text='[{"text": "\\ud800"}]', content_type="application/json"), Outcome.FAILED),
        (lambda: web.json_response(GOOD, status=500), Outcome.FAILED),
        (lambda: web.Response(status=302, headers={"Location": "/status"}), Outcome.FAILED),
        (lambda: large, Outcome.FAILED),
        (lambda: reset, Outcome.BROKEN),
    ],
)
async def test_an_answer_that_is_none(rasa: Rasa, fake: FakeRasa, answer: Any, outcome: Outcome) -> None:
    fake.answer = answer()
    assert await fails(rasa) is outcome
    assert rasa.state is NluState.READY


@pytest.mark.usefixtures("quick")
async def test_an_answer_that_does_not_come(rasa: Rasa, fake: FakeRasa) -> None:
    fake.hang = asyncio.Event()
    assert await fails(rasa) is Outcome.LATE
    fake.hang.set()


def test_a_turn_is_over_before_its_duty_is_due() -> None:
    assert module.ANSWER_WITHIN < 8


@pytest.mark.usefixtures("quick")
async def test_waiting_for_a_slot_counts_as_waiting(rasa: Rasa, fake: FakeRasa) -> None:
    fake.hang = asyncio.Event()
    outcomes = await asyncio.wait_for(asyncio.gather(*(fails(rasa) for _ in range(40))), WITHIN)
    assert outcomes.count(Outcome.LATE) == MOST_AT_ONCE
    assert len(fake.asked) == MOST_AT_ONCE, "not all at once"
    fake.hang.set()


async def test_when_too_many_wait_it_is_said_at_once(rasa: Rasa, fake: FakeRasa) -> None:
    fake.hang = asyncio.Event()
    turns = [asyncio.create_task(ask(rasa)) for _ in range(MOST_AT_ONCE + MOST_WAITING)]
    await asyncio.wait_for(fake.was_asked(MOST_AT_ONCE), WITHIN)
    assert await fails(rasa) is Outcome.BUSY
    fake.hang.set()
    assert all(turn.messages for turn in await asyncio.gather(*turns))
    assert (await ask(rasa)).messages


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("how", ["hangs", "resets", "HTML"])
async def test_after_failures_it_rests_is_tried_and_trusted_again(
    rasa: Rasa, fake: FakeRasa, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.hang = asyncio.Event() if how == "hangs" else None
    fake.answer = {
        "hangs": web.json_response(GOOD),
        "resets": reset,
        "HTML": web.Response(text="<html>", content_type="text/html"),
    }[how]
    for _ in range(FAILURES):
        assert rasa.state is NluState.READY
        await fails(rasa)
    assert rasa.state is NluState.RESTING
    asked = len(fake.asked)
    assert await fails(rasa) is Outcome.RESTING
    assert len(fake.asked) == asked, "nobody is sent to it"
    async with watched(rasa, monkeypatch):
        await asyncio.wait_for(fake.was_asked(asked + 2), WITHIN)
        assert all(turn["sender"].startswith("trial:") for turn in fake.asked[asked:])
        assert rasa.state is NluState.RESTING, "it failed its trials"
        fake.answer = web.json_response(GOOD)
        if fake.hang:
            fake.hang.set()
        await until(lambda: rasa.state is NluState.READY, WITHIN)
    assert (await ask(rasa)).messages


async def test_empty_answers_to_one_conversation_are_no_reason_to_rest(rasa: Rasa, fake: FakeRasa) -> None:
    """They come at once, so nobody waits for them; and its words may be the reason."""
    fake.answer = web.json_response([])
    for episode in range(3 * FAILURES):
        assert await fails(rasa, sender=f"c:{episode}") is Outcome.EMPTY
    assert rasa.state is NluState.READY


@pytest.mark.usefixtures("quick")
async def test_a_bot_that_has_nothing_to_say_to_anybody_rests_until_it_has(
    rasa: Rasa, fake: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is when its actions are gone: Rasa itself is well."""
    fake.answer = web.json_response([])
    for n in range(FAILURES):
        assert rasa.state is NluState.READY
        assert await fails(rasa, sender=f"c{n}:1") is Outcome.EMPTY
    assert rasa.state is NluState.RESTING
    assert await fails(rasa, sender="c9:1") is Outcome.RESTING
    async with watched(rasa, monkeypatch):
        await asyncio.wait_for(fake.was_asked(FAILURES + 2), WITHIN)
        assert rasa.state is NluState.RESTING, "it said nothing in its trials either"
        fake.answer = web.json_response(GOOD)
        await until(lambda: rasa.state is NluState.READY, WITHIN)
    assert (await ask(rasa)).messages


@pytest.mark.usefixtures("quick")
async def test_those_who_waited_are_told_when_it_begins_to_rest(rasa: Rasa, fake: FakeRasa) -> None:
    fake.hang = asyncio.Event()
    outcomes = await asyncio.wait_for(asyncio.gather(*(fails(rasa) for _ in range(MOST_AT_ONCE + 5))), WITHIN)
    assert set(outcomes) <= {Outcome.LATE, Outcome.RESTING, Outcome.BUSY}
    assert len(fake.asked) == MOST_AT_ONCE
    fake.hang.set()


async def test_down_and_ready_again(server: TestServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async with hubs_view(NOWHERE) as rasa:
        assert await fails(rasa) is Outcome.AWAY
        assert rasa.state is NluState.DOWN
        assert await fails(rasa) is Outcome.AWAY
        async with watched(rasa, monkeypatch):
            only(rasa).door.url = url_of(server)
            await until(lambda: rasa.state is NluState.READY, WITHIN)
        assert (await ask(rasa)).messages


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (lambda: web.json_response({"model_file": "m.tar.gz"}), NluState.READY),
        (lambda: web.json_response({"model_file": None}), NluState.LOADING),
        (lambda: web.json_response({}, status=401), NluState.LOADING),
        (lambda: web.json_response({}, status=500), NluState.LOADING),
        (lambda: web.json_response([]), NluState.LOADING),
        (lambda: web.json_response("model_file"), NluState.LOADING),
        (lambda: web.Response(text="<html>", content_type="text/html"), NluState.LOADING),
        (lambda: large, NluState.LOADING),
        (lambda: reset, NluState.DOWN),
    ],
)
async def test_the_state_that_a_probe_finds(rasa: Rasa, fake: FakeRasa, status: Any, state: NluState) -> None:
    """Whoever listens on the port: the watch goes on."""
    fake.status = status()
    assert await asyncio.wait_for(only(rasa).probe(), WITHIN) is state
    assert set(fake.tokens) == {TOKEN}


async def test_before_it_was_ever_ready_it_is_loading() -> None:
    async with aiohttp.ClientSession() as session:
        rasa = Rasa((NOWHERE,), None, session)
        assert await only(rasa).probe() is NluState.LOADING
        assert await fails(rasa) is Outcome.AWAY


async def test_a_failure_does_not_tell_the_token(rasa: Rasa, fake: FakeRasa) -> None:
    fake.dialogue = reset
    with pytest.raises(Exception, match="127") as failure:
        await only(rasa).door.has_heard("c:1", "m")
    assert TOKEN not in repr(failure.value)
    assert set(fake.tokens) == {TOKEN}


class Two:
    """Two processes, the first of which the conversation ``c:1`` prefers."""

    def __init__(self, fakes: tuple[FakeRasa, FakeRasa], servers: tuple[TestServer, TestServer]) -> None:
        urls = [url_of(server) for server in servers]
        order = sorted((0, 1), key=lambda n: ranked(urls, "c:1").index(urls[n]))
        self.first, self.second = (fakes[n] for n in order)
        self.first_server, self.second_server = (servers[n] for n in order)
        self.urls = [urls[n] for n in order]


@pytest_asyncio.fixture
async def two() -> AsyncIterator[Two]:
    async with AsyncExitStack() as stack:
        fakes = FakeRasa(), FakeRasa()
        servers = [await stack.enter_async_context(serving(fake)) for fake in fakes]
        yield Two(fakes, (servers[0], servers[1]))


async def test_a_conversation_stays_with_one_process_in_every_hub(two: Two) -> None:
    async with hubs_view(*two.urls) as one, hubs_view(*reversed(two.urls)) as other:
        for rasa in (one, other, one):
            await ask(rasa)
    assert (len(two.first.asked), len(two.second.asked)) == (3, 0)


async def test_many_conversations_are_shared(two: Two) -> None:
    async with hubs_view(*two.urls) as rasa:
        await asyncio.gather(*(ask(rasa, sender=f"c{n}:1") for n in range(40)))
    assert min(len(two.first.asked), len(two.second.asked)) > 5


async def test_when_its_process_is_gone_the_other_answers(two: Two) -> None:
    async with hubs_view(*two.urls) as rasa:
        await two.first_server.close()
        assert (await ask(rasa)).messages
        assert [process.state for process in rasa.processes.values()] == [NluState.DOWN, NluState.READY]
        assert rasa.state is NluState.READY
        await two.second_server.close()
        assert await fails(rasa) is Outcome.AWAY
        assert rasa.state is NluState.DOWN


async def test_when_its_process_is_full_the_other_answers(two: Two) -> None:
    two.first.hang = asyncio.Event()
    async with hubs_view(*two.urls) as rasa:
        turns = [asyncio.create_task(ask(rasa)) for _ in range(MOST_AT_ONCE + MOST_WAITING)]
        await asyncio.wait_for(two.first.was_asked(MOST_AT_ONCE), WITHIN)
        assert (await asyncio.wait_for(ask(rasa), WITHIN)).messages
        assert len(two.second.asked) == 1
        two.first.hang.set()
        await asyncio.gather(*turns)


@pytest.mark.usefixtures("quick")
async def test_when_its_process_rests_the_other_answers(two: Two) -> None:
    two.first.answer = web.json_response({}, status=500)
    async with hubs_view(*two.urls) as rasa:
        for _ in range(FAILURES):
            assert await fails(rasa) is Outcome.FAILED
        assert (await ask(rasa)).messages
        assert len(two.first.asked) == FAILURES


async def test_a_turn_that_its_process_took_to_the_grave_is_the_others(two: Two) -> None:
    async def dies(request: web.Request) -> web.StreamResponse:
        await two.first_server.runner.sites.copy().pop().stop()  # type: ignore[union-attr]
        return await reset(request)

    two.first.answer = dies
    async with hubs_view(*two.urls) as rasa:
        assert (await asyncio.wait_for(ask(rasa), WITHIN)).messages
    assert (len(two.first.asked), len(two.second.asked)) == (1, 1)


async def test_a_turn_that_is_in_the_dialogue_is_not_asked_again(two: Two) -> None:
    async def dies(request: web.Request) -> web.StreamResponse:
        await two.first_server.runner.sites.copy().pop().stop()  # type: ignore[union-attr]
        return await reset(request)

    two.first.answer = dies
    two.second.dialogue = web.json_response({"events": [{"event": "user", "metadata": {"message_id": "m"}}]})
    async with hubs_view(*two.urls) as rasa:
        assert await fails(rasa) is Outcome.BROKEN
    assert not two.second.asked


@pytest.mark.parametrize("dialogue", [{}, [], {"events": None}])
async def test_a_dialogue_that_cannot_be_read_leaves_the_turn_in_doubt(two: Two, dialogue: Any) -> None:
    async def dies(request: web.Request) -> web.StreamResponse:
        await two.first_server.runner.sites.copy().pop().stop()  # type: ignore[union-attr]
        return await reset(request)

    two.first.answer = dies
    two.second.dialogue = web.json_response(dialogue)
    async with hubs_view(*two.urls) as rasa:
        assert await fails(rasa) is Outcome.BROKEN
    assert not two.second.asked


async def test_a_process_that_lives_may_still_be_at_it(two: Two) -> None:
    two.first.answer = reset
    async with hubs_view(*two.urls) as rasa:
        assert await fails(rasa) is Outcome.BROKEN
    assert not two.second.asked


def test_a_bot_is_as_well_as_the_best_of_its_processes() -> None:
    assert together([]) is NluState.OFF
    assert together([NluState.DOWN, NluState.LOADING]) is NluState.LOADING
    assert together([NluState.RESTING, NluState.DOWN]) is NluState.RESTING
    assert together([NluState.RESTING, NluState.READY]) is NluState.READY


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


def test_what_a_bot_says_to_be_learned_from() -> None:
    said = {"intent": "nlu_fallback", "confidence": 0.2, "language": "cs", "asked": "phone", "guess": "wish"}
    turn = parse_turn([{"text": "Hm?"}, {"custom": {"understood": said}}])
    assert turn.understood == Understood("nlu_fallback", 0.2, {}, "cs", "phone", "wish")
    odd = {**said, "language": 7, "asked": "", "guess": "w" * 1_000}
    turn = parse_turn([{"text": "Hm?"}, {"custom": {"understood": odd}}])
    assert turn.understood == Understood("nlu_fallback", 0.2, {}, None, None, "w" * 64)


@pytest.mark.parametrize("reason", ["nonsense", None, 7, ["requested"]])
def test_a_handoff_for_a_reason_that_nobody_knows_is_a_handoff(reason: Any) -> None:
    turn = parse_turn([{"custom": {"handoff": {"reason": reason, "team": 7}}}])
    assert turn.handoff == (HandoffReason.BOT_FAILED, None)
