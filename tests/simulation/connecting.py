"""A client's end of a wire: just what the clients use of Socket.IO."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson

from tests.clients.transport import Data, TurnedAway, Unreached
from tests.simulation.loop import Process
from tests.simulation.network import Network, SimServer, Wire

HANDSHAKE_WITHIN = 10.0


class SimTransport:
    """A client's way to whichever hub ``choose`` names: its process and server, or None when nobody listens."""

    def __init__(
        self,
        network: Network,
        client: Process,
        choose: Callable[[], "tuple[Process, SimServer] | None"],
        namespace: str,
        auth: Data | None = None,
        environ: dict[str, Any] | None = None,
    ) -> None:
        self._network = network
        self._client = client
        self._choose = choose
        self._namespace = namespace
        self._auth = auth or {}
        self._environ = environ or {}

    async def connect(
        self, heard: Callable[[str, Data], None], lost: Callable[[bool], None]
    ) -> "SimConnection":
        """See ``Transport``."""
        await asyncio.sleep(self._network.latency() * 2)
        found = self._choose()
        if found is None:
            raise Unreached("connection refused")
        process, server = found
        connection = SimConnection(self._network, self._client, self._namespace, heard, lost)
        wire = Wire(self._network, self._client, process, server.eio, connection.receive, connection.ended)
        connection.wire = wire
        process.context.run(server.eio.open, wire, dict(self._environ))
        try:
            await connection.shake_hands(self._auth)
        except BaseException:
            await connection.close()
            raise
        return connection


class SimConnection:
    """The client's end of a wire: just what the clients use of Socket.IO."""

    wire: Wire

    def __init__(
        self,
        network: Network,
        client: Process,
        namespace: str,
        heard: Callable[[str, Data], None],
        lost: Callable[[bool], None],
    ) -> None:
        self._network = network
        self._namespace = namespace
        self._heard = heard
        self._lost = lost
        self._ready: asyncio.Future[None] = network.loop.create_future()
        self._answers: dict[int, asyncio.Future[Data | None]] = {}
        self._ids = iter(range(1, 2**31))
        self._over = False

    async def shake_hands(self, auth: Data) -> None:
        """Raises ``Unreached`` or ``TurnedAway``."""
        self.wire.send_up(f"0{self._namespace},{orjson.dumps(auth).decode()}")
        try:
            async with asyncio.timeout(HANDSHAKE_WITHIN):
                await self._ready
        except TimeoutError:
            raise Unreached("no answer to the handshake") from None

    async def ask(self, event: str, data: Data, within: float) -> Data | None:
        """See ``Connection``."""
        if self._over:
            return None
        number = next(self._ids)
        answer = self._answers[number] = self._network.loop.create_future()
        self.wire.send_up(f"2{self._namespace},{number}{orjson.dumps([event, data]).decode()}")
        try:
            async with asyncio.timeout(within):
                return await answer
        except TimeoutError:
            return None
        finally:
            self._answers.pop(number, None)

    async def close(self) -> None:
        """See ``Connection``."""
        self._finish()
        self.wire.client_closes()

    def receive(self, frame: str) -> None:
        """A frame of the hub."""
        if self._over:
            return
        kind = frame[0]
        rest = frame[1:].partition(",")[2]
        match kind:
            case "0":
                if not self._ready.done():
                    self._ready.set_result(None)
            case "2":
                event, data = orjson.loads(rest)
                if self._ready.done():
                    self._heard(event, data)
            case "3":
                number, _, body = rest.partition("[")
                waiting = self._answers.get(int(number))
                if waiting is not None and not waiting.done():
                    waiting.set_result(orjson.loads("[" + body)[0])
            case "4":
                error = (orjson.loads(rest) or {}).get("data")
                if not self._ready.done():
                    self._ready.set_exception(TurnedAway(error) if error else Unreached("refused"))
            case "1":
                self.wire.client_closes()
                self.ended(True)

    def ended(self, dismissed: bool) -> None:
        """The connection is over."""
        if self._over:
            return
        self._finish()
        if not self._ready.done():
            self._ready.set_exception(Unreached("lost in the handshake"))
        else:
            self._lost(dismissed)

    def _finish(self) -> None:
        self._over = True
        for waiting in self._answers.values():
            if not waiting.done():
                waiting.set_result(None)
