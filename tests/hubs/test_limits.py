"""Limits hold for somebody who goes back and forth between two hubs."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from tests.hubs.conftest import Houses
from tests.realtime.house import Client
from tests.redis_server import RedisServer

TOLD_WITHIN = 0.5  # seconds; the gossip takes 0.15 and its way
SLACK = 8  # requests that both hubs may give away before each knows of the other's


async def until_refused(ask: Callable[[int], Awaitable[bool]]) -> tuple[int, float]:
    """Alternate until both have refused; how many were let through, and in how many seconds. A socket that was refused
    reads on when its next request has a chance, so refusals need not follow each other."""
    began = time.monotonic()
    passed = refused = n = 0
    while refused < 4:
        if await ask(n % 2):
            passed += 1
        else:
            refused += 1
        n += 1
    return passed, time.monotonic() - began


async def test_a_visitor_who_alternates_gets_one_burst(houses: Houses) -> None:
    token, _ = await houses[0].visitor()
    clients = [await house.widget(token) for house in houses]
    burst, per_second = 40, 10

    async def ask(n: int) -> bool:
        answer = await clients[n].answer("typing.set", {"on": True})
        assert answer["ok"] or answer["error"]["code"] == "rate_limited", answer
        return bool(answer["ok"])

    passed, seconds = await until_refused(ask)
    assert burst <= passed <= burst + per_second * seconds + SLACK


async def test_a_flood_at_both_hubs_at_once_is_paid_back(houses: Houses) -> None:
    """Before the hubs know of each other, each may give a burst away; then nothing until the debt is paid."""
    token, _ = await houses[0].visitor()
    clients = [await house.widget(token) for house in houses]
    burst, per_second = 40, 10
    began = time.monotonic()

    async def flood(client: Client) -> int:
        answers = await asyncio.gather(*(client.answer("typing.set", {"on": True}) for _ in range(60)))
        return sum(answer["ok"] for answer in answers)

    passed = sum(await asyncio.gather(*map(flood, clients)))
    await asyncio.sleep(TOLD_WITHIN)
    later = sum([(await client.answer("typing.set", {"on": True}))["ok"] for client in clients])
    assert passed + later <= 2 * burst + per_second * (time.monotonic() - began) + 2
    answer = await clients[0].answer("typing.set", {"on": True})
    assert answer["ok"] or answer["error"]["retry_after"] > 0


async def test_an_address_that_alternates_gets_one_burst_of_new_visitors(houses: Houses) -> None:
    burst, per_second = 30, 0.5

    async def ask(n: int) -> bool:
        house = houses[n]
        async with house.http.post(f"{house.url}/widget-api/sessions", json={"inbox_id": "demo"}) as response:
            assert response.status in (201, 429), await response.text()
            return response.status == 201

    passed, seconds = await until_refused(ask)
    assert burst <= passed <= burst + per_second * seconds + SLACK


async def test_without_redis_each_hub_limits_alone(houses: Houses, redis_server: RedisServer) -> None:
    redis_server.kill()
    token, _ = await houses[0].visitor()
    for house in houses:
        client = await house.widget(token)
        answers = [await client.answer("typing.set", {"on": True}) for _ in range(70)]
        assert 40 <= sum(answer["ok"] for answer in answers) < 70


async def test_log_in_guesses_are_counted_across_hubs(houses: Houses) -> None:
    guess = {"login": "anna", "password": "not it"}
    statuses = []
    for n in range(8):
        house = houses[n % 2]
        async with house.http.post(f"{house.url}/api/session", json=guess) as response:
            statuses.append(response.status)
    assert statuses[:5] == [401] * 5
    assert 429 in statuses[5:]
