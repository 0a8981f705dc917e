"""An order that is there from the start, so that asking about one by its number works at once."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from hub.demo.catalogue import EQUIPMENT, TARIFFS
from hub.orders.numbers import SMALLEST, number_of
from hub.orders.pricing import quote
from hub.orders.terms import TERMS, Terms
from storage.model.contacts import Contact
from storage.model.conversation import Channel
from storage.model.ids import contact_id_of, conversation_id_of, order_id_of
from storage.model.orders import Address, Order, OrderLine, OrderState, Visit

NUMBER = number_of(1_234_567 - SMALLEST)
"""Shown as 1234-5671."""

_INBOX = "demo"
_CLIENT_ID = str(uuid5(UUID(int=0), "the demo order"))
_DAYS_AHEAD = 7
_SUNDAY = 6


def demo_contact(now: datetime) -> Contact:
    """Who has made the order."""
    return Contact(
        id=contact_id_of(_INBOX, "demo-customer"),
        inbox_id=_INBOX,
        channel=Channel.WEBCHAT,
        created_at=now,
        name="Jana Nováková",
        phone="+420601234567",
        language="cs",
    )


def demo_order(contact: Contact, operator_id: str, now: datetime, terms: Terms = TERMS) -> Order:
    """Scheduled for a week from now, on no Sunday. There is no conversation in which it could be announced."""
    tariff = next(tariff for tariff in TARIFFS if tariff.code == "optik-500")
    router = next(item for item in EQUIPMENT if item.code == "router-wifi6")
    day = terms.local(now).date() + timedelta(days=_DAYS_AHEAD)
    if day.weekday() == _SUNDAY:
        day += timedelta(days=1)
    window = terms.windows[1]
    prices = quote(tariff, [router], terms.installation)
    conversation_id = conversation_id_of(_INBOX, contact.id)
    return Order(
        id=order_id_of(conversation_id, _CLIENT_ID),
        number=NUMBER,
        conversation_id=conversation_id,
        contact_id=contact.id,
        operator_id=operator_id,
        customer_name=contact.name or "",
        phone=contact.phone or "",
        address=Address("Dlouhá 12", "Brno", "602 00"),
        tariff_code=tariff.code,
        tariff_name=tariff.name,
        monthly=prices.monthly,
        visit=Visit(day, window.starts, window.ends),
        equipment=(OrderLine(router.code, router.name["cs"], router.price),),
        due=prices.due,
        state=OrderState.SCHEDULED,
        placed_at=now,
        client_id=_CLIENT_ID,
        announced=True,
    )
