"""Whose an order is: its number alone opens nothing, for numbers are short and lie about on paper.

An order is told to the contact it was made with, and to whoever knows the phone it was made with. Nobody learns
which numbers there are: a number that nobody has is answered as one whose owner somebody is not.

Phones may be guessed, so wrong ones are counted: in a conversation, and for a number whoever asks for it, since a new
conversation costs nothing. Who guesses at somebody's number shuts it for an hour, but not to its owner: the contact's
own orders are never counted, nor is a phone that we have of the contact, for no machine can try those
(docs/decisions/proof-of-orders.md).
"""

from collections.abc import Sequence

from hub.clock import Clock
from hub.customers.fields import FieldError
from hub.customers.fields import phone as read_phone
from hub.errors import Refusal
from hub.orders.tries import WrongTries
from storage.model.orders import Order
from storage.ports import ContactStore, ConversationStore, OrderStore

MOST_OWN = 5  # orders that a contact is told of at once
MOST_WRONG = 5
"""Wrong tries in a conversation, in an hour."""

MOST_WRONG_OF_NUMBER = 20
"""Wrong phones for one order number, in an hour, whoever tries them."""


class Ownership:
    """Tells orders to those whose they are."""

    def __init__(
        self, orders: OrderStore, conversations: ConversationStore, contacts: ContactStore, clock: Clock
    ) -> None:
        self._orders = orders
        self._conversations = conversations
        self._contacts = contacts
        self._clock = clock
        self._in_conversation = WrongTries(MOST_WRONG)
        self._of_number = WrongTries(MOST_WRONG_OF_NUMBER)

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
        said = _in_one_form(phone)
        guessed = said not in await self._phones(contact_id)
        # Nothing is awaited from here on, so that tries which come together are counted one by one.
        now = self._clock.now()
        tries = (
            (self._in_conversation, conversation_id, f"{number} {said}"),
            (self._of_number, number, said),
        )
        if guessed and (wait := max(kind.wait(key, what, now) for kind, key, what in tries)):
            raise Refusal("rate_limited", "Too many wrong tries. Let a person help.", retry_after=wait)
        if order is not None and order.phone == said:
            return order
        if guessed:
            for kind, key, what in tries:
                kind.count(key, what, now)
        raise Refusal("not_found", "There is no order of this number and phone.")

    async def _phones(self, contact_id: str | None) -> set[str]:
        """Those that are known to be the contact's: written down by people or told by the channel, never by the bot."""
        if contact_id is None:
            return set()
        contact = await self._contacts.get(contact_id)
        own = await self._orders.of_contact(contact_id, MOST_OWN)
        phones = {order.phone for order in own}
        return phones | {_in_one_form(contact.phone)} if contact and contact.phone else phones

    async def _contact(self, conversation_id: str) -> str | None:
        conversation = await self._conversations.get(conversation_id) if conversation_id else None
        return conversation.contact_id if conversation else None


def _in_one_form(phone: str) -> str:
    """E.164, or what was said where it is no phone."""
    try:
        return read_phone(phone)
    except FieldError:
        return phone.strip()
