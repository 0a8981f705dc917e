"""Money, visits and states in the reader's language. Pure.

A further language is a line in each table here. Spaces inside a date, a time or a price do not break.
"""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, get_currency_precision

from storage.model.orders import Money, OrderState, Visit

FALLBACK = "en"

_NBSP = "\u00a0"
_WHOLE = f"#,##0{_NBSP}¤"  # a CLDR number pattern


@dataclass(frozen=True, slots=True)
class _Language:
    locale: Locale
    symbols: dict[str, str]  # where a price is written otherwise than CLDR has it
    day: str  # CLDR date pattern
    hours: str  # a window of full hours
    states: dict[OrderState, str]


_LANGUAGES = {
    "cs": _Language(
        locale=Locale("cs"),
        symbols={},
        day=f"EEEE d.{_NBSP}M.{_NBSP}y",
        hours=f"{{starts}}–{{ends}}{_NBSP}h",
        states={
            OrderState.SCHEDULED: "Naplánováno",
            OrderState.IN_PROGRESS: "Probíhá",
            OrderState.DONE: "Dokončeno",
            OrderState.CANCELLED: "Zrušeno",
        },
    ),
    "en": _Language(
        locale=Locale("en", "GB"),
        symbols={"CZK": "Kč"},
        day=f"EEEE d{_NBSP}MMMM{_NBSP}y",
        hours="{starts}:00–{ends}:00",
        states={
            OrderState.SCHEDULED: "Scheduled",
            OrderState.IN_PROGRESS: "In progress",
            OrderState.DONE: "Done",
            OrderState.CANCELLED: "Cancelled",
        },
    ),
}

LANGUAGES = tuple(_LANGUAGES)


def language_of(tag: str | None) -> str:
    """The language we write to somebody whose language tag is this; Slovaks read Czech."""
    primary = (tag or "").lower().replace("_", "-").split("-")[0]
    primary = {"sk": "cs"}.get(primary, primary)
    return primary if primary in _LANGUAGES else FALLBACK


def money_text(money: Money, language: str) -> str:
    """``499 Kč``; fractions only where there are some."""
    known = _LANGUAGES[language_of(language)]
    digits = get_currency_precision(money.currency)
    amount = Decimal(money.amount).scaleb(-digits)
    whole = amount == amount.to_integral_value()
    text: str = format_currency(
        amount,
        money.currency,
        format=_WHOLE if whole else f"#,##0.{'0' * digits}{_NBSP}¤",
        locale=known.locale,
        currency_digits=False,
    )
    sign = known.symbols.get(money.currency)
    return text.replace(money.currency, sign) if sign else text


def visit_text(visit: Visit, language: str) -> str:
    """``pondělí 30. 11. 2026, 9–12 h``."""
    known = _LANGUAGES[language_of(language)]
    day: str = format_date(visit.day, known.day, locale=known.locale)
    return f"{day}, {_window_text(visit.starts, visit.ends, known)}"


def state_text(state: OrderState, language: str) -> str:
    """Where an order stands, in a word or two."""
    return _LANGUAGES[language_of(language)].states[state]


def _window_text(starts: time, ends: time, known: _Language) -> str:
    if starts.minute or ends.minute:
        return f"{starts.hour}:{starts.minute:02}–{ends.hour}:{ends.minute:02}"
    return known.hours.format(starts=starts.hour, ends=ends.hour)


def _read_language_data() -> None:
    """Babel reads a language's files at first use: better at start-up than in the middle of a request."""
    for language in _LANGUAGES:
        visit_text(Visit(day=date(2026, 1, 1), starts=time(8), ends=time(10)), language)
        money_text(Money(100, "CZK"), language)


_read_language_data()
