"""Frames that no client of ours sends: a drop or a typed error, no traceback, and nobody else is disturbed."""

import asyncio
import json
import socket as socket_options
from collections.abc import AsyncIterator
from io import BytesIO
from itertools import pairwise

import aiohttp
import orjson
import pytest
import pytest_asyncio

from hub.rates import Rates
from hub.realtime import line, namespace, server
from hub.realtime.line import CUTS
from tests.realtime.house import WITHIN, Client, House, key

DEEP = "[" * 200_000 + "]" * 200_000
Socket = aiohttp.ClientWebSocketResponse


@pytest_asyncio.fixture
async def bystander(house: House, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Client]:
    """A customer who must notice nothing; nothing unforeseen is logged meanwhile."""
    widget, _ = await house.waiting()
    yield widget
    answer = await widget.answer("message.send", {"client_id": key(), "text": "still here"})
    assert answer["ok"]
    for record in caplog.get_records("call"):
        assert record.exc_info is None, record.getMessage()


async def open_raw(house: House) -> Socket:
    """A bare Engine.IO WebSocket."""
    url = f"{house.url}/socket.io/?EIO=4&transport=websocket"
    socket = await house.http.ws_connect(url, max_msg_size=0)
    assert (await socket.receive_str(timeout=WITHIN)).startswith("0{")
    return socket


async def joined(house: House) -> Socket:
    """One that is a widget."""
    token, _ = await house.visitor()
    socket = await open_raw(house)
    await socket.send_str(joining(token))
    assert (await socket.receive_str(timeout=WITHIN)).startswith("40/widget,{")
    return socket


def joining(token: str) -> str:
    """The packet that asks to be let in."""
    return '40/widget,{"token":"' + token + '"}'


def saying(text: str, ack: int | str = "") -> str:
    """The packet of a message."""
    return f'42/widget,{ack}["message.send",{{"client_id":"{key()}","text":"{text}"}}]'


async def dropped(socket: Socket) -> bool:
    """Whether the hub closes the connection; what it says before does not matter."""
    async with asyncio.timeout(WITHIN):
        while True:
            try:
                message = await socket.receive()
            except ConnectionError:
                return True
            if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR):
                return True


async def farewell(socket: Socket) -> tuple[int, str]:
    """The code and the reason with which the hub closes."""
    async with asyncio.timeout(WITHIN):
        while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
        assert message.type is aiohttp.WSMsgType.CLOSE, message
        return message.data, str(message.extra)


@pytest.mark.parametrize(
    "frame",
    [
        '42{"a":',
        "42null",
        "42/widget,null",
        "42/widget,[]",
        "42/widget,{}",
        "42/widget,[1]",
        '42/widget,["message.send",',
        f'42/widget,["message.send",{DEEP[:30_000]}]',
        DEEP,
        '42/widget,["message.send",{"text":"\\ud800"}]',
        "42/widget," + "9" * 101 + '["typing.set",{"on":true}]',
        "45999999999-",
        '451-/widget,["message.send",{"_placeholder":true,"num":0}]',
        '46/widget,1-["x"]',
        '42/widget,["connect",{"HTTP_COOKIE":"linka_session=x"},{"token":"x"}]',
        '42/widget,7["connect",{}]',
        '42/widget,["disconnect"]',
        '42/widget,["connect_error",{}]',
        "49",
        "4x",
        '44/widget,"forged"',
        "4" + "x" * (server.LARGEST_FRAME + 1),
    ],
    ids=lambda frame: frame[:24],
)
async def test_a_forged_or_unreadable_frame_ends_its_own_connection(
    house: House, bystander: Client, frame: str
) -> None:
    socket = await joined(house)
    await socket.send_str(frame)
    assert await dropped(socket)
    await socket.close()


@pytest.mark.parametrize(
    "frame", ["", "3", "6", "9", "2probe", '42/operator,["workspace.read",{}]', '42["x"]', "40/nowhere,"]
)
async def test_a_senseless_frame_does_no_harm(house: House, bystander: Client, frame: str) -> None:
    socket = await joined(house)
    await socket.send_str(frame)
    await socket.send_str('42/widget,1["typing.set",{"on":true}]')
    async with asyncio.timeout(WITHIN):
        while True:
            message = await socket.receive()
            if message.type is not aiohttp.WSMsgType.TEXT:
                break  # dropped, which is fine too
            if message.data.startswith("43/widget,1"):
                assert '"ok":true' in message.data
                break
    await socket.close()


