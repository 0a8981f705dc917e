"""A checker that finds nothing proves nothing: each planted bug must be caught, and the same world be good without."""

import pytest

from tests.simulation.bugs import BUGS
from tests.simulation.living import run
from tests.simulation.world import Cast

MOST_SEEDS = 200
FIRST = 5_000_000


@pytest.mark.integration
@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", sorted(BUGS))
def test_a_planted_bug_is_caught(name: str) -> None:
    for seed in range(FIRST, FIRST + MOST_SEEDS):
        if run(seed, BUGS[name]()).violations:
            break
    else:
        pytest.fail(f"{name!r} was not caught in {MOST_SEEDS} seeds")
    same = {part: getattr(BUGS[name], part) for part in ("weather", "hubs", "gaps")}
    control = type("control", (Cast,), same)
    assert run(seed, control()).violations == [], "without the bug the same world is good"
