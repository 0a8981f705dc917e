"""One connection: a WebSocket that speaks Engine.IO, read by one task and written straight to its transport.

Bounded in both directions. What a client has not taken is at most ``MOST_UNREAD``, bounded over all lines, too
(``backlog``), and in time (``pulse``); while more than ``HIGH_WATER`` of it waits, nothing more is asked of us in its
name. Frames that no rate limit counts are few, and nobody's buffered frames keep the loop from others.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from fcntl import ioctl
from termios import TIOCOUTQ

import structlog
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web
from engineio.packet import Packet
from prometheus_client import Counter

from hub.realtime.backlog import Backlog
from hub.realtime.frames import GOODBYE, PING, Prepared, frame_of, pong_of
from hub.realtime.pulse import Pulse, Verdict

log = structlog.get_logger(__name__)

HIGH_WATER = 256 * 1024  # bytes that a client has not taken; with more, none of its frames is read
MOST_UNREAD = 8 * 1024 * 1024  # bytes on a line whose reader is behind; with one more it is cut at once
FRAMES_AT_ONCE = 200  # that were no request within its sender's rate; honest clients send one in ten seconds
FRAMES_A_SECOND = 20  # of those, in the long run
FRAMES_A_TURN = 16  # of one line, before others have their turn
CLOSE_WITHIN = 2.0  # seconds that the other side has to close what was closed here

CUTS = Counter("linka_cuts", "Connections that the hub ended", ["reason"])

Hear = Callable[[str, str | bytes], Awaitable[bool]]


class Line:
    """In the place of python-engineio's socket, which has two tasks, a queue and timers for each frame."""

    def __init__(
        self,
        sid: str,
        socket: web.WebSocketResponse,
        request: web.Request,
        transport: asyncio.Transport,
        hear: Hear,
        backlog: Backlog,
        ping_interval: float,
        ping_timeout: float,
    ) -> None:
        """``socket`` is prepared. ``hear(sid, packet)`` is awaited for each packet before the next is read; True: it
        was a request within its sender's rate, so that this line has nothing to pay for it."""
        self.sid = sid
        self.closed = False  # nothing is said or heard any more
        self._socket = socket
        self._writer = request.writer
        self._transport = transport
        self._hear = hear
        self._backlog = backlog
        self._frames: list[bytes] = []  # about to be written
        self._pending = 0  # their bytes
        self._said = 0  # bytes, ever
        self._handling = False
        self._loop = asyncio.get_running_loop()
        self._allowance = FRAMES_AT_ONCE
        self._allowed_at = self._loop.time()
        self._ping_interval = ping_interval
        self._pulse = Pulse(ping_interval, ping_timeout)
        transport.set_write_buffer_limits(high=HIGH_WATER)
        backlog.join(self)
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
        """Bytes that are kept here because the other side has not taken them yet."""
        return self._pending + self._transport.get_write_buffer_size()

    async def close(self, reason: str | None = None) -> None:
        """The library's way to end a line: in words. Idempotent."""
        if not self.closed:
            self._say_goodbye()

    def cut(self, reason: str) -> None:
        """End it now, with whatever is still in its buffers; its reading ends by itself. Idempotent."""
        if not self.closed:
            CUTS.labels(reason).inc()
            log.info("connection cut", reason=reason)
        self.end()
        self._transport.abort()

    def end(self) -> None:
        """Say and hear nothing more; who does not close their side in time is cut off. Idempotent."""
        if self.closed:
            return
        self.closed = True
        self._timer.cancel()
        self._frames.clear()
        self._pending = 0
        self._backlog.leave(self)
        self._loop.call_later(CLOSE_WITHIN, self._transport.abort)

    async def read(self) -> None:
        """Hear what comes until the connection ends or was closed."""
        turn = 0
        while not self.closed:
            try:
                frame = await self._socket.receive()
            except ConnectionError:
                return  # it broke while a Close was being answered
            self._pulse.unanswered = 0  # whatever it is, somebody is there
            self._allowance -= 1
            if self._allowance < 0 and not self._is_allowed():
                await self._turn_away("too many frames")
                return
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
        if self.closed:
            return False
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
        self._allowance += await self._hear(self.sid, packet)
        self._handling = False
        return True

    def _is_allowed(self) -> bool:
        """Whether enough time has passed since the allowance was last filled."""
        now = self._loop.time()
        earned = int((now - self._allowed_at) * FRAMES_A_SECOND)
        self._allowed_at = now
        self._allowance = min(earned, FRAMES_AT_ONCE) - 1
        return earned > 0

    async def _turn_away(self, reason: str) -> None:
        """In words that any client of WebSockets understands. Nothing more is read meanwhile."""
        CUTS.labels(reason).inc()
        log.info("connection turned away", reason=reason)
        self._flush()
        self.end()
        if not self._transport.is_closing():
            self._transport.pause_reading()
            await self._socket.close(code=WSCloseCode.POLICY_VIOLATION, message=reason.encode())

    async def _catch_up(self) -> None:
        """Read on when the other side has taken most of what was said. Who never does is cut by the pulse."""
        self._flush()
        try:
            # Some loops write, and notice that too much waits, only at the end of a turn.
            await asyncio.sleep(0)
            await self._writer.drain()
        except ConnectionError:
            return  # reading notices it too

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
        if not frames:
            return
        if transport.is_closing():
            self.end()  # it may be closing for ever: who has said all of theirs need not read what is left
            return
        self._said += self._pending
        self._frames = []
        self._pending = 0
        transport.write(frames[0] if len(frames) == 1 else b"".join(frames))
        kept = transport.get_write_buffer_size()
        if kept > MOST_UNREAD:
            self.cut("too much unread")  # they resume when they read again
        else:
            self._backlog.note(self, kept)

    def _ping(self) -> None:
        """Once an interval."""
        if self._transport.is_closing():
            self.end()
            return
        kept = self._transport.get_write_buffer_size()
        self._backlog.note(self, kept)
        if self.closed:
            return
        taken = self._said - kept - _on_the_way(self._transport)
        verdict = self._pulse.look(self._said, taken, self._handling)
        if verdict is Verdict.BEHIND:
            self.cut(verdict.value)
        elif verdict is Verdict.SILENT:
            CUTS.labels(verdict.value).inc()
            self._say_goodbye()
        else:
            self._write(PING)
            self._timer = self._loop.call_later(self._ping_interval, self._ping)

    def _say_goodbye(self) -> None:
        self._write(GOODBYE)
        self._flush()
        self.end()


def _on_the_way(transport: asyncio.Transport) -> int:
    """Bytes that the kernel keeps of ours until the other side's has them. Linux alone tells."""
    if sys.platform != "linux":
        return 0
    kernel = transport.get_extra_info("socket")
    return int.from_bytes(ioctl(kernel.fileno(), TIOCOUTQ, bytes(4)), sys.byteorder)
