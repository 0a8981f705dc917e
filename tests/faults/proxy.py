"""A TCP proxy that misbehaves on command, in the event loop of whoever tests.

Bytes are never changed, dropped out of the middle or reordered: TCP does none of that. What it does, and what happens
here, is that they come late, in crumbs or slowly, or that the connection ends (politely, by a reset in the middle of a
frame, or in silence with both ends believing in it).
"""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import Self, cast

MOST_HELD = 1024 * 1024
"""Bytes that one direction holds back before its sender is made to wait."""

_NOW_OR_NEVER = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset and throws away what is not sent


class Way(Enum):
    """A direction through the proxy."""

    UP = "up"  # client → server
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Weather:
    """How bytes travel one way. ``latency``: seconds from … to; ``crumbs``: bytes a write; ``rate``: bytes a second."""

    latency: tuple[float, float] = (0.0, 0.0)
    crumbs: int = 0
    rate: int = 0
    close_lag: float = 0.0  # seconds until the other end learns that this one has closed


CLEAR = Weather()


@dataclass(slots=True, eq=False)
class _Stream:
    """One way of one link: what was read from ``source`` goes to ``sink``."""

    link: "Link"
    way: Way
    held: deque[tuple[float, bytes]] = field(default_factory=deque)  # due, bytes
    size: int = 0
    timer: asyncio.TimerHandle | None = None
    swallow: bool = False
    break_next: bool = False
    free_at: float = 0.0  # when the bytes before will have passed

    def feed(self, data: bytes) -> None:
        if self.swallow:
            return
        if self.break_next:
            self._deliver(data[: max(1, len(data) // 2)])
            self.link.loop.call_later(0.002, self.link.reset)
            self.swallow = True
            return
        weather = self.link.proxy.weather[self.way]
        if weather is CLEAR and not self.held:
            self._deliver(data)
            return
        self._hold(data, weather)

    def _hold(self, data: bytes, weather: Weather) -> None:
        random = self.link.proxy.random
        due = max(self.link.loop.time() + random.uniform(*weather.latency), self.free_at)
        while data:
            length = random.randint(1, weather.crumbs) if weather.crumbs else len(data)
            crumb, data = data[:length], data[length:]
            due += len(crumb) / weather.rate if weather.rate else 0.0
            self.held.append((due, crumb))
            self.size += len(crumb)
        self.free_at = due
        self._wait()
        if self.size > MOST_HELD:
            self.link.side(self.way, source=True).pause()

    def _wait(self) -> None:
        if self.held and self.timer is None:
            self.timer = self.link.loop.call_at(self.held[0][0], self._pour)

    def _pour(self) -> None:
        self.timer = None
        now = self.link.loop.time()
        crumbs = self.link.proxy.weather[self.way].crumbs
        while self.held and self.held[0][0] <= now:
            _, data = self.held.popleft()
            self.size -= len(data)
            if not self.swallow:
                self._deliver(data)
            if crumbs:  # each is a segment of its own
                break
        if self.size <= MOST_HELD:
            self.link.side(self.way, source=True).resume()
        self._wait()

    def _deliver(self, data: bytes) -> None:
        self.link.side(self.way, source=False).write(data)

    def end(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        self.held.clear()

    @property
    def late(self) -> float:
        """Seconds until what is held back has been delivered."""
        return max(0.0, self.free_at - self.link.loop.time()) if self.held else 0.0


class _Side(asyncio.Protocol):
    """One of the two connections of a link."""

    def __init__(self, link: "Link", way: Way) -> None:
        self._link = link
        self._way = way  # of what is read here
        self._transport: asyncio.Transport | None = None
        self._early: list[bytes] = []  # before there is a connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are no subclass of it
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport.writelines(self._early)
        self._early.clear()
        self._link.connected(self._way)

    def data_received(self, data: bytes) -> None:
        self._link.streams[self._way].feed(data)

    def eof_received(self) -> None:
        """Closes this side; the other learns of it as the weather allows."""

    def connection_lost(self, failure: Exception | None) -> None:
        self._link.lost(self._way, failure)

    def pause_writing(self) -> None:
        self._link.other(self).pause()

    def resume_writing(self) -> None:
        self._link.other(self).resume()

    def pause(self) -> None:
        if self._transport is not None and not self._transport.is_closing() and self._transport.is_reading():
            self._transport.pause_reading()

    def resume(self) -> None:
        if (
            self._transport is not None
            and not self._transport.is_closing()
            and not self._transport.is_reading()
        ):
            self._transport.resume_reading()

    def write(self, data: bytes) -> None:
        if self._transport is None:
            self._early.append(data)
        elif not self._transport.is_closing():
            self._transport.write(data)

    def close(self, *, reset: bool) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if reset:
            raw = self._transport.get_extra_info("socket")
            with suppress(OSError):  # it has ended by itself just now
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NOW_OR_NEVER)
            self._transport.abort()
        else:
            self._transport.close()

    @property
    def peer_port(self) -> int:
        """Of whoever is at the other end."""
        name = self._transport.get_extra_info("peername") if self._transport else None
        return int(name[1]) if name else 0


class Link:
    """A client's connection and the server's that belongs to it."""

    def __init__(self, proxy: "Proxy") -> None:
        self.proxy = proxy
        self.loop = asyncio.get_running_loop()
        self.streams = {way: _Stream(self, way) for way in Way}
        self._sides = {way: _Side(self, way) for way in Way}  # by the way of what is read from them
        self._ended = False
        self.client_port = 0

    def side(self, way: Way, *, source: bool) -> _Side:
        """The side that bytes of this way come from, or go to."""
        return self._sides[way if source else (Way.DOWN if way is Way.UP else Way.UP)]

    def other(self, side: _Side) -> _Side:
        return next(one for one in self._sides.values() if one is not side)

    def client(self) -> asyncio.Protocol:
        """The protocol for whoever connects to the proxy."""
        return self._sides[Way.UP]

    def connected(self, way: Way) -> None:
        if way is Way.UP:
            self.client_port = self._sides[way].peer_port
            self.proxy.opened(self)

    async def connect(self) -> None:
        """To the server; whoever cannot be reached resets its client, as a closed port would."""
        try:
            await self.loop.create_connection(lambda: self._sides[Way.DOWN], "127.0.0.1", self.proxy.target())
        except OSError:
            self.reset()
            return
        if self._ended:
            self._sides[Way.DOWN].close(reset=True)

    def lost(self, way: Way, failure: Exception | None) -> None:
        """One side has ended: so does the other, after all that is still under way."""
        if self._ended:
            return
        weather = self.proxy.weather[way]
        lag = max(weather.close_lag, self.streams[way].late)
        if self.streams[way].swallow:
            return  # nothing comes through, not even this
        if lag:
            self.loop.call_later(lag, self._end, isinstance(failure, ConnectionResetError))
        else:
            self._end(isinstance(failure, ConnectionResetError))

    def cut(self) -> None:
        """End it politely, in the middle of whatever is going on."""
        self._end(False)

    def reset(self) -> None:
        """End it by a reset on both sides."""
        self._end(True)

    def break_frame(self, way: Way) -> None:
        """Let half of the next bytes through, then reset."""
        self.streams[way].break_next = True

    def go_silent(self, *ways: Way) -> None:
        """From now on nothing comes through these ways; both ends believe in the connection."""
        for way in ways:
            self.streams[way].swallow = True

    @property
    def silent(self) -> bool:
        """Whether some of what is sent here never arrives."""
        return any(stream.swallow for stream in self.streams.values())

    def _end(self, reset: bool) -> None:
        if self._ended:
            return
        self._ended = True
        for stream in self.streams.values():
            stream.end()
        for side in self._sides.values():
            side.close(reset=reset)
        self.proxy.ended(self)


class Proxy:
    """Listens on a port of 127.0.0.1 and carries to another. ``weather`` may be changed at any time."""

    def __init__(self, name: str, target: Callable[[], int], random: Random) -> None:
        """``target`` says the port for each new connection."""
        self.name = name
        self.target = target
        self.random = random
        self.weather = dict.fromkeys(Way, CLEAR)
        self.links: set[Link] = set()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, port: int = 0) -> Self:
        """Listen, on any free port unless one is given."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Link(self).client(), "127.0.0.1", port, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        """End all links and listen no more."""
        if self._server is not None:
            self._server.close()
        self.each(Link.reset)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def opened(self, link: Link) -> None:
        self.links.add(link)
        task = asyncio.get_running_loop().create_task(link.connect())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def ended(self, link: Link) -> None:
        self.links.discard(link)

    def each(self, what: Callable[[Link], None], among: Callable[[Link], bool] = lambda _: True) -> int:
        """Do it to all present links, or those that are meant; how many they were."""
        meant = [link for link in self.links if among(link)]
        for link in meant:
            what(link)
        return len(meant)

    def bad_weather(self, weather: Weather, *ways: Way) -> None:
        """For all links, present and to come, until ``clear_up``."""
        for way in ways or tuple(Way):
            self.weather[way] = weather

    def clear_up(self) -> None:
        """Bytes travel at once again; what is held back keeps its time."""
        self.weather = dict.fromkeys(Way, CLEAR)
