"""Orders as they go over the wire."""

from collections.abc import Mapping, Sequence

from hub.orders.numbers import shown
from hub.protocol.common import AddressView, MoneyView, OrderLineView, OrderSummaryView, VisitView
from hub.protocol.operator import OrderView
from storage.model.orders import Address, Money, Order, OrderLine, OrderSummary, Visit
from storage.ports import Storage

OF_ONE_CONTACT = 50
"""How many of a contact's orders are shown beside the chat, newest first."""


def money_view(money: Money) -> MoneyView:
    return MoneyView(amount=money.amount, currency=money.currency)


def visit_view(visit: Visit) -> VisitView:
    return VisitView(day=visit.day, starts=visit.starts, ends=visit.ends)


def address_view(address: Address) -> AddressView:
    return AddressView(street=address.street, town=address.town, postal_code=address.postal_code)


def line_views(lines: Sequence[OrderLine]) -> list[OrderLineView]:
    return [OrderLineView(code=line.code, name=line.name, price=money_view(line.price)) for line in lines]


def summary_view(summary: OrderSummary) -> OrderSummaryView:
    """What the contact is told, with the number as people see it."""
    return OrderSummaryView(
        order_id=summary.order_id,
        number=shown(summary.number),
        tariff_name=summary.tariff_name,
        monthly=money_view(summary.monthly),
        visit=visit_view(summary.visit),
        address=address_view(summary.address),
        equipment=line_views(summary.equipment),
        due=money_view(summary.due),
    )


def order_view(order: Order, operator_name: str) -> OrderView:
    """What operators see."""
    return OrderView(
        id=order.id,
        number=shown(order.number),
        state=order.state.value,
        customer_name=order.customer_name,
        phone=order.phone,
        address=address_view(order.address),
        tariff_code=order.tariff_code,
        tariff_name=order.tariff_name,
        monthly=money_view(order.monthly),
        visit=visit_view(order.visit),
        equipment=line_views(order.equipment),
        due=money_view(order.due),
        operator_name=operator_name,
        placed_at=order.placed_at,
        note=order.note,
    )


async def orders_of_contact(storage: Storage, contact_id: str) -> list[OrderView]:
    """A contact's orders, newest first. Raises ``StorageUnavailable``."""
    orders = await storage.orders.of_contact(contact_id, OF_ONE_CONTACT)
    names: Mapping[str, str] = (
        {operator.id: operator.name for operator in await storage.operators.all()} if orders else {}
    )
    return [order_view(order, names.get(order.operator_id, "")) for order in orders]
