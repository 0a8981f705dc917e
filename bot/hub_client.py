"""The bot's one socket to a hub: typed requests, and connecting again, to whichever hub is there."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp
import socketio
from pydantic import SecretStr, ValidationError

from bot.backoff import Backoff, pause
from bot.hub_requests import READ, HubError, Q, R, Request, read
from bot.logs import get_logger
from hub.protocol.channel import ChannelConfiguration, ChannelTyping
from hub.protocol.common import Nothing

log = get_logger(__name__)

NAMESPACE = "/channel"


class HubClient:
    """Keeps a connection while `run` runs."""

    def __init__(
        self,
        urls: Sequence[str],
        token: SecretStr,
        inbox_id: str,
        *,
        request_timeout: float = 10.0,
        backoff: Backoff | None = None,
    ) -> None:
        self._urls = urls
        self._at = 0  # which of them
        self._failed = 0  # connections in a row of which nothing came
        self._token = token
        self._inbox_id = inbox_id
        self._on_due: Callable[[], None] = _ignore
        self._on_typing: Callable[[ChannelTyping], None] = _ignore
        self._timeout = request_timeout
        self._backoff = backoff or Backoff()
        self._socket: socketio.AsyncClient | None = None
        self._waiting: set[asyncio.Future[Any]] = set()
        self._refusal: str | None = None
        self._lost = asyncio.Event()  # the present connection is of no use any more
        self._heard_at = 0.0
        self.ready = asyncio.Event()
        """Set while connected."""
        self.configuration: ChannelConfiguration | None = None
        """Of the inbox, as read when last connected."""

    def listen(self, *, on_due: Callable[[], None], on_typing: Callable[[ChannelTyping], None]) -> None:
        """Call these, from the event loop, when something is owed (or may be) and when somebody types."""
        self._on_due = on_due
        self._on_typing = on_typing

    async def run(self, stop: asyncio.Event) -> None:
        """Connect, and connect again whenever the connection ends, until ``stop``.

        The next address is tried after each connection, also after a good one: its hub has gone, is going or hangs.
        """
        async with aiohttp.ClientSession() as http:
            while not stop.is_set():
                lost = asyncio.Event()
                socket = self._new_socket(http, lost)
                try:
                    self._lost = lost
                    async with asyncio.timeout(self._timeout):
                        await self._connect(socket)
                    await _first(lost, stop)
                except (socketio.exceptions.SocketIOError, HubError, OSError, TimeoutError) as error:
                    self._say_why(error)
                finally:
                    self._forget()
                    await _hang_up(socket)
                self._at = (self._at + 1) % len(self._urls)
                self._failed += 1
                all_tried = self._failed % len(self._urls) == 0
                await pause(self._backoff.next() if all_tried else self._backoff.soon(), stop)

    async def call(self, request: Request[Q, R], question: Q) -> R:
        """Ask the hub. Raises `HubError`; a lost connection or no answer in time is a retryable ``unavailable``."""
        socket = self._socket
        if socket is None:
            raise HubError("unavailable", "not connected to the hub", retryable=True)
        return await self._ask(socket, request, question)

    async def _connect(self, socket: socketio.AsyncClient) -> None:
        self._refusal = None
        auth = {"token": self._token.get_secret_value(), "inbox_id": self._inbox_id}
        await socket.connect(
            self._urls[self._at],
            auth=auth,
            namespaces=[NAMESPACE],
            transports=["websocket"],
            wait_timeout=self._timeout,
        )
        self.configuration = await self._ask(socket, READ, Nothing())
        self._socket = socket
        self._backoff.reset()
        self._failed = 0
        self.ready.set()
        log.info("connected to the hub", inbox_id=self._inbox_id, hub=self._urls[self._at])
        self._on_due()  # something may have become due while we were away

    async def _ask(self, socket: socketio.AsyncClient, request: Request[Q, R], question: Q) -> R:
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.add(answered)

        asked_at = time.monotonic()

        def acknowledge(*answer: Any) -> None:
            self._heard_at = time.monotonic()
            if not answered.done():
                answered.set_result(answer[0] if answer else None)

        try:
            async with asyncio.timeout(self._timeout):
                data = question.model_dump(mode="json", exclude_none=True)
                await socket.emit(request.name, data, namespace=NAMESPACE, callback=acknowledge)
                answer = await answered
        except TimeoutError:
            if self._heard_at < asked_at:  # not a word to anything else either: it hangs
                self._lost.set()
            raise HubError("unavailable", "the hub did not answer in time", retryable=True) from None
        except socketio.exceptions.SocketIOError:
            raise HubError("unavailable", "not connected to the hub", retryable=True) from None
        finally:
            self._waiting.discard(answered)
            answered.cancel()
        return read(answer, request)

    def _new_socket(self, http: aiohttp.ClientSession, lost: asyncio.Event) -> socketio.AsyncClient:
        socket = socketio.AsyncClient(reconnection=False, handle_sigint=False, http_session=http)

        def disconnected(*_: Any) -> None:
            lost.set()

        def refused(*reasons: Any) -> None:
            self._refusal = _explain_refusal(reasons[0] if reasons else None)

        def typing(data: Any) -> None:
            try:
                self._on_typing(ChannelTyping.model_validate(data))
            except ValidationError:
                log.warning("the hub sent a typing event that cannot be read")

        socket.on("disconnect", disconnected, namespace=NAMESPACE)
        socket.on("connect_error", refused, namespace=NAMESPACE)
        socket.on("delivery.due", lambda _: self._on_due(), namespace=NAMESPACE)
        socket.on("typing.changed", typing, namespace=NAMESPACE)
        return socket

    def _forget(self) -> None:
        """The connection is over: nobody waits for an answer that cannot come."""
        was_ready = self.ready.is_set()
        self.ready.clear()
        self._socket = None
        for future in self._waiting:
            if not future.done():
                future.set_exception(
                    HubError("unavailable", "the connection to the hub ended", retryable=True)
                )
        if was_ready:
            log.info("disconnected from the hub")

    def _say_why(self, error: Exception) -> None:
        why = self._refusal or (error.message if isinstance(error, HubError) else "no connection")
        log.warning("the hub cannot be reached yet", why=why, hub=self._urls[self._at])


def _explain_refusal(reason: Any) -> str:
    error = reason.get("data", reason) if isinstance(reason, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    if code == "unauthenticated":
        return (
            "the hub does not accept our secret: LINKA_SERVICE_TOKEN must be the same for the hub and the bot"
        )
    if code == "not_found":
        return "the hub has no such inbox: check LINKA_TELEGRAM_INBOX"
    return str(error.get("message")) if isinstance(error, dict) and code else "the hub refused the connection"


def _ignore(*_: Any) -> None:
    """Before anyone listens."""


async def _first(*events: asyncio.Event) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


async def _hang_up(socket: socketio.AsyncClient) -> None:
    try:
        async with asyncio.timeout(2.0):
            await socket.disconnect()
    except (TimeoutError, OSError, socketio.exceptions.SocketIOError):
        log.debug("the connection to the hub was already gone")
