"""One Engine.IO connection. What is said on a WebSocket goes straight to its transport.

The library gives each connection a writing task, a task and a timer for each frame that is read, and a sleeping task
for the next ping. Here one task reads, and nothing else lives as long as the connection. Long polling stays as it was.
"""

import asyncio
import time
from typing import Any

from aiohttp import WSMsgType
from engineio.async_socket import AsyncSocket
from engineio.packet import MESSAGE, NOOP, PING, PONG, UPGRADE, Packet

MOST_UNREAD = 8 * 1024 * 1024  # bytes on a WebSocket whose reader is behind; with one more it is cut at once
MOST_WAITING = (
    4_000  # packets on a line by long polling; with one more it takes none and is cut at the next look
)
CLOSE_WITHIN = 2.0  # seconds that the other side has to close what was closed here


class Prepared:
    """A Socket.IO packet as it goes over any number of lines, encoded once."""

    __slots__ = ("_text", "frame")

    def __init__(self, packet: bytes) -> None:
        self.frame = frame_of(b"4" + packet)
        self._text = packet

    def packet(self) -> Packet:
        """For a line by long polling."""
        return Packet(MESSAGE, self._text.decode())


def frame_of(payload: bytes) -> bytes:
    """A text frame of RFC 6455 as servers send it: whole, and not masked."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


class Line(AsyncSocket):  # type: ignore[misc]  # python-engineio has no types
    """The library's socket with a shorter way to and from a WebSocket."""

    connected: bool
    last_ping: float | None

    def __init__(self, server: Any, sid: str) -> None:
        super().__init__(server, sid)
        self._transport: asyncio.WriteTransport | None = None
        self._frames: list[bytes] = []  # about to be written
        self._overrun = False
        self._unread = 0  # frames that were written since the reader had taken everything

    def push(self, prepared: Prepared) -> None:
        """Say something, without waiting."""
        if self.closed:
            return
        if self._transport is not None:
            self._write(prepared.frame)
        elif self.queue.qsize() < MOST_WAITING:
            self.queue.put_nowait(prepared.packet())
        else:
            self._overrun = True

    async def send(self, pkt: Packet) -> None:
        """The library's way to say something. Raises when the line is closed."""
        if self._transport is None:
            await super().send(pkt)
        elif await self.check_ping_timeout():
            self._write(frame_of(pkt.encode().encode()))

    def backlog(self) -> tuple[int, int]:
        """Packets that the reader has not taken yet, and their bytes or characters."""
        if self._transport is not None:
            waiting = self._transport.get_write_buffer_size()
            return (self._unread if waiting else 0), waiting
        # The only way to see what waits in an asyncio queue without taking it out.
        queued = [packet for packet in self.queue._queue if packet is not None]  # noqa: SLF001
        if self._overrun:
            return MOST_WAITING, MOST_UNREAD + 1
        return len(queued), sum(len(packet.data) for packet in queued if isinstance(packet.data, str))

    def _write(self, frame: bytes) -> None:
        """Frames of one moment go together: an event and the acknowledgement that follows it are one write."""
        self._frames.append(frame)
        if len(self._frames) == 1:
            loop = asyncio.get_running_loop()
            # Not this turn of the loop but the one after the next: until then an acknowledgement has been woken up.
            loop.call_soon(loop.call_soon, self._flush)

    def _flush(self) -> None:
        transport, frames = self._transport, self._frames
        self._frames = []
        if transport is None or transport.is_closing():
            return
        self._unread = self._unread + len(frames) if transport.get_write_buffer_size() else len(frames)
        transport.write(frames[0] if len(frames) == 1 else b"".join(frames))
        if transport.get_write_buffer_size() > MOST_UNREAD:
            transport.abort()  # its reading ends with it, and so the line; they resume when they read again

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """Idempotent. Who does not close their side in time is cut off."""
        began = not self.closing
        await super().close(wait=wait, abort=abort, reason=reason)
        if began and self._transport is not None:
            asyncio.get_running_loop().call_later(CLOSE_WITHIN, self._transport.abort)

    def schedule_ping(self) -> None:
        """When the last one was answered."""
        if self.last_ping:
            self.last_ping = None
            asyncio.get_running_loop().call_later(self.server.ping_interval, self._ping)

    def _ping(self) -> None:
        if self.closing or self.closed:
            return
        self.last_ping = time.time()
        if self._transport is None:
            self.queue.put_nowait(Packet(PING))
        else:
            self._write(b"\x81\x012")

    async def _websocket_handler(self, ws: Any) -> None:
        """Read until the connection ends."""
        if self.connected and not await self._upgraded_by(ws):
            return
        self.connected = self.upgraded = True
        self._transport = ws.transport
        while not self.queue.empty():
            packet = self.queue.get_nowait()
            self.queue.task_done()
            if packet is not None and packet.packet_type != NOOP:
                self._write(frame_of(packet.encode().encode()))
        try:
            await self._read(ws)
        finally:
            self._flush()
            self._transport = None
            await ws.close()
            await self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)

    async def _read(self, ws: Any) -> None:
        while not self.closed:
            frame = await ws.receive()
            data = frame.data
            if frame.type is WSMsgType.TEXT:
                kind = data[:1]
            elif frame.type is WSMsgType.BINARY:
                kind = "4"
            else:
                return
            if kind == "4":
                await self.server.heard(self.sid, data if frame.type is WSMsgType.BINARY else data[1:])
            elif kind == "3":
                self.schedule_ping()
            elif kind == "6" or kind == "2":
                continue
            else:
                return

    async def _upgraded_by(self, ws: Any) -> bool:
        """From long polling: the probe, its answer, and the switch."""
        self.upgrading = True  # what is said meanwhile waits
        try:
            probe = await ws.receive()
            if probe.data != f"{PING}probe":
                return False
            await ws.send(f"{PONG}probe")
            await self.queue.put(Packet(NOOP))  # ends a poll that waits
            return bool((await ws.receive()).data == str(UPGRADE))
        finally:
            self.upgrading = False
