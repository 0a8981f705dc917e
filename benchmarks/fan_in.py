"""What a message costs: the hub that has its sockets, a hub that only follows, and mongod.

``python -m benchmarks.fan_in [--write]``.
Processor time per message at full load, first with one hub, then with another one beside it that has no sockets at all.
These are the numbers of which the calculation for many hubs is made.
"""

import asyncio
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.people import hub_pairs, hub_plan
from benchmarks.results import Table, put
from benchmarks.stack import Watched, connected, running_hub
from benchmarks.throughput import System
from tests.mongod import running_mongod

DATABASE, DRIVER = "fan_in", "motor"
PAIRS, ROUNDS, WARM, SECONDS = 50, 3, 1.5, 6.0
SETTLED = 3.0  # seconds that a hub gets to come up


def round_of(system: System, other: Watched | None) -> tuple[float, float, float]:
    """Microseconds per message: of the hub, of mongod, of the other hub."""
    before = other.cpu() if other else 0.0
    measured = system.round(SECONDS, warm=WARM)
    messages = measured["per_second"] * (WARM + SECONDS)
    followed = (other.cpu() - before) if other else 0.0
    hub, mongod = (measured[name] / measured["per_second"] for name in ("server_cpu", "mongod_cpu"))
    return 1e6 * hub, 1e6 * mongod, 1e6 * followed / messages


def measure() -> dict[str, tuple[float, float, float]]:
    """Medians, alone and with another hub."""
    with ExitStack() as stack:
        enter = stack.enter_context
        folder = enter(TemporaryDirectory())
        uri, port, process = enter(running_mongod(Path(folder)))
        people = asyncio.run(hub_pairs(uri, DATABASE, PAIRS))
        hub = enter(running_hub(uri, DATABASE, DRIVER))
        load = enter(connected(hub_plan(hub.port, people)))
        system = System("hub", hub, load, Watched(process.pid, port))
        rounds: dict[str, list[tuple[float, float, float]]] = {"one hub": [], "with another hub": []}
        rounds["one hub"] = [round_of(system, None) for _ in range(ROUNDS)]
        other = enter(running_hub(uri, DATABASE, DRIVER))
        time.sleep(SETTLED)
        rounds["with another hub"] = [round_of(system, other) for _ in range(ROUNDS)]
    return {
        name: (
            median(one[0] for one in seen),
            median(one[1] for one in seen),
            median(one[2] for one in seen),
        )
        for name, seen in rounds.items()
    }


def on_paper(own: float, foreign: float, mongod: float, mongod_each: float) -> Table:
    """Messages a second of N hubs, each with a core of its own, when every hub reads what all store.

    A hub with the N-th part of the sockets spends ``own`` on its part and ``foreign`` on all others; ``mongod_each`` is
    what each further hub adds to a message in MongoDB. All in microseconds.
    """
    rows = []
    for hubs in (1, 2, 4, 8, 16):
        rate = hubs * 1e6 / (own + (hubs - 1) * foreign)
        cores = rate * (mongod + (hubs - 1) * mongod_each) / 1e6
        rows.append((str(hubs), f"{rate:,.0f}", f"{cores:.1f}"))
    return Table(("hubs", "messages a second, at most", "cores that mongod needs for them"), rows, "On paper")


def main() -> int:
    """Measure, calculate, print."""
    seen = measure()
    rows = [
        (name, f"{own:.0f} µs", f"{mongod:.0f} µs", f"{other:.0f} µs" if other else "")
        for name, (own, mongod, other) in seen.items()
    ]
    (own, alone, _), (_, together, foreign) = seen["one hub"], seen["with another hub"]
    tables = [
        Table(("processor time per message", "the hub with the sockets", "mongod", "the hub without"), rows),
        on_paper(own, foreign, alone, max(together - alone, 0.0)),
    ]
    print("\n\n".join(table.markdown() for table in tables))
    if "--write" in sys.argv[1:]:
        put("fan-in", tables)
    return 0


if __name__ == "__main__":
    sys.exit(main())
