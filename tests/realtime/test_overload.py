"""Too much of everything: what cannot be taken is refused in words, who does not read is dropped and resumes, and
nobody else notices."""

import asyncio
import socket as sockets
import time
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest

from hub.rates import Rates
from hub.realtime import backlog, line, pulse
from storage.memory import MemoryStorage
from tests.realtime.house import WITHIN, Client, House, furnish, key, open_house
from tests.realtime.test_frames import ONLY, UPGRADE, _engine, joining, open_raw

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


async def fill(house: House, token: str, messages: int) -> None:
    """Something to read: so many messages of 3,900 characters."""
    widget = await house.widget(token)
    for _ in range(messages):
        await widget.ask("message.send", {"client_id": key(), "text": TEXT})
    await widget.close()


async def line_of(house: House, token: str) -> tuple[Any, line.Line]:
    """A socket that does not read, and the hub's side of it, with little room between them."""
    engine = _engine(house)
    before = set(engine.sockets)
    socket = await deaf(house, token)
    (sid,) = set(engine.sockets) - before
    theirs = engine.sockets[sid]
    kernel = theirs._transport.get_extra_info("socket")
    kernel.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, 4_096)
    return socket, theirs


READ = '42/widget,1["timeline.read",{"after_seq":0,"limit":%d}]'


async def test_what_is_kept_for_all_readers_together_is_bounded(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who holds most goes first; each of them is far from its own bound."""
    most = 600 * 1024
    monkeypatch.setattr(backlog, "MOST_UNREAD_BY_ALL", most)
    monkeypatch.setattr(Rates, "take", lambda *_: None)
    token, _ = await house.visitor()
    await fill(house, token, 60)
    all_of_them = _engine(house)._backlog
    holders = []
    async with asyncio.timeout(WITHIN):
        for messages in (60, 30, 40):
            socket, theirs = await line_of(house, token)
            await socket.send_str(READ % messages)
            while theirs.unread() < 10_000:
                await asyncio.sleep(0.005)
            holders.append((socket, theirs))
        while not any(theirs.closed for _, theirs in holders):
            socket, theirs = await line_of(house, token)
            await socket.send_str(READ % 40)
            while theirs.unread() < 10_000 and not holders[0][1].closed:
                await asyncio.sleep(0.005)
            holders.append((socket, theirs))
            assert all_of_them.total <= most
    assert holders[0][1].closed, "the fattest"
    assert not holders[1][1].closed, "the thinnest"
    assert len(holders) > 4, "and only when it was too much for all of them"
    assert sum(theirs.unread() for _, theirs in holders) <= most
    for socket, _ in holders:
        socket._conn.transport.abort()
    async with asyncio.timeout(WITHIN):
        while all_of_them.total or _engine(house).sockets:
            await asyncio.sleep(0.005)


async def test_who_answers_pings_but_takes_nothing_is_cut_after_a_while(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With less waiting than would stop the hub from reading them."""
    monkeypatch.setattr(pulse, "TAKE_WITHIN", 0.5)
    engine = _engine(house)
    token, _ = await house.visitor()
    await fill(house, token, 35)
    engine.ping_interval = engine.ping_timeout = 0.05
    socket, theirs = await line_of(house, token)
    await socket.send_str(READ % 35)
    pongs = 0
    async with asyncio.timeout(WITHIN):
        while not theirs.closed:
            await socket.send_str("3")
            pongs += 1
            await asyncio.sleep(0.02)  # its pace
    assert pongs > 10
    socket._conn.transport.abort()


async def test_who_reads_slowly_is_there(house: House) -> None:
    """It cannot answer a ping that is still behind what it reads."""
    engine = _engine(house)
    token, _ = await house.visitor()
    await fill(house, token, 30)
    engine.ping_interval = engine.ping_timeout = 0.6
    loop = asyncio.get_running_loop()
    before = set(engine.sockets)
    with sockets.socket() as phone:
        phone.setblocking(False)
        phone.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 8_192)
        phone.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_MAXSEG, 1_000)
        await loop.sock_connect(phone, house.runner.addresses[0][:2])
        await loop.sock_sendall(phone, handshake() + masked(joining(token)) + masked(READ % 30))
        async with asyncio.timeout(WITHIN):
            while not (theirs := set(engine.sockets) - before):
                await asyncio.sleep(0.005)
            one = engine.sockets[theirs.pop()]
            while line._on_the_way(one._transport) < 20 * 3_900:
                await asyncio.sleep(0.005)
        assert one.unread() < line.HIGH_WATER, "the kernel keeps most of it, and the hub goes on reading"
        began, read = time.monotonic(), b""
        while line._on_the_way(one._transport) > 1_000:
            with suppress(BlockingIOError):
                read += phone.recv(int(40_000 * (time.monotonic() - began)) - len(read))
            await asyncio.sleep(0.02)
            assert not one.closed, "cut while it was reading"
        assert time.monotonic() - began > 3 * engine.ping_interval
        assert read.count(b"xx") > 10 * 1_900


def handshake() -> bytes:
    """What asks for a WebSocket."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in UPGRADE.items())
    return f"GET /socket.io/?{ONLY} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()


def masked(packet: str) -> bytes:
    """A text frame as clients send it."""
    return bytes((0x81, 0xFE)) + len(packet).to_bytes(2, "big") + bytes(4) + packet.encode()


async def far_behind(house: House, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, line.Line, str]:
    """A socket that has taken nothing of what was said, the hub's side of it, and its visitor's token."""
    monkeypatch.setattr(Rates, "take", lambda *_: None)
    monkeypatch.setattr(line, "CLOSE_WITHIN", 0.1)
    token, _ = await house.visitor()
    socket, theirs = await line_of(house, token)
    await fill(house, token, 100)
    assert theirs.unread() > line.HIGH_WATER
    return socket, theirs, token


async def test_who_leaves_without_taking_what_was_said_is_not_waited_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket, theirs, _ = await far_behind(house, monkeypatch)
    await socket.send_str("1")
    async with asyncio.timeout(WITHIN):
        while not theirs._transport.is_closing() or theirs.unread():
            await asyncio.sleep(0.005)
    socket._conn.transport.abort()


async def test_who_says_goodbye_halfway_and_takes_nothing_is_cut(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its end of the connection is closed and the other kept open: the transport then waits for ever."""
    socket, theirs, token = await far_behind(house, monkeypatch)
    socket.get_extra_info("socket").shutdown(sockets.SHUT_WR)
    async with asyncio.timeout(WITHIN):
        while not theirs._transport.is_closing():
            await asyncio.sleep(0.005)
        await fill(house, token, 10)  # whatever is said next, it is not for them
        while theirs.unread() or _engine(house).sockets.get(theirs.sid):
            await asyncio.sleep(0.005)
    assert theirs.closed
    socket._conn.transport.abort()


async def test_a_ping_after_goodbye_is_not_answered(house: House, caplog: pytest.LogCaptureFixture) -> None:
    token, _ = await house.visitor()
    socket, theirs = await line_of(house, token)
    socket._conn.transport.pause_reading()
    await theirs.close()
    await socket.ping()
    async with asyncio.timeout(WITHIN):
        while _engine(house).sockets.get(theirs.sid):
            await asyncio.sleep(0.005)
    assert not caplog.records
    socket._conn.transport.abort()
