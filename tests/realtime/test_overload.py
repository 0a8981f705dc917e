"""Too much of everything: what cannot be taken is refused in words, who does not read is dropped and resumes, and
nobody else notices."""

import asyncio
import socket as sockets
import time
from collections import Counter
from typing import Any

import pytest

from hub.rates import Rates
from hub.realtime import line
from storage.memory import MemoryStorage
from tests.realtime.house import WITHIN, Client, House, furnish, key, open_house
from tests.realtime.test_frames import _engine, joining, open_raw

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

MOST = 256 * 1024  # bytes, instead of the eight MiB
TEXT = "x" * 3_900
MESSAGES = 500


async def deaf(house: House, token: str) -> Any:
    """A socket that joins and never reads again."""
    socket = await open_raw(house)
    socket.get_extra_info("socket").setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
    await socket.send_str(joining(token))
    assert (await socket.receive_str(timeout=WITHIN)).startswith("40/widget,")
    socket._conn.transport.pause_reading()
    return socket


async def test_readers_that_stopped_are_dropped_at_once_and_the_others_hear_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line, "MOST_UNREAD", MOST)
    async with open_house(visitor_rate=100_000) as house:
        engine = _engine(house)
        token, _ = await house.visitor()
        talker, listener = await house.widget(token), await house.widget(token)
        stranger = await house.widget((await house.visitor())[0])
        before = set(engine.sockets)
        deaf_ones = [await deaf(house, token) for _ in range(4)]
        theirs = set(engine.sockets) - before
        assert len(theirs) == 4
        for sid in theirs:  # else the kernel takes megabytes for each before anything waits here
            kernel = engine.sockets[sid]._transport.get_extra_info("socket")
            kernel.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, 32 * 1024)
        worst = slowest = 0.0
        said = 0
        async with asyncio.timeout(90):
            while theirs & set(engine.sockets) or said < MESSAGES:
                await talker.ask("message.send", {"client_id": key(), "text": TEXT})
                said += 1
                waiting = [one.unread() for one in engine.sockets.values()]
                worst = max(worst, *waiting)
                if said % 100 == 0:
                    began = time.monotonic()
                    assert (await stranger.answer("typing.set", {"on": True}))["ok"]
                    slowest = max(slowest, time.monotonic() - began)
        assert worst <= MOST + 64 * 1024, "bounded at every moment"
        assert slowest < 1.0, "nobody else waits"
        heard = [
            entry["seq"]
            for data in listener.events("timeline.appended")
            for entry in data["entries"]
            if entry["body"].get("text") == TEXT
        ]
        assert len(heard) == said
        assert heard == sorted(heard)
        for socket in deaf_ones:
            socket._conn.transport.abort()
        again = await house.widget(token)
        page = await again.ask("timeline.read", {"after_seq": heard[-1] - 10, "limit": 200})
        assert [entry["seq"] for entry in page["entries"]] == list(range(heard[-1] - 9, heard[-1] + 1))


async def test_a_flood_of_one_is_refused_in_words_and_nobody_else_waits(house: House) -> None:
    flooder = await house.widget((await house.visitor())[0])
    stranger = await house.widget((await house.visitor())[0])
    flood = [
        asyncio.create_task(flooder.answer("message.send", {"client_id": key(), "text": f"{n}"}))
        for n in range(100)
    ]
    began = time.monotonic()
    assert (await stranger.answer("message.send", {"client_id": key(), "text": "Hello"}))["ok"]
    assert time.monotonic() - began < 3.0
    answers = await asyncio.gather(*flood)
    codes = Counter("ok" if answer["ok"] else answer["error"]["code"] for answer in answers)
    assert set(codes) == {"ok", "rate_limited"}
    assert codes["rate_limited"] >= 20, "each makes the next wait, so half of what is above the burst"
    assert all(answer["ok"] or answer["error"]["retry_after"] > 0 for answer in answers)


async def test_a_stalled_database_sheds_hundreds_of_senders_and_recovers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Rates, "take", lambda *_: None)  # sixty visitors from one address
    storage = MemoryStorage()
    await furnish(storage)
    async with open_house(storage) as house:
        clients = [await house.widget((await house.visitor())[0]) for _ in range(60)]
        sent = {id(client): [key() for _ in range(5)] for client in clients}
        gate = storage.faults.gate = asyncio.Event()

        async def send(client: Client) -> list[Any]:
            return await asyncio.gather(
                *(
                    client.sio.call(
                        "message.send", {"client_id": one, "text": "Hello"}, namespace="/widget", timeout=40
                    )
                    for one in sent[id(client)]
                )
            )

        answers = asyncio.create_task(_all(send, clients))
        await asyncio.sleep(6)  # longer than a handler may take
        gate.set()
        storage.faults.gate = None
        codes = Counter(
            "ok" if answer["ok"] else answer["error"]["code"] for each in await answers for answer in each
        )
        assert set(codes) == {"ok", "unavailable"}
        assert codes["unavailable"] >= len(clients)
        for answer in [answer for each in answers.result() for answer in each if not answer["ok"]]:
            assert answer["error"]["retryable"]
            assert answer["error"]["retry_after"] > 0
        again = await _all(send, clients)
        assert all(answer["ok"] for each in again for answer in each), "the same again is taken"
        for client in clients:
            page = await client.ask("timeline.read", {"after_seq": 0, "limit": 50})
            own = [entry["client_id"] for entry in page["entries"] if entry["own"]]
            assert sorted(own) == sorted(sent[id(client)]), "each once"


async def _all(send: Any, clients: list[Client]) -> list[list[Any]]:
    return await asyncio.gather(*map(send, clients))
