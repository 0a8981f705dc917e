"""The load generator, a process of its own: the same for the hub and for the relay.

It reads a plan (one line of JSON, see ``Plan``), connects, prints ``{"connected": …}``, and then answers each line
``{"warm", "seconds", "rate"}`` with what it measured. ``rate`` null is a closed loop: each customer sends, waits for
the acknowledgement, and sends the next. Else messages fall due at that many a second over all pairs, by chance, and
latency counts from when a message fell due, also when the one before it had still to be acknowledged.
"""

import asyncio
import gc
import random
import resource
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, TypedDict

import orjson
import uvloop

from benchmarks.frames import Frames

_FILLER = "Good morning, the internet has been dropping out since yesterday evening, could you look at it?"
_TOGETHER = 50  # connections that are opened at once
_DRAIN = 10.0  # seconds that messages may still be on their way at the end


class Side(TypedDict):
    """How to connect: ``opening`` are requests made once, each acknowledged before the next."""

    namespace: str
    auth: Any
    headers: dict[str, str]
    opening: list[tuple[str, Any]]


class Plan(TypedDict):
    """Where, who, and by which names the server calls things."""

    host: str
    port: int
    pairs: list[tuple[Side, Side]]
    heard: str  # the event that brings a message to the operator


@dataclass
class Tally:
    """What a round measured; times in seconds."""

    acknowledged: int = 0
    refused: int = 0
    to_ack: list[float] = field(default_factory=list)
    to_screen: list[float] = field(default_factory=list)


class Client:
    """One side of a pair."""

    def __init__(self, side: Side) -> None:
        name = side["namespace"]
        self._side = side
        prefix = "" if name == "/" else f"{name},"
        self._event = f"2{prefix}".encode()
        self._ack = f"3{prefix}".encode()
        self._connected = f"0{prefix}".encode()
        self._asked: asyncio.Future[bytes] | None = None
        self._frames: Frames | None = None

    async def open(self, host: str, port: int) -> None:
        """Connect and make the opening requests."""
        self._frames = await Frames.open(host, port, self._heard, self._side["headers"])
        auth = orjson.dumps(self._side["auth"]) if self._side["auth"] else b""
        await self._answer(self._connected + auth)
        for event, data in self._side["opening"]:
            answer = await self._answer(self.packet(0, event, data))
            if b'"ok":true' not in answer:
                raise RuntimeError(f"{event} was answered {answer[:300]!r}")

    def packet(self, number: int, event: str, data: Any) -> bytes:
        """A request."""
        return self._event + str(number).encode() + orjson.dumps([event, data])

    async def _answer(self, packet: bytes) -> bytes:
        self._asked = asyncio.get_running_loop().create_future()
        self.send(packet)
        async with asyncio.timeout(20):
            return await self._asked

    def send(self, packet: bytes) -> None:
        assert self._frames is not None
        self._frames.send(packet)

    def close(self) -> None:
        if self._frames is not None:
            self._frames.close()

    def _heard(self, packet: bytes) -> None:
        if self._asked is not None and packet.startswith((self._ack, self._connected)):
            if not self._asked.done():
                self._asked.set_result(packet)
        elif self._asked is not None and packet.startswith(b"4") and not self._asked.done():
            self._asked.set_exception(RuntimeError(f"refused: {packet[:300]!r}"))
        else:
            self.heard(packet)

    def opened(self) -> None:
        """No more answers to opening requests are waited for."""
        self._asked = None

    def heard(self, packet: bytes) -> None:
        """Whatever comes besides."""


class Operator(Client):
    """Looks at its screen: each message must come once and in order."""

    def __init__(self, side: Side, event: str) -> None:
        super().__init__(side)
        self._shown = self._event + f'["{event}"'.encode()
        self.due: dict[int, float] = {}
        self.seen = 0
        self.astray = 0  # doubled, skipped or out of order
        self.tally = Tally()

    def heard(self, packet: bytes) -> None:
        if not packet.startswith(self._shown):
            return
        now = time.perf_counter()
        for piece in packet.split(b'"text":"~')[1:]:
            number = int(piece[: piece.index(b"~")])
            self.astray += number != self.seen + 1
            self.seen = number
            due = self.due.pop(number, None)
            if due is not None:
                self.tally.to_screen.append(now - due)


