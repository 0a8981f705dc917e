"""Engine.IO below the Socket.IO server: WebSockets and nothing else, and connections that can really be cut."""

from typing import Any

import engineio
import orjson
from aiohttp import web
from engineio.async_drivers.aiohttp import translate_request

from hub.errors import Refusal
from hub.realtime.backlog import Backlog
from hub.realtime.frames import frame_of
from hub.realtime.line import CLOSE_WITHIN, Line


class Engine(engineio.AsyncServer):  # type: ignore[misc]  # python-engineio has no types
    """The library's server with lines of our own making. A session is its WebSocket and ends with it."""

    sockets: dict[str, Line]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._backlog = Backlog()

    async def handle_request(self, request: web.Request) -> web.StreamResponse:
        """A WebSocket, from its first frame to its last. Raises ``Refusal`` for whatever asks for something else."""
        self._check(request)
        socket = web.WebSocketResponse(
            max_msg_size=self.max_http_buffer_size,
            compress=False,  # costs hundreds of kilobytes each
            timeout=CLOSE_WITHIN,
            autoping=False,  # inside the library a flood of pings would never let others have their turn
        )
        try:
            await socket.prepare(request)
        except web.HTTPException as refused:
            raise Refusal("bad_request", refused.text or refused.reason) from None
        transport = request.transport
        if transport is None:
            return socket
        sid = self.generate_id()
        line = Line(
            sid, socket, request, transport, self._hear, self._backlog, self.ping_interval, self.ping_timeout
        )
        self.sockets[sid] = line
        try:
            await self.handlers["connect"](sid, _environ_of(request))
            transport.write(frame_of(b"0" + self._greeting(sid)))
            await line.read()
        finally:
            line.end()
            self.sockets.pop(sid, None)
            await self._trigger_event("disconnect", sid, self.reason.TRANSPORT_CLOSE, run_async=False)
            await socket.close()
        return socket

    def cut(self, sid: str, reason: str) -> None:
        """End a connection now, without waiting for its reader or for what it leaves behind. Idempotent."""
        line = self.sockets.pop(sid, None)
        if line is not None:
            line.cut(reason)

    def _check(self, request: web.Request) -> None:
        query, origin = request.query, request.headers.get("Origin")
        if origin is not None and origin not in self.cors_allowed_origins:
            raise Refusal("bad_request", "Sockets are only opened from the hub's own pages.")
        if request.method != "GET" or query.get("transport") != "websocket" or "sid" in query or "j" in query:
            raise Refusal(
                "bad_request",
                "Only WebSockets are served here (transport=websocket), no polling, no upgrades.",
            )
        if query.get("EIO") != "4":
            raise Refusal("bad_request", "Only version 4 of Engine.IO is spoken here (EIO=4).")

    def _greeting(self, sid: str) -> bytes:
        """What a client is told is what it gets: a ping each interval, and so long to answer it."""
        return orjson.dumps(
            {
                "sid": sid,
                "upgrades": [],
                "pingTimeout": int(self.ping_timeout * 1000),
                "pingInterval": int(self.ping_interval * 1000),
                "maxPayload": self.max_http_buffer_size,
            }
        )

    async def _hear(self, sid: str, packet: str | bytes) -> bool:
        try:
            limited: bool = await self.handlers["message"](sid, packet)
        except Exception:  # whatever it was, the connection lives on
            self.logger.exception("a packet could not be handled")
            return False
        return limited


def _environ_of(request: web.Request) -> dict[str, Any]:
    environ: dict[str, Any] = translate_request(request)
    environ["REMOTE_ADDR"] = request.remote or "unknown"
    return environ
