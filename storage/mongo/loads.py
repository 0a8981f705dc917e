"""What each operator has in hand, in MongoDB: one document each, changed atomically."""

from storage.errors import AlreadyExists
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.schema import LOADS


class MongoLoads:
    """``LoadStore`` on MongoDB."""

    def __init__(self, database: DriverDatabase) -> None:
        self._loads = Collection(database, LOADS)

    async def add(self, operator_id: str, conversation_id: str, capacity: int) -> bool:
        """Atomically, if below capacity or already there."""
        in_hand = {"$ifNull": ["$conversations", []]}
        # Literals: a value that begins with "$" must not be read as a field.
        added = {
            "$cond": [
                {
                    "$or": [
                        {"$in": [{"$literal": conversation_id}, in_hand]},
                        {"$gte": [{"$size": in_hand}, {"$literal": capacity}]},
                    ]
                },
                in_hand,
                {"$concatArrays": [in_hand, [{"$literal": conversation_id}]]},
            ]
        }
        update = [{"$set": {"conversations": added}}]
        try:
            row = await self._loads.changed({"_id": operator_id}, update, upsert=True)
        except AlreadyExists:  # two hubs made the document at the same moment: now it is there
            row = await self._loads.changed({"_id": operator_id}, update, upsert=True)
        return row is not None and conversation_id in row["conversations"]

    async def remove(self, operator_id: str, conversation_id: str) -> None:
        """Idempotent."""
        await self._loads.update({"_id": operator_id}, {"$pull": {"conversations": conversation_id}})

    async def get(self, operator_id: str) -> frozenset[str]:
        """The conversations in hand."""
        row = await self._loads.one({"_id": operator_id})
        return frozenset() if row is None else frozenset(row["conversations"])
