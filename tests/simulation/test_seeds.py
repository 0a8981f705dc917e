"""Thousands of worlds, and no rule broken in any of them."""

import os

import pytest

from tests.simulation.living import run
from tests.simulation.many import run_many
from tests.simulation.world import World

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "1500"))
SECONDS_EACH = 1.0  # far more than it takes, on a machine that is busy


def history(world: World) -> list[object]:
    logs = [log.as_document() for person in (*world.customers, *world.workers) for log in person.logs]
    return [world.loop.time(), world.twin.entries.timelines(), logs, dict(world.telegram.received)]


def test_a_seed_is_always_the_same_world() -> None:
    assert history(run(7)) == history(run(7))
    assert history(run(7)) != history(run(8))


@pytest.mark.timeout(120)
def test_a_few_worlds_break_no_rule() -> None:
    for seed in range(10_000_000, 10_000_020):
        assert run(seed).violations == []


@pytest.mark.integration
@pytest.mark.timeout(120 + SEEDS * SECONDS_EACH)
def test_no_world_breaks_a_rule() -> None:
    good, report = run_many(0, SEEDS)
    assert good, report
