"""A WebSocket client that does next to nothing: the load generator must not be what is measured.

It speaks what Engine.IO 4 and Socket.IO 5 need of RFC 6455: masked text frames out (a mask of zeros needs no work),
unmasked text, ping and close in. No fragments: the servers here send none.
"""

import asyncio
import os
from base64 import b64encode
from collections.abc import Callable

_TEXT, _CLOSE, _PING, _PONG = 0x81, 0x88, 0x89, 0x8A
_NO_MASK = b"\0\0\0\0"


class Frames(asyncio.Protocol):
    """One connection. ``heard(payload)`` is called with each Socket.IO packet, without Engine.IO's leading ``4``."""

    def __init__(self, heard: Callable[[bytes], None]) -> None:
        self.heard = heard
        self.lost = False
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._upgraded = False

    @classmethod
    async def open(
        cls, host: str, port: int, heard: Callable[[bytes], None], headers: dict[str, str] | None = None
    ) -> "Frames":
        """Connect, upgrade, and wait for Engine.IO's greeting."""
        loop = asyncio.get_running_loop()
        _, frames = await loop.create_connection(lambda: cls(heard), host, port)
        key = b64encode(os.urandom(16)).decode()
        lines = [
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
            f"Host: {host}:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            *(f"{name}: {value}" for name, value in (headers or {}).items()),
        ]
        assert frames._transport is not None
        frames._transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        async with asyncio.timeout(20):
            await frames._opened
        return frames

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # uvloop's are no subclass of asyncio.Transport

    def connection_lost(self, failure: Exception | None) -> None:
        self.lost = True
        if not self._opened.done():
            self._opened.set_exception(ConnectionError("refused"))

    def send(self, packet: bytes) -> None:
        """A Socket.IO packet."""
        self._frame(_TEXT, b"4" + packet)

    def close(self) -> None:
        """Drop the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _frame(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        if size < 126:
            head = bytes((kind, 0x80 | size))
        elif size < 65_536:
            head = bytes((kind, 0x80 | 126)) + size.to_bytes(2, "big")
        else:
            head = bytes((kind, 0x80 | 127)) + size.to_bytes(8, "big")
        assert self._transport is not None
        self._transport.write(head + _NO_MASK + payload)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        if not self._upgraded:
            head, found, rest = buffer.partition(b"\r\n\r\n")
            if not found:
                self._buffer = buffer
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self._opened.set_exception(ConnectionError(head.split(b"\r\n", 1)[0].decode()))
                return
            self._upgraded, buffer = True, rest
        at, end = 0, len(buffer)
        while end - at >= 2:
            size, start = buffer[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                size, start = int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10
            if start + size > end or start > end:
                break
            self._read(buffer[at], buffer[start : start + size])
            at = start + size
        self._buffer = buffer[at:]

    def _read(self, kind: int, payload: bytes) -> None:
        if kind == _TEXT:
            first = payload[:1]
            if first == b"4":
                self.heard(payload[1:])
            elif first == b"2":
                self._frame(_TEXT, b"3")
            elif first == b"0" and not self._opened.done():
                self._opened.set_result(None)
        elif kind == _PING:
            self._frame(_PONG, payload)
        elif kind == _CLOSE:
            self.close()
