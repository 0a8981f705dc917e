"""Phone numbers, order numbers and amounts of money. Pure.

A number is what it is by itself: nine digits and more that a telephone network knows are a phone, eight digits are an
order, and neither if the word before says that it is some other number (``IČO 12345678``). Two round numbers are no
order but speeds (``1000/1000``), or go from one to another (``1000-1500 Kč``).
"""

import re
from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, format_number

from actions.order_numbers import ROUND, SPEEDS
from components.entities.reading import Found, Reading, alternatives
from components.entities.tables import Tables

_REGION = "CZ"  # of phone numbers without a prefix
_MAY_HOLD_A_PHONE = re.compile(r"(?:\d\D{0,3}){8}\d")
_ORDER = (
    r"(?<!\d)(?<!\d[.,/-])(?!20\d\d ?[-/] ?20\d\d)"  # but no two years
    r"(?:\d{4}(?: ?[-./_] ?)?\d{4}|(?<!\d )(?:\d{4} \d{4}|\d{2}([ -])\d{2}\1\d{2}\1\d{2})(?! \d))"
    r"(?![\d/-])(?![.,]\d)"
)
_NO_DIGITS = re.compile(r"\D")
_FIGURE = r"(?<![\d.,-])\d{1,3}(?:[ .,]\d{3})*(?:[.,]\d{1,2})?|(?<![\d.,-])\d{1,6}(?:[.,]\d{1,2})?"


class Numbers:
    """Knows the words for other numbers and for money."""

    def __init__(self, tables: Tables) -> None:
        self._other = re.compile(rf"\b{alternatives(tables.folded('other_number'))}\W{{0,3}}$")
        units = alternatives((*tables.folded("currency"), *tables.folded("no_house")))
        self._order = re.compile(rf"(?!{SPEEDS})(?!{ROUND} ?[- ] ?{ROUND} ?{units}(?!\w)){_ORDER}")
        words = alternatives(tables.folded("number_word"))
        money = alternatives(tables.folded("currency"))
        before = alternatives(tables.folded("currency_before"))
        self._amount = re.compile(
            rf"(?:{_FIGURE}|\b{words}(?: ?{words})*) ?(?:{money}(?!\w)|,-+|,=)|{before} ?(?:{_FIGURE})(?!\w)"
        )

    def find(self, reading: Reading) -> Iterator[Found]:
        """Phones, then order numbers, then amounts; the earlier hold where they overlap."""
        yield from self._phones(reading.folded)
        yield from self._orders(reading.folded)
        for match in self._amount.finditer(reading.folded):
            yield Found("amount", match.start(), match.end())

    def _phones(self, folded: str) -> Iterator[Found]:
        if not _MAY_HOLD_A_PHONE.search(folded):
            return
        apart = self._order.sub(lambda match: "x" * len(match.group()), folded)
        for match in PhoneNumberMatcher(apart, _REGION, leniency=Leniency.VALID):
            if not self._other.search(folded[: match.start]):
                number = format_number(match.number, PhoneNumberFormat.E164)
                yield Found("phone", match.start, match.end, number)

    def _orders(self, folded: str) -> Iterator[Found]:
        for match in self._order.finditer(folded):
            if not self._other.search(folded[: match.start()]):
                digits = _NO_DIGITS.sub("", match.group())
                yield Found("order_number", match.start(), match.end(), f"{digits[:4]}-{digits[4:]}")
