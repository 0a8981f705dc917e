"""Walks over what was recorded, in MongoDB: a document each, with its holder and how far it has come."""

from datetime import datetime

from storage.documents import utc_milliseconds
from storage.errors import AlreadyExists
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.ports.learning import Reached
from storage.schema import WALKS


class MongoWalks:
    """``WalkStore`` on MongoDB."""

    def __init__(self, database: DriverDatabase) -> None:
        self._walks = Collection(database, WALKS)

    async def claim(self, walk: str, holder: str, now: datetime, until: datetime) -> Reached | None:
        """None while another walks."""
        free = {"_id": walk, "$or": [{"until": {"$lte": now}}, {"holder": holder}, {"holder": None}]}
        change = {"$set": {"holder": holder, "until": utc_milliseconds(until)}}
        try:
            row = await self._walks.changed(free, change, upsert=True)
        except AlreadyExists:
            return None
        return Reached(None if row is None else row.get("at"))

    async def advance(self, walk: str, holder: str, at: datetime) -> bool:
        """False if somebody else walks now, or is further."""
        at = utc_milliseconds(at)
        here = {"_id": walk, "holder": holder, "$or": [{"at": {"$lte": at}}, {"at": None}]}
        return (await self._walks.update(here, {"$set": {"at": at}})).matched_count > 0

    async def leave(self, walk: str, holder: str) -> None:
        """Idempotent."""
        await self._walks.update({"_id": walk, "holder": holder}, {"$unset": {"holder": "", "until": ""}})
