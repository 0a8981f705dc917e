"""Money and visits as people read them."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.orders.wording import money_text, state_text, visit_text
from hub.wording.languages import language_of
from storage.model.orders import Money, OrderState, Visit

VISIT = Visit(date(2026, 11, 30), time(9), time(12))


@pytest.mark.parametrize(
    ("amount", "currency", "language", "text"),
    [
        (49_900, "CZK", "cs", "499 Kč"),
        (149_900, "CZK", "cs", "1 499 Kč"),
        (49_950, "CZK", "cs", "499,50 Kč"),
        (0, "CZK", "cs", "0 Kč"),
        (-10_000, "CZK", "cs", "-100 Kč"),
        (123_456_700, "CZK", "cs", "1 234 567 Kč"),
        (49_900, "CZK", "en", "499 Kč"),
        (149_900, "CZK", "en", "1,499 Kč"),
        (49_950, "CZK", "en", "499.50 Kč"),
        (500, "JPY", "en", "500 JP¥"),
    ],
)
def test_money(amount: int, currency: str, language: str, text: str) -> None:
    written = money_text(Money(amount, currency), language)

    assert written.replace("\u00a0", " ") == text
    assert " " not in written  # no line break between the number and its currency


@pytest.mark.parametrize(
    ("visit", "language", "text"),
    [
        (VISIT, "cs", "pondělí 30.\u00a011.\u00a02026, 9–12\u00a0h"),
        (VISIT, "en", "Monday 30\u00a0November\u00a02026, 9:00–12:00"),
        (Visit(date(2026, 3, 1), time(8, 30), time(10)), "cs", "neděle 1.\u00a03.\u00a02026, 8:30–10:00"),
        (Visit(date(2026, 3, 1), time(8, 30), time(10)), "en", "Sunday 1\u00a0March\u00a02026, 8:30–10:00"),
    ],
)
def test_visits(visit: Visit, language: str, text: str) -> None:
    assert visit_text(visit, language) == text


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("cs", "cs"),
        ("cs-CZ", "cs"),
        ("CS_cz", "cs"),
        ("sk", "cs"),
        ("en-GB", "en"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_languages(tag: str | None, language: str) -> None:
    assert language_of(tag) == language


@pytest.mark.parametrize("language", ["cs", "en"])
def test_every_state_has_its_word(language: str) -> None:
    words = {state_text(state, language) for state in OrderState}

    assert len(words) == len(OrderState)
    assert all(words)


@given(st.integers(-(2**62), 2**62), st.sampled_from(["CZK", "EUR", "JPY", "KWD"]), st.text(max_size=10))
def test_no_amount_is_lost_in_writing(amount: int, currency: str, language: str) -> None:
    written = money_text(Money(amount, currency), language)
    digits = "".join(char for char in written if char.isdigit())

    places = {"JPY": 0, "KWD": 3}.get(currency, 2)
    assert int(digits) in {abs(amount), abs(amount) // 10**places}


@given(st.dates(), st.times(), st.times(), st.text(max_size=10))
def test_every_visit_can_be_written(day: date, starts: time, ends: time, language: str) -> None:
    assert str(day.year) in visit_text(Visit(day, starts, ends), language)