async def test_a_huge_number_is_a_typed_error_or_a_drop(house: House, bystander: Client) -> None:
    socket = await joined(house)
    await socket.send_str('42/widget,1["timeline.read",{"after_seq":%s}]' % ("9" * 5_000))
    async with asyncio.timeout(WITHIN):
        message = await socket.receive()
        assert message.type is not aiohttp.WSMsgType.TEXT or '"ok":false' in message.data
    await socket.close()


async def test_a_binary_frame_is_refused(house: House, bystander: Client) -> None:
    socket = await joined(house)
    await socket.send_bytes(b"\x00" * 1_000)
    assert await dropped(socket)


async def test_a_megabyte_is_too_much(house: House, bystander: Client) -> None:
    socket = await open_raw(house)
    try:
        await socket.send_str(joining("x" * 1_100_000))
    except ConnectionError:
        return
    assert await dropped(socket)


async def test_an_expelled_client_that_goes_on_talking_is_gone(house: House, bystander: Client) -> None:
    socket = await joined(house)
    await socket.send_str("42null")
    assert await dropped(socket)
    assert len(_engine(house).sockets) == 1, "the bystander's"


async def test_an_event_before_joining_does_nothing(house: House, bystander: Client) -> None:
    socket = await open_raw(house)
    await socket.send_str(saying("Hi", 1))
    await socket.send_str('40/widget,{"token":"nope"}')
    answer = await socket.receive_str(timeout=WITHIN)
    assert answer.startswith("44/widget,")
    assert "unauthenticated" in answer
    await socket.close()


async def test_nobody_has_to_ask_for_an_acknowledgement(house: House, bystander: Client) -> None:
    socket = await joined(house)
    await socket.send_str(saying("no ack"))
    async with asyncio.timeout(WITHIN):
        while "no ack" not in await socket.receive_str():
            pass
    await socket.close()


async def test_joining_twice_is_joining_once(house: House, bystander: Client) -> None:
    token, _ = await house.visitor()
    socket = await open_raw(house)
    for _ in range(2):
        await socket.send_str(joining(token))
    assert (await socket.receive_str(timeout=WITHIN)).startswith("40/widget,")
    assert (await socket.receive_str(timeout=WITHIN)).startswith("44/widget,")
    await socket.close()


ONLY = "EIO=4&transport=websocket"
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "eHh4eHh4eHh4eHh4eHh4eA==",
}


@pytest.mark.parametrize(
    "query",
    [
        "EIO=4&transport=polling",
        "EIO=4&transport=polling&j=0",
        "EIO=3&transport=websocket",
        "EIO=4&transport=carrier-pigeon",
        "EIO=4&transport=websocket&sid=somebody-elses",
        "EIO=4&transport=websocket&j=0",
        ONLY,
        "",
    ],
)
async def test_doors_that_are_shut(house: House, bystander: Client, query: str) -> None:
    headers = UPGRADE if query != ONLY else {}
    for method, body in (("GET", b""), ("POST", b"b!!!!"), ("POST", b"4" + b"x" * 2_000_000)):
        async with (
            asyncio.timeout(WITHIN),
            house.http.request(
                method, f"{house.url}/socket.io/?{query}", data=BytesIO(body), headers=headers
            ) as response,
        ):
            assert response.status == 400
            assert (await response.json())["error"]["code"] == "bad_request"
    assert len(_engine(house).sockets) == 1, "the bystander's"


