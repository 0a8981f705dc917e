"""How often somebody may ask."""

from hub.rates import Rates


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
