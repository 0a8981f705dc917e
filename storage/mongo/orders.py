"""Orders in MongoDB."""

from collections.abc import Sequence

from storage.errors import AlreadyExists
from storage.model.orders import Order
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.mongo.rows import row_of, value_of
from storage.schema import DOWN, ORDERS, UP


class MongoOrders:
    """``OrderStore`` on MongoDB."""

    def __init__(self, database: DriverDatabase) -> None:
        self._orders = Collection(database, ORDERS)

    async def put_new(self, order: Order) -> Order:
        """Insert, or return the order with this id. ``AlreadyExists`` if the number is taken by another."""
        row = row_of(order)
        try:
            await self._orders.insert(row)
        except AlreadyExists:
            first = await self.get(order.id)
            if first is None:
                raise
            return first
        return value_of(row, Order)

    async def get(self, order_id: str) -> Order | None:
        """By id."""
        row = await self._orders.one({"_id": order_id})
        return None if row is None else value_of(row, Order)

    async def by_number(self, number: str) -> Order | None:
        """By its eight digits."""
        row = await self._orders.one({"number": number})
        return None if row is None else value_of(row, Order)

    async def of_contact(self, contact_id: str, limit: int) -> Sequence[Order]:
        """Newest first."""
        rows = await self._orders.many(
            {"contact_id": contact_id}, sort=[("placed_at", DOWN), ("_id", DOWN)], limit=limit
        )
        return [value_of(row, Order) for row in rows]

    async def unannounced(self, limit: int) -> Sequence[Order]:
        """Oldest first."""
        rows = await self._orders.many(
            {"announced": False}, sort=[("placed_at", UP), ("_id", UP)], limit=limit
        )
        return [value_of(row, Order) for row in rows]

    async def mark_announced(self, order_id: str) -> None:
        """Idempotent."""
        await self._orders.update({"_id": order_id}, {"$set": {"announced": True}})
