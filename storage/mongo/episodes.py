"""Episodes and the figures of days in MongoDB.

An episode that was saved is marked as uncounted. Counting a day reads the marks, sums up the day, writes it where
nobody else has written it meanwhile, and only then takes off the marks that it has read, where the episode is still
the same: whoever dies or is overtaken anywhere on the way leaves the marks to the next.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from pymongo import UpdateOne

from storage.documents import Document, from_document, to_document
from storage.errors import AlreadyExists
from storage.model.learning import DayFigures, Episode
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.mongo.rows import value_of
from storage.schema import DAYS, DOWN, EPISODES, UP

_MOST_MARKS = 10_000  # that one count takes off
_MOST_TOPICS = 1_000
_DAYS_AT_MOST = 1_000


class MongoEpisodes:
    """``EpisodeStore`` on MongoDB. Beside an episode stand its ``solved`` and the mark ``uncounted``."""

    def __init__(self, database: DriverDatabase) -> None:
        self._episodes = Collection(database, EPISODES)
        self._days = Collection(database, DAYS)

    async def newest(self, conversation_ids: Sequence[str]) -> dict[str, Episode]:
        """The last episode of each conversation that has one."""
        rows = await self._episodes.aggregated(
            {"$match": {"conversation_id": {"$in": list(conversation_ids)}}},
            {"$sort": {"conversation_id": UP, "number": DOWN}},
            {"$group": {"_id": "$conversation_id", "newest": {"$first": "$$ROOT"}}},
        )
        return {row["_id"]: from_document(row["newest"], Episode) for row in rows}

    async def save_many(self, episodes: Iterable[Episode]) -> None:
        """Write each only where what is stored was read less far."""
        wanted: list[tuple[Document, Document]] = [
            ({"_id": each.id, "seq": {"$lt": each.seq}}, {"$set": {**_row(each), "uncounted": True}})
            for each in episodes
        ]
        try:
            await self._episodes.update_in_bulk([UpdateOne(*one, upsert=True) for one in wanted])
        except AlreadyExists:
            # There is one that is as far or further, or one that was made at the same moment and may be behind.
            await self._episodes.update_in_bulk([UpdateOne(*one) for one in wanted])

    async def count_anew(self, since: date, limit: int) -> int:
        """Latest days first; how many were counted."""
        due = await self._episodes.aggregated(
            {"$match": {"uncounted": True, "day": {"$gte": since.isoformat()}}},
            {"$group": {"_id": "$day"}},
            {"$sort": {"_id": DOWN}},
            {"$limit": limit},
        )
        return sum([await self._count(row["_id"]) for row in due])

    async def _count(self, day: str) -> bool:
        stored = await self._days.one({"_id": day})
        marks = await self._episodes.many(
            {"uncounted": True, "day": day}, fields=("_id", "seq"), limit=_MOST_MARKS
        )
        sums = await self._episodes.aggregated({"$match": {"day": day}}, _OF_DAY)
        topics = await self._episodes.aggregated(
            {"$match": {"day": day}}, {"$unwind": "$topics"}, _OF_TOPICS, {"$sort": {"_id": UP}},
            {"$limit": _MOST_TOPICS},
        )  # fmt: skip
        figures = {
            **{name: value for row in sums for name, value in row.items() if name != "_id"},
            "topics": [{**row, "topic": row.pop("_id")} for row in topics],
        }
        if not await self._put(day, stored["version"] if stored else 0, figures):
            return False
        await self._episodes.update_in_bulk(
            [
                UpdateOne({"_id": mark["_id"], "seq": mark["seq"]}, {"$unset": {"uncounted": ""}})
                for mark in marks
            ]
        )
        return True

    async def _put(self, day: str, version: int, figures: Mapping[str, Any]) -> bool:
        """False when somebody else has counted the day meanwhile."""
        change = {"$set": figures, "$inc": {"version": 1}}
        try:
            done = await self._days.update({"_id": day, "version": version}, change, upsert=version == 0)
        except AlreadyExists:
            return False
        return done.matched_count > 0 or done.upserted_id is not None

    async def days(self, first: date, last: date) -> Sequence[DayFigures]:
        """Both included, ascending."""
        rows = await self._days.many(
            {"_id": {"$gte": first.isoformat(), "$lte": last.isoformat()}},
            sort=[("_id", UP)],
            limit=_DAYS_AT_MOST,
        )
        return [value_of(row, DayFigures, "day") for row in rows]


def _row(episode: Episode) -> Document:
    return {**to_document(episode), "solved": episode.solved}


def _how_many(condition: str) -> Document:
    return {"$sum": {"$cond": [condition, 1, 0]}}


_OF_DAY = {
    "$group": {
        "_id": None,
        "conversations": {"$sum": 1},
        "solved": _how_many("$solved"),
        "handed_over": _how_many("$handed_over"),
    }
}
_OF_TOPICS = {
    "$group": {
        "_id": "$topics.topic",
        "asked": {"$sum": "$topics.asked"},
        "answered": {"$sum": "$topics.answered"},
        "handed_over": {"$sum": "$topics.handed_over"},
        "ratings": {"$sum": {"$cond": [{"$gt": ["$score", None]}, 1, 0]}},
        "scores": {"$sum": "$score"},
    }
}
