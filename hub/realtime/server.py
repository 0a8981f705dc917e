"""The Socket.IO server with its known holes closed (forged events, floods of any kind, sockets that never join)."""

import asyncio
import time
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

import orjson
import socketio
import structlog

from hub.realtime.engine import Engine
from hub.realtime.frames import Prepared
from hub.realtime.relay import Relay

log = structlog.get_logger(__name__)

RESERVED = frozenset({"connect", "disconnect", "connect_error"})
LARGEST_FRAME = 64 * 1024  # characters, of a visitor or an operator
LARGEST_CARRIER_FRAME = 1024 * 1024  # bytes, of a channel's bot, which hands up many updates at once
CONNECT_WITHIN = 10.0  # seconds that a socket may be in no namespace
LOOK_EVERY = 2.0
MOST_HANDSHAKES = 5  # of one connection in its life; clients of ours need one
LONGEST_PAUSE = 1.0  # seconds in which nothing is read of whoever asks too often, so that TCP slows them down
MOST_REFUSALS = 100  # for asking too often, in a row: then the connection ends
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


def _address_of(packet: str) -> tuple[str, int]:
    """The namespace that a packet is for, and where the rest begins. Raises ``ValueError`` if it does not say."""
    if packet[1:2] != "/":
        return "/", 1
    comma = packet.index(",")
    return packet[1:comma].partition("?")[0], comma + 1


def _event_of(packet: str, at: int) -> tuple[str, list[Any]]:
    """Number to be acknowledged (may be empty) and contents. Raises ``ValueError`` if it is no event."""
    start = packet.index("[", at)
    number = packet[at:start]
    if number and not (number.isdecimal() and number.isascii() and len(number) <= LONGEST_NUMBER):
        raise ValueError("not a number")
    data: list[Any] = orjson.loads(packet[start:])
    return number, data


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
            monitor_clients=False,  # each line looks after itself
            transports=["websocket"],
        )
        self._arrived: dict[str, float] = {}  # who is in no namespace, and since when
        self._handshakes: Counter[str] = Counter()
        self._refusals: Counter[str] = Counter()  # in a row

    def _engineio_server_class(self) -> type[Engine]:
        return Engine

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: Any) -> None:
        """Each handshake asks the database, so there are few."""
        self._handshakes[eio_sid] += 1
        if self._handshakes[eio_sid] > MOST_HANDSHAKES:
            self._expel(eio_sid, "too many handshakes")
            return
        await super()._handle_connect(eio_sid, namespace, data)
        self._note_outside(eio_sid)

    async def _handle_disconnect(
        self, eio_sid: str, namespace: str | None, reason: str | None = None
    ) -> None:
        await super()._handle_disconnect(eio_sid, namespace, reason)
        self._note_outside(eio_sid)

    async def disconnect(self, sid: str, namespace: str | None = None, ignore_queue: bool = False) -> None:
        """Show somebody out of a namespace. Who then neither joins again nor goes is cut after a while."""
        eio_sid = self.manager.eio_sid_from_sid(sid, namespace or "/")
        await super().disconnect(sid, namespace, ignore_queue)
        if eio_sid is not None:
            self._note_outside(eio_sid)

    def _note_outside(self, eio_sid: str) -> None:
        if eio_sid in self.environ and not self._is_inside(eio_sid):
            self._arrived.setdefault(eio_sid, time.monotonic())

    def _is_inside(self, eio_sid: str) -> bool:
        return any(self.manager.sid_from_eio_sid(eio_sid, name) for name in self.namespace_handlers)

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        self._arrived[eio_sid] = time.monotonic()
        await super()._handle_eio_connect(eio_sid, environ)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        try:
            await super()._handle_eio_disconnect(eio_sid, reason)
        finally:
            for notes in (self._arrived, self._handshakes, self._refusals):
                notes.pop(eio_sid, None)

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> bool:
        """True: it was a request within its sender's rate; all else is the line's to count.

        A frame that cannot be read ends its connection; a retry of it would be no better.
        """
        if not isinstance(data, str):
            self._expel(eio_sid, "binary packet")
        elif data[:1] in ("5", "6"):
            self._expel(eio_sid, "binary event")
        elif len(data) > LARGEST_FRAME and not self._is_carrier(eio_sid):
            self._expel(eio_sid, "frame too large")
        else:
            try:
                return await self._handle_packet(eio_sid, data)
            except (ValueError, KeyError, IndexError, TypeError, RecursionError, AttributeError) as failure:
                log.info("unreadable frame", failure=type(failure).__name__)
                self._expel(eio_sid, "unreadable frame")
        return False

    async def _handle_packet(self, eio_sid: str, packet: str) -> bool:
        """Whom it is for is known before its JSON is parsed."""
        name, at = _address_of(packet)
        match packet[:1]:
            case "2":
                return await self._handle_request(eio_sid, name, packet, at)
            case "0":
                known = name in self.namespace_handlers
                auth = orjson.loads(packet[at:]) if known and len(packet) > at else None
                await self._handle_connect(eio_sid, name, auth)
            case "1":
                await self._handle_disconnect(eio_sid, name)
            case "3":
                pass  # an acknowledgement, for which nobody here has asked
            case _:
                raise ValueError("not a packet of a client")
        return False

    async def _handle_request(self, eio_sid: str, name: str, packet: str, at: int) -> bool:
        """An event: by far the most of all packets, so it goes a shorter way than the library's.

        A client may emit ``connect`` with an environ of its own making: such names never reach dispatch.
        """
        namespace = self.namespace_handlers.get(name)
        if namespace is None:
            self._expel(eio_sid, "no such namespace")
            return False
        sid = self.manager.sid_from_eio_sid(eio_sid, name)
        if not self.manager.is_connected(sid, name):
            return False  # not yet, or not any more
        number, data = _event_of(packet, at)
        if not data or not isinstance(data[0], str) or data[0] in RESERVED:
            self._expel(eio_sid, "forged event")
            return False
        answer: bytes
        pause: float | None
        answer, pause = await namespace.answer(data[0], sid, data[1:])
        if number:
            line = self.eio.sockets.get(eio_sid)
            if line is not None:
                line.push(Prepared(b"3%b,%b[%b]" % (name.encode(), number.encode(), answer)))
        if pause is not None:
            await self._slow_down(eio_sid, pause)
            return False
        if self._refusals:
            self._refusals.pop(eio_sid, None)
        return True

    async def _slow_down(self, eio_sid: str, pause: float) -> None:
        """Somebody asks too often. Their next frame is not read before it has a chance."""
        self._refusals[eio_sid] += 1
        if self._refusals[eio_sid] > MOST_REFUSALS:
            self._expel(eio_sid, "too many requests")
        else:
            await asyncio.sleep(min(pause, LONGEST_PAUSE))

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

    def sever(self, sid: str, namespace: str, reason: str) -> None:
        """Cut somebody's line, without a word and without waiting. Idempotent."""
        eio_sid = self.manager.eio_sid_from_sid(sid, namespace)
        if eio_sid is not None:
            self._expel(eio_sid, reason)

    def _expel(self, eio_sid: str, reason: str) -> None:
        self._arrived.pop(eio_sid, None)
        self.eio.cut(eio_sid, reason)

    async def reap(self) -> None:
        """The job: cut sockets that are in no namespace."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            now = time.monotonic()
            for eio_sid, arrived in list(self._arrived.items()):
                if self._is_inside(eio_sid):
                    self._arrived.pop(eio_sid, None)
                elif now - arrived > CONNECT_WITHIN:
                    self._expel(eio_sid, "never joined")
