"""Each conversation has its process, in every hub the same one."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from hub.nlu.routing import ranked

PLACES = st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=6, unique=True)


@given(PLACES, st.text(max_size=40), st.randoms(use_true_random=False))
def test_hubs_agree_in_whatever_order_they_know_the_places(
    places: list[str], key: str, random: object
) -> None:
    shuffled = sorted(places, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert ranked(places, key) == ranked(shuffled, key)
    assert sorted(ranked(places, key)) == sorted(places)


@given(PLACES, st.text(max_size=40), st.integers(0, 5))
def test_when_one_is_gone_the_others_keep_their_conversations(places: list[str], key: str, gone: int) -> None:
    left = [place for n, place in enumerate(places) if n != gone % len(places)]
    assert ranked(left, key) == [place for place in ranked(places, key) if place in left]


def test_they_share_the_conversations() -> None:
    places = [f"http://127.0.0.1:{port}" for port in (5705, 5706, 5707)]
    first = Counter(ranked(places, f"conversation-{n}:1")[0] for n in range(3_000))
    assert all(850 < count < 1_150 for count in first.values())
