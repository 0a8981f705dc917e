"""An order as the hub tells it. Pure."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Order:
    """Where an order stands, in the words of one language; ``state`` is the hub's own name of it."""

    number: str
    state: str
    state_text: str
    tariff: str
    visit_text: str
    amount_text: str


def parse_order(data: Any) -> Order:
    """The order in the hub's answer. Raises ``ValueError`` when it is not of the agreed form."""
    try:
        return Order(
            number=str(data["number"]),
            state=str(data["state"]),
            state_text=str(data["state_text"]),
            tariff=str(data["tariff"]),
            visit_text=str(data["visit"]["text"]),
            amount_text=str(data["amount"]["text"]),
        )
    except (KeyError, TypeError) as wrong:
        raise ValueError(f"no order: {wrong!r}") from wrong


def parse_orders(data: Any) -> tuple[Order, ...]:
    """The orders in the hub's answer. Raises ``ValueError`` when it is not of the agreed form."""
    try:
        return tuple(map(parse_order, data["orders"]))
    except (KeyError, TypeError) as wrong:
        raise ValueError(f"no orders: {wrong!r}") from wrong


def values_of(order: Order) -> dict[str, str]:
    """What templates may say of an order."""
    return {
        "number": order.number,
        "state": order.state_text,
        "tariff": order.tariff,
        "visit": order.visit_text,
        "amount": order.amount_text,
    }
