"""What only matters now, across hubs: typing, cursors, presence; and a Redis that is away holds nobody up."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from tests.hubs.conftest import Houses
from tests.realtime.house import WITHIN, Client, House, key, open_house
from tests.redis_server import RedisServer

PROMPT = 5.0  # seconds after which a log-out must have closed every socket


async def taken(one: House, two: House) -> tuple[Client, Client, str]:
    """A visitor at the one hub with an operator at the other."""
    widget, conversation = await one.waiting()
    anna = await two.panel("anna")
    await anna.ask("conversation.open", {"conversation_id": conversation})
    await anna.ask("conversation.take", {"conversation_id": conversation, "client_id": key()})
    await widget.until(
        lambda event, data: (
            event == "conversation.updated" and data["conversation"]["responder"]["kind"] == "operator"
        )
    )
    return widget, anna, conversation


async def test_typing_and_cursors_cross_hubs(houses: Houses) -> None:
    widget, anna, conversation = await taken(*houses)
    await widget.ask("typing.set", {"on": True})
    seen = await anna.event("typing.changed")
    assert (seen["author"]["kind"], seen["on"]) == ("contact", True)
    await anna.ask("typing.set", {"conversation_id": conversation, "on": True})
    seen = await widget.event("typing.changed")
    assert (seen["author"], seen["on"]) == ({"kind": "operator", "name": "Anna"}, True)
    await anna.ask("cursor.move", {"conversation_id": conversation, "seq": 3})
    assert (await widget.event("cursor.moved"))["reader"] == "operator"
    await widget.ask("cursor.move", {"seq": 3})
    moved = await anna.event("cursor.moved")
    assert (moved["reader"], moved["seq"]) == ("contact", 3)


async def test_colleagues_see_each_other_at_once_across_hubs(houses: Houses) -> None:
    one, two = houses
    anna = await one.panel("anna")
    petr = await two.panel("petr")
    began = time.monotonic()
    await anna.until(lambda event, data: event == "colleagues.changed" and present(data, "petr"))
    await petr.ask("availability.set", {"availability": "busy"})
    await anna.until(
        lambda event, data: (
            event == "colleagues.changed"
            and next(one for one in data["colleagues"] if one["id"] == "petr")["availability"] == "busy"
        )
    )
    await petr.close()
    await anna.until(lambda event, data: event == "colleagues.changed" and not present(data, "petr"))
    assert time.monotonic() - began < PROMPT, "faster than by heartbeats alone"


async def test_the_board_counts_what_came_in_at_the_other_hub(houses: Houses) -> None:
    one, two = houses
    anna = await two.panel("anna")
    _, conversation = await one.waiting()
    await anna.until(lambda event, data: event == "board.changed" and data["board"]["queued"] == 1)
    await anna.ask("conversation.take", {"conversation_id": conversation, "client_id": key()})
    petr = await one.panel("petr")
    await petr.until(
        lambda event, data: event == "colleagues.changed" and load(data, "anna") == 1,
    )
    board = (await petr.ask("workspace.read"))["board"]
    assert (board["queued"], board["open"]) == (0, 1)


def load(data: dict[str, list[dict[str, object]]], who: str) -> object:
    return next(one["load"] for one in data["colleagues"] if one["id"] == who)


def present(data: dict[str, list[dict[str, object]]], who: str) -> bool:
    return any(one["id"] == who and one["present"] for one in data["colleagues"])


async def test_a_log_out_at_one_hub_closes_the_sockets_at_the_other(houses: Houses) -> None:
    one, two = houses
    token = await one.session("anna")
    here, there = await one.panel("anna", token), await two.panel("anna", token)
    stranger = await two.panel("petr")
    headers = {"Cookie": f"linka_session={token}"}
    async with one.http.get(f"{one.url}/api/session", headers=headers) as response:
        csrf = (await response.json())["data"]["csrf_token"]
    began = time.monotonic()
    async with one.http.delete(
        f"{one.url}/api/session", headers={**headers, "X-CSRF-Token": csrf}
    ) as response:
        assert response.status == 200, await response.text()
    for client in (here, there):
        await client.event("session.ended")
        await asyncio.wait_for(client.closed.wait(), WITHIN)
    assert time.monotonic() - began < PROMPT
    assert not stranger.closed.is_set()


@pytest.mark.parametrize("state", ["killed", "frozen"])
async def test_nobody_waits_for_a_redis_that_is_away(
    houses: Houses, redis_server: RedisServer, state: str
) -> None:
    """Connecting, watching, typing, writing, and ending a hub."""
    one, two = houses
    if state == "killed":
        redis_server.kill()
    else:
        redis_server.freeze()
    began = time.monotonic()
    widget, anna, conversation = await taken(one, two)
    await anna.ask("typing.set", {"conversation_id": conversation, "on": True})
    await anna.ask("cursor.move", {"conversation_id": conversation, "seq": 3})
    await widget.ask("cursor.move", {"seq": 3})
    await widget.ask("message.send", {"client_id": key(), "text": "Still there?"})
    await anna.until(
        lambda event, data: (
            event == "timeline.appended" and data["entries"][0]["body"].get("text") == "Still there?"
        )
    )
    await anna.ask("conversation.close", {"conversation_id": conversation})
    await anna.close()
    await widget.close()
    assert time.monotonic() - began < 3.0
    ended = time.monotonic()
    await one.stop()
    assert time.monotonic() - ended < 5.0


async def test_typing_works_again_after_redis_came_back(houses: Houses, redis_server: RedisServer) -> None:
    widget, anna, _ = await taken(*houses)
    redis_server.kill()
    await widget.ask("typing.set", {"on": True})
    redis_server.start()
    async with asyncio.timeout(4 * WITHIN):
        while not anna.events("typing.changed"):
            await widget.ask("typing.set", {"on": True})
            await asyncio.sleep(0.2)


@pytest.fixture
async def alone(redis_server: RedisServer) -> AsyncIterator[House]:
    """A hub that starts while Redis is not there."""
    redis_server.kill()
    async with open_house(redis_url=redis_server.url) as house:
        yield house


async def test_a_hub_starts_and_ends_without_its_redis(
    alone: House, capsys: pytest.CaptureFixture[str]
) -> None:
    widget, conversation = await alone.waiting()
    anna = await alone.panel("anna")
    await anna.ask("conversation.open", {"conversation_id": conversation})
    await widget.ask("typing.set", {"on": True})
    await anna.event("typing.changed")
    await alone.stop()
    assert "pass-of-the-tests" not in "".join(capsys.readouterr())
