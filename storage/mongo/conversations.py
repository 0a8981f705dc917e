"""Snapshots of conversations in MongoDB."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from pymongo import UpdateOne

from storage.derived import Listing, listing_of
from storage.documents import Document, utc_milliseconds
from storage.errors import AlreadyExists
from storage.model.conversation import Conversation
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.mongo.rows import row_of, value_of
from storage.ports import Counts, View
from storage.schema import CONVERSATIONS, DOWN, UP

_NEWEST_FIRST = [("updated_at", DOWN), ("_id", DOWN)]
_QUEUE_ORDER = [("rank_at", UP), ("_id", UP)]
_LISTED = tuple(each.name for each in fields(Listing))


def _conversation_of(row: Document) -> Conversation:
    return value_of(row, Conversation)


def _changes(conversation: Conversation) -> Document:
    """The update that makes a snapshot, beside which the lease of ``lease_next`` stays."""
    row = row_of(conversation)
    del row["_id"]
    listing = listing_of(conversation)
    absent = {}
    for name in _LISTED:
        value = getattr(listing, name)
        # Partial indexes hold what has the field: None leaves, and so does false, but for "not resolved".
        if value is None or (value is False and name != "resolved"):
            absent[name] = ""
        else:
            row[name] = utc_milliseconds(value) if isinstance(value, datetime) else value
    return {"$set": row, "$unset": absent} if absent else {"$set": row}


def _of_teams(teams: Sequence[str] | None) -> Document:
    if teams is None:
        return {}
    return {"team": teams[0] if len(teams) == 1 else {"$in": list(teams)}}


def _past(key: str, direction: int, last: tuple[datetime, str] | None) -> Document:
    """The rows behind ``last`` in the order (key, _id)."""
    if last is None:
        return {}
    at, conversation_id = last
    beyond, from_there = ("$gt", "$gte") if direction == UP else ("$lt", "$lte")
    # The outer bound is what the index can use; the rest sorts out those with the same value.
    return {key: {from_there: at}, "$or": [{key: {beyond: at}}, {"_id": {beyond: conversation_id}}]}


class MongoConversations:
    """``ConversationStore`` on MongoDB."""

    def __init__(self, database: DriverDatabase) -> None:
        self._snapshots = Collection(database, CONVERSATIONS)

    async def get(self, conversation_id: str) -> Conversation | None:
        """The snapshot; it may lag behind the timeline."""
        row = await self._snapshots.one({"_id": conversation_id})
        return None if row is None else _conversation_of(row)

    async def save_many(self, snapshots: Iterable[Conversation]) -> None:
        """Write each only where the stored seq is smaller."""
        wanted: list[tuple[Document, Document]] = [
            ({"_id": snapshot.id, "seq": {"$lt": snapshot.seq}}, _changes(snapshot)) for snapshot in snapshots
        ]
        try:
            await self._snapshots.update_in_bulk([UpdateOne(*one, upsert=True) for one in wanted])
        except AlreadyExists:
            # There is one that is as new or newer, or one that was inserted at the same moment and may be older.
            await self._snapshots.update_in_bulk([UpdateOne(*one) for one in wanted])

    async def page(
        self,
        view: View,
        *,
        operator_id: str,
        teams: Sequence[str] | None,
        before: tuple[datetime, str] | None,
        limit: int,
    ) -> Sequence[Conversation]:
        """A page of a list. ``teams`` does not narrow MINE nor BOT, which belong to no team."""
        sort = _NEWEST_FIRST
        past = _past("updated_at", DOWN, before)
        wanted: Document
        match view:
            case View.MINE:
                wanted = {"operator_id": operator_id}
            case View.BOT:
                wanted = {"with_bot": True}
            case View.QUEUE:
                wanted = {"queued": True, **_of_teams(teams)}
                sort = _QUEUE_ORDER
                past = _past("rank_at", UP, before)
            case View.ALL:
                wanted = {"resolved": False, **_of_teams(teams)}
            case View.RESOLVED:
                wanted = {"resolved": True, **_of_teams(teams)}
        rows = await self._snapshots.many({**wanted, **past}, sort=sort, limit=limit)
        return [_conversation_of(row) for row in rows]

    async def counts(self, teams: Sequence[str] | None, up_to: int) -> Counts:
        """For the board; "open" is all that is not resolved."""
        of_teams = _of_teams(teams)
        queued, opened = await asyncio.gather(
            self._snapshots.counted({"queued": True, **of_teams}, up_to=up_to),
            self._snapshots.counted({"resolved": False, **of_teams}, up_to=up_to),
        )
        return Counts(queued, opened)

    async def in_hand(self) -> dict[str, int]:
        """How many conversations each operator has who has any."""
        rows = await self._snapshots.aggregated(
            # Any text: so the index alone answers, which it would not for "exists".
            {"$match": {"operator_id": {"$gte": ""}}},
            {"$group": {"_id": "$operator_id", "count": {"$sum": 1}}},
        )
        return {row["_id"]: row["count"] for row in rows}

    async def in_line(self, limit: int) -> Sequence[tuple[str, str]]:
        """(conversation_id, team) of the head of the queue, by rank_at, then id."""
        rows = await self._snapshots.many({"queued": True}, sort=_QUEUE_ORDER, limit=limit, fields=("team",))
        return [(row["_id"], row["team"]) for row in rows]

    async def lease_next(self, teams: Sequence[str], now: datetime, until: datetime) -> Conversation | None:
        """The head of the queue that no one has leased; leased until then."""
        row = await self._snapshots.changed(
            {"queued": True, **_of_teams(teams), "leased_until": {"$not": {"$gt": now}}},
            {"$set": {"leased_until": until}},
            sort=_QUEUE_ORDER,
        )
        return None if row is None else _conversation_of(row)

    async def due(self, now: datetime, limit: int) -> Sequence[Conversation]:
        """Conversations with a duty due, earliest first."""
        rows = await self._snapshots.many(
            {"due_at": {"$lte": now}}, sort=[("due_at", UP), ("_id", UP)], limit=limit
        )
        return [_conversation_of(row) for row in rows]

    async def versions(self, conversation_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """(seq, public_seq) of each that there is."""
        rows: list[dict[str, Any]] = await self._snapshots.many(
            {"_id": {"$in": list(conversation_ids)}},
            limit=len(conversation_ids),
            fields=("seq", "public_seq"),
        )
        return {row["_id"]: (row["seq"], row["public_seq"]) for row in rows}

    async def of_contact(self, contact_id: str, limit: int) -> Sequence[Conversation]:
        """A contact's conversations, newest first."""
        rows = await self._snapshots.many({"contact_id": contact_id}, sort=_NEWEST_FIRST, limit=limit)
        return [_conversation_of(row) for row in rows]
