"""Placing an order: written first, then announced in the conversation.

A doubled click is one order, because its id follows from the conversation and the client's key. If the hub dies between
the two steps, ``announce_missing`` finds the order and announces it.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

import structlog

from hub.clock import Clock
from hub.customers.fields import FormErrors
from hub.errors import Refusal
from hub.orders.numbers import COUNT, number_of, shown
from hub.orders.order import Catalogue, OrderForm, read_form
from hub.orders.promotions import on_offer
from hub.orders.terms import TERMS, Terms
from hub.wording.languages import language_of
from storage.errors import AlreadyExists, StorageUnavailable
from storage.model.conversation import Conversation
from storage.model.ids import order_id_of
from storage.model.orders import Order, OrderState, Promotion
from storage.model.people import Operator
from storage.ports import CatalogueStore, OrderStore

log = structlog.get_logger(__name__)

_DRAWS = 8
"""Tries to find a free number. With a million orders one draw in nine fails; eight in a row, one in 40 million."""

_AT_ONCE = 100  # orders that one look for unannounced ones takes up
LOOK_EVERY = 2.0  # seconds between two looks for such orders


class Announcer(Protocol):
    """Puts ``OrderPlaced`` on the order's conversation, in the name of the operator who made it.

    It is called more than once for an order now and then and must make one entry of it. Raises ``Refusal`` or
    ``StorageUnavailable`` when the entry is not known to be durable.
    """

    async def __call__(self, order: Order) -> None: ...


class Placing:
    """Makes orders. ``draw(n)`` gives a random whole number below n."""

    def __init__(
        self,
        orders: OrderStore,
        catalogue: CatalogueStore,
        clock: Clock,
        announce: Announcer,
        draw: Callable[[int], int],
        *,
        terms: Terms = TERMS,
    ) -> None:
        self._orders = orders
        self._catalogue = catalogue
        self._clock = clock
        self._announce = announce
        self._draw = draw
        self.terms = terms

    async def place(
        self, operator: Operator, conversation: Conversation, client_id: str, raw: Mapping[str, object]
    ) -> Order:
        """The order that the form asks for. Repeated with the same ``client_id`` and form: the first one again.

        Raises:
            Refusal: bad_request with ``details.fields``; conflict when the key was used for another form.
            StorageUnavailable: the outcome is unknown; repeat with the same client_id.
        """
        order_id = order_id_of(conversation.id, client_id)
        first = await self._orders.get(order_id)
        # A retry is read as of when the order was made: its visit may be over by now, the form is still the same.
        now = first.placed_at if first else self._clock.now()
        form = read_form(raw, await self.catalogue(), now, self.terms)
        if isinstance(form, FormErrors):
            if first is not None:
                raise _used(first)
            raise Refusal("bad_request", "Some fields need another look.", details=form.details())
        order = first or await self._write(order_id, operator, conversation, client_id, form)
        if not form.is_that_of(order):
            raise _used(order)
        if not order.announced:
            await self._told(order)
        return order

    async def catalogue(self) -> Catalogue:
        """What can be ordered now."""
        return Catalogue.of(await self._catalogue.tariffs(), await self._catalogue.equipment())

    async def promotions(self) -> list[Promotion]:
        """What is on offer today. Raises ``StorageUnavailable``."""
        return on_offer(await self._catalogue.promotions(), self.terms.local(self._clock.now()).date())

    async def watch(self) -> None:
        """The job: announce what could not be announced when it was placed."""
        while True:
            await self.announce_missing()
            await asyncio.sleep(LOOK_EVERY)

    async def announce_missing(self) -> int:
        """Announce orders that are not on their timelines yet; how many were."""
        told = 0
        for order in await self._orders.unannounced(_AT_ONCE):
            told += await self._told(order)
        return told

    async def _write(
        self, order_id: str, operator: Operator, conversation: Conversation, client_id: str, form: OrderForm
    ) -> Order:
        for _ in range(_DRAWS):
            order = Order(
                id=order_id,
                number=number_of(self._draw(COUNT)),
                conversation_id=conversation.id,
                contact_id=conversation.contact_id,
                operator_id=operator.id,
                customer_name=form.customer_name,
                phone=form.phone,
                address=form.address,
                tariff_code=form.tariff.code,
                tariff_name=form.tariff.name,
                monthly=form.tariff.price,
                visit=form.visit,
                equipment=form.lines(language_of(conversation.language)),
                due=form.due,
                state=OrderState.SCHEDULED,
                placed_at=self._clock.now(),
                client_id=client_id,
                note=form.note,
            )
            try:
                return await self._orders.put_new(order)
            except AlreadyExists:
                log.info("order number is taken, drawing another")
        raise Refusal("unavailable", "No free order number was found. Try again.", retry_after=1)

    async def _told(self, order: Order) -> bool:
        """Announce and note it. What fails here is found again by the sweeper: the order itself is safe."""
        try:
            await self._announce(order)
            await self._orders.mark_announced(order.id)
        except (Refusal, StorageUnavailable, TimeoutError) as failure:
            log.warning("order is not announced yet", order_id=order.id, reason=str(failure))
            return False
        return True


def _used(order: Order) -> Refusal:
    return Refusal(
        "conflict",
        f"Order {shown(order.number)} was already made from this form. Make a new one for other contents.",
        details={"order_id": order.id, "number": shown(order.number)},
    )
