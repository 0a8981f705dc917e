"""The choke point: every event of every namespace is parsed, limited, called, and acknowledged here."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import ceil
from typing import Any, Generic, TypeVar

import socketio
import structlog
from prometheus_client import Counter, Histogram

from hub.errors import Refusal, error_of, internal_error
from hub.logs import ABOUT
from hub.protocol.common import Error, Namespace, Wire
from hub.rates import Rates

log = structlog.get_logger(__name__)

ANSWER_WITHIN = 5.0
"""Seconds for a handler: its client's further events wait behind it. What is slow goes over HTTP."""

REQUESTS = Counter("linka_requests", "Socket requests", ["namespace", "event", "outcome"])
LATENCY = Histogram("linka_request_seconds", "Time to the acknowledgement", ["namespace", "event"])

Who = TypeVar("Who")
Handler = Callable[[str, Any, Any], Awaitable["Wire | Encoded"]]


@dataclass(frozen=True, slots=True)
class Meters:
    """What is counted of one event, looked up once."""

    event: str
    accepted: Counter
    latency: Histogram


@dataclass(frozen=True, slots=True)
class Encoded:
    """A model of the wire that is in JSON already."""

    model: type[Wire]
    json: bytes


def json_of(model: Wire | Encoded) -> bytes:
    """A model of the wire as it goes over it."""
    return model.json if isinstance(model, Encoded) else type(model).__pydantic_serializer__.to_json(model)


class TypedNamespace(socketio.AsyncNamespace, Generic[Who]):  # type: ignore[misc]  # python-socketio has no types
    """A namespace whose requests and replies are models. A handler is a method named as its event, ``.`` as ``_``:
    ``async def message_send(self, sid, who, request) -> reply``; it may raise what ``hub.errors`` maps."""

    def __init__(self, protocol: Namespace, rates: Rates | None) -> None:
        super().__init__(protocol.name)
        self.protocol = protocol
        self._rates = rates
        self.connected: dict[str, Who] = {}
        self._handlers: dict[str, Handler] = {
            event: getattr(self, event.replace(".", "_")) for event in protocol.requests
        }
        self._meters = {
            event: Meters(
                event,
                REQUESTS.labels(protocol.name, event, "ok"),
                LATENCY.labels(protocol.name, event),
            )
            for event in (*protocol.requests, "unknown")
        }

    async def identify(self, sid: str, environ: dict[str, Any], auth: Any) -> Who:
        """Who connects. Called once; nothing is believed later. Raise ``Refusal`` to refuse."""
        raise NotImplementedError

    async def joined(self, sid: str, who: Who) -> None:
        """After a connection was accepted."""

    async def left(self, sid: str, who: Who) -> None:
        """After a connection ended."""

    def key_of(self, who: Who) -> str:
        """For rate limits: the person, however many sockets they have."""
        raise NotImplementedError

    async def trigger_event(self, event: str, *args: Any) -> Any:
        """The library calls this when a client comes or goes; forged such events were dropped before (``server``)."""
        if event == "connect":
            return await self._connect(*args)
        if event == "disconnect":
            who = self.connected.pop(args[0], None)
            if who is not None:
                await self._leave(args[0], who)
            return None
        raise ValueError(f"{event} does not come this way: requests are answered")

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                who = await self.identify(sid, environ, auth)
            self.connected[sid] = who
            try:
                async with asyncio.timeout(ANSWER_WITHIN):
                    await self.joined(sid, who)
            except BaseException:
                del self.connected[sid]
                await self._leave(sid, who)
                raise
        except Exception as failure:
            error = _wire_error(failure, "connect")
            raise socketio.exceptions.ConnectionRefusedError(
                error.message,  # the first argument becomes the message, the second the data
                error.model_dump(mode="json", exclude_none=True),
            ) from failure

    async def _leave(self, sid: str, who: Who) -> None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await self.left(sid, who)
        except Exception:  # whatever it was, the connection must be forgotten
            log.exception("what a connection left behind was not tidied up")

    async def answer(self, event: str, sid: str, args: list[Any]) -> tuple[bytes, float | None]:
        """The acknowledgement of a request, in JSON, whatever becomes of it; and seconds until the next should be
        read, if this was one too many."""
        began = time.perf_counter()
        meters = self._meters.get(event) or self._meters["unknown"]
        try:
            reply = await self._answer(event, sid, args)
        except Exception as failure:  # noqa: BLE001 - the choke point: whatever it was, the client hears of it
            error = _wire_error(failure, meters.event)
            REQUESTS.labels(self.protocol.name, meters.event, error.code).inc()
            pause = error.retry_after if error.code == "rate_limited" else None
            return b'{"ok":false,"error":%b}' % error.model_dump_json(exclude_none=True).encode(), pause
        meters.accepted.inc()
        meters.latency.observe(time.perf_counter() - began)
        return b'{"ok":true,"data":%b}' % json_of(reply), None

    async def _answer(self, event: str, sid: str, args: list[Any]) -> Wire | Encoded:
        who = self.connected.get(sid)
        if who is None:
            raise Refusal("unauthenticated", "This connection is not known. Connect again.")
        if self._rates is not None:
            wait = self._rates.take(self.key_of(who), time.monotonic())
            if wait is not None:
                raise Refusal(
                    "rate_limited",
                    "Too many requests. Slow down a little.",
                    retry_after=ceil(wait * 100) / 100,
                )
        handler = self._handlers.get(event)
        if handler is None:
            raise Refusal("unknown_event", "There is no such event.")
        if len(args) > 1 or (args and not isinstance(args[0], dict)):
            raise Refusal("bad_request", "An event carries one object.")
        request_model, reply_model = self.protocol.requests[event]
        request = request_model.model_validate(args[0] if args else {})
        about = ABOUT.set((event, getattr(request, "conversation_id", None)))
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                reply = await handler(sid, who, request)
        finally:
            ABOUT.reset(about)
        answered = reply.model if isinstance(reply, Encoded) else type(reply)
        assert issubclass(answered, reply_model), f"{event} answered {answered.__name__}"
        return reply


def _wire_error(failure: Exception, event: str) -> Error:
    error = error_of(failure)
    if error is None:
        log.error("request failed", event_name=event, exc_info=failure)
        error = internal_error()
    return error
