"""The bus without a Redis: nobody waits, little is kept, and nothing old is said."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from hub import bus as module
from hub.bus import Bus
from hub.gossip import CHANNEL as GOSSIP
from hub.gossip import Gossip
from hub.rates import Rates
from hub.realtime.relay import CHANNEL, Relay

WITHIN = 20.0  # seconds; only what hangs takes as long


class Pipeline:
    """Of a Redis that takes everything."""

    def __init__(self) -> None:
        self.said: list[bytes] = []

    def pipeline(self, transaction: bool) -> "Pipeline":
        return self

    def publish(self, channel: str, word: bytes) -> None:
        self.said.append(word)

    async def __aenter__(self) -> "Pipeline":
        return self

    async def __aexit__(self, *_: object) -> None:
        return

    async def execute(self) -> None:
        return


async def test_words_wait_for_nobody_and_are_bounded() -> None:
    bus = Bus("redis://127.0.0.1:1/0")
    began = time.monotonic()
    for n in range(3 * module.MOST_WAITING):
        bus.publish("c", n)
    assert time.monotonic() - began < 1.0
    assert len(bus._words) == module.MOST_WAITING
    assert bus._words[-1][2] == b"%d" % (3 * module.MOST_WAITING - 1), "the oldest made room"


async def test_words_that_are_old_are_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STALE_AFTER", 0.05)
    redis: Any = Pipeline()
    bus = Bus("redis://127.0.0.1:1/0")
    bus.publish("c", "old")
    await asyncio.sleep(0.1)
    speaking = asyncio.create_task(bus._speak(redis))
    async with asyncio.timeout(WITHIN):
        while b'"new"' not in redis.said:
            bus.publish("c", "new")
            await asyncio.sleep(0.01)
    assert b'"old"' not in redis.said
    speaking.cancel()
    await asyncio.wait([speaking])


async def test_a_redis_that_never_answers_is_given_up_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "ANSWER_WITHIN", 0.1)
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.1)
    async with silent_redis() as (url, lines):
        bus = Bus(url)
        jobs = [asyncio.create_task(work()) for work in (bus.speak, bus.listen)]
        try:
            await reached(lines, 6)
            assert not bus.listening
            monkeypatch.setattr(module, "ANSWER_WITHIN", 3 * WITHIN)
            await reached(lines, len(lines) + 2)  # and now nobody gives up soon
        finally:
            for job in jobs:
                job.cancel()
            _, waiting = await asyncio.wait(jobs, timeout=WITHIN)
        assert not waiting, "an end waits for nobody either"


@asynccontextmanager
async def silent_redis() -> AsyncIterator[tuple[str, list[asyncio.StreamWriter]]]:
    """A server that takes every connection and answers none: its address, and who has come."""
    lines: list[asyncio.StreamWriter] = []

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(writer)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0", lines
    server.close()
    await server.wait_closed()


async def reached(lines: list[asyncio.StreamWriter], count: int) -> None:
    """When so many connections were made."""
    async with asyncio.timeout(WITHIN):
        while len(lines) < count:
            await asyncio.sleep(0.01)


async def test_a_relay_says_events_only() -> None:
    """Whoever may enter a room or has to leave is each hub's own affair, and a stranger's word is nobody's."""
    bus = Bus("redis://127.0.0.1:1/0")
    relay = Relay(bus)
    for method in ("disconnect", "enter_room", "leave_room", "close_room", "callback"):
        await relay._publish({"method": method, "sid": "a", "namespace": "/widget"})
    assert not bus._words
    await relay._publish({"method": "emit", "event": "typing.changed"})
    assert len(bus._words) == 1


@pytest.mark.parametrize(
    "word",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"method": "disconnect", "sid": "a", "namespace": "/widget", "host_id": "x"}',
        b'{"method": "emit", "event": "e", "data": "no list", "namespace": "/widget", "room": "r"}',
        b'{"method": "emit", "event": 1, "data": [{}], "namespace": "/w", "room": "r", "host_id": "x"}',
    ],
)
async def test_what_is_no_word_of_a_hub_is_passed_over(word: bytes) -> None:
    bus = Bus("redis://127.0.0.1:1/0")
    relay = Relay(bus)
    said: list[str] = []
    relay.follow(lambda event, _: said.append(event))
    bus.hear(CHANNEL, word)
    bus.hear(
        CHANNEL,
        b'{"method": "emit", "event": "cursor.moved", "data": [{}], "binary": false, "namespace": "/widget",'
        b' "room": "r", "skip_sid": null, "callback": null, "host_id": "another"}',
    )
    working = asyncio.create_task(relay.work())
    async with asyncio.timeout(WITHIN):
        while not said:
            await asyncio.sleep(0)
    assert said == ["cursor.moved"]
    working.cancel()
    await asyncio.wait([working])


@pytest.mark.parametrize(
    "word",
    [
        b"",
        b"\xff",
        b'{"hub": "another", "limit": "widget", "taken": {"jana": 1}',
        b"[" * 5_000,
        b"null",
        b'{"hub": "another", "limit": "nobody\'s", "taken": {"jana": 1}}',
        b'{"hub": "another", "limit": "widget", "taken": ["jana"]}',
        b'{"hub": "another", "limit": "widget", "taken": {"jana": "1", "petr": -1, "anna": 1e300, "eva": 100001}}',
        b'{"hub": "here", "limit": "widget", "taken": {"jana": 1}}',
    ],
)
def test_what_is_no_gossip_takes_nothing_and_raises_nothing(word: bytes) -> None:
    bus = Bus("redis://127.0.0.1:1/0")
    gossip = Gossip(bus, "here")
    rates = Rates(burst=1, per_second=0.001)
    gossip.share("widget", rates)
    with capture_logs() as logs:
        bus.hear(GOSSIP, word)
    assert not [line for line in logs if line["log_level"] == "error"]
    assert rates.take("jana", time.monotonic()) is None
    bus.hear(GOSSIP, b'{"hub": "another", "limit": "widget", "taken": {"petr": 1}}')
    assert rates.take("petr", time.monotonic()) is not None
