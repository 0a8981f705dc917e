"""Areas and outages in MongoDB."""

from collections.abc import Sequence
from datetime import UTC, datetime

from storage.documents import Document, from_document, to_document, utc_milliseconds
from storage.errors import AlreadyExists
from storage.model.outages import Outage
from storage.model.places import Area
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.mongo.rows import row_of, value_of
from storage.schema import AREAS, DOWN, OUTAGES, UP

_ALL = "all"
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Stands in the index for the end that an outage does not have: after every other."""


class MongoAreas:
    """``AreaStore`` on MongoDB: one document, so that the list is replaced whole or not at all."""

    def __init__(self, database: DriverDatabase) -> None:
        self._lists = Collection(database, AREAS)

    async def all(self) -> Sequence[Area]:
        """By town."""
        row = await self._lists.one({"_id": _ALL})
        areas = [] if row is None else [from_document(item, Area) for item in row["items"]]
        return sorted(areas, key=lambda area: area.town)

    async def put_all(self, areas: Sequence[Area]) -> None:
        """In place of all that were."""
        await self._lists.replace({"_id": _ALL, "items": [to_document(area) for area in areas]})


class MongoOutages:
    """``OutageStore`` on MongoDB. ``over_at`` is kept beside the outage, for the index."""

    def __init__(self, database: DriverDatabase) -> None:
        self._outages = Collection(database, OUTAGES)

    async def put_new(self, outage: Outage) -> Outage:
        """Insert, or return the outage with this id."""
        row = _row(outage)
        try:
            await self._outages.insert(row)
        except AlreadyExists:
            first = await self.get(outage.id)
            if first is None:
                raise
            return first
        return value_of(row, Outage)

    async def get(self, outage_id: str) -> Outage | None:
        """By id."""
        row = await self._outages.one({"_id": outage_id})
        return None if row is None else value_of(row, Outage)

    async def put_next(self, outage: Outage) -> bool:
        """Put it in place of the version before its own; False if that is not what is stored."""
        row = _row(outage)
        done = await self._outages.changed(
            {"_id": row.pop("_id"), "version": outage.version - 1}, {"$set": row}
        )
        return done is not None

    async def not_over(self, now: datetime, limit: int) -> Sequence[Outage]:
        """Those that end soonest first, those without an end last."""
        rows = await self._outages.many(
            {"over_at": {"$gt": utc_milliseconds(now)}}, sort=[("over_at", UP), ("_id", UP)], limit=limit
        )
        return [value_of(row, Outage) for row in rows]

    async def over(
        self, now: datetime, limit: int, *, before: tuple[datetime, str] | None = None
    ) -> Sequence[Outage]:
        """Last ended first."""
        present = utc_milliseconds(now)
        filter: Document = {"over_at": {"$lte": present}}
        if before is not None and (at := utc_milliseconds(before[0])) <= present:
            # A bound first, so that the index is entered there; those that ended with the last one are told by id.
            filter = {
                "over_at": {"$lte": at},
                "$or": [{"over_at": {"$lt": at}}, {"over_at": at, "_id": {"$lt": before[1]}}],
            }
        rows = await self._outages.many(filter, sort=[("over_at", DOWN), ("_id", DOWN)], limit=limit)
        return [value_of(row, Outage) for row in rows]


def _row(outage: Outage) -> Document:
    row = row_of(outage)
    row["over_at"] = utc_milliseconds(outage.over_at or _NEVER)
    return row
