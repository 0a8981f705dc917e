"""The fields of an order form beside the person's own: address, visit, money. Pure; as in ``hub.customers.fields``."""

import re
import unicodedata
from datetime import date, datetime, timedelta

from hub.customers.fields import FieldError, text
from hub.orders.terms import Terms, TimeWindow
from storage.model.orders import Money

MAX_STREET = 160  # characters
MAX_TOWN = 100

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::00)?", re.ASCII)
_POSTAL_CODE = re.compile(r"(?:CZ)?([1-7]\d{2})(\d{2})", re.ASCII)


def street(raw: object) -> str:
    """Street with house number. Code besides those of ``text``: house_number_missing."""
    value = text(raw, MAX_STREET)
    if not any(char.isdigit() for char in value):
        raise FieldError("house_number_missing", "Add the house number, for example Dlouhá 12.")
    return value


def town(raw: object) -> str:
    """Code besides those of ``text``: town_invalid."""
    value = text(raw, MAX_TOWN)
    if not any(char.isalpha() for char in value):
        raise FieldError("town_invalid", "Write the town with letters, for example Brno.")
    return value


def postal_code(raw: object) -> str:
    """Czech, as it is printed: ``110 00``. Code besides those of ``text``: postal_code_invalid."""
    value = text(raw, 20)
    bare = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", value)).upper()
    match = _POSTAL_CODE.fullmatch(bare)
    if match is None:
        raise FieldError("postal_code_invalid", "A postal code has five digits, for example 110 00.")
    return f"{match[1]} {match[2]}"


def visit_day(raw: object, now: datetime, terms: Terms) -> date:
    """A day from today on. Codes: required, wrong_type, visit_day_invalid, visit_past, visit_too_far."""
    value = text(raw, 20)
    invalid = FieldError("visit_day_invalid", "Choose a day that is in the calendar.")
    if not _DAY.fullmatch(value):
        raise invalid
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise invalid from error
    today = terms.local(now).date()
    if day < today:
        raise FieldError("visit_past", "This day is over. Choose a later one.")
    if day > today + timedelta(days=terms.furthest_days):
        raise FieldError("visit_too_far", f"Choose a day within {terms.furthest_days} days.")
    return day


def window(starts: object, ends: object, terms: Terms) -> TimeWindow:
    """One of the windows on offer. Codes: required, wrong_type, window_invalid."""
    wanted = (_clock_time(text(starts, 20)), _clock_time(text(ends, 20)))
    for offered in terms.windows:
        if wanted == ((offered.starts.hour, offered.starts.minute), (offered.ends.hour, offered.ends.minute)):
            return offered
    raise FieldError("window_invalid", "Choose one of the time windows on offer.")


def amount(raw: object, currency: object, terms: Terms) -> Money:
    """Money to pay, in minor units. Codes: required, amount_invalid."""
    if raw is None or raw == "":
        raise FieldError("required", "Fill this in.")
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= terms.most_due.amount:
        raise FieldError(
            "amount_invalid", "Write an amount from 0 to the highest that is allowed, in whole minor units."
        )
    if currency != terms.currency:
        raise FieldError("amount_invalid", f"Amounts are in {terms.currency}.")
    return Money(raw, terms.currency)


def _clock_time(value: str) -> tuple[int, int]:
    match = _TIME.fullmatch(value)
    if match is None:
        raise FieldError("window_invalid", "Choose one of the time windows on offer.")
    return int(match[1]), int(match[2])
