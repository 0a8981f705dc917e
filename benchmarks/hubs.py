"""Two hub processes that share the pairs, with Redis between them, beside one hub: on one machine."""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.people import hub_pairs, hub_plan
from benchmarks.results import Table, put, spread
from benchmarks.stack import Load, Watched, connected, free_port, running_hub
from tests.mongod import running_mongod

PAIRS = 200
ROUNDS = 3
SECONDS = 4.0
WARM = 1.5
DRIVER = "motor"  # the default setting


@contextmanager
def _redis() -> Iterator[str]:
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


def _together(loads: list[Load], watched: list[Watched]) -> tuple[float, float, float, list[float]]:
    """One round on all at once: messages a second in all, the worst p50 and p99, and each process's share of a core."""
    before = [each.cpu() for each in watched]
    for load in loads:
        load.begin(SECONDS, warm=WARM)
    results = [load.ended() for load in loads]
    shares = [(each.cpu() - was) / (SECONDS + WARM) for each, was in zip(watched, before, strict=True)]
    print(results, shares, flush=True)
    return (
        sum(each["per_second"] for each in results),
        max(each["ack"]["p50"] for each in results),
        max(each["ack"]["p99"] for each in results),
        shares,
    )


def main() -> None:
    """Measure and write the section."""
    with ExitStack() as stack:
        enter = stack.enter_context
        uri, port, process = enter(running_mongod(Path(enter(TemporaryDirectory()))))
        mongod = Watched(process.pid, port)
        alone = enter(running_hub(uri, "alone", DRIVER))
        people = asyncio.run(hub_pairs(uri, "alone", PAIRS))
        one = [enter(connected(hub_plan(alone.port, people)))]
        redis = enter(_redis())
        first, second = (enter(running_hub(uri, "both", DRIVER, redis)) for _ in range(2))
        shared = asyncio.run(hub_pairs(uri, "both", PAIRS))
        half = PAIRS // 2
        two = [
            enter(connected(hub_plan(first.port, shared[:half]))),
            enter(connected(hub_plan(second.port, shared[half:]))),
        ]
        rounds = [
            (_together(one, [alone, mongod]), _together(two, [first, second, mongod])) for _ in range(ROUNDS)
        ]
    rows = []
    for name, of in (("one hub", 0), ("two hubs with Redis", 1)):
        each = [pair[of] for pair in rounds]
        rows.append(
            (
                name,
                spread([rate for rate, *_ in each]),
                "1" if of == 0 else spread([two[0] / one[0] for one, two in rounds], 2),
                f"{median(p50 for _, p50, _, _ in each):.0f} / {median(p99 for _, _, p99, _ in each):.0f}",
                " + ".join(
                    f"{median(share):.0%}" for share in zip(*(shares for *_, shares in each), strict=True)
                ),
            )
        )
    columns = ("", "messages/s", "÷ one hub", "to ack p50 / p99 ms", "CPU of each hub + mongod")
    remarks = (
        f"{PAIRS} pairs, closed loop, Motor, {ROUNDS} rounds of {SECONDS:.0f} s in turns; both sides of a "
        "pair are at the same hub, half the pairs at each."
    )
    put("hubs", [Table(columns, rows)], remarks)


if __name__ == "__main__":
    main()
