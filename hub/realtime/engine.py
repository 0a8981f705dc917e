"""Engine.IO below the Socket.IO server: no JSONP, no garbage by polling, and connections that can really be cut."""

from typing import Any

import engineio
from aiohttp import WSMessage, web
from engineio.async_drivers.aiohttp import WebSocket, translate_request
from engineio.exceptions import QueueEmpty
from engineio.packet import OPEN, Packet, packet_names
from engineio.payload import Payload

from hub.realtime.line import Line


class Engine(engineio.AsyncServer):  # type: ignore[misc]  # python-engineio has no types
    """The library's server keeps what it cuts: here the transport goes too, and the waiting packets with it."""

    sockets: dict[str, Line]
    start_service_task: bool

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
        line = self.sockets.get(sid)
        return line.backlog() if line else (0, 0)

    async def _handle_connect(self, environ: dict[str, Any], transport: str, jsonp_index: Any = None) -> Any:
        """As the library's, but with lines of our own making, and without its cookie and JSONP."""
        if self.start_service_task:
            self.start_service_task = False
            self.service_task_handle = self.start_background_task(self._service_task)
        sid: str = self.generate_id()
        line = self.sockets[sid] = Line(self, sid)
        greeting = {
            "sid": sid,
            "upgrades": self._upgrades(sid, transport),
            "pingTimeout": int(self.ping_timeout * 1000),
            "pingInterval": int(self.ping_interval * 1000),
            "maxPayload": self.max_http_buffer_size,
        }
        await line.send(Packet(OPEN, greeting))
        if await self._trigger_event("connect", sid, environ, run_async=False) not in (None, True):
            self.sockets.pop(sid, None)
            return self._unauthorized()
        line.schedule_ping()
        if transport == "websocket":
            ended = await line.handle_get_request(environ)
            if line.closed:
                self.sockets.pop(sid, None)
            return ended
        line.connected = True
        try:
            return self._ok(await line.poll())
        except QueueEmpty:
            return self._bad_request()

    async def heard(self, sid: str, packet: str | bytes) -> None:
        """A Socket.IO packet has come over a WebSocket."""
        try:
            await self.handlers["message"](sid, packet)
        except Exception:  # whatever it was, the connection lives on
            self.logger.exception("a packet could not be handled")


class Wire(WebSocket):  # type: ignore[misc]  # python-engineio has no types
    """A WebSocket that its server can find again. Without compression, which costs hundreds of kilobytes each."""

    async def __call__(self, environ: dict[str, Any]) -> Any:
        sid = self.handler.__self__.sid
        request: web.Request = environ["aiohttp.request"]
        self._sock = web.WebSocketResponse(max_msg_size=self.server.max_http_buffer_size, compress=False)
        await self._sock.prepare(request)
        self.transport = request.transport
        self.server.note_wire(sid, self)
        try:
            await self.handler(self)
        finally:
            self.server.forget_wire(sid)
        return self._sock

    async def receive(self) -> WSMessage:
        """The next frame of whatever kind."""
        message: WSMessage = await self._sock.receive()
        return message

    def abort(self) -> None:
        """Drop the transport with whatever is still in its buffers."""
        if self.transport is not None:
            self.transport.abort()


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
