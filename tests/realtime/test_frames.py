"""Frames that no client of ours sends: a drop or a typed error, no traceback, and nobody else is disturbed."""

import asyncio
import socket as socket_options
from collections.abc import AsyncIterator
from io import BytesIO

import aiohttp
import pytest
import pytest_asyncio

from hub.rates import Rates
from hub.realtime import server
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
    assert not any(not each.upgraded for each in _engine(house).sockets.values())


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


async def polling(house: House) -> str:
    """A session by long polling."""
    async with house.http.get(f"{house.url}/socket.io/?EIO=4&transport=polling") as response:
        text = await response.text()
        return text.split('"sid":"')[1].split('"')[0]


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe\x00",
        b"4" * 40,
        b"\x1e".join([b"42[]"] * 100),
        b"42null",
        b"b!!!!",
        b"d=",
        b"\x1e" * 5,
        b"8",
    ],
)
async def test_garbage_by_polling(house: House, bystander: Client, body: bytes) -> None:
    sid = await polling(house)
    url = f"{house.url}/socket.io/?EIO=4&transport=polling&sid={sid}"
    async with asyncio.timeout(WITHIN), house.http.post(url, data=body) as response:
        assert response.status in (200, 400)
    async with asyncio.timeout(WITHIN), house.http.get(url) as response:
        assert response.status in (200, 400)


async def test_too_much_by_polling(house: House, bystander: Client) -> None:
    sid = await polling(house)
    url = f"{house.url}/socket.io/?EIO=4&transport=polling&sid={sid}"
    async with (
        asyncio.timeout(WITHIN),
        house.http.post(url, data=BytesIO(b"4" + b"x" * 2_000_000)) as response,
    ):
        assert response.status in (400, 413)


@pytest.mark.parametrize(
    "query",
    [
        "EIO=4&transport=polling&j=0",
        "EIO=3&transport=polling",
        "EIO=4&transport=carrier-pigeon",
        "EIO=4&transport=polling&sid=somebody-elses",
        "",
    ],
)
async def test_doors_that_are_shut(house: House, bystander: Client, query: str) -> None:
    for method in ("GET", "POST"):
        async with house.http.request(method, f"{house.url}/socket.io/?{query}") as response:
            assert response.status == 400


@pytest.mark.parametrize("origin", ["null", "https://site.example.evil", "http://localhost:1"])
async def test_foreign_pages_open_no_socket(house: House, bystander: Client, origin: str) -> None:
    url = f"{house.url}/socket.io/?EIO=4&transport=polling"
    async with house.http.get(url, headers={"Origin": origin}) as response:
        assert response.status == 400
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_silent_sockets_are_cut(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CONNECT_WITHIN", 0.0)
    silent = [await open_raw(house) for _ in range(3)]
    sid = await polling(house)
    for socket in silent:
        assert await dropped(socket)
    async with asyncio.timeout(WITHIN):
        while sid in _engine(house).sockets:
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(("packets", "characters"), [(20, 10**9), (10**9, 100_000)])
async def test_a_reader_that_stopped_is_cut_and_its_queue_with_it(
    house: House, bystander: Client, monkeypatch: pytest.MonkeyPatch, packets: int, characters: int
) -> None:
    monkeypatch.setattr(server, "LONGEST_QUEUE", packets)
    monkeypatch.setattr(server, "LARGEST_QUEUE", characters)
    monkeypatch.setattr(Rates, "take", lambda *_: None)
    token, _ = await house.visitor()
    widget = await house.widget(token)
    for n in range(20):
        await widget.ask("message.send", {"client_id": key(), "text": f"{n}" * 2_000})
    slow = await open_raw(house)
    await slow.send_str(joining(token))
    assert slow._conn is not None
    assert slow._conn.transport is not None
    slow.get_extra_info("socket").setsockopt(socket_options.SOL_SOCKET, socket_options.SO_RCVBUF, 4_096)
    slow._conn.transport.pause_reading()  # type: ignore[attr-defined]
    before = set(_engine(house).sockets)
    async with asyncio.timeout(20):
        sent = 0
        while set(_engine(house).sockets) >= before:
            await slow.send_str(f'42/widget,{sent}["timeline.read",{{"after_seq":0,"limit":200}}]')
            sent += 1
            await asyncio.sleep(0)
    assert (await widget.answer("typing.set", {"on": True}))["ok"]
    await slow.close()


async def test_many_sockets_with_one_token(house: House, bystander: Client) -> None:
    token, conversation = await house.visitor()
    sockets = [await open_raw(house) for _ in range(60)]
    for socket in sockets:
        await socket.send_str(joining(token))
    for socket in sockets:
        assert (await socket.receive_str(timeout=WITHIN)).startswith("40/widget,")
    for socket in sockets:
        await socket.close()
    from tests.realtime.test_wire import _broadcast_of

    async with asyncio.timeout(WITHIN):
        while _broadcast_of(house)._sockets.has_widget(conversation):
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
    from tests.realtime.test_wire import _broadcast_of

    token, conversation = await house.visitor()
    sid = await polling(house)
    url = f"{house.url}/socket.io/?EIO=4&transport=polling&sid={sid}"
    asked, go = asyncio.Event(), asyncio.Event()
    by_token = house.storage.contacts.by_token

    async def slow(token_hash: str) -> object:
        asked.set()
        await go.wait()
        return await by_token(token_hash)

    monkeypatch.setattr(house.storage.contacts, "by_token", slow)
    let_in = asyncio.create_task(_post(house, url, joining(token)))
    await asyncio.wait_for(asked.wait(), WITHIN)
    await _post(house, url, "1")
    go.set()
    await asyncio.wait_for(let_in, WITHIN)
    assert not _broadcast_of(house)._sockets.has_widget(conversation)


async def _post(house: House, url: str, body: str) -> None:
    async with house.http.post(url, data=body.encode()) as response:
        await response.read()


def _engine(house: House):  # type: ignore[no-untyped-def]
    return next(
        route.handler.__self__
        for route in house.app.router.routes()
        if hasattr(getattr(route.handler, "__self__", None), "sockets")
    )
