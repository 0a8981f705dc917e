"""Case numbers: as easy to say as those of orders, and not to be taken for one. Pure.

Six digits and their check digit; an order has eight in all. Stored as seven digits, shown as ``C-123-4560``.
"""

from hub.orders.numbers import check_digit

SMALLEST = 100_000
"""No leading zero: people leave it out when they say a number."""

COUNT = 900_000
"""How many different numbers there are."""


def number_of(drawn: int) -> str:
    """The case number for a number drawn from ``range(COUNT)``. Raises ``ValueError`` outside of it."""
    if not 0 <= drawn < COUNT:
        raise ValueError(f"draw from 0 to {COUNT - 1}")
    digits = str(SMALLEST + drawn)
    return digits + check_digit(digits)


def shown(number: str) -> str:
    """As people see it."""
    return f"C-{number[:3]}-{number[3:]}"
