"""What the simulation found, for ``docs/reliability.md``: the seeds without a bug, and each bug with its seed."""

import re
from pathlib import Path

from benchmarks.results import Table, put
from tests.simulation import many
from tests.simulation.bugs import BUGS
from tests.simulation.living import run
from tests.simulation.world import World

PAGE = Path(many.ROOT / "docs" / "reliability.md")
FIRST, MOST = 5_000_000, 400  # the seeds in which a planted bug must show itself


def caught(name: str) -> World | None:
    """The first world in which a planted bug breaks a rule."""
    worlds = (run(seed, BUGS[name]()) for seed in range(FIRST, FIRST + MOST))
    return next((world for world in worlds if world.violations), None)


def write(first: int, last: int) -> int:
    """Run everything and put it on the page. Returns 1 when a seed failed or a bug was not caught."""
    good, text = many.run_many(first, last)
    failed = sum(map(int, re.findall(r": (\d+) failed", text)))
    entries = sum(map(int, re.findall(r"failed, (\d+) entries", text)))
    rows, missed = [], 0
    for name, bug in BUGS.items():
        world = caught(name)
        missed += world is None
        found = (
            ("not caught", "")
            if world is None
            else (str(world.seed - FIRST + 1), world.violations[0].partition(":")[0])
        )
        rows.append((f"`{name}`", bug.__doc__ or "", *found))
    remarks = (
        f"Without a bug: {last - first:,} seeds with {entries:,} entries on their timelines, {failed} of them with a "
        'broken rule. By hand: `python -m tests.simulation --bug "two in flight"`.'
    )
    put("planted", [Table(("planted", "what", "caught by seed no.", "rule"), rows)], remarks, PAGE)
    return 0 if good and not missed else 1
