"""What may be asked of orders and the catalogue."""

from collections.abc import Sequence
from typing import Protocol

from storage.model.orders import Equipment, Order, Promotion, Tariff


class OrderStore(Protocol):
    """Orders."""

    async def put_new(self, order: Order) -> Order:
        """Insert, or return the order with this id. Raise ``AlreadyExists`` if the number is taken by another."""

    async def get(self, order_id: str) -> Order | None: ...

    async def by_number(self, number: str) -> Order | None: ...

    async def of_contact(self, contact_id: str, limit: int) -> Sequence[Order]: ...

    async def unannounced(self, limit: int) -> Sequence[Order]:
        """Orders whose activity is not known to be on the timeline."""

    async def mark_announced(self, order_id: str) -> None: ...


class CatalogueStore(Protocol):
    """What can be ordered."""

    async def tariffs(self) -> Sequence[Tariff]:
        """By position."""

    async def equipment(self) -> Sequence[Equipment]: ...

    async def promotions(self) -> Sequence[Promotion]:
        """All that are kept, as put: those that are over and those to come, too."""

    async def put_tariffs(self, tariffs: Sequence[Tariff]) -> None: ...

    async def put_equipment(self, equipment: Sequence[Equipment]) -> None: ...

    async def put_promotions(self, promotions: Sequence[Promotion]) -> None: ...
