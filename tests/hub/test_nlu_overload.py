"""A bot that hangs under a crowd holds up nobody who speaks with a person, and tells the crowd at once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from hub.http.keys import NLU
from hub.nlu import NluState
from hub.nlu.breaker import FAILURES
from hub.nlu.process import MOST_AT_ONCE, MOST_WAITING
from tests.hub.fake_rasa import GOOD, FakeRasa, serving, url_of
from tests.realtime.house import Client, House, key, open_house

WITHIN = 20.0
CROWD = 200


def written_by(customer: int) -> dict[str, object]:
    return {
        "client_id": f"telegram:{customer}",
        "contact": {"external_id": f"{customer}", "name": f"Customer {customer}"},
        "content": {"kind": "text", "text": "Hello?"},
    }


def says(text: str) -> Callable[[str, dict[str, Any]], bool]:
    return lambda event, data: event == "timeline.appended" and text in str(data)


async def with_anna(house: House) -> tuple[Client, Client, str]:
    """A customer who speaks with an operator: their widget, her panel, the conversation."""
    token, conversation_id = await house.visitor()
    widget, anna = await house.widget(token), await house.panel("anna")
    await widget.ask("message.send", {"client_id": key(), "text": "Good day"})
    await anna.ask("conversation.take", {"conversation_id": conversation_id, "client_id": key()})
    await anna.ask("conversation.open", {"conversation_id": conversation_id})
    return widget, anna, conversation_id


async def metric(house: House, name: str) -> float:
    async with house.http.get(f"{house.url}/metrics") as response:
        lines = (await response.text()).splitlines()
    [line] = [line for line in lines if line.startswith(name)]
    return float(line.split()[-1])


async def test_people_speak_with_people_while_the_bot_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here is timed: all of it happens before the bot has answered anybody, or was given up."""
    monkeypatch.setattr("hub.nlu.rasa.ANSWER_WITHIN", 600.0)
    monkeypatch.setattr("hub.conversation.evolve.BOT_DEADLINE", timedelta(seconds=600))
    fake = FakeRasa()
    async with serving(fake) as server, open_house(rasa_url=url_of(server)) as house:
        async with asyncio.timeout(WITHIN):
            while house.app[NLU].state is not NluState.READY:
                await asyncio.sleep(0.01)
        widget, anna, conversation_id = await with_anna(house)
        fake.asked.clear()
        fake.hang = asyncio.Event()
        carrier = await house.carrier()
        for first in range(0, CROWD, 100):
            updates = [written_by(customer) for customer in range(first, first + 100)]
            results = (await carrier.ask("updates.append", {"updates": updates}))["results"]
            assert all(result["ok"] for result in results)
        await asyncio.wait_for(fake.was_asked(MOST_AT_ONCE), WITHIN)

        for n in range(5):
            await widget.ask("message.send", {"client_id": key(), "text": f"question {n}"})
            await anna.until(says(f"question {n}"))
            reply = {"conversation_id": conversation_id, "client_id": key(), "text": f"answer {n}"}
            await anna.ask("message.send", reply)
            await widget.until(says(f"answer {n}"))

        told_at_once = CROWD - MOST_AT_ONCE - MOST_WAITING
        async with asyncio.timeout(WITHIN):
            while (await house.storage.conversations.counts(None, 1_000)).queued < told_at_once:
                await asyncio.sleep(0.01)
        process = f'{{process="127.0.0.1:{server.port}"'
        assert await metric(house, f"linka_bot_turns_in_flight{process}") == MOST_AT_ONCE
        assert await metric(house, f"linka_bot_turns_waiting{process}") == MOST_WAITING
        ready = f'linka_bot_process_state{{linka_bot_process_state="ready",process="127.0.0.1:{server.port}"'
        assert await metric(house, ready) == 1
        assert (await house.storage.conversations.counts(None, 1_000)).queued == told_at_once
        assert len(fake.asked) == MOST_AT_ONCE

        fake.hang.set()
        await asyncio.wait_for(fake.was_asked(MOST_AT_ONCE + MOST_WAITING), WITHIN)


async def test_a_panel_and_the_health_say_that_the_bot_rests() -> None:
    fake = FakeRasa(answer=web.json_response({}, status=500))
    async with serving(fake) as server, open_house(rasa_url=url_of(server)) as house:
        anna = await house.panel("anna")
        await anna.until(board_says("ready"))
        carrier = await house.carrier()
        for customer in range(FAILURES):
            await carrier.ask("updates.append", {"updates": [written_by(customer)]})
        await anna.until(board_says("resting"))
        async with house.http.get(f"{house.url}/health/ready") as response:
            assert (await response.json())["data"]["nlu"] == "resting"
        fake.answer = web.json_response(GOOD)
        anna.heard.clear()
        await anna.until(board_says("ready"))


def board_says(state: str) -> Callable[[str, dict[str, Any]], bool]:
    return lambda event, data: event == "board.changed" and data["board"]["bot"] == state
