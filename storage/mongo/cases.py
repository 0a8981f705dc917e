"""Cases in MongoDB."""

from collections.abc import Sequence

from storage.errors import AlreadyExists
from storage.model.cases import Case
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.mongo.rows import row_of, value_of
from storage.schema import CASES, DOWN, UP


class MongoCases:
    """``CaseStore`` on MongoDB."""

    def __init__(self, database: DriverDatabase) -> None:
        self._cases = Collection(database, CASES)

    async def put_new(self, case: Case) -> Case:
        """Insert, or return the case with this id. ``AlreadyExists`` if the number is taken by another."""
        row = row_of(case)
        try:
            await self._cases.insert(row)
        except AlreadyExists:
            first = await self.get(case.id)
            if first is None:
                raise
            return first
        return value_of(row, Case)

    async def get(self, case_id: str) -> Case | None:
        """By id."""
        row = await self._cases.one({"_id": case_id})
        return None if row is None else value_of(row, Case)

    async def of_contact(self, contact_id: str, limit: int) -> Sequence[Case]:
        """Newest first."""
        rows = await self._cases.many(
            {"contact_id": contact_id}, sort=[("opened_at", DOWN), ("_id", DOWN)], limit=limit
        )
        return [value_of(row, Case) for row in rows]

    async def unannounced(self, limit: int) -> Sequence[Case]:
        """Oldest first."""
        rows = await self._cases.many(
            {"announced": False}, sort=[("opened_at", UP), ("_id", UP)], limit=limit
        )
        return [value_of(row, Case) for row in rows]

    async def mark_announced(self, case_id: str) -> None:
        """Idempotent."""
        await self._cases.update({"_id": case_id}, {"$set": {"announced": True}})
