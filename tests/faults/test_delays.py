"""What counts as delayed by what."""

from dataclasses import replace

from tests.clients.log import Log
from tests.faults.checker import Verdict
from tests.faults.delays import Delays, Spread, measure
from tests.faults.evidence import Evidence, Stored, Witness
from tests.faults.injector import Stroke
from tests.faults.reading import connected_in


def measured(shown_at: float, notes: list[tuple[float, str]], *strokes: Stroke) -> Delays:
    """Jana's words are written at 99 s and acknowledged at 100 s; Anna's screen shows them at ``shown_at``."""
    now = 0.0
    jana, anna = Log("jana", lambda: now), Log("anna", lambda: now)
    anna.open("c1")
    now = 99.0
    jana.attempt("k1", "c1", "message.send", "hello")
    now = 100.0
    jana.acknowledge("k1", "c1", 1)
    now = shown_at
    body = {"kind": "message", "text": "hello"}
    anna.show("c1", {"seq": 1, "client_id": None, "author": {"kind": "contact"}, "body": body})
    entry = Stored("c1", 1, 1, True, "contact", "jana", "k1", "message", "hello")
    witnesses = [
        Witness(jana, "jana", True),
        Witness(anna, "anna", False, connected=connected_in(notes)),
    ]
    return measure(Evidence(witnesses, {"c1": [entry]}, {"c1": 1}), strokes, 0.0, 200.0)


def against(delays: Delays, strictly: bool = True) -> list[str]:
    verdict = Verdict()
    delays.judge(verdict, strictly=strictly)
    return [violation.kind for violation in verdict.violations]


REDIS = Stroke("kill -9", "redis", 98.0, 110.0, 1, 1)


def test_what_redis_alone_delayed_is_late_after_three_seconds() -> None:
    assert against(measured(102.9, [(1.0, "connected")], REDIS)) == []
    assert against(measured(103.1, [(1.0, "connected")], REDIS)) == ["late"]


def test_a_machine_that_is_slow_by_itself_is_not_held_against_redis() -> None:
    delays = measured(104.0, [(1.0, "connected")], REDIS)
    slow = replace(delays, to_screens_calm=Spread.of([0.1, 1.5]))
    assert against(slow, strictly=False) == []
    assert against(slow) == ["late"]
    assert against(replace(slow, to_screens_calm=Spread.of([0.5])), strictly=False) == ["late"]


def test_what_something_else_may_have_delayed_is_not_redis_s() -> None:
    hub = Stroke("kill -9", "hub1", 85.0, 85.0, 1, 1)
    delays = measured(150.0, [(1.0, "connected")], REDIS, hub)
    assert delays.to_screens_redis_only.count == 0
    assert against(delays) == ["unmeasured"]


def test_a_screen_that_had_to_come_back_is_told_apart() -> None:
    kept = measured(101.0, [(1.0, "tries"), (2.0, "connected"), (150.0, "lost")])
    assert (kept.to_screens.count, kept.to_screens_connected.count) == (1, 1)
    back = measured(130.0, [(2.0, "connected"), (110.0, "dismissed"), (120.0, "connected")])
    assert (back.to_screens.count, back.to_screens_connected.count) == (1, 0)
