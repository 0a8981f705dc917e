"""How often somebody may ask."""

from hub.rates import MOST_UNTOLD, Rates


def test_a_burst_and_then_the_long_run() -> None:
    rates = Rates(burst=3, per_second=2)
    assert [rates.take("a", 0.0) for _ in range(3)] == [None] * 3
    assert rates.take("a", 0.0) == 0.5
    assert rates.take("a", 0.25) == 0.25
    assert rates.take("a", 0.5) is None
    assert rates.take("b", 0.5) is None, "everybody has their own"


def test_rest_fills_up_to_the_burst_only() -> None:
    rates = Rates(burst=2, per_second=1)
    rates.take("a", 0.0)
    assert [rates.take("a", 1_000.0) for _ in range(3)] == [None, None, 1.0]


def test_the_longest_unseen_are_forgotten_first() -> None:
    rates = Rates(burst=1, per_second=0.001, most_keys=2)
    rates.take("a", 0.0)
    rates.take("b", 0.0)
    assert rates.take("a", 0.0) is not None
    rates.take("c", 0.0)
    assert rates.take("a", 0.0) is not None, "seen lately"
    assert rates.take("b", 0.0) is None, "forgotten"


def test_what_another_hub_gave_away_is_paid_here() -> None:
    rates = Rates(burst=4, per_second=1)
    rates.pay("a", 3, 0.0)
    assert rates.take("a", 0.0) is None
    assert rates.take("a", 0.0) == 1.0
    rates.pay("a", 1_000, 0.0)
    assert rates.take("a", 0.0) == 5.0, "never more than a burst in debt"
    assert rates.take("a", 5.0) is None


def test_others_are_told_what_was_taken_once() -> None:
    rates = Rates(burst=16, per_second=1)
    rates.take("before", 0.0)
    urged: list[str] = []
    rates.share(lambda: urged.append("now"))
    rates.take("a", 0.0)
    rates.take("b", 0.0)
    assert not urged
    rates.take("a", 0.0)
    assert urged, "so much of one key cannot wait"
    assert rates.untold() == {"a": 2, "b": 1}
    assert rates.untold() == {}
    rates.pay("a", 16, 0.0)
    assert rates.take("a", 0.0) is not None
    assert rates.untold() == {}, "what was refused costs nothing"


def test_what_waits_to_be_told_is_bounded() -> None:
    rates = Rates(burst=16, per_second=1)
    rates.share(lambda: None)
    for n in range(MOST_UNTOLD + 10):
        rates.take(f"{n}", 0.0)
    rates.take("0", 0.0)
    untold = rates.untold()
    assert len(untold) == MOST_UNTOLD
    assert untold["0"] == 2
