"""How far each side has read, in MongoDB."""

from collections.abc import Sequence

from storage.errors import AlreadyExists
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.schema import CURSORS

_READERS_AT_MOST = 1_000


class MongoCursors:
    """``CursorStore`` on MongoDB."""

    def __init__(self, database: DriverDatabase) -> None:
        self._cursors = Collection(database, CURSORS)

    async def advance(self, conversation_id: str, reader: str, seq: int) -> bool:
        """Monotonic. True if it moved."""
        behind = {"_id": f"{conversation_id} {reader}", "seq": {"$lt": seq}}
        change = {"$set": {"conversation_id": conversation_id, "reader": reader, "seq": seq}}
        try:
            result = await self._cursors.update(behind, change, upsert=True)
        except AlreadyExists:
            # It is as far or further, or was made at the same moment and may be behind.
            result = await self._cursors.update(behind, change)
        return result.matched_count > 0 or result.upserted_id is not None

    async def of(self, conversation_id: str) -> dict[str, int]:
        """By reader."""
        rows = await self._cursors.many({"conversation_id": conversation_id}, limit=_READERS_AT_MOST)
        return {row["reader"]: row["seq"] for row in rows}

    async def of_many(self, conversation_ids: Sequence[str]) -> dict[str, dict[str, int]]:
        """By conversation, then by reader."""
        found: dict[str, dict[str, int]] = {}
        wanted = {"conversation_id": {"$in": list(conversation_ids)}}
        most = _READERS_AT_MOST * len(conversation_ids)
        for row in await self._cursors.many(wanted, limit=most):
            found.setdefault(row["conversation_id"], {})[row["reader"]] = row["seq"]
        return found