class Customer(Client):
    """Sends one after another, never two at once."""

    def __init__(self, side: Side, screen: Operator) -> None:
        super().__init__(side)
        self._screen = screen
        self._sent = 0
        self._due = 0.0
        self._waiting: deque[float] = deque()
        self.in_flight = False
        self.closed_loop = False
        self.tally = Tally()

    def say(self, due: float) -> None:
        """Now, or as soon as the one before is acknowledged."""
        if self.in_flight:
            self._waiting.append(due)
            return
        self.in_flight = True
        self._sent += 1
        self._due = self._screen.due[self._sent] = due
        said = {"client_id": _client_id(), "text": f"~{self._sent}~ {_FILLER}"}
        self.send(self.packet(self._sent, "message.send", said))

    def heard(self, packet: bytes) -> None:
        if not packet.startswith(self._ack):
            return
        now = time.perf_counter()
        self.in_flight = False
        if b'"ok":true' in packet:
            self.tally.acknowledged += 1
            self.tally.to_ack.append(now - self._due)
        else:
            self.tally.refused += 1
            self._sent -= 1
        if self._waiting:
            self.say(self._waiting.popleft())
        elif self.closed_loop:
            self.say(now)

    @property
    def missing(self) -> int:
        """Acknowledged messages that the operator has not seen."""
        return self._sent - self.in_flight - self._screen.seen


def _client_id() -> str:
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


async def connect(plan: Plan) -> list[tuple[Customer, Operator]]:
    """All pairs, opened."""
    pairs = []
    for customer, operator in plan["pairs"]:
        screen = Operator(operator, plan["heard"])
        pairs.append((Customer(customer, screen), screen))
    clients = [client for pair in pairs for client in reversed(pair)]
    for start in range(0, len(clients), _TOGETHER):
        together = clients[start : start + _TOGETHER]
        await asyncio.gather(*(client.open(plan["host"], plan["port"]) for client in together))
    for client in clients:
        client.opened()
    return pairs


async def measure(
    pairs: list[tuple[Customer, Operator]], warm: float, seconds: float, rate: float | None
) -> dict[str, Any]:
    """One round."""
    for customer, _ in pairs:
        customer.closed_loop = rate is None
    pacing = asyncio.create_task(_pace(pairs, rate)) if rate else None
    if pacing is None:
        for customer, _ in pairs:
            customer.say(time.perf_counter())
    await asyncio.sleep(warm)
    tally = Tally()
    for customer, operator in pairs:
        customer.tally = operator.tally = tally
    began, cpu = time.perf_counter(), _cpu()
    await asyncio.sleep(seconds)
    took, cpu = time.perf_counter() - began, _cpu() - cpu
    for customer, operator in pairs:
        customer.closed_loop = False
        customer.tally = operator.tally = Tally()
    if pacing is not None:
        pacing.cancel()
    deadline = time.perf_counter() + _DRAIN
    while time.perf_counter() < deadline and any(each.in_flight or each.missing for each, _ in pairs):
        await asyncio.sleep(0.01)
    return {
        "per_second": tally.acknowledged / took,
        "ack": _percentiles(tally.to_ack),
        "screen": _percentiles(tally.to_screen),
        "refused": tally.refused,
        "missing": sum(customer.missing for customer, _ in pairs),
        "astray": sum(operator.astray for _, operator in pairs),
        "cpu": cpu / took,
    }


async def _pace(pairs: list[tuple[Customer, Operator]], rate: float) -> None:
    due = time.perf_counter()
    while True:
        due += random.expovariate(rate)
        pause = due - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        random.choice(pairs)[0].say(due)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _percentiles(times: list[float]) -> dict[str, float]:
    """In milliseconds."""
    if not times:
        return {}
    ordered = sorted(times)
    return {
        name: ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000
        for name, share in (("p50", 0.5), ("p99", 0.99))
    }


async def main() -> None:
    """Until standard input ends."""
    loop = asyncio.get_running_loop()

    async def line() -> Any:
        text = await loop.run_in_executor(None, sys.stdin.buffer.readline)
        return orjson.loads(text) if text.strip() else None

    def say(what: Any) -> None:
        sys.stdout.buffer.write(orjson.dumps(what) + b"\n")
        sys.stdout.buffer.flush()

    pairs = await connect(await line())
    gc.freeze()
    gc.disable()
    say({"connected": len(pairs)})
    while (wanted := await line()) is not None:
        say(await measure(pairs, wanted["warm"], wanted["seconds"], wanted["rate"]))
        gc.collect()
    for pair in pairs:
        for client in pair:
            client.close()


if __name__ == "__main__":
    uvloop.run(main())
