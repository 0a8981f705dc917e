"""The Socket.IO server with its known holes closed (forged events, binary floods, silent sockets, slow readers)."""

import asyncio
import time
from collections.abc import Collection, Iterable
from typing import Any

import orjson
import socketio
import structlog

from hub.realtime.engine import Engine
from hub.realtime.line import Prepared
from hub.realtime.relay import Relay

log = structlog.get_logger(__name__)

RESERVED = frozenset({"connect", "disconnect", "connect_error"})
LARGEST_FRAME = 64 * 1024  # characters, of a visitor or an operator
LARGEST_CARRIER_FRAME = 1024 * 1024  # of a channel's bot, which hands up many updates at once
CONNECT_WITHIN = 10.0  # seconds until a socket must have joined a namespace
LONGEST_QUEUE = 2_000  # packets that a reader may be behind
LARGEST_QUEUE = 8 * 1024 * 1024  # characters in them
LOOK_EVERY = 2.0
LONGEST_NUMBER = 100  # digits of what identifies an acknowledgement

CARRIER_NAMESPACE = "/channel"


class Json:
    """orjson, as the module that python-socketio expects."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_: Any) -> Any:
        return orjson.loads(text)


def _event_of(packet: str) -> tuple[str, str, list[Any]]:
    """Namespace, number to be acknowledged (may be empty) and contents. Raises ``ValueError`` if it is no event."""
    name, at = "/", 1
    if packet[1:2] == "/":
        comma = packet.index(",")
        name, at = packet[1:comma], comma + 1
    start = packet.index("[", at)
    number = packet[at:start]
    if number and not (number.isdecimal() and number.isascii() and len(number) <= LONGEST_NUMBER):
        raise ValueError("not a number")
    data: list[Any] = orjson.loads(packet[start:])
    return name.partition("?")[0], number, data


def _event(namespace: str, event: str, body: bytes) -> Prepared:
    return Prepared(b'2%b,["%b",%b]' % (namespace.encode(), event.encode(), body))


class LinkaServer(socketio.AsyncServer):  # type: ignore[misc]  # python-socketio has no types
    """Drops what must never reach a handler."""

    def __init__(self, origins: list[str], relay: Relay | None = None) -> None:
        """``relay``: with more than one hub."""
        super().__init__(
            async_mode="aiohttp",
            # The default reorders one client's events and lets a flood start thousands of tasks.
            async_handlers=False,
            cors_allowed_origins=origins,
            max_http_buffer_size=LARGEST_CARRIER_FRAME,
            http_compression=False,
            json=Json,
            ping_interval=10,
            ping_timeout=10,
            client_manager=relay,
            # JSONP is a hole that no browser of this century needs.
            transports=["websocket", "polling"],
        )
        self._arrived: dict[str, float] = {}

    def _engineio_server_class(self) -> type[Engine]:
        return Engine

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: Any) -> None:
        """Whoever left while being let in is shown out: the library would keep them for ever."""
        await super()._handle_connect(eio_sid, namespace, data)
        if eio_sid not in self.environ:
            await self._handle_disconnect(eio_sid, namespace, self.reason.CLIENT_DISCONNECT)

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        self._arrived[eio_sid] = time.monotonic()
        await super()._handle_eio_connect(eio_sid, environ)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        self._arrived.pop(eio_sid, None)
        await super()._handle_eio_disconnect(eio_sid, reason)

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        """A frame that cannot be read ends its connection; a retry of it would be no better."""
        if not isinstance(data, str):
            await self._expel(eio_sid, "binary packet")
            return
        if data[:1] in ("5", "6"):
            await self._expel(eio_sid, "binary event")
            return
        if len(data) > LARGEST_FRAME and not self._is_carrier(eio_sid):
            await self._expel(eio_sid, "frame too large")
            return
        try:
            if data[:1] == "2":
                await self._handle_request(eio_sid, data)
            else:
                await super()._handle_eio_message(eio_sid, data)
        except (ValueError, KeyError, IndexError, TypeError, RecursionError, AttributeError) as failure:
            log.info("unreadable frame", failure=type(failure).__name__)
            await self._expel(eio_sid, "unreadable frame")

    async def _handle_request(self, eio_sid: str, packet: str) -> None:
        """An event: by far the most of all packets, so it goes a shorter way than the library's.

        A client may emit ``connect`` with an environ of its own making: such names never reach dispatch.
        """
        name, number, data = _event_of(packet)
        if not data or not isinstance(data[0], str) or data[0] in RESERVED:
            await self._expel(eio_sid, "forged event")
            return
        namespace = self.namespace_handlers.get(name)
        sid = self.manager.sid_from_eio_sid(eio_sid, name)
        if namespace is None or not self.manager.is_connected(sid, name):
            return
        answer: bytes = await namespace.answer(data[0], sid, data[1:])
        if number:
            line = self.eio.sockets.get(eio_sid)
            if line is not None:
                line.push(Prepared(b"3%b,%b[%b]" % (name.encode(), number.encode(), answer)))

    def tell(self, namespace: str, event: str, body: bytes, room: str, skip: Collection[str] = ()) -> None:
        """Say something (in JSON) to all of this hub's sockets in a room, encoded once. Waits for nobody."""
        members = self.manager.rooms.get(namespace, {}).get(room)
        if members:
            self._push(
                _event(namespace, event, body),
                (eio_sid for sid, eio_sid in members.items() if sid not in skip),
            )

    def tell_each(self, namespace: str, event: str, body: bytes, sids: Iterable[str]) -> None:
        """The same to these sockets, if they are there."""
        everybody = self.manager.rooms.get(namespace, {}).get(None, {})
        self._push(_event(namespace, event, body), (everybody.get(sid) for sid in sids))

    def _push(self, prepared: Prepared, eio_sids: Iterable[str | None]) -> None:
        for eio_sid in eio_sids:
            line = self.eio.sockets.get(eio_sid)
            if line is not None:
                line.push(prepared)

    def _is_carrier(self, eio_sid: str) -> bool:
        return self.manager.sid_from_eio_sid(eio_sid, CARRIER_NAMESPACE) is not None

    async def _expel(self, eio_sid: str, reason: str) -> None:
        log.info("connection refused further service", reason=reason)
        self._arrived.pop(eio_sid, None)
        await self.eio.cut(eio_sid)

    async def reap(self) -> None:
        """The job: cut sockets that never joined a namespace and readers that fell too far behind."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            now = time.monotonic()
            for eio_sid, arrived in list(self._arrived.items()):
                if any(self.manager.sid_from_eio_sid(eio_sid, name) for name in self.namespace_handlers):
                    self._arrived.pop(eio_sid, None)
                elif now - arrived > CONNECT_WITHIN:
                    await self._expel(eio_sid, "never joined")
            for eio_sid in list(self.eio.sockets):
                packets, characters = self.eio.backlog(eio_sid)
                if packets > LONGEST_QUEUE or characters > LARGEST_QUEUE:
                    log.warning("a reader fell too far behind and must resume", packets=packets)
                    await self.eio.cut(eio_sid)
