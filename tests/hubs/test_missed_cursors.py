"""How far somebody has read is learnt by the other side although Redis was away then: once, by the digest."""

import asyncio

import pytest

from hub.realtime import digest
from tests.hubs.conftest import Houses
from tests.hubs.test_ephemeral import taken
from tests.redis_server import RedisServer

EVERY = 0.5


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "DIGEST_EVERY", EVERY)


async def test_cursors_that_moved_without_redis_are_made_good(
    houses: Houses, redis_server: RedisServer
) -> None:
    customer, operator, conversation = await taken(*houses)
    redis_server.kill()
    await operator.ask("cursor.move", {"conversation_id": conversation, "seq": 3})
    await customer.ask("cursor.move", {"seq": 3})
    assert (await customer.event("cursor.moved"))["seq"] == 3
    assert (await operator.event("cursor.moved"))["seq"] == 3
    told = (len(customer.events("cursor.moved")), len(operator.events("cursor.moved")))
    await asyncio.sleep(2.5 * EVERY)
    assert (len(customer.events("cursor.moved")), len(operator.events("cursor.moved"))) == told, "told once"
