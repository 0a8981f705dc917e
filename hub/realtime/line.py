"""One connection: a WebSocket that speaks Engine.IO, read by one task and written straight to its transport.

Bounded in both directions. What a client has not taken is at most ``MOST_UNREAD``; while more than ``HIGH_WATER`` of it
waits, nothing more is asked of us in its name; and nobody's buffered frames keep the loop from others.
"""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import WSMessage, WSMsgType, web
from engineio.packet import Packet

HIGH_WATER = 256 * 1024  # bytes that a client has not taken; with more, none of its frames is read
MOST_UNREAD = 8 * 1024 * 1024  # bytes on a line whose reader is behind; with one more it is cut at once
FRAMES_A_TURN = 16  # of one line, before others have their turn
CLOSE_WITHIN = 2.0  # seconds that the other side has to close what was closed here

Hear = Callable[[str, str | bytes], Awaitable[None]]


class Prepared:
    """A Socket.IO packet as it goes over any number of lines, encoded once."""

    __slots__ = ("frame", "packet")

    def __init__(self, packet: bytes) -> None:
        self.frame = frame_of(b"4" + packet)
        self.packet = packet


def frame_of(payload: bytes) -> bytes:
    """A text frame of RFC 6455 as servers send it: whole, and not masked."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def pong_of(payload: bytes) -> bytes:
    """The answer to a control frame PING, which holds at most 125 bytes."""
    return bytes((0x8A, len(payload))) + payload


PING = frame_of(b"2")
GOODBYE = frame_of(b"1")


class Line:
    """In the place of python-engineio's socket, which has two tasks, a queue and timers for each frame."""

    def __init__(
        self,
        sid: str,
        socket: web.WebSocketResponse,
        request: web.Request,
        transport: asyncio.Transport,
        hear: Hear,
        ping_interval: float,
        ping_timeout: float,
    ) -> None:
        """``socket`` is prepared. ``hear(sid, packet)`` is awaited for each packet before the next is read."""
        self.sid = sid
        self.closed = False  # nothing is said or heard any more
        self._socket = socket
        self._writer = request.writer
        self._transport = transport
        self._hear = hear
        self._ping_interval = ping_interval
        self._ping_timeout = ping_timeout
        self._frames: list[bytes] = []  # about to be written
        self._pending = 0  # their bytes
        self._handling = False
        self._catching_up = False
        self._unread_before = 0  # at the last ping
        self._unanswered = 0  # pings since the last sign of life
        self._loop = asyncio.get_running_loop()
        transport.set_write_buffer_limits(high=HIGH_WATER)
        self._timer = self._loop.call_later(ping_interval, self._ping)

    def push(self, prepared: Prepared) -> None:
        """Say something, without waiting."""
        if not self.closed:
            self._write(prepared.frame)

    async def send(self, pkt: Packet) -> None:
        """The library's way to say something. It does not wait either."""
        if not self.closed:
            self._write(frame_of(pkt.encode().encode()))

    def unread(self) -> int:
        """Bytes that the other side has not taken yet."""
        return self._pending + self._transport.get_write_buffer_size()

    async def close(self, reason: str | None = None) -> None:
        """The library's way to end a line: in words. Idempotent."""
        self._dismiss()

    def abort(self) -> None:
        """End it now, with whatever is still in its buffers; its reading ends by itself. Idempotent."""
        self.end()
        self._transport.abort()

    def end(self) -> None:
        """Say and hear nothing more. Idempotent."""
        self.closed = True
        self._timer.cancel()
        self._frames.clear()
        self._pending = 0

    async def read(self) -> None:
        """Hear what comes until the connection ends or was closed."""
        turn = 0
        while not self.closed:
            try:
                frame = await self._socket.receive()
            except ConnectionError:
                return  # it broke while a Close was being answered
            self._unanswered = 0  # whatever it is, somebody is there
            if not await self._hear_frame(frame):
                return
            if self.unread() > HIGH_WATER:
                await self._catch_up()
            turn += 1
            if turn == FRAMES_A_TURN:  # receiving does not wait while frames are buffered
                turn = 0
                await asyncio.sleep(0)

    async def _hear_frame(self, frame: WSMessage) -> bool:
        """False: it ends the connection."""
        if frame.type is WSMsgType.TEXT:
            kind, packet = frame.data[:1], frame.data[1:]
        elif frame.type is WSMsgType.BINARY:
            kind, packet = "4", frame.data
        elif frame.type is WSMsgType.PING:
            self._write(pong_of(bytes(frame.data)))
            return not self.closed
        else:
            return frame.type is WSMsgType.PONG
        if kind != "4":
            return kind in ("3", "2", "6")
        self._handling = True
        await self._hear(self.sid, packet)
        self._handling = False
        return True

    async def _catch_up(self) -> None:
        """Read on when the other side has taken most of what was said."""
        self._flush()
        self._catching_up = True
        try:
            await asyncio.sleep(
                0
            )  # some loops write, and notice that too much waits, only at the end of a turn
            await self._writer.drain()
        except ConnectionError:
            return  # reading notices it too
        finally:
            self._catching_up = False

    def _write(self, frame: bytes) -> None:
        """Frames of one moment go together: an event and the acknowledgement that follows it are one write."""
        self._frames.append(frame)
        self._pending += len(frame)
        if self._pending > HIGH_WATER:
            self._flush()
        elif len(self._frames) == 1:
            # Not this turn of the loop but the one after the next: until then an acknowledgement has been woken up.
            self._loop.call_soon(self._loop.call_soon, self._flush)

    def _flush(self) -> None:
        frames, transport = self._frames, self._transport
        if not frames or transport.is_closing():
            return
        self._frames = []
        self._pending = 0
        transport.write(frames[0] if len(frames) == 1 else b"".join(frames))
        if transport.get_write_buffer_size() > MOST_UNREAD:
            self.abort()  # they resume when they read again

    def _ping(self) -> None:
        """Once an interval. Who is waited for by us, or slowly takes what was said, is not silent."""
        unread = self.unread()
        taking = self._catching_up and unread < self._unread_before
        silence = self._unanswered * self._ping_interval
        if silence >= self._ping_timeout and not self._handling and not taking:
            self._dismiss()
            return
        self._unread_before = unread
        self._unanswered += 1
        self._write(PING)
        self._timer = self._loop.call_later(self._ping_interval, self._ping)

    def _dismiss(self) -> None:
        """Who does not close their side in time is cut off."""
        if self.closed:
            return
        self._write(GOODBYE)
        self._flush()
        self.end()
        self._loop.call_later(CLOSE_WITHIN, self._transport.abort)
