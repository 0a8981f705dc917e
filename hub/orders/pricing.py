"""What an order costs. Pure; integer minor units throughout."""

from collections.abc import Iterable
from dataclasses import dataclass

from storage.model.orders import Equipment, Money, Tariff


@dataclass(frozen=True, slots=True)
class Quote:
    """``due`` once, for installation and equipment; ``monthly`` for the service."""

    due: Money
    monthly: Money


def total(first: Money, rest: Iterable[Money]) -> Money:
    """The sum. Raises ``ValueError`` when currencies differ."""
    amount = first.amount
    for money in rest:
        if money.currency != first.currency:
            raise ValueError(f"{money.currency} cannot be added to {first.currency}")
        amount += money.amount
    return Money(amount, first.currency)


def quote(tariff: Tariff, equipment: Iterable[Equipment], installation: Money) -> Quote:
    """The price of a tariff with equipment. Raises ``ValueError`` when currencies differ."""
    return Quote(due=total(installation, (item.price for item in equipment)), monthly=tariff.price)
