"""How many messages a second reach an operator, acknowledged, through one hub and through the relay, in turns."""

import asyncio
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.people import hub_pairs, hub_plan, relay_plan
from benchmarks.results import Table, machine, put, spread
from benchmarks.stack import Load, Watched, connected, running_hub, running_relay
from tests.mongod import running_mongod

DRIVERS = ("motor", "pymongo")
NAMES = {"relay": "the relay", "motor": "a hub, Motor", "pymongo": "a hub, PyMongo Async"}
PAIRS = (50, 200)
ROUNDS = 6
SECONDS = 3.0
TARGET = 0.6


class System:
    """Something that carries messages, with its load generator connected, and what its rounds measured."""

    def __init__(self, name: str, server: Watched, load: Load, beside: Watched | None = None) -> None:
        self.name = name
        self.rounds: list[dict[str, Any]] = []
        self._server, self._load, self._beside = server, load, beside

    @property
    def pid(self) -> int:
        """Of the server."""
        return self._server.process.pid

    def round(self, seconds: float, rate: float | None = None, warm: float = 1.5) -> dict[str, Any]:
        """Measure once. The processors' shares are over the whole round, its beginning and end included."""
        began = time.monotonic()
        used = self._used()
        self._load.begin(seconds, rate, warm)
        result = self._load.ended()
        took = time.monotonic() - began
        whole = [(after - before) / took for before, after in zip(used, self._used(), strict=True)]
        result["server_cpu"], result["mongod_cpu"], result["ran"], result["waited"] = whole
        self.rounds.append(result)
        return result

    def _used(self) -> tuple[float, ...]:
        beside = self._beside.cpu() if self._beside else 0.0
        return self._server.cpu(), beside, *self._server.main_thread()


class Bench:
    """The relay, and for each driver a hub on a mongod of its own, with ``pairs`` pairs connected to each.

    On one mongod for all, the hub that rests would follow whatever is written for the other.
    """

    def __init__(self, pairs: int, drivers: tuple[str, ...] = DRIVERS) -> None:
        self._pairs, self._drivers = pairs, drivers
        self._stack = ExitStack()

    def __enter__(self) -> list[System]:
        enter = self._stack.enter_context
        relay = enter(running_relay())
        systems = [System("relay", relay, enter(connected(relay_plan(relay.port, self._pairs))))]
        for driver in self._drivers:
            uri, port, process = enter(running_mongod(Path(enter(TemporaryDirectory()))))
            mongod = Watched(process.pid, port)
            database = f"bench_{driver}"
            people = asyncio.run(hub_pairs(uri, database, self._pairs))
            hub = enter(running_hub(uri, database, driver))
            load = enter(connected(hub_plan(hub.port, people)))
            systems.append(System(driver, hub, load, mongod))
        return systems

    def __exit__(self, *failure: object) -> None:
        self._stack.close()


def rates(system: System) -> list[float]:
    """Messages a second."""
    return [each["per_second"] for each in system.rounds]


def costs(system: System) -> list[float]:
    """The server's own processor time a message, in seconds."""
    return [each["server_cpu"] / each["per_second"] for each in system.rounds]


def beside(mine: list[float], theirs: list[float]) -> list[float]:
    """Round by round."""
    return [one / other for one, other in zip(mine, theirs, strict=True)]


def main() -> None:
    """Measure and write the section."""
    rows = []
    for pairs in PAIRS:
        with Bench(pairs) as systems:
            for system in systems:  # what is done once for all is no message's
                system.round(SECONDS)
                system.rounds.clear()
            for number in range(ROUNDS):
                for system in systems if number % 2 else reversed(systems):
                    print(pairs, system.name, system.round(SECONDS), flush=True)
        rows += [_row(pairs, system, systems[0]) for system in systems]
    columns = (
        "pairs", "through", "messages/s", "÷ relay", "target ≥ 0.6", "÷ relay by own CPU", "CPU µs a message",
        "main thread runs / waits for a core / sleeps", "mongod CPU", "load CPU", "to ack p50 / p99 ms",
        "to screen p50 / p99 ms",
    )  # fmt: skip
    remarks = (
        f"Closed loop, {ROUNDS} rounds of {SECONDS:.0f} s in turns after a first that does not count: medians "
        "(and the least and the greatest); ratios are taken round by round. A message is counted when its "
        "acknowledgement has come: a hub's means w: majority, j: true. CPU is the share of one core, and µs a "
        "message are the server's own, with mongod's after the plus. The ratio by own CPU is what it would be "
        "if each server had a core to itself: it suffers little from what else the machine does, which a hub "
        "(whose batches wait for mongod and the disk) feels more than the relay."
    )
    put("throughput", [Table(columns, rows)], f"{machine()}\n\n{remarks}")


def _row(pairs: int, system: System, relay: System) -> tuple[str, ...]:
    def of(*keys: str) -> float:
        return median(float(value) for value in (_at(each, keys) for each in system.rounds))

    bare = system is relay
    ratio = beside(rates(system), rates(relay))
    mongod = median(each["mongod_cpu"] / each["per_second"] for each in system.rounds)
    ran, waited = of("ran"), of("waited")
    return (
        str(pairs),
        NAMES[system.name],
        spread(rates(system)),
        "1" if bare else spread(ratio, 2),
        "" if bare else "met" if median(ratio) >= TARGET else "not met",
        "1" if bare else spread(beside(costs(relay), costs(system)), 2),
        f"{median(costs(system)) * 1e6:.0f}" + ("" if bare else f" + {mongod * 1e6:.0f}"),
        f"{ran:.0%} / {waited:.0%} / {max(1 - ran - waited, 0):.0%}",
        "" if bare else f"{of('mongod_cpu'):.0%}",
        f"{of('cpu'):.0%}",
        f"{of('ack', 'p50'):.0f} / {of('ack', 'p99'):.0f}",
        f"{of('screen', 'p50'):.0f} / {of('screen', 'p99'):.0f}",
    )


def _at(measured: dict[str, Any], keys: tuple[str, ...]) -> Any:
    for key in keys:
        measured = measured[key]
    return measured


if __name__ == "__main__":
    main()
