"""How many messages a second reach an operator, acknowledged, through one hub and through the relay, in turns."""

import asyncio
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
ROUNDS = 3
SECONDS = 5.0
TARGET = 0.6


class System:
    """Something that carries messages, with its load generator connected, and what its rounds measured."""

    def __init__(self, name: str, server: Watched, load: Load, beside: Watched | None = None) -> None:
        self.name = name
        self.rounds: list[dict[str, Any]] = []
        self._server, self._load, self._beside = server, load, beside

    def round(self, seconds: float, rate: float | None = None, warm: float = 1.5) -> dict[str, Any]:
        """Measure once. The processors' shares are over the whole round, its beginning and end included."""
        used = self._used()
        self._load.begin(seconds, rate, warm)
        result = self._load.ended()
        whole = [
            (after - before) / (warm + seconds) for before, after in zip(used, self._used(), strict=True)
        ]
        result["server_cpu"], result["mongod_cpu"] = whole
        self.rounds.append(result)
        return result

    def _used(self) -> tuple[float, float]:
        return self._server.cpu(), self._beside.cpu() if self._beside else 0.0


class Bench:
    """A mongod, the relay, and a hub for each driver, with ``pairs`` pairs connected to each."""

    def __init__(self, pairs: int, drivers: tuple[str, ...] = DRIVERS) -> None:
        self._pairs, self._drivers = pairs, drivers
        self._stack = ExitStack()

    def __enter__(self) -> list[System]:
        enter = self._stack.enter_context
        folder = enter(TemporaryDirectory())
        uri, port, process = enter(running_mongod(Path(folder)))
        mongod = Watched(process.pid, port)
        relay = enter(running_relay())
        systems = [System("relay", relay, enter(connected(relay_plan(relay.port, self._pairs))))]
        for driver in self._drivers:
            database = f"bench_{driver}"
            people = asyncio.run(hub_pairs(uri, database, self._pairs))
            hub = enter(running_hub(uri, database, driver))
            load = enter(connected(hub_plan(hub.port, people)))
            systems.append(System(driver, hub, load, mongod))
        return systems

    def __exit__(self, *failure: object) -> None:
        self._stack.close()


def ratios(systems: list[System]) -> dict[str, list[float]]:
    """Of each hub's rounds to the relay's beside them."""
    relay, *hubs = systems
    return {
        hub.name: [
            mine["per_second"] / theirs["per_second"]
            for mine, theirs in zip(hub.rounds, relay.rounds, strict=True)
        ]
        for hub in hubs
    }


def main() -> None:
    """Measure and write the section."""
    rows = []
    for pairs in PAIRS:
        with Bench(pairs) as systems:
            for number in range(ROUNDS):
                for system in systems if number % 2 else reversed(systems):
                    print(pairs, system.name, system.round(SECONDS), flush=True)
            beside = ratios(systems)
        bare = _own(systems[0])
        rows += [_row(pairs, system, beside.get(system.name), bare) for system in systems]
    columns = (
        "pairs", "through", "messages/s", "÷ relay", "target ≥ 0.6", "to ack p50 / p99 ms", "to screen p50 / p99 ms",
        "own CPU", "mongod CPU", "load CPU", "CPU µs a message", "÷ relay by own CPU",
    )  # fmt: skip
    remarks = (
        f"Closed loop, {ROUNDS} rounds of {SECONDS:.0f} s in turns: medians (and the least and the greatest); ratios "
        "are taken round by round. A message is counted when its acknowledgement has come: a hub's means w: majority, "
        "j: true. CPU is the share of one core, and µs a message are the server's own, with mongod's after the plus. "
        "The last column is the ratio if each server had a core to itself: it does not suffer from whatever else the "
        "machine does, which a hub (that waits for mongod and the disk) feels more than the relay."
    )
    put("throughput", [Table(columns, rows)], f"{machine()}\n\n{remarks}")


def _own(system: System) -> float:
    """The server's own processor time a message, in seconds."""
    return median(each["server_cpu"] / each["per_second"] for each in system.rounds)


def _row(pairs: int, system: System, beside: list[float] | None, bare: float) -> tuple[str, ...]:
    def of(*keys: str) -> float:
        return median(float(value) for value in (_at(each, keys) for each in system.rounds))

    own, mongod = of("server_cpu"), of("mongod_cpu")
    rate = of("per_second")
    return (
        str(pairs),
        NAMES[system.name],
        spread([each["per_second"] for each in system.rounds]),
        spread(beside, 2) if beside else "1",
        ("met" if median(beside) >= TARGET else "not met") if beside else "",
        f"{of('ack', 'p50'):.0f} / {of('ack', 'p99'):.0f}",
        f"{of('screen', 'p50'):.0f} / {of('screen', 'p99'):.0f}",
        f"{own:.0%}",
        f"{mongod:.0%}" if mongod else "",
        f"{of('cpu'):.0%}",
        f"{own / rate * 1e6:.0f}" + (f" + {mongod / rate * 1e6:.0f}" if mongod else ""),
        f"{bare / _own(system):.2f}" if beside else "1",
    )


def _at(measured: dict[str, Any], keys: tuple[str, ...]) -> Any:
    for key in keys:
        measured = measured[key]
    return measured


if __name__ == "__main__":
    main()
