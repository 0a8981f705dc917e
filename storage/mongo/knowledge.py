"""Drafts and published edits in MongoDB."""

from collections.abc import Sequence

from pymongo import UpdateOne

from storage.documents import Document
from storage.errors import AlreadyExists
from storage.model.knowledge import DoneEdit, Draft
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.mongo.rows import row_of, value_of
from storage.schema import DONE_EDITS, DOWN, DRAFTS


class MongoDrafts:
    """``DraftStore`` on MongoDB. ``open`` is kept beside the draft, for the index."""

    def __init__(self, database: DriverDatabase) -> None:
        self._drafts = Collection(database, DRAFTS)

    async def get(self, operator_id: str) -> Draft | None:
        """By the operator's id."""
        row = await self._drafts.one({"_id": operator_id})
        return None if row is None else value_of(row, Draft)

    async def put_next(self, draft: Draft) -> bool:
        """Put it in place of the version before its own; False if that is not what is stored."""
        row: Document = {**row_of(draft), "open": bool(draft.edits)}
        if draft.version == 1:
            try:
                await self._drafts.insert(row)
            except AlreadyExists:
                return False
            return True
        done = await self._drafts.changed(
            {"_id": row.pop("_id"), "version": draft.version - 1}, {"$set": row}
        )
        return done is not None

    async def open(self, limit: int) -> Sequence[Draft]:
        """Latest changed first."""
        rows = await self._drafts.many(
            {"open": True}, sort=[("updated_at", DOWN), ("_id", DOWN)], limit=limit
        )
        return [value_of(row, Draft) for row in rows]


class MongoDoneEdits:
    """``DoneEditStore`` on MongoDB."""

    def __init__(self, database: DriverDatabase) -> None:
        self._done = Collection(database, DONE_EDITS)

    async def add(self, done: Sequence[DoneEdit]) -> None:
        """Those that are there already stay as they are."""
        rows = [row_of(each) for each in done]
        await self._done.update_in_bulk(
            [UpdateOne({"_id": row["_id"]}, {"$setOnInsert": row}, upsert=True) for row in rows]
        )

    async def of_place(self, place: str, limit: int) -> Sequence[DoneEdit]:
        """Latest first."""
        rows = await self._done.many({"places": place}, sort=[("at", DOWN), ("_id", DOWN)], limit=limit)
        return [value_of(row, DoneEdit) for row in rows]

    async def versions_of(self, edit_ids: Sequence[str]) -> dict[str, int]:
        """Without those that were not published."""
        wanted = {"_id": {"$in": list(edit_ids)}}
        rows = await self._done.many(wanted, limit=len(edit_ids), fields=("version",))
        return {row["_id"]: row["version"] for row in rows}
