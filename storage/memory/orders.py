"""Orders, the catalogue and the inboxes, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from storage.errors import AlreadyExists
from storage.memory.faults import Faults
from storage.memory.keeping import Shelf, kept
from storage.model.contacts import Inbox
from storage.model.orders import Equipment, Order, Promotion, Tariff


class MemoryOrders(Shelf):
    """``OrderStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._orders: dict[str, Order] = {}

    async def put_new(self, order: Order) -> Order:
        """Insert, or return the order with this id. ``AlreadyExists`` if the number is taken by another."""
        self._reach()
        new = kept(order)
        if new.id in self._orders:
            return self._orders[new.id]
        if any(each.number == new.number for each in self._orders.values()):
            raise AlreadyExists("a unique key is taken")
        self._orders[new.id] = new
        return new

    async def get(self, order_id: str) -> Order | None:
        """By id."""
        self._reach(order_id)
        return self._orders.get(order_id)

    async def by_number(self, number: str) -> Order | None:
        """By its eight digits."""
        self._reach(number)
        return next((order for order in self._orders.values() if order.number == number), None)

    async def of_contact(self, contact_id: str, limit: int) -> Sequence[Order]:
        """Newest first."""
        self._reach(contact_id)
        own = [order for order in self._orders.values() if order.contact_id == contact_id]
        return sorted(own, key=lambda order: (order.placed_at, order.id), reverse=True)[: max(limit, 0)]

    async def unannounced(self, limit: int) -> Sequence[Order]:
        """Oldest first."""
        self._reach()
        silent = [order for order in self._orders.values() if not order.announced]
        return sorted(silent, key=lambda order: (order.placed_at, order.id))[: max(limit, 0)]

    async def mark_announced(self, order_id: str) -> None:
        """Idempotent."""
        self._reach(order_id)
        if order_id in self._orders:
            self._orders[order_id] = replace(self._orders[order_id], announced=True)


class MemoryCatalogue(Shelf):
    """``CatalogueStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._tariffs: list[Tariff] = []
        self._equipment: list[Equipment] = []
        self._promotions: list[Promotion] = []

    async def tariffs(self) -> Sequence[Tariff]:
        """By position, then code."""
        self._reach()
        return sorted(self._tariffs, key=lambda tariff: (tariff.position, tariff.code))

    async def equipment(self) -> Sequence[Equipment]:
        """As put."""
        self._reach()
        return list(self._equipment)

    async def promotions(self) -> Sequence[Promotion]:
        """As put."""
        self._reach()
        return list(self._promotions)

    async def put_tariffs(self, tariffs: Sequence[Tariff]) -> None:
        """In place of all that were."""
        self._reach()
        self._tariffs = [kept(tariff) for tariff in tariffs]

    async def put_equipment(self, equipment: Sequence[Equipment]) -> None:
        """In place of all that was."""
        self._reach()
        self._equipment = [kept(item) for item in equipment]

    async def put_promotions(self, promotions: Sequence[Promotion]) -> None:
        """In place of all that were."""
        self._reach()
        self._promotions = [kept(promotion) for promotion in promotions]


class MemoryInboxes(Shelf):
    """``InboxStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._inboxes: dict[str, Inbox] = {}

    async def get(self, inbox_id: str) -> Inbox | None:
        """By id."""
        self._reach(inbox_id)
        return self._inboxes.get(inbox_id)

    async def all(self) -> Sequence[Inbox]:
        """By id."""
        self._reach()
        return [self._inboxes[inbox_id] for inbox_id in sorted(self._inboxes)]

    async def put(self, inbox: Inbox) -> None:
        """New, or in place of the one with its id."""
        self._reach()
        self._inboxes[inbox.id] = kept(inbox)
