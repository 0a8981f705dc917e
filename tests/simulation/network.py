"""Connections between clients and hubs. One is a TCP connection: in order while it lasts, and it may end at any moment,
with what is under way, noticed at once or late, on one side first. Below it run the hub's real Socket.IO frames."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

from engineio.packet import Packet

from hub.realtime.engine import Engine
from hub.realtime.frames import Prepared
from hub.realtime.server import LinkaServer
from tests.simulation.climate import Climate
from tests.simulation.loop import Process, VirtualLoop, running

SILENCE = 20.0  # seconds after which either side believes that the other is gone
TICK = 1e-6  # between two packets of one connection: timers of the same moment have no order
END = None


class Network:
    """All connections there are."""

    def __init__(self, loop: VirtualLoop, random: Random, climate: Climate) -> None:
        self.loop = loop
        self.random = random
        self.climate = climate
        self.wires: set[Wire] = set()
        self._numbers = iter(range(1, 2**31))
        self.process = Process("network")
        self.tell: Callable[[str], None] | None = None  # for a readable trace

    def say(self, what: str) -> None:
        """A line of the trace."""
        if self.tell is not None:
            self.tell(f"{self.loop.time():9.3f}  {what}")

    def number(self) -> int:
        """For names."""
        return next(self._numbers)

    def latency(self) -> float:
        """Of one packet."""
        delay = self.random.expovariate(1 / self.climate.latency)
        if self.random.random() < self.climate.spike:
            delay += self.random.expovariate(1.0)
        return delay

    def open_wires(self) -> list["Wire"]:
        """In the order of their making."""
        return sorted((wire for wire in self.wires if not wire.broken), key=lambda wire: wire.number)


class Wire:
    """One connection. ``client_ends(dismissed)`` is called once when the client's side learns that it is over."""

    def __init__(
        self,
        network: Network,
        client: Process,
        hub: Process,
        engine: "SimEngine",
        receive: Callable[[str], None],
        client_ends: Callable[[bool], None],
    ) -> None:
        self.network = network
        self.number = network.number()
        self.sid = f"{hub.name}.{self.number}"
        self.client = client
        self.hub = hub
        self.broken = False
        self._engine = engine
        self._receive = receive
        self._client_ends = client_ends
        self._client_over = False
        self._up_at = 0.0
        self._down_at = 0.0
        self.inbox: asyncio.Queue[str | None] = asyncio.Queue()
        network.wires.add(self)

    def send_up(self, frame: str | None) -> None:
        """From the client; ``END`` is its goodbye."""
        loop = self.network.loop
        self._up_at = max(self._up_at + TICK, loop.time() + self.network.latency())
        loop.call_in(self.hub, self._up_at - loop.time(), self._arrive_up, frame)

    def _arrive_up(self, frame: str | None) -> None:
        if not self.broken:
            if self.network.tell:
                self.network.say(f"{self.client.name:<12} > {self.hub.name:<8} {frame or 'goodbye'}")
            self.inbox.put_nowait(frame)
            if frame is END:
                self.broken = True
                self.network.wires.discard(self)

    def send_down(self, frame: str) -> None:
        """From the hub."""
        network = self.network
        loop = network.loop
        self._down_at = max(self._down_at + TICK, loop.time() + network.latency())
        loop.call_in(self.client, self._down_at - loop.time(), self._arrive_down, frame)
        if frame.startswith("2") and network.random.random() < network.climate.doubled:
            later = self._down_at - loop.time() + network.random.expovariate(2.0)
            loop.call_in(self.client, later, self._arrive_down, frame)

    def _arrive_down(self, frame: str) -> None:
        if not self.broken and not self._client_over:
            if self.network.tell:
                self.network.say(f"{self.client.name:<12} < {self.hub.name:<8} {frame}")
            self._receive(frame)

    def cut(self, silent: bool) -> None:
        """The connection is gone, with all that is under way. Without a sound, each side finds out by the silence."""
        if self.broken:
            return
        self.network.say(f"{self.client.name:<12} x {self.hub.name:<8} {'in silence' if silent else 'cut'}")
        self.broken = True
        random = self.network.random
        longest = SILENCE if silent else 0.2
        self.network.loop.call_in(self.client, random.random() * longest, self.end_client, False)
        self.network.loop.call_in(self.hub, random.random() * longest, self._engine.end, self)
        self.network.wires.discard(self)

    def hub_closes(self) -> None:
        """The hub ends it; what it sent before still arrives."""
        loop = self.network.loop
        self._down_at = max(self._down_at + TICK, loop.time() + self.network.latency())
        loop.call_in(self.client, self._down_at - loop.time(), self.end_client, True)
        loop.call_in(self.network.process, self._down_at - loop.time(), self._break)

    def _break(self) -> None:
        self.broken = True
        self.network.wires.discard(self)

    def end_client(self, dismissed: bool) -> None:
        """The client learns that it is over, unless it said goodbye itself."""
        if not self._client_over:
            self._client_over = True
            self._client_ends(dismissed)

    def client_closes(self) -> None:
        """The client says goodbye; what it sent before still arrives."""
        if not self._client_over:
            self._client_over = True
            self.send_up(END)


def _packet_in(frame: bytes) -> str:
    """What ``Prepared`` has wrapped: behind the frame's head and Engine.IO's own digit."""
    head = {126: 4, 127: 10}.get(frame[1], 2)
    return frame[head + 1 :].decode()


class SimLine:
    """The hub's end of a wire, in the place of Engine.IO's own (``hub.realtime.line``)."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.closed = False

    def push(self, prepared: Prepared) -> None:
        """A packet that was encoded for many."""
        self._wire.send_down(_packet_in(prepared.frame))

    async def send(self, pkt: Packet) -> None:
        """A packet of the library's."""
        self._wire.send_down(pkt.data)

    def cut(self, reason: str) -> None:
        """Idempotent."""
        if not self.closed:
            self.closed = True
            self._wire.hub_closes()
            self._wire.inbox.put_nowait(END)


class SimEngine(Engine):
    """Engine.IO with wires instead of WebSockets."""

    sockets: dict[str, Any]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._made = 0

    def open(self, wire: Wire, environ: dict[str, Any]) -> None:
        """A client has reached this hub."""
        self.sockets[wire.sid] = SimLine(wire)
        wire.hub.spawn(self._serve(wire, environ))

    async def _serve(self, wire: Wire, environ: dict[str, Any]) -> None:
        """As the library's reader: one frame after another, then the end."""
        await self.handlers["connect"](wire.sid, environ)
        while (frame := await wire.inbox.get()) is not END:
            await self.handlers["message"](wire.sid, frame)
        self.sockets.pop(wire.sid, None)
        await self.handlers["disconnect"](wire.sid, "transport close")

    def end(self, wire: Wire) -> None:
        """The hub's side learns that it is over."""
        wire.inbox.put_nowait(END)

    def generate_id(self) -> str:
        """Counted, so that every run has the same."""
        process = running()
        self._made += 1
        return f"{process.name if process else 'nobody'}-{self._made}"


class SimServer(LinkaServer):
    """The hub's real Socket.IO server over simulated wires."""

    def _engineio_server_class(self) -> type[Engine]:
        return SimEngine