@pytest.mark.parametrize("missing", UPGRADE)
async def test_half_a_websocket_is_none(house: House, bystander: Client, missing: str) -> None:
    headers = {name: value for name, value in UPGRADE.items() if name != missing}
    async with house.http.get(f"{house.url}/socket.io/?{ONLY}", headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["error"]["code"] == "bad_request"
    assert len(_engine(house).sockets) == 1, "the bystander's"


@pytest.mark.parametrize("origin", ["null", "https://site.example.evil", "http://localhost:1"])
async def test_foreign_pages_open_no_socket(house: House, bystander: Client, origin: str) -> None:
    url = f"{house.url}/socket.io/?{ONLY}"
    async with house.http.get(url, headers={**UPGRADE, "Origin": origin}) as response:
        assert response.status == 400
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_silent_sockets_are_cut(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CONNECT_WITHIN", 0.0)
    silent = [await open_raw(house) for _ in range(3)]
    for socket in silent:
        assert await dropped(socket)
    assert len(_engine(house).sockets) == 1, "the bystander's"


async def test_who_leaves_a_namespace_and_stays_is_cut(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CONNECT_WITHIN", 0.0)
    socket = await joined(house)
    outside = _engine(house).handlers["connect"].__self__._arrived
    async with asyncio.timeout(WITHIN):
        while outside:  # until it has been seen inside
            await asyncio.sleep(0.005)
    await socket.send_str("41/widget,")
    assert await dropped(socket)


async def test_one_connection_has_not_handshakes_without_end(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    by_token = house.storage.contacts.by_token

    async def counted(token_hash: str) -> object:
        nonlocal asked
        asked += 1
        return await by_token(token_hash)

    monkeypatch.setattr(house.storage.contacts, "by_token", counted)
    token, _ = await house.visitor()
    socket = await open_raw(house)
    for _ in range(3 * server.MOST_HANDSHAKES):
        await socket.send_str(joining(token))
        await socket.send_str("41/widget,")
    assert await dropped(socket)
    assert asked <= server.MOST_HANDSHAKES


async def test_a_handshake_has_a_deadline(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(namespace, "ANSWER_WITHIN", 0.05)

    async def hang(_: str) -> object:
        return await asyncio.Future()

    token, _ = await house.visitor()
    socket = await open_raw(house)
    with monkeypatch.context() as hanging:
        hanging.setattr(house.storage.contacts, "by_token", hang)
        await socket.send_str(joining(token))
        answer = await socket.receive_str(timeout=WITHIN)
        assert answer.startswith("44/widget,")
        assert "unavailable" in answer
    monkeypatch.setattr(namespace, "ANSWER_WITHIN", 5.0)
    await socket.send_str(joining(token))
    assert (await socket.receive_str(timeout=WITHIN)).startswith("40/widget,")
    await socket.close()


async def test_what_somebody_leaves_behind_holds_up_nobody(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the look after silent sockets nor the end of the connection itself."""
    monkeypatch.setattr(server, "CONNECT_WITHIN", 0.0)
    leaving = asyncio.Event()

    async def hang(*_: object) -> None:
        leaving.set()
        await asyncio.Future()

    monkeypatch.setattr("hub.realtime.widget.WidgetNamespace.left", hang)
    socket = await joined(house)
    await socket.send_str("42null")
    assert await dropped(socket)
    await asyncio.wait_for(leaving.wait(), WITHIN)
    assert await dropped(await open_raw(house)), "never joined, and looked after all the same"
    monkeypatch.setattr("hub.realtime.widget.WidgetNamespace.left", _nothing)


async def _nothing(*_: object) -> None:
    return None


async def test_who_is_busy_with_our_slowness_is_not_silent(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pongs wait behind requests that wait for the database."""
    engine = _engine(house)
    engine.ping_interval = engine.ping_timeout = 0.1
    asked, go = asyncio.Event(), asyncio.Event()

    async def slow(*_: object) -> list[object]:
        asked.set()
        await go.wait()
        return []

    socket = await joined(house)
    monkeypatch.setattr(house.storage.entries, "after_public", slow)
    for number in (1, 2):
        await socket.send_str(f'42/widget,{number}["timeline.read",{{"after_seq":0}}]')
    await asyncio.wait_for(asked.wait(), WITHIN)
    pings = 0
    async with asyncio.timeout(WITHIN):
        while pings < 5:
            assert (await socket.receive_str()) == "2"
            pings += 1
            await socket.send_str("3")
        go.set()
        answers = 0
        while answers < 2:
            word = await socket.receive_str()
            if word == "2":
                await socket.send_str("3")
            else:
                assert word.startswith("43/widget,")
                answers += 1
    await socket.close()


async def test_who_is_silent_is_dismissed(house: House, bystander: Client) -> None:
    engine = _engine(house)
    engine.ping_interval = engine.ping_timeout = 0.05
    socket = await joined(house)
    heard = []
    async with asyncio.timeout(WITHIN):
        while (word := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            heard.append(word.data)
            if word.data == "1":
                break
    assert heard == ["2", "1"]
    await socket.close()


async def test_names_that_a_client_made_are_not_repeated_at_length(house: House, bystander: Client) -> None:
    answer = await bystander.answer("timeline.read", {"k" * 60_000: 1})
    (name,) = answer["error"]["details"]["fields"]
    assert name == "k" * 100


async def test_of_who_does_not_read_nothing_more_is_read(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A burst of requests for large pages, answered only as far as the answers are taken."""
    monkeypatch.setattr(Rates, "take", lambda *_: None)
    token, _ = await house.visitor()
    widget = await house.widget(token)
    for n in range(100):
        await widget.ask("message.send", {"client_id": key(), "text": f"{n % 10}" * 4_000})
    page = 100 * 4_200
    before = set(_engine(house).sockets)
    slow = await open_raw(house)
    (sid,) = set(_engine(house).sockets) - before
    theirs = _engine(house).sockets[sid]
    for side in (slow, theirs._transport):  # else the kernel takes megabytes before anything waits here
        kernel = side.get_extra_info("socket")
        kernel.setsockopt(socket_options.SOL_SOCKET, socket_options.SO_RCVBUF, 64 * 1024)
        kernel.setsockopt(socket_options.SOL_SOCKET, socket_options.SO_SNDBUF, 64 * 1024)
    await slow.send_str(joining(token))
    assert (await slow.receive_str(timeout=WITHIN)).startswith("40/widget,")
    assert slow._conn is not None
    assert slow._conn.transport is not None
    slow._conn.transport.pause_reading()  # type: ignore[attr-defined]
    for number in range(12):
        await slow.send_str(f'42/widget,{number}["timeline.read",{{"after_seq":0,"limit":200}}]')
    async with asyncio.timeout(WITHIN):
        while theirs.unread() <= line.HIGH_WATER:
            await asyncio.sleep(0.005)
    for _ in range(10):
        assert (await widget.answer("typing.set", {"on": True}))["ok"]
        assert theirs.unread() <= line.HIGH_WATER + page
    slow._conn.transport.resume_reading()  # type: ignore[attr-defined]
    answered = 0
    async with asyncio.timeout(WITHIN):
        while answered < 12:
            answered += (await slow.receive_str()).startswith("43/widget,")
    await slow.close()


async def test_who_asks_too_often_is_read_more_slowly(house: House, bystander: Client) -> None:
    """And not cut for it: the next request has a chance."""
    socket = await joined(house)
    for number in range(60):
        await socket.send_str(f'42/widget,{number}["typing.set",{{"on":true}}]')
    refused = []
    async with asyncio.timeout(WITHIN):
        for number in range(60):
            answer = await socket.receive_str()
            assert answer.startswith(f"43/widget,{number}["), "in order"
            refused.append("rate_limited" in answer)
    assert not any(refused[:40]), "a burst of forty"
    assert any(refused)
    assert all(not (one and other) for one, other in pairwise(refused)), "none after which it had not waited"
    await socket.close()


async def test_who_is_refused_again_and_again_is_cut(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "LONGEST_PAUSE", 0.0)
    socket = await joined(house)
    for _ in range(3 * server.MOST_REFUSALS):
        await socket.send_str('42/widget,["typing.set",{"on":true}]')
    assert await dropped(socket)


async def test_buffered_frames_let_others_have_their_turn(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frames that nobody waits for: without a turn for others, all of them were heard in one."""
    monkeypatch.setattr(line, "FRAMES_AT_ONCE", 1_000)
    turn = longest = run = heard = 0
    last = -1
    socket = await joined(house)
    engine = _engine(house)
    listen = engine.handlers["message"]
    loop = asyncio.get_running_loop()

    def next_turn() -> None:
        nonlocal turn
        turn += 1
        if heard < 600:
            loop.call_soon(next_turn)

    async def counted(sid: str, packet: str) -> object:
        nonlocal last, run, longest, heard
        heard += 1
        run = run + 1 if turn == last else 1
        last, longest = turn, max(longest, run)
        return await listen(sid, packet)

    monkeypatch.setitem(engine.handlers, "message", counted)
    next_turn()
    frame = b"\x81\x91\x00\x00\x00\x00" + b'42/operator,["x"]'
    assert socket._conn is not None
    assert socket._conn.transport is not None
    socket._conn.transport.write(frame * 600)  # type: ignore[attr-defined]
    async with asyncio.timeout(WITHIN):
        while heard < 600:
            await asyncio.sleep(0.005)
    await socket.close()
    assert longest <= line.FRAMES_A_TURN


FREE = {
    "pong": "3",
    "ping": "2",
    "noop": "6",
    "acknowledgement": '43/widget,1["x"]',
    "leaving": "41/operator,",
    "another's namespace": '42/operator,["workspace.read",{}]',
}


@pytest.mark.parametrize("frame", FREE.values(), ids=FREE)
async def test_frames_that_no_rate_counts_are_counted_by_the_line(
    house: House, bystander: Client, frame: str
) -> None:
    cuts = CUTS.labels("too many frames")._value.get()
    socket = await joined(house)
    for _ in range(2 * line.FRAMES_AT_ONCE):
        await socket.send_str(frame)
    assert await farewell(socket) == (aiohttp.WSCloseCode.POLICY_VIOLATION, "too many frames")
    assert CUTS.labels("too many frames")._value.get() == cuts + 1


async def test_so_are_frames_before_joining_and_those_of_websocket_itself(
    house: House, bystander: Client
) -> None:
    early, pinging = await open_raw(house), await open_raw(house)
    for _ in range(2 * line.FRAMES_AT_ONCE):
        await early.send_str(saying("Hi"))
        await pinging.ping()
    for socket in (early, pinging):
        assert await farewell(socket) == (aiohttp.WSCloseCode.POLICY_VIOLATION, "too many frames")


async def test_what_is_asked_within_its_own_rate_costs_the_line_nothing(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "FRAMES_AT_ONCE", 3)
    monkeypatch.setattr(line, "FRAMES_A_SECOND", 0)
    monkeypatch.setattr(Rates, "take", lambda *_: None)
    socket = await joined(house)
    for number in range(100):
        await socket.send_str(f'42/widget,{number}["timeline.read",{{"after_seq":0,"limit":200}}]')
    async with asyncio.timeout(WITHIN):
        for number in range(100):
            assert (await socket.receive_str()).startswith(f'43/widget,{number}[{{"ok":true')
    await socket.close()


async def test_an_allowance_grows_again(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "FRAMES_AT_ONCE", 3)
    monkeypatch.setattr(line, "FRAMES_A_SECOND", 1_000_000)
    socket = await joined(house)
    for _ in range(20):
        await socket.send_str("3")
        await socket.send_str('42/widget,1["typing.set",{"on":true}]')
        assert (await socket.receive_str(timeout=WITHIN)).startswith('43/widget,1[{"ok":true')
        await asyncio.sleep(0.005)  # the time that earns it
    await socket.close()


@pytest.mark.parametrize(
    "frame",
    [
        '42/operator,["workspace.read",{}]',
        '42/nowhere,["x"]',
        '42["x"]',
        '40/nowhere,{"token":"x"}',
        '41/widget,{"x":1}',
        '43/widget,1["x"]',
        '44/widget,{"x":1}',
    ],
)
async def test_nothing_is_parsed_for_nobody(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch, frame: str
) -> None:
    parsed = []
    loads = orjson.loads

    def noted(text: str) -> object:
        parsed.append(text)
        return loads(text)

    socket = await joined(house)
    monkeypatch.setattr(server.orjson, "loads", noted)
    monkeypatch.setattr(server.Json, "loads", noted)
    await socket.send_str(frame)
    await socket.send_str("1")  # the end
    assert await dropped(socket)
    assert not parsed


async def test_what_is_announced_is_what_is_allowed(house: House, bystander: Client) -> None:
    engine = _engine(house)
    url = f"{house.url}/socket.io/?EIO=4&transport=websocket"
    async with house.http.ws_connect(url) as socket:
        greeting = json.loads((await socket.receive_str(timeout=WITHIN))[1:])
        assert (greeting["pingInterval"], greeting["pingTimeout"]) == (10_000, 10_000)
    engine.ping_interval, engine.ping_timeout = 0.05, 0.15
    async with house.http.ws_connect(url) as socket:
        greeting = json.loads((await socket.receive_str(timeout=WITHIN))[1:])
        assert (greeting["pingInterval"], greeting["pingTimeout"]) == (50, 150)
        heard = []
        async with asyncio.timeout(WITHIN):
            while not heard or heard[-1] == "2":
                heard.append(await socket.receive_str())
        assert heard == ["2", "2", "2", "1"], "three intervals for an answer"


@pytest.mark.parametrize("opcode", [0x89, 0x8A])
async def test_control_frames_let_others_have_their_turn(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch, opcode: int
) -> None:
    """Pings and pongs of WebSocket itself, before anything is joined."""
    monkeypatch.setattr(line, "FRAMES_AT_ONCE", 1_000)
    turn = longest = run = heard = 0
    last = -1
    socket = await open_raw(house)
    loop = asyncio.get_running_loop()
    hear_frame = line.Line._hear_frame

    def next_turn() -> None:
        nonlocal turn
        turn += 1
        if heard < 600:
            loop.call_soon(next_turn)

    async def counted(self: line.Line, frame: aiohttp.WSMessage) -> bool:
        nonlocal last, run, longest, heard
        heard += frame.type in (aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG)
        run = run + 1 if turn == last else 1
        last, longest = turn, max(longest, run)
        return await hear_frame(self, frame)

    monkeypatch.setattr(line.Line, "_hear_frame", counted)
    next_turn()
    assert socket._conn is not None
    assert socket._conn.transport is not None
    socket._conn.transport.write((bytes((opcode, 0x80)) + bytes(4)) * 600)  # type: ignore[attr-defined]
    async with asyncio.timeout(WITHIN):
        while heard < 600:
            await asyncio.sleep(0.005)
    await socket.close()
    assert longest <= line.FRAMES_A_TURN


async def test_a_ping_is_answered_with_its_own_words(house: House) -> None:
    async with house.http.ws_connect(
        f"{house.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket", autoping=False
    ) as socket:
        assert (await socket.receive()).type is aiohttp.WSMsgType.TEXT
        await socket.ping(b"are you there")
        async with asyncio.timeout(WITHIN):
            answer = await socket.receive()
        assert (answer.type, bytes(answer.data)) == (aiohttp.WSMsgType.PONG, b"are you there")


async def test_many_sockets_with_one_token(house: House, bystander: Client) -> None:
    token, conversation = await house.visitor()
    sockets = [await open_raw(house) for _ in range(60)]
    for socket in sockets:
        await socket.send_str(joining(token))
    for socket in sockets:
        assert (await socket.receive_str(timeout=WITHIN)).startswith("40/widget,")
    for socket in sockets:
        await socket.close()
    from tests.realtime.test_wire import _sockets_of

    async with asyncio.timeout(WITHIN):
        while _sockets_of(house).has_widget(conversation):
            await asyncio.sleep(0.01)


async def test_one_visitor_has_not_sockets_without_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.realtime.widget.MOST_SOCKETS", 2)
    token, _ = await house.visitor()
    sockets = [await open_raw(house) for _ in range(3)]
    answers = []
    for socket in sockets:
        await socket.send_str(joining(token))
        answers.append(await socket.receive_str(timeout=WITHIN))
    assert [answer[:10] for answer in answers[:2]] == ["40/widget,", "40/widget,"]
    assert "rate_limited" in answers[2]
    for socket in sockets:
        await socket.close()


async def test_who_leaves_while_being_let_in_is_not_kept(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.realtime.test_wire import _sockets_of

    token, conversation = await house.visitor()
    asked, go = asyncio.Event(), asyncio.Event()
    by_token = house.storage.contacts.by_token

    async def slow(token_hash: str) -> object:
        asked.set()
        await go.wait()
        return await by_token(token_hash)

    monkeypatch.setattr(house.storage.contacts, "by_token", slow)
    socket = await open_raw(house)
    await socket.send_str(joining(token))
    await asyncio.wait_for(asked.wait(), WITHIN)
    assert socket._conn is not None
    assert socket._conn.transport is not None
    socket._conn.transport.abort()  # type: ignore[attr-defined]
    go.set()
    async with asyncio.timeout(WITHIN):
        while len(_engine(house).sockets) > 1:
            await asyncio.sleep(0.005)
    assert not _sockets_of(house).has_widget(conversation)


def _engine(house: House):  # type: ignore[no-untyped-def]
    return next(
        route.handler.__self__
        for route in house.app.router.routes()
        if hasattr(getattr(route.handler, "__self__", None), "sockets")
    )
