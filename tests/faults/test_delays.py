"""What counts as delayed by what."""

from dataclasses import replace

from tests.clients.log import Log
from tests.faults.checker import Verdict
from tests.faults.delays import ENOUGH, Delays, Spread, measure
from tests.faults.evidence import Evidence, Stored, Witness
from tests.faults.injector import Stroke
from tests.faults.reading import connected_in


def measured(
    shown_at: float, notes: list[tuple[float, str]], *strokes: Stroke, read_at: float = 50.0
) -> Delays:
    """Jana's words are written at 99 s and acknowledged at 100 s; Anna's screen shows them at ``shown_at``.

    Anna opens the conversation at the beginning and has read what was in it at ``read_at``.
    """
    now = 0.0
    jana, anna = Log("jana", lambda: now), Log("anna", lambda: now)

    def show(seq: int, text: str) -> None:
        body = {"kind": "message", "text": text}
        anna.show("c1", {"seq": seq, "client_id": None, "author": {"kind": "contact"}, "body": body})

    anna.open("c1")
    now = read_at
    show(1, "earlier")
    now = 99.0
    jana.attempt("k1", "c1", "message.send", "hello")
    now = 100.0
    jana.acknowledge("k1", "c1", 2)
    now = shown_at
    show(2, "hello")
    entry = Stored("c1", 2, 2, True, "contact", "jana", "k1", "message", "hello")
    witnesses = [
        Witness(jana, "jana", True),
        Witness(anna, "anna", False, connected=connected_in(notes)),
    ]
    return measure(Evidence(witnesses, {"c1": [entry]}, {"c1": 2}), strokes, 0.0, 200.0)


def often(delays: Delays) -> Delays:
    """The same, measured often enough, if at all."""
    ack, screens = delays.to_ack_redis_only, delays.to_screens_redis_only
    return replace(
        delays,
        to_ack_redis_only=replace(ack, count=ack.count * ENOUGH),
        to_screens_redis_only=replace(screens, count=screens.count * ENOUGH),
    )


def against(delays: Delays, strictly: bool = True) -> list[str]:
    """What is held against as many messages as are enough, with the delays of these few."""
    verdict = Verdict()
    often(delays).judge(verdict, strictly=strictly)
    return [violation.kind for violation in verdict.violations]


REDIS = Stroke("kill -9", "redis", 98.0, 110.0, 1, 1)


def test_what_redis_alone_delayed_is_late_after_three_seconds() -> None:
    assert against(measured(102.9, [(1.0, "connected")], REDIS)) == []
    assert against(measured(103.1, [(1.0, "connected")], REDIS)) == ["late"]


def test_a_machine_that_is_slow_by_itself_is_not_held_against_redis() -> None:
    delays = measured(104.0, [(1.0, "connected")], REDIS)
    slow = replace(delays, to_screens_calm=Spread.of([0.1, 1.5, 1.5]))
    assert against(slow, strictly=False) == []
    assert against(slow) == ["late"]
    assert against(replace(slow, to_screens_calm=Spread.of([0.5])), strictly=False) == ["late"]


def test_one_message_that_was_slow_by_itself_grants_nothing() -> None:
    delays = measured(104.0, [(1.0, "connected")], REDIS)
    calm = Spread.of([0.1] * 200 + [30.0])
    assert against(replace(delays, to_screens_calm=calm), strictly=False) == ["late"]


def test_a_machine_that_is_very_slow_by_itself_is_granted_two_seconds() -> None:
    very_slow = Spread.of([30.0] * 200)
    in_time = measured(104.9, [(1.0, "connected")], REDIS)
    assert against(replace(in_time, to_screens_calm=very_slow), strictly=False) == []
    late = measured(105.1, [(1.0, "connected")], REDIS)
    assert against(replace(late, to_screens_calm=very_slow), strictly=False) == ["late"]


def test_a_few_messages_measure_nothing() -> None:
    verdict = Verdict()
    few = often(measured(102.0, [(1.0, "connected")], REDIS))
    few = replace(few, to_screens_redis_only=replace(few.to_screens_redis_only, count=ENOUGH - 1))
    few.judge(verdict, strictly=True)
    assert [violation.what for violation in verdict.violations] == [
        "shown to others while only Redis was broken: 199 of 200"
    ]


def test_what_something_else_may_have_delayed_is_not_redis_s() -> None:
    hub = Stroke("kill -9", "hub1", 85.0, 85.0, 1, 1)
    delays = measured(150.0, [(1.0, "connected")], REDIS, hub)
    assert delays.to_screens_redis_only.count == 0
    assert against(delays) == ["unmeasured"] * 2  # neither acknowledged nor shown


def test_what_was_said_while_a_conversation_was_being_opened_came_with_it() -> None:
    assert measured(104.0, [(1.0, "connected")], read_at=104.0).to_screens.count == 0
    assert measured(104.0, [(1.0, "connected")], read_at=99.9).to_screens.count == 1


def test_a_screen_that_had_to_come_back_is_told_apart() -> None:
    kept = measured(101.0, [(1.0, "tries"), (2.0, "connected"), (150.0, "lost")])
    assert (kept.to_screens.count, kept.to_screens_connected.count) == (1, 1)
    back = measured(130.0, [(2.0, "connected"), (110.0, "dismissed"), (120.0, "connected")])
    assert (back.to_screens.count, back.to_screens_connected.count) == (1, 0)
