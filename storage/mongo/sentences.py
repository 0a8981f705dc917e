"""Sentences to learn from, in MongoDB. Who said them stands in a collection of its own, so that each counts once."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from storage.documents import Document, to_document, utc_milliseconds
from storage.errors import AlreadyExists
from storage.model.learning import Hearing, Ruling, Sentence, Standing
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.mongo.rows import row_of, value_of
from storage.schema import DOWN, HEARINGS, SENTENCES, UP

_OF_THE_FIRST = ("text", "reason", "guess", "channel", "first_at")
_MOST_COUNTED = 100_000  # hearings of one sentence


class MongoSentences:
    """``SentenceStore`` on MongoDB. ``ungrouped`` is kept beside a sentence, for the index."""

    def __init__(self, database: DriverDatabase) -> None:
        self._sentences = Collection(database, SENTENCES)
        self._hearings = Collection(database, HEARINGS)

    async def hear(self, hearing: Hearing, sentence: Sentence) -> None:
        """The hearing first: whoever dies between the two does both again, and counts it once."""
        row = _row(sentence)
        with suppress(AlreadyExists):
            await self._hearings.insert(row_of(hearing))
        count = await self._hearings.counted({"sentence_id": sentence.id}, up_to=_MOST_COUNTED)
        sentence_id, newer = row.pop("_id"), {"at": row.pop("at"), "count": max(count, row.pop("count"))}
        change = {"$setOnInsert": row, "$max": newer}
        try:
            await self._sentences.update({"_id": sentence_id}, change, upsert=True)
        except AlreadyExists:  # two hubs made it at the same moment: now it is there
            await self._sentences.update({"_id": sentence_id}, change)
        earlier = {name: row[name] for name in _OF_THE_FIRST}
        await self._sentences.update(
            {"_id": sentence_id, "first_at": {"$gt": row["first_at"]}}, {"$set": earlier}
        )
        await self._sentences.update(
            {"_id": sentence_id, "standing": Standing.OPEN.value}, {"$max": {"expires_at": row["expires_at"]}}
        )

    async def get(self, sentence_id: str) -> Sentence | None:
        """By id."""
        row = await self._sentences.one({"_id": sentence_id})
        return None if row is None else value_of(row, Sentence)

    async def page(
        self, standing: Standing, limit: int, *, before: tuple[datetime, str] | None = None
    ) -> Sequence[Sentence]:
        """Newest first."""
        filter: Document = {"standing": standing.value}
        if before is not None:
            at = utc_milliseconds(before[0])
            # A bound first, so that the index is entered there.
            filter["at"] = {"$lte": at}
            filter["$or"] = [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": before[1]}}]
        rows = await self._sentences.many(filter, sort=[("at", DOWN), ("_id", DOWN)], limit=limit)
        return [value_of(row, Sentence) for row in rows]

    async def count(self, standing: Standing, up_to: int) -> int:
        """Counted no further than ``up_to``."""
        return await self._sentences.counted({"standing": standing.value}, up_to=up_to)

    async def rule(
        self,
        sentence_id: str,
        rulings: int,
        standing: Standing,
        ruling: Ruling | None,
        expires_at: datetime,
    ) -> Sentence | None:
        """As it is then, or None unless there were so many rulings before."""
        row = await self._sentences.changed(
            {"_id": sentence_id, "rulings": rulings},
            {
                "$set": {
                    "standing": standing.value,
                    "ruling": None if ruling is None else to_document(ruling),
                    "expires_at": utc_milliseconds(expires_at),
                },
                "$inc": {"rulings": 1},
            },
        )
        return None if row is None else value_of(row, Sentence)

    async def ungrouped(self, limit: int) -> Sequence[Sentence]:
        """Oldest first."""
        rows = await self._sentences.many(
            {"standing": Standing.OPEN.value, "ungrouped": True},
            sort=[("first_at", UP), ("_id", UP)],
            limit=limit,
        )
        return [value_of(row, Sentence) for row in rows]

    async def group(self, sentence_id: str, group: str, *, by_meaning: bool) -> None:
        """What was found by meaning stays where words alone say other."""
        filter: Document = {"_id": sentence_id} if by_meaning else {"_id": sentence_id, "by_meaning": False}
        change = {"$set": {"group": group, "by_meaning": by_meaning}, "$unset": {"ungrouped": ""}}
        await self._sentences.update(filter, change)


def _row(sentence: Sentence) -> Document:
    row = row_of(sentence)
    if sentence.group is None:
        row["ungrouped"] = True
    return row
