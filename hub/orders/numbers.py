"""Order numbers: easy to say, hard to mistype. Pure.

Seven digits and a check digit after H. M. Damm's quasigroup, which catches every single wrong digit and every swap of
two neighbours. Stored as eight digits, shown as ``1234-5671``.
"""

import unicodedata

SMALLEST = 1_000_000
"""No leading zero: people leave it out when they say a number."""

COUNT = 9_000_000
"""How many different numbers there are."""

_DIGITS = 8
_LONGEST = 64  # characters of something that may still be meant as a number
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def check_digit(digits: str) -> str:
    """The digit that makes ``digits`` valid when it is put behind them."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return str(interim)


def number_of(drawn: int) -> str:
    """The order number for a number drawn from ``range(COUNT)``. Raises ``ValueError`` outside of it."""
    if not 0 <= drawn < COUNT:
        raise ValueError(f"draw from 0 to {COUNT - 1}")
    digits = str(SMALLEST + drawn)
    return digits + check_digit(digits)


def is_valid(number: str) -> bool:
    """Whether it is eight digits of which the last is the right check digit."""
    return (
        len(number) == _DIGITS
        and number.isascii()
        and number.isdigit()
        and check_digit(number[:-1]) == number[-1]
    )


def shown(number: str) -> str:
    """As people see it: two groups of four."""
    return f"{number[:4]}-{number[4:]}"


def parse(text: str) -> str | None:
    """The number that somebody typed, with or without spaces, dashes, dots and a ``#``; None if it is none."""
    if len(text) > _LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text)
    digits = "".join(char for char in plain if not _between(char))
    return digits if is_valid(digits) else None


def _between(char: str) -> bool:
    return char.isspace() or char in ".#/_\u200b\u2212" or unicodedata.category(char) == "Pd"
