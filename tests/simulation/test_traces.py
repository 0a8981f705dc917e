"""The lives that the shipped clients replay are recorded as they were lived."""

import json

from tests.simulation.living import run
from tests.simulation.traces import PLACES, Recording, liveliness, trace_of


def test_a_recorded_life_is_one_that_was_lived() -> None:
    world = run(3_000_156, Recording())
    assert world.violations == []
    traces = [
        trace for trace in (trace_of(world, who) for who in (*world.customers, *world.workers)) if trace
    ]
    assert traces
    for trace in traces:
        for place, timeline in enumerate(trace["timelines"]):
            told = [step for step in trace["steps"] if step[0] in ("news", "page") and step[1] == place]
            newest = max((max([step[2]] if step[0] == "page" else [0, *step[2]]) for step in told), default=0)
            assert newest == len(timeline)
        written = {step[2] for step in trace["steps"] if step[0] == "write"}
        assert {step[2] for step in trace["steps"] if step[0] == "send"} <= written


def test_there_are_a_few_dozen_of_them_and_none_is_quiet() -> None:
    for place in PLACES.values():
        traces = json.loads(place.read_text())
        assert len(traces) >= 30
        assert min(map(liveliness, traces)) >= 10
