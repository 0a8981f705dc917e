"""Whose an order is: its number alone opens nothing, for numbers are short and lie about on paper.

An order is told to the contact it was made with, and to whoever knows the phone it was made with. Nobody learns
which numbers there are: a number that nobody has is answered as one whose owner somebody is not.
"""

from collections.abc import Sequence

from hub.clock import Clock
from hub.customers.fields import FieldError
from hub.customers.fields import phone as read_phone
from hub.errors import Refusal
from hub.orders.tries import WrongTries
from storage.model.orders import Order
from storage.ports import ConversationStore, OrderStore

MOST_OWN = 5  # orders that a contact is told of at once


class Ownership:
    """Tells orders to those whose they are."""

    def __init__(self, orders: OrderStore, conversations: ConversationStore, clock: Clock) -> None:
        self._orders = orders
        self._conversations = conversations
        self._clock = clock
        self._tries = WrongTries()

    async def own(self, conversation_id: str) -> Sequence[Order]:
        """The newest orders of the conversation's contact; none of a conversation that there is not."""
        contact_id = await self._contact(conversation_id)
        return [] if contact_id is None else await self._orders.of_contact(contact_id, MOST_OWN)

    async def proven(self, conversation_id: str, number: str, phone: str) -> Order:
        """The order of this number, if it is the contact's or ``phone`` (in any form; empty: none) is the order's.

        Raises:
            Refusal: forbidden (a phone is needed), not_found (no order of this number and phone), rate_limited.
        """
        # Both are read for every number: how long an answer takes is told to whoever asks, too.
        contact_id = await self._contact(conversation_id)
        order = await self._orders.by_number(number)
        if order is not None and order.contact_id == contact_id:
            return order
        if not phone.strip():
            raise Refusal("forbidden", "Ask for the phone of the order.", details={"proof": "phone"})
        # Taken before it is known to be wrong and given back if it was right: tries that come together count, too.
        wait = self._tries.take(conversation_id, self._clock.now())
        if wait is not None:
            raise Refusal("rate_limited", "Too many wrong tries. Let a person help.", retry_after=wait)
        if order is None or not _is_that_of(order, phone):
            raise Refusal("not_found", "There is no order of this number and phone.")
        self._tries.give_back(conversation_id)
        return order

    async def _contact(self, conversation_id: str) -> str | None:
        conversation = await self._conversations.get(conversation_id) if conversation_id else None
        return conversation.contact_id if conversation else None


def _is_that_of(order: Order, phone: str) -> bool:
    try:
        return read_phone(phone) == order.phone
    except FieldError:
        return False
