"""The fault proxy does to a connection what it is told, and nothing else."""

import asyncio
import time
from collections.abc import AsyncIterator
from random import Random

import pytest
import uvloop

from tests.faults.proxy import CLEAR, Link, Proxy, Way, Weather

LETTER = bytes(range(256)) * 40


class Echo:
    """A server that gives back what it gets, and notes how each connection ended."""

    def __init__(self) -> None:
        self.ends: asyncio.Queue[str] = asyncio.Queue()
        self.heard = bytearray()
        self.chunks: list[int] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                self.heard += data
                self.chunks.append(len(data))
                writer.write(data)
                await writer.drain()
            self.ends.put_nowait("closed")
        except ConnectionResetError:
            self.ends.put_nowait("reset")
        finally:
            writer.close()


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    one = Echo()
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.port = server.sockets[0].getsockname()[1]
    yield one
    server.close()


@pytest.fixture
async def proxy(echo: Echo) -> AsyncIterator[Proxy]:
    one = await Proxy("echo", lambda: echo.port, Random(1)).start()
    yield one
    await one.stop()


@pytest.fixture
async def wire(proxy: Proxy) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"!")
    assert await reader.readexactly(1) == b"!"  # the link stands
    yield reader, writer
    writer.close()


Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def back(wire: Wire, data: bytes = LETTER) -> tuple[bytes, float]:
    """Send and receive; how long it took."""
    reader, writer = wire
    began = time.monotonic()
    writer.write(data)
    heard = await reader.readexactly(len(data))
    return heard, time.monotonic() - began


async def test_in_clear_weather_it_is_not_there(wire: Wire, proxy: Proxy, echo: Echo) -> None:
    heard, _ = await back(wire)
    assert heard == LETTER
    wire[1].close()
    assert await echo.ends.get() == "closed"
    assert not proxy.links


@pytest.mark.parametrize(
    "weather",
    [
        Weather(latency=(0.05, 0.1)),
        Weather(crumbs=7),
        Weather(rate=100_000),
        Weather(latency=(0.0, 0.05), crumbs=300, rate=200_000),
    ],
)
async def test_bad_weather_changes_no_byte(wire: Wire, proxy: Proxy, weather: Weather) -> None:
    proxy.bad_weather(weather)
    for _ in range(3):
        heard, _ = await back(wire)
        assert heard == LETTER
    proxy.clear_up()
    heard, _ = await back(wire)
    assert heard == LETTER


async def test_latency_and_bandwidth_take_their_time_one_way(wire: Wire, proxy: Proxy) -> None:
    proxy.bad_weather(Weather(latency=(0.2, 0.2)), Way.UP)
    assert proxy.weather[Way.DOWN] is CLEAR
    _, took = await back(wire, b"x")
    assert took >= 0.2
    proxy.clear_up()
    proxy.bad_weather(Weather(rate=len(LETTER) * 4), Way.DOWN)
    _, took = await back(wire)
    assert took >= 0.25


async def test_crumbs_are_segments_of_their_own(wire: Wire, proxy: Proxy, echo: Echo) -> None:
    proxy.bad_weather(Weather(crumbs=3, rate=50_000), Way.UP)
    echo.chunks.clear()
    await back(wire, LETTER[:300])
    assert len(echo.chunks) > 20


async def test_a_cut_is_polite_and_a_reset_is_not(proxy: Proxy, echo: Echo, wire: Wire) -> None:
    assert proxy.each(Link.cut) == 1
    assert await wire[0].read(1) == b""
    assert await echo.ends.get() == "closed"
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    await back((reader, writer))
    proxy.each(Link.reset)
    with pytest.raises(ConnectionResetError):
        await reader.read(1)
    assert await echo.ends.get() == "reset"
    writer.close()


async def test_a_frame_is_broken_in_its_middle(proxy: Proxy, echo: Echo, wire: Wire) -> None:
    before = len(echo.heard)
    proxy.each(lambda link: link.break_frame(Way.UP))
    wire[1].write(b"abcdefgh")
    with pytest.raises(ConnectionResetError):
        await wire[0].readexactly(8)
    assert await echo.ends.get() == "reset"
    assert bytes(echo.heard[before:]) == b"abcd"


async def test_a_half_open_link_is_silent_until_it_is_reset(proxy: Proxy, echo: Echo, wire: Wire) -> None:
    proxy.each(lambda link: link.go_silent(Way.DOWN))
    before = len(echo.heard)
    wire[1].write(LETTER)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await wire[0].read(1)
    assert len(echo.heard) == before + len(LETTER), "only one way is silent"
    proxy.each(Link.reset)
    with pytest.raises(ConnectionResetError):
        await wire[0].read(1)


async def test_the_other_end_learns_late_of_a_close(proxy: Proxy, echo: Echo, wire: Wire) -> None:
    proxy.bad_weather(Weather(close_lag=0.3), Way.UP)
    began = time.monotonic()
    wire[1].close()
    assert await echo.ends.get() == "closed"
    assert time.monotonic() - began >= 0.3


async def test_what_is_held_back_still_arrives_after_a_close(proxy: Proxy, echo: Echo, wire: Wire) -> None:
    proxy.bad_weather(Weather(latency=(0.2, 0.2)), Way.UP)
    wire[1].write(b"last words")
    await wire[1].drain()
    wire[1].close()
    assert await echo.ends.get() == "closed"
    assert bytes(echo.heard).endswith(b"last words")


async def test_a_server_that_is_away_resets_its_clients(echo: Echo) -> None:
    proxy = await Proxy("nobody", lambda: 1, Random(1)).start()
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    with pytest.raises(ConnectionResetError):
        await reader.read(1)
    writer.close()
    await proxy.stop()


async def test_a_reader_that_stops_makes_its_sender_wait(proxy: Proxy) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port, limit=1024)
    writer.transport.set_write_buffer_limits(high=1024)
    sent = 0
    try:
        async with asyncio.timeout(2):
            while True:
                writer.write(b"x" * 65536)
                sent += 65536
                await writer.drain()
    except TimeoutError:
        pass
    assert sent < 40_000_000, "nothing pushes back"
    assert reader.at_eof() is False
    writer.transport.abort()


def test_it_works_on_the_loop_of_the_chaos_too() -> None:
    """uvloop differs in when it begins to read and in what it lets one do to a socket."""

    async def scene() -> None:
        echo = Echo()
        server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
        echo.port = server.sockets[0].getsockname()[1]
        proxy = await Proxy("echo", lambda: echo.port, Random(1)).start()
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        assert (await back((reader, writer)))[0] == LETTER
        proxy.bad_weather(Weather(latency=(0.0, 0.05), crumbs=300, rate=200_000))
        assert (await back((reader, writer)))[0] == LETTER
        proxy.clear_up()
        proxy.each(lambda link: link.break_frame(Way.UP))
        writer.write(b"abcdefgh")
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(8)
        assert await echo.ends.get() == "reset"
        assert bytes(echo.heard).endswith(b"abcd")
        writer.close()
        await proxy.stop()
        server.close()

    uvloop.run(scene())
