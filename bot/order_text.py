"""An order's summary as plain text. Pure."""

from datetime import time
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency, get_currency_precision

from bot.texts import Phrase, say
from hub.protocol.common import AddressView, MoneyView, OrderSummaryView, VisitView

_DATE = {"cs": "EEEE d. M. y", "en": "EEEE d MMMM y"}
_HOURS = {"cs": "{starts}–{ends} h", "en": "{starts}–{ends}"}


def money(value: MoneyView, language: str) -> str:
    """``499 Kč``; decimals only where there are any."""
    digits = get_currency_precision(value.currency)
    amount = Decimal(value.amount).scaleb(-digits)
    pattern = "#,##0\xa0¤" if amount == amount.to_integral_value() else f"#,##0.{'0' * digits}\xa0¤"
    return str(format_currency(amount, value.currency, pattern, locale=language, currency_digits=False))


def visit(value: VisitView, language: str) -> str:
    """``pondělí 30. 11. 2026, 9–12 h``."""
    short = language == "cs" and value.starts.minute == value.ends.minute == 0
    day = format_date(value.day, _DATE[language], locale=language)
    hours = _HOURS[language].format(starts=_clock(value.starts, short), ends=_clock(value.ends, short))
    return f"{day}, {hours}"


def address(value: AddressView) -> str:
    """On one line."""
    return f"{value.street}, {value.postal_code} {value.town}"


def summary(order: OrderSummaryView, language: str) -> str:
    """What the customer needs: number, visit, what to have at hand, what to pay."""
    lines = [
        say(Phrase.ORDER_TITLE, language, number=order.number),
        "",
        say(Phrase.ORDER_TARIFF, language, name=order.tariff_name, price=money(order.monthly, language)),
        say(Phrase.ORDER_VISIT, language, when=visit(order.visit, language)),
        say(Phrase.ORDER_ADDRESS, language, address=address(order.address)),
    ]
    if order.equipment:
        items = ", ".join(f"{line.name} ({money(line.price, language)})" for line in order.equipment)
        lines.append(say(Phrase.ORDER_EQUIPMENT, language, items=items))
    lines += [
        say(Phrase.ORDER_DUE, language, price=money(order.due, language)),
        "",
        say(Phrase.ORDER_PREPARE, language),
    ]
    return "\n".join(lines)


def _clock(value: time, short: bool) -> str:
    return str(value.hour) if short else f"{value.hour}:{value.minute:02}"
