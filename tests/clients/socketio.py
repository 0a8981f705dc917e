"""The reference client's transport over real sockets: python-socketio's client, WebSocket only."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import aiohttp
import socketio

from hub.people.sessions import COOKIE
from tests.clients.transport import Data, TurnedAway, Unreached

HANDSHAKE_WITHIN = 8.0
HANG_UP_WITHIN = 3.0
CLOSE_WITHIN = 3.0


class SocketIO:
    """Makes connections to ``url()``: asked each time, so that a client may come back to another hub.

    ``http`` may be shared by many clients; without it each connection has a session of its own.
    """

    def __init__(
        self,
        url: Callable[[], str],
        namespace: str,
        *,
        auth: Data | None = None,
        headers: dict[str, str] | None = None,
        http: aiohttp.ClientSession | None = None,
    ) -> None:
        self._url = url
        self._namespace = namespace
        self._auth = auth
        self._headers = headers or {}
        self._http = http

    async def connect(
        self, heard: Callable[[str, Data], None], lost: Callable[[bool], None]
    ) -> "SocketIOConnection":
        """See ``Transport.connect``."""
        connection = SocketIOConnection(self._namespace, self._http, heard, lost)
        # A copy: the library takes the cookie out of it, and the next connection needs it too.
        await connection.begin(self._url(), self._auth, dict(self._headers))
        return connection


class SocketIOConnection:
    """One socket."""

    def __init__(
        self,
        namespace: str,
        http: aiohttp.ClientSession | None,
        heard: Callable[[str, Data], None],
        lost: Callable[[bool], None],
    ) -> None:
        # A session that is ours to keep must not be closed by the library.
        self._sio = socketio.AsyncClient(
            reconnection=False, **({"http_session": http} if http is not None else {})
        )
        self._namespace = namespace
        self._lost: Callable[[bool], None] | None = lost
        self._refusal: Any = None
        self._sio.on("*", heard, namespace=namespace)
        self._sio.on("disconnect", self._disconnected, namespace=namespace)
        self._sio.on("connect_error", self._refused, namespace=namespace)

    async def begin(self, url: str, auth: Data | None, headers: dict[str, str]) -> None:
        """Raises ``Unreached`` or ``TurnedAway``."""
        try:
            async with asyncio.timeout(HANDSHAKE_WITHIN + 2):
                await self._sio.connect(
                    url,
                    auth=auth,
                    headers=headers,
                    namespaces=[self._namespace],
                    transports=["websocket"],
                    wait_timeout=HANDSHAKE_WITHIN,
                )
        except (socketio.exceptions.ConnectionError, TimeoutError, aiohttp.ClientError, OSError) as failure:
            await self.close()
            data = self._refusal.get("data") if isinstance(self._refusal, dict) else None
            if isinstance(data, dict) and "code" in data:
                raise TurnedAway(data) from failure
            raise Unreached(repr(failure)) from failure
        except BaseException:
            await self.close()
            raise

    async def ask(self, event: str, data: Data, within: float) -> Data | None:
        """See ``Connection.ask``."""
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def acknowledge(*answer: Any) -> None:
            if not answered.done():
                answered.set_result(answer[0] if answer else None)

        try:
            # Not the library's `call`: in Python 3.11 its wait_for may swallow a cancellation that comes with the
            # answer, and whoever was cancelled would live on.
            async with asyncio.timeout(within):
                await self._sio.emit(event, data, namespace=self._namespace, callback=acknowledge)
                answer = await answered
        except (socketio.exceptions.SocketIOError, OSError, TimeoutError):
            return None
        return answer if isinstance(answer, dict) and "ok" in answer else None

    async def close(self) -> None:
        """See ``Connection.close``."""
        self._lost = None
        with suppress(TimeoutError):  # the other end of a dead connection does not say goodbye
            async with asyncio.timeout(CLOSE_WITHIN):
                await self._sio.disconnect()
        await self._sio.shutdown()

    def _disconnected(self, reason: str) -> None:
        lost, self._lost = self._lost, None
        if lost is not None:
            lost(reason == self._sio.reason.SERVER_DISCONNECT)

    def _refused(self, data: Any = None) -> None:
        self._refusal = data


def widget(url: Callable[[], str], token: str, http: aiohttp.ClientSession | None = None) -> SocketIO:
    """A customer's, by the token of ``POST /widget-api/sessions``."""
    return SocketIO(url, "/widget", auth={"token": token}, http=http)


def panel(url: Callable[[], str], session: str, http: aiohttp.ClientSession | None = None) -> SocketIO:
    """An operator's, by the session's token that the cookie holds."""
    return SocketIO(url, "/operator", headers={"Cookie": f"{COOKIE}={session}"}, http=http)


def carrier(
    url: Callable[[], str], token: str, inbox_id: str = "telegram", http: aiohttp.ClientSession | None = None
) -> SocketIO:
    """A bot's, by the service token."""
    return SocketIO(url, "/channel", auth={"token": token, "inbox_id": inbox_id}, http=http)
