"""``python -m tests.simulation``: see the package."""

import argparse
import os
import sys
import time

from tests.simulation import many, report
from tests.simulation.bugs import BUGS
from tests.simulation.living import run
from tests.simulation.world import World


def main() -> int:
    """0 when every rule held (with ``--bug``: when the bug was caught)."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int, help="one world, with its trace")
    parser.add_argument("--seeds", type=int, nargs=2, metavar=("FIRST", "LAST"), help="FIRST up to LAST-1")
    parser.add_argument("--processes", type=int, default=many.PROCESSES)
    parser.add_argument("--bug", choices=sorted(BUGS), help="plant this bug")
    parser.add_argument("--bugs", action="store_true", help="list what can be planted")
    parser.add_argument("--report", action="store_true", help="all of it, into docs/reliability.md")
    parser.add_argument("--quiet", action="store_true", help="no trace")
    asked = parser.parse_args()
    if asked.bugs:
        for name, bug in BUGS.items():
            print(f"{name:<44}{bug.__doc__}")
        return 0
    if not many.fixed():
        os.environ |= many.FIXED
        os.execv(sys.executable, many.command(*sys.argv[1:]))
    if asked.report:
        return report.write(*(asked.seeds or (0, 1500)))
    if asked.seed is not None:
        return one(asked.seed, asked.bug, asked.quiet)
    if asked.bug is not None:
        return hunt(asked.bug)
    first, last = asked.seeds or (0, 100)
    if asked.processes > 1:
        good, text = many.run_many(first, last, processes=asked.processes)
        print(text, end="")
        return 0 if good else 1
    return several(first, last)


def one(seed: int, bug: str | None, quiet: bool) -> int:
    """Live through one world."""
    world = run(seed, BUGS[bug]() if bug else None, None if quiet else print)
    tell(world)
    return 1 if world.violations else 0


def several(first: int, last: int) -> int:
    """Print what fails and how to see it again."""
    began, entries, failed = time.monotonic(), 0, 0
    for seed in range(first, last):
        world = run(seed)
        entries += len(world.twin.entries.timelines())
        if world.violations:
            failed += 1
            tell(world)
            print(f"see it again: python -m tests.simulation --seed {seed}", flush=True)
    seconds = time.monotonic() - began
    print(f"seeds {first} to {last - 1}: {failed} failed, {entries} entries, {seconds:.0f} s")
    return 1 if failed else 0


def hunt(name: str) -> int:
    """Seed after seed until a rule is broken."""
    world = report.caught(name)
    if world is None:
        print(f"{name!r} was not caught in {report.MOST} seeds")
        return 1
    tell(world)
    print(f"caught: python -m tests.simulation --seed {world.seed} --bug {name!r}")
    return 0


def tell(world: World) -> None:
    """What was broken, or that nothing was."""
    entries = len(world.twin.entries.timelines())
    print(
        f"seed {world.seed}: {entries} entries in {world.loop.time():.0f} virtual seconds, "
        f"{len(world.violations) or 'no'} violations"
    )
    for violation in world.violations[:20]:
        print(f"    {violation}")


if __name__ == "__main__":
    sys.exit(main())
