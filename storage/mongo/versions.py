"""Trainings and versions in MongoDB."""

from collections.abc import Collection as Several
from collections.abc import Mapping, Sequence
from datetime import datetime

from pymongo import UpdateOne

from storage.documents import Document, to_document, utc_milliseconds
from storage.errors import AlreadyExists
from storage.model.versions import Training, TrainingState, Version, VersionState
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.mongo.rows import row_of, value_of
from storage.schema import DOWN, TRAININGS, UP, VERSION_TEXTS, VERSIONS

_MOST_TEXTS = 1_000  # files of a version


class MongoTrainings:
    """``TrainingStore`` on MongoDB."""

    def __init__(self, database: DriverDatabase) -> None:
        self._trainings = Collection(database, TRAININGS)

    async def put_new(self, training: Training) -> None:
        """Raises ``AlreadyExists``."""
        await self._trainings.insert(row_of(training))

    async def get(self, training_id: str) -> Training | None:
        """By id."""
        row = await self._trainings.one({"_id": training_id})
        return None if row is None else value_of(row, Training)

    async def newest_of(self, operator_id: str) -> Training | None:
        """By who began it."""
        order = [("started_at", DOWN), ("_id", DOWN)]
        rows = await self._trainings.many({"by.id": operator_id}, sort=order, limit=1)
        return value_of(rows[0], Training) if rows else None

    async def running(self, limit: int) -> Sequence[Training]:
        """Oldest first."""
        order = [("started_at", UP), ("_id", UP)]
        rows = await self._trainings.many({"state": TrainingState.RUNNING.value}, sort=order, limit=limit)
        return [value_of(row, Training) for row in rows]

    async def settle(self, training: Training) -> bool:
        """False if it is settled already, or unknown."""
        row = row_of(training)
        running = {"_id": row.pop("_id"), "state": TrainingState.RUNNING.value}
        return await self._trainings.changed(running, {"$set": row}) is not None

    async def withdraw(self, training_id: str) -> None:
        """Only while it is running."""
        await self._trainings.delete({"_id": training_id, "state": TrainingState.RUNNING.value})


class MongoVersions:
    """``VersionStore`` on MongoDB. A unique index sees to it that only one is being published."""

    def __init__(self, database: DriverDatabase) -> None:
        # Whoever puts back what a killed hub has left must not see less than that hub did.
        self._versions = Collection(database, VERSIONS, read_majority=True)
        self._texts = Collection(database, VERSION_TEXTS)

    async def put_new(self, version: Version) -> bool:
        """False if its number is taken, or it is to be published while another one is."""
        try:
            await self._versions.insert(_row(version))
        except AlreadyExists:
            return False
        return True

    async def get(self, number: int) -> Version | None:
        """By number."""
        return _version(await self._versions.one({"_id": number}))

    async def of_client_id(self, client_id: str) -> Version | None:
        """By the key of the request that made it."""
        return _version(await self._versions.one({"client_id": client_id}))

    async def newest(self, limit: int) -> Sequence[Version]:
        """Highest number first."""
        rows = await self._versions.many({}, sort=[("_id", DOWN)], limit=limit)
        return [value_of(row, Version, "number") for row in rows]

    async def current(self) -> Version | None:
        """The highest that is published."""
        published = {"state": VersionState.PUBLISHED.value}
        rows = await self._versions.many(published, sort=[("_id", DOWN)], limit=1)
        return _version(rows[0] if rows else None)

    async def publishing(self) -> Version | None:
        """The one that is being published."""
        return _version(await self._versions.one({"state": VersionState.PUBLISHING.value}))

    async def hold(self, number: int, holder: str, until: datetime, *, heir: str | None = None) -> bool:
        """False if somebody else is at it by now, or nobody."""
        change = {"$set": {"holder": heir or holder, "held_until": utc_milliseconds(until)}}
        return await self._versions.changed(_held(number, holder), change) is not None

    async def take_over(self, number: int, now: datetime, holder: str, until: datetime) -> bool:
        """False if whoever is at it still is, or it is over."""
        left = {
            "_id": number,
            "state": VersionState.PUBLISHING.value,
            "held_until": {"$lte": utc_milliseconds(now)},
        }
        change = {"$set": {"holder": holder, "held_until": utc_milliseconds(until)}}
        return await self._versions.changed(left, change) is not None

    async def settle(self, number: int, holder: str, state: VersionState, at: datetime) -> bool:
        """False if ``holder`` is not at it."""
        change = {
            "$set": {
                "state": state.value,
                "at": utc_milliseconds(at),
                "holder": None,
                "held_until": None,
            }
        }
        return await self._versions.changed(_held(number, holder), change) is not None

    async def unlisted(self, limit: int) -> Sequence[Version]:
        """Oldest first."""
        rows = await self._versions.many(
            {"listed": False, "state": VersionState.PUBLISHED.value}, sort=[("_id", UP)], limit=limit
        )
        return [value_of(row, Version, "number") for row in rows]

    async def mark_listed(self, number: int) -> None:
        """Idempotent."""
        await self._versions.update({"_id": number}, {"$set": {"listed": True}})

    async def keep_texts(self, texts: Mapping[str, str]) -> None:
        """Those that are there already stay."""
        await self._texts.update_in_bulk(
            [
                UpdateOne({"_id": digest}, {"$setOnInsert": {"text": text}}, upsert=True)
                for digest, text in texts.items()
            ]
        )

    async def texts(self, digests: Several[str]) -> Mapping[str, str]:
        """A hash that is not known is left out."""
        rows = await self._texts.many({"_id": {"$in": list(digests)}}, limit=_MOST_TEXTS)
        return {row["_id"]: row["text"] for row in rows}


def _row(version: Version) -> Document:
    row = to_document(version)
    row["_id"] = row.pop("number")
    if row["client_id"] is None:
        del row["client_id"]  # the index holds keys only
    return row


def _version(row: Document | None) -> Version | None:
    return None if row is None else value_of(row, Version, "number")


def _held(number: int, holder: str) -> Document:
    return {"_id": number, "state": VersionState.PUBLISHING.value, "holder": holder}
