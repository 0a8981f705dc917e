"""Breaks things by a seeded schedule, and counts what it broke while somebody was waiting for an answer."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from random import Random

from tests.faults.fleet import HUBS, Fleet
from tests.faults.processes import Kept
from tests.faults.proxy import Link, Proxy, Way, Weather

UNDER_LOAD_WITHIN = 5.0  # seconds until a request must be in flight, or the fault is let be
REDIS_AWAY = (1.0, 5.0, 12.0)  # seconds, killed or stopped
BETWEEN = 1.5  # seconds from one time that Redis is away to the next


@dataclass(slots=True)
class Stroke:
    """One fault, done. ``until``: when what it broke was whole again, as far as the injector knows."""

    kind: str
    target: str
    at: float
    until: float
    in_flight: int
    processes: int = 0  # killed, ended or paused


def processes(strokes: Sequence[Stroke], kind: str = "") -> int:
    """How many were killed, ended or paused: by faults whose kind begins so, if it is said."""
    return sum(stroke.processes for stroke in strokes if stroke.kind.startswith(kind))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault, how often it comes beside the others, and what does it."""

    name: str
    weight: float
    strike: Callable[[], Awaitable[tuple[str, int]]]  # target, processes


@dataclass
class Injector:
    """``clock`` in seconds; ``in_flight`` says how many requests wait just now."""

    fleet: Fleet
    random: Random
    clock: Callable[[], float]
    in_flight: Callable[[], int]
    only: str  # "processes" or "wires"
    ease: float = 1.0  # pauses are so many times as long
    pause: tuple[float, float] = (0.3, 3.0)
    strokes: list[Stroke] = field(default_factory=list)
    let_be: int = 0
    """Faults that did not happen because nobody was waiting."""
    not_possible: list[str] = field(default_factory=list)

    def kinds(self) -> list[Kind]:
        """All that can happen here."""
        if self.only == "wires":
            return self._wires()
        processes = [
            Kind("kill -9", 30, self._kill),
            Kind("kill -9 of both hubs", 2, self._kill_hubs),
            Kind("SIGTERM", 8, self._deploy),
            Kind("SIGSTOP", 22, self._freeze),
        ]
        return processes + ([Kind("full disk", 1.5, self._full_disk)] if self.fleet.disk.small else [])

    def _wires(self) -> list[Kind]:
        return [
            Kind("cut", 6, lambda: self._links(Link.cut)),
            Kind("reset", 6, lambda: self._links(Link.reset)),
            Kind("reset mid-frame", 8, lambda: self._links(self._break)),
            Kind("half-open", 6, self._half_open),
            Kind("latency", 5, lambda: self._weather(Weather(latency=(0.05, 0.5)))),
            Kind("crumbs", 3, lambda: self._weather(Weather(crumbs=7, rate=200_000))),
            Kind("trickle", 3, lambda: self._weather(Weather(rate=20_000))),
            Kind("slow close", 2, lambda: self._weather(Weather(close_lag=3.0))),
        ]

    async def run(self) -> None:
        """Strike until cancelled; then everything goes again."""
        if self.only == "processes" and not self.fleet.disk.small:
            self.not_possible.append("full disk: no file system may be mounted here")
        kinds = self.kinds()
        try:
            while True:
                await asyncio.sleep(self.random.uniform(*self.pause) * self.ease)
                [kind] = self.random.choices(kinds, [kind.weight for kind in kinds])
                await self._strike(kind)
        finally:
            self.relent()

    async def redis_alone(self) -> None:
        """Kill and stop Redis for each of its times, in a fixed order, and break nothing else."""
        try:
            for (name, strike), seconds in product(
                (("kill -9", self._kill_redis), ("SIGSTOP", self._stop_redis)), REDIS_AWAY
            ):
                await asyncio.sleep(BETWEEN)
                await self._strike(Kind(name, 1, partial(strike, seconds)))
        finally:
            self.relent()

    async def _strike(self, kind: Kind) -> None:
        waited = 0.0
        while not self.in_flight():
            if waited > UNDER_LOAD_WITHIN:
                self.let_be += 1
                return
            waited += 0.005
            await asyncio.sleep(0.005)
        at, waiting = self.clock(), self.in_flight()
        target, processes = await kind.strike()
        if target:
            self.strokes.append(Stroke(kind.name, target, at, self.clock(), waiting, processes))

    def relent(self) -> None:
        """Nothing is broken any more, as far as it lies with us."""
        self.fleet.disk.free()
        for process in self.fleet.processes.values():
            process.send(signal.SIGCONT)
            process.let_up()
        for proxy in self.fleet.proxies.values():
            proxy.clear_up()
            proxy.each(Link.reset, lambda link: link.silent)

    def _process(self, *names: str) -> Kept:
        return self.fleet.processes[self.random.choice(names or tuple(self.fleet.processes))]

    async def _kill(self) -> tuple[str, int]:
        process = self._process("hub1", "hub2", "hub1", "hub2", "mongod", "mongod", "redis", "bot")
        if process.name == "redis":
            return await self._kill_redis(self.random.choice(REDIS_AWAY))
        if not process.send(signal.SIGKILL):
            return "", 0
        if process.name == "mongod" and self.random.random() < 0.3:
            process.hold_down()
            await asyncio.sleep(self.random.uniform(1.0, 8.0))
            process.let_up()
        await self._settle_mongod(process)
        return process.name, 1

    async def _kill_redis(self, seconds: float) -> tuple[str, int]:
        redis = self.fleet.processes["redis"]
        if not redis.send(signal.SIGKILL):
            return "", 0
        redis.hold_down()
        await asyncio.sleep(seconds)
        redis.let_up()
        return redis.name, 1

    async def _stop_redis(self, seconds: float) -> tuple[str, int]:
        redis = self.fleet.processes["redis"]
        if not redis.send(signal.SIGSTOP):
            return "", 0
        await asyncio.sleep(seconds)
        redis.send(signal.SIGCONT)
        return redis.name, 1

    async def _kill_hubs(self) -> tuple[str, int]:
        killed = sum(self.fleet.processes[hub].send(signal.SIGKILL) for hub in HUBS)
        return "both hubs", killed

    async def _deploy(self) -> tuple[str, int]:
        process = self._process("hub1", "hub2", "bot")
        return (process.name, 1) if process.send(signal.SIGTERM) else ("", 0)

    async def _freeze(self) -> tuple[str, int]:
        process = self._process("hub1", "hub2", "mongod", "redis", "redis", "bot")
        if not process.send(signal.SIGSTOP):
            return "", 0
        await asyncio.sleep(self.random.choice((1.0, 2.0, 5.0, 12.0)))
        process.send(signal.SIGCONT)
        return process.name, 1

    async def _settle_mongod(self, process: Kept) -> None:
        """It must find itself through its proxy when it comes up, so nothing else befalls it meanwhile."""
        if process.name == "mongod":
            await asyncio.sleep(2.0)

    def _proxy(self) -> Proxy:
        return self.fleet.proxies[self.random.choice(sorted(self.fleet.proxies))]

    def _some(self, proxy: Proxy) -> Callable[[Link], bool]:
        """Of the database's links those of one hub; of others a share, or all."""
        if proxy.name == "mongod":
            return self.fleet.links_of(self.random.choice(HUBS))
        share = self.random.choice((0.2, 0.5, 1.0))
        return lambda _: self.random.random() < share

    async def _links(self, what: Callable[[Link], None]) -> tuple[str, int]:
        proxy = self._proxy()
        return (proxy.name, 0) if proxy.each(what, self._some(proxy)) else ("", 0)

    def _break(self, link: Link) -> None:
        link.break_frame(self.random.choice(list(Way)))

    async def _half_open(self) -> tuple[str, int]:
        proxy = self._proxy()
        ways = self.random.choice(([Way.UP], [Way.DOWN], list(Way)))
        if not proxy.each(lambda link: link.go_silent(*ways), self._some(proxy)):
            return "", 0
        await asyncio.sleep(self.random.uniform(1.0, 12.0))
        proxy.each(Link.reset, lambda link: link.silent)
        return proxy.name, 0

    async def _weather(self, weather: Weather) -> tuple[str, int]:
        proxy = self._proxy()
        proxy.bad_weather(weather)
        await asyncio.sleep(self.random.uniform(1.0, 6.0))
        proxy.clear_up()
        return proxy.name, 0

    async def _full_disk(self) -> tuple[str, int]:
        await asyncio.to_thread(self.fleet.disk.fill)
        await asyncio.sleep(self.random.uniform(2.0, 5.0))
        self.fleet.disk.free()
        await asyncio.sleep(3.0)
        return "mongod", 0
