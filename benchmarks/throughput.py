"""How many messages a second reach an operator, acknowledged, through one hub and through the relay, in turns."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.people import hub_pairs, hub_plan, relay_plan
from benchmarks.stack import Load, Watched, connected, running_hub, running_relay
from tests.mongod import running_mongod

DRIVERS = ("motor", "pymongo")


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
