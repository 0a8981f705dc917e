"""Which operators have a live socket, in MongoDB: one document a hub."""

from collections.abc import Sequence
from datetime import datetime

from storage.documents import utc_milliseconds
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.schema import PRESENCE

_HUBS_AT_MOST = 1_000


class MongoPresence:
    """``PresenceStore`` on MongoDB."""

    def __init__(self, database: DriverDatabase) -> None:
        self._hubs = Collection(database, PRESENCE)

    async def beat(self, hub_id: str, operator_ids: Sequence[str], at: datetime) -> None:
        """All whom this hub sees, in place of whom it saw before."""
        await self._hubs.replace(
            {"_id": hub_id, "operators": sorted(set(operator_ids)), "at": utc_milliseconds(at)}
        )

    async def present(self, since: datetime) -> frozenset[str]:
        """Whom some hub saw since then."""
        rows = await self._hubs.many({"at": {"$gte": utc_milliseconds(since)}}, limit=_HUBS_AT_MOST)
        return frozenset(operator_id for row in rows for operator_id in row["operators"])

    async def leave(self, hub_id: str) -> None:
        """Idempotent."""
        await self._hubs.delete({"_id": hub_id})
