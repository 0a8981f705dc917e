"""Money, visits and states in the reader's language. Pure. The words are in ``hub/wording/words``.

Spaces inside a date, a time or a price do not break.
"""

from datetime import date, time
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision

from hub.wording.days import span_text, written
from hub.wording.languages import LANGUAGES, words_of
from storage.model.orders import Money, OrderState, Visit

_NBSP = "\u00a0"
_WHOLE = f"#,##0{_NBSP}¤"  # a CLDR number pattern


def money_text(money: Money, language: str) -> str:
    """``499 Kč``; fractions only where there are some."""
    known = words_of(language)
    digits = get_currency_precision(money.currency)
    amount = Decimal(money.amount).scaleb(-digits)
    whole = amount == amount.to_integral_value()
    text: str = format_currency(
        amount,
        money.currency,
        format=_WHOLE if whole else f"#,##0.{'0' * digits}{_NBSP}¤",
        locale=known.cldr,
        currency_digits=False,
    )
    sign = known.symbols.get(money.currency)
    return text.replace(money.currency, sign) if sign else text


def visit_text(visit: Visit, language: str) -> str:
    """``pondělí 30. 11. 2026, 9–12 h``."""
    known = words_of(language)
    day = written(visit.day, known.days.with_weekday, known)
    return f"{day}, {span_text(visit.starts, visit.ends, known)}"


def state_text(state: OrderState, language: str) -> str:
    """Where an order stands, in a word or two."""
    return words_of(language).order_states[state]


def _read_language_data() -> None:
    """Babel reads a language's files at first use: better at start-up than in the middle of a request."""
    for language in LANGUAGES:
        visit_text(Visit(day=date(2026, 1, 1), starts=time(8), ends=time(10)), language)
        money_text(Money(100, "CZK"), language)


_read_language_data()
