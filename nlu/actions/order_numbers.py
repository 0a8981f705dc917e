"""Finds an order number in what somebody wrote. Pure.

Whether the number is a real one (its check digit, and whether there is such an order) is the hub's to say; here it is
eight digits, forgiving dashes and spaces.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from actions.plain import plain

_BETWEEN = r"[ ./_#\-]{0,3}"
_TWO_GROUPS = re.compile(rf"(?<!\d)\d{{4}}{_BETWEEN}\d{{4}}(?!\d)(?!-\d)")
_DIGITS = re.compile(r"\d(?:[ _#\-]{0,2}\d)*")
ROUND = r"\d\d[05]0"  # what speeds and prices are, and hardly an order
SPEEDS = rf"(?<!\d){ROUND} ?/ ?{ROUND}(?!\d)"  # down and up
_CASE = r"\bc ?- ?\d{3} ?- ?\d{4}(?!\d)"
_LENGTH = 8
_MEANT_FROM = 5  # digits; fewer are a year, a price, a speed or a house number


@dataclass(frozen=True)
class OrderNumber:
    """Eight digits."""

    digits: str

    @property
    def shown(self) -> str:
        """As people see it: ``1234-5671``."""
        return f"{self.digits[:4]}-{self.digits[4:]}"


@dataclass(frozen=True)
class Mistyped:
    """Digits that were meant as an order number and cannot be one."""


def find(text: str, units: Iterable[str] = ()) -> OrderNumber | Mistyped | None:
    """The order number in a text, a sign that one was meant, or None.

    ``units``: plain words that count; round numbers before one are speeds or prices, from one to another.
    """
    counted = "|".join(map(re.escape, units)) or "(?!)"
    ranges = rf"(?<!\d){ROUND} ?[- ] ?{ROUND}(?= ?(?:{counted})\b)"
    even = re.sub(rf"{SPEEDS}|{_CASE}|{ranges}", "; ", _even(plain(text)))
    if match := _TWO_GROUPS.search(even):
        return OrderNumber(_only_digits(match.group()))
    runs = [_only_digits(run) for run in _DIGITS.findall(even)]
    for run in runs:
        if len(run) == _LENGTH:
            return OrderNumber(run)
    return Mistyped() if any(len(run) >= _MEANT_FROM for run in runs) else None


def _even(text: str) -> str:
    """One kind of digit, space and dash."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join("-" if unicodedata.category(char) == "Pd" or char == "\u2212" else char for char in normal)


def _only_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdigit())
