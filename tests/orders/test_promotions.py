"""What is on offer today."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.orders.promotions import on_offer
from storage.model.orders import Promotion

days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
promotions = st.builds(
    Promotion, st.text(), st.just({"en": "less"}), from_day=st.none() | days, until_day=st.none() | days
)


@given(st.lists(promotions, max_size=8), days)
def test_the_first_and_the_last_day_are_included(kept: list[Promotion], today: date) -> None:
    offered = on_offer(kept, today)

    for promotion in kept:
        first, last = promotion.from_day or today, promotion.until_day or today
        assert (promotion in offered) == (today in _from(first, last))


def test_they_keep_their_order() -> None:
    kept = [Promotion("b", {}), Promotion("a", {}), Promotion("b", {})]

    assert on_offer(kept, date(2026, 11, 23)) == kept


def _from(first: date, last: date) -> set[date]:
    return {first + timedelta(days=day) for day in range((last - first).days + 1)}
