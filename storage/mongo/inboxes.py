"""Configured channels in MongoDB."""

from collections.abc import Sequence

from storage.model.contacts import Inbox
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.mongo.rows import row_of, value_of
from storage.schema import INBOXES, UP

_INBOXES_AT_MOST = 1_000


class MongoInboxes:
    """``InboxStore`` on MongoDB."""

    def __init__(self, database: DriverDatabase) -> None:
        self._inboxes = Collection(database, INBOXES)

    async def get(self, inbox_id: str) -> Inbox | None:
        """By id."""
        row = await self._inboxes.one({"_id": inbox_id})
        return None if row is None else value_of(row, Inbox)

    async def all(self) -> Sequence[Inbox]:
        """By id."""
        rows = await self._inboxes.many({}, sort=[("_id", UP)], limit=_INBOXES_AT_MOST)
        return [value_of(row, Inbox) for row in rows]

    async def put(self, inbox: Inbox) -> None:
        """New, or in place of the one with its id."""
        await self._inboxes.replace(row_of(inbox))
