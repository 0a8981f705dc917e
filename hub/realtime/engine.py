"""Engine.IO below the Socket.IO server: no JSONP, no garbage by polling, and connections that can really be cut."""

from typing import Any

import engineio
from aiohttp import web
from engineio.async_drivers.aiohttp import WebSocket, translate_request
from engineio.packet import packet_names
from engineio.payload import Payload

_KNOWN = frozenset(str(kind) for kind in range(len(packet_names)))


class Engine(engineio.AsyncServer):  # type: ignore[misc]  # python-engineio has no types
    """The library's server keeps what it cuts: here the transport goes too, and the waiting packets with it."""

    _async: dict[str, Any]  # the library's table of what it takes from aiohttp

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._wires: dict[str, Wire] = {}
        self._async = {**self._async, "translate_request": _environ_of, "websocket": Wire}

    async def handle_request(self, request: web.Request) -> Any:
        """JSONP is a hole that no browser of this century needs; a body that cannot be read ends its session."""
        if "j" in request.query:
            return await self._refuse(request, "JSONP is not supported")
        if request.method == "POST" and not _readable(await request.read()):
            await self.cut(request.query.get("sid", ""))
            return await self._refuse(request, "unreadable payload")
        return await super().handle_request(request)

    async def _refuse(self, request: web.Request, reason: str) -> Any:
        return await self._make_response(self._bad_request(reason), await _environ_of(request))

    def note_wire(self, sid: str, wire: "Wire") -> None:
        """A WebSocket has been opened."""
        self._wires[sid] = wire

    def forget_wire(self, sid: str) -> None:
        """A WebSocket has ended."""
        self._wires.pop(sid, None)

    async def cut(self, sid: str) -> None:
        """End a connection now, without waiting for its reader. Idempotent."""
        socket = self.sockets.pop(sid, None)
        if socket is not None:
            await socket.close(wait=False, abort=True)
            socket.queue.put_nowait(None)  # lets a waiting poll go
        wire = self._wires.pop(sid, None)
        if wire is not None:
            wire.abort()

    def backlog(self, sid: str) -> tuple[int, int]:
        """Packets that the reader has not taken yet, and the characters in them."""
        socket = self.sockets.get(sid)
        # The only way to see what waits in an asyncio queue without taking it out.
        queued = socket.queue._queue if socket else ()  # noqa: SLF001
        waiting = [packet for packet in queued if packet is not None]
        return len(waiting), sum(len(packet.data) for packet in waiting if isinstance(packet.data, str))


class Wire(WebSocket):  # type: ignore[misc]  # python-engineio has no types
    """A WebSocket that its server can find again."""

    async def __call__(self, environ: dict[str, Any]) -> Any:
        sid = self.handler.__self__.sid
        self._request = environ["aiohttp.request"]
        self.server.note_wire(sid, self)
        try:
            return await super().__call__(environ)
        finally:
            self.server.forget_wire(sid)

    async def wait(self) -> str | bytes | None:
        """The next frame; None ends the connection, as one does that is no packet at all."""
        frame: str | bytes = await super().wait()
        return frame if isinstance(frame, bytes) or frame[:1] in _KNOWN else None

    def abort(self) -> None:
        """Drop the transport with whatever is still in its buffers."""
        if self._request.transport is not None:
            self._request.transport.abort()


class _Body:
    """A request's body that was read already."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    async def read(self, length: int) -> bytes:
        return self._raw[:length]


async def _environ_of(request: web.Request) -> dict[str, Any]:
    environ: dict[str, Any] = translate_request(request)
    environ["REMOTE_ADDR"] = request.remote or "unknown"
    if request.method == "POST":
        environ["wsgi.input"] = _Body(await request.read())
    return environ


def _readable(body: bytes) -> bool:
    try:
        packets = Payload(encoded_payload=body.decode()).packets
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return False
    return all(packet.packet_type < len(packet_names) for packet in packets)
