"""What can be ordered, in MongoDB: one document a list, so that it is replaced whole or not at all."""

from collections.abc import Sequence
from typing import TypeVar

from storage.documents import from_document, to_document
from storage.model.orders import Equipment, Promotion, Tariff
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.schema import CATALOGUE

T = TypeVar("T", Tariff, Equipment, Promotion)
_TARIFFS = "tariffs"
_EQUIPMENT = "equipment"
_PROMOTIONS = "promotions"


class MongoCatalogue:
    """``CatalogueStore`` on MongoDB."""

    def __init__(self, database: DriverDatabase) -> None:
        self._lists = Collection(database, CATALOGUE)

    async def tariffs(self) -> Sequence[Tariff]:
        """By position, then code."""
        return sorted(await self._items(_TARIFFS, Tariff), key=lambda tariff: (tariff.position, tariff.code))

    async def equipment(self) -> Sequence[Equipment]:
        """As put."""
        return await self._items(_EQUIPMENT, Equipment)

    async def promotions(self) -> Sequence[Promotion]:
        """As put."""
        return await self._items(_PROMOTIONS, Promotion)

    async def put_tariffs(self, tariffs: Sequence[Tariff]) -> None:
        """In place of all that were."""
        await self._put(_TARIFFS, tariffs)

    async def put_equipment(self, equipment: Sequence[Equipment]) -> None:
        """In place of all that was."""
        await self._put(_EQUIPMENT, equipment)

    async def put_promotions(self, promotions: Sequence[Promotion]) -> None:
        """In place of all that were."""
        await self._put(_PROMOTIONS, promotions)

    async def _items(self, name: str, kind: type[T]) -> list[T]:
        row = await self._lists.one({"_id": name})
        return [] if row is None else [from_document(item, kind) for item in row["items"]]

    async def _put(
        self, name: str, items: Sequence[Tariff] | Sequence[Equipment] | Sequence[Promotion]
    ) -> None:
        await self._lists.replace({"_id": name, "items": [to_document(item) for item in items]})
