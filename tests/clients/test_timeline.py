"""Each entry once, in order, without gaps, whatever arrives."""

from hypothesis import given
from hypothesis import strategies as st

from tests.clients.timeline import Entry, Timeline, appended, is_behind, noted


def entries(*seqs: int) -> list[Entry]:
    return [{"seq": seq} for seq in seqs]


def test_what_lies_beyond_a_gap_waits() -> None:
    timeline, fresh = appended(Timeline(), entries(1, 3))
    assert fresh == entries(1)
    assert is_behind(timeline)
    timeline, fresh = appended(timeline, entries(2))
    assert fresh == entries(2, 3)
    assert not is_behind(timeline)


def test_a_digest_tells_of_what_is_missing() -> None:
    timeline, _ = appended(Timeline(), entries(1, 2))
    assert not is_behind(noted(timeline, 2))
    assert is_behind(noted(timeline, 3))
    assert noted(timeline, 1) == timeline


@given(st.lists(st.lists(st.integers(1, 12), max_size=6), max_size=20))
def test_any_arrivals_show_each_once_in_order(packets: list[list[int]]) -> None:
    timeline, shown = Timeline(), []
    arrived: set[int] = set()
    for packet in packets:
        timeline, fresh = appended(timeline, entries(*packet))
        shown += [entry["seq"] for entry in fresh]
        arrived |= set(packet)
        assert shown == list(range(1, len(shown) + 1))
        assert set(shown) <= arrived
        assert is_behind(timeline) == (max(arrived, default=0) > len(shown))
    assert len(shown) + 1 not in arrived
