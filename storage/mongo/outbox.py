"""What is owed to outside channels, in MongoDB.

A lease is a document of its own; its fence grows with each claim. A claim also stamps the conversation's undelivered
entries with the fence, and an attempt changes an entry only where the stamp is not a newer one. So a holder that was
paused beyond its lease cannot start an entry that the next holder has been given. ``busy_until`` is there while an
attempt may be under way.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from storage.documents import Document
from storage.errors import AlreadyExists
from storage.model.entry import Delivery, Entry
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.mongo.entries import entry_of
from storage.schema import DEAD_LETTERS, DELIVERY_LEASES, ENTRIES, UP

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_DEAD_LETTER = 1_000_000  # characters


class MongoOutbox:
    """``OutboxStore`` on MongoDB."""

    def __init__(self, database: DriverDatabase) -> None:
        self._entries = Collection(database, ENTRIES)
        self._leases = Collection(database, DELIVERY_LEASES)
        self._dead_letters = Collection(database, DEAD_LETTERS)

    async def conversations_owed(self, inbox_id: str, now: datetime, limit: int) -> Sequence[str]:
        """Conversations with undelivered entries and no live lease, longest waiting first."""
        rows = await self._entries.aggregated(
            {"$match": {"inbox_id": inbox_id, "undelivered": True}},
            {"$group": {"_id": "$conversation_id", "first": {"$min": "$recorded_at"}}},
            {"$sort": {"first": UP, "_id": UP}},
            {
                "$lookup": {
                    "from": DELIVERY_LEASES,
                    "localField": "_id",
                    "foreignField": "_id",
                    "as": "lease",
                }
            },
            {"$match": {"lease.until": {"$not": {"$gt": now}}}},
            {"$limit": limit},
            {"$project": {"_id": 1}},
        )
        return [row["_id"] for row in rows]

    async def claim(self, conversation_id: str, holder: str, now: datetime, until: datetime) -> int | None:
        """Lease a conversation; its own holder may claim again. None if another holds it or it is postponed."""
        try:
            lease = await self._leases.changed(
                {"_id": conversation_id, "$or": [{"until": {"$lte": now}}, {"holder": holder}]},
                {
                    "$set": {"holder": holder, "until": until},
                    "$unset": {"busy_until": ""},
                    "$inc": {"fence": 1},
                },
                upsert=True,
            )
        except AlreadyExists:
            return None
        if lease is None:
            raise AssertionError("an upsert gives a document")
        fence: int = lease["fence"]
        await self._entries.update_all(
            {"conversation_id": conversation_id, "undelivered": True, **_not_stamped_after(fence)},
            {"$set": {"fence": fence}},
        )
        return fence

    async def owed(self, conversation_id: str, limit: int) -> Sequence[Entry]:
        """Its undelivered entries, ascending by seq."""
        rows = await self._entries.many(
            {"conversation_id": conversation_id, "undelivered": True}, sort=[("seq", UP)], limit=limit
        )
        return [entry_of(row) for row in rows]

    async def _holds(self, conversation_id: str, fence: int, update: Document) -> bool:
        """Whether the lease was held; it has been changed then."""
        held = {"_id": conversation_id, "fence": fence, "holder": {"$ne": None}}
        result = await self._leases.update(held, update)
        return result.matched_count > 0

    async def start(self, conversation_id: str, seq: int, fence: int, until: datetime) -> int | None:
        """The attempt's number from 1, or None if the lease is lost or nothing is owed."""
        busy: Document = {"$max": {"until": until}, "$set": {"busy_until": until}}
        if not await self._holds(conversation_id, fence, busy):
            return None
        row = await self._entries.changed(
            {
                "conversation_id": conversation_id,
                "seq": seq,
                "undelivered": True,
                **_not_stamped_after(fence),
            },
            {"$set": {"delivery": Delivery.STARTED.value, "fence": fence}, "$inc": {"attempts": 1}},
        )
        return None if row is None else int(row["attempts"])

    async def settle(self, conversation_id: str, seq: int, fence: int, attempt: int) -> bool:
        """The entry is no longer owed. Idempotent for the holder, and for who made the last attempt.

        That one may tell its outcome late: what it has sent must not be sent again by who holds the lease now.
        """
        held = await self._holds(conversation_id, fence, {"$unset": {"busy_until": ""}})
        row = await self._entries.changed(
            {
                "conversation_id": conversation_id,
                "seq": seq,
                "delivery": {"$ne": None},
                **(_not_stamped_after(fence) if held else {"attempts": attempt}),
            },
            {"$set": {"delivery": Delivery.SETTLED.value}, "$unset": {"undelivered": ""}},
        )
        return row is not None

    async def postpone(
        self, conversation_id: str, fence: int, until: datetime, unsent: int | None = None
    ) -> None:
        """Keep everybody off, the holder too."""
        if unsent is not None:  # before the lease goes: whoever claims next must find it so
            started = {"conversation_id": conversation_id, "seq": unsent, "undelivered": True, "fence": fence}
            await self._entries.update(started, {"$set": {"delivery": Delivery.OWED.value}})
        await self._leases.update(
            {"_id": conversation_id, "fence": fence},
            {"$set": {"until": until}, "$unset": {"holder": "", "busy_until": ""}},
        )

    async def release(self, conversation_id: str, fence: int) -> None:
        """Give the lease back."""
        await self._leases.update(
            {"_id": conversation_id, "fence": fence, "holder": {"$ne": None}},
            {"$set": {"until": _LONG_AGO}, "$unset": {"holder": "", "busy_until": ""}},
        )

    async def abandon(self, holder: str) -> None:
        """Its leases end, but where it may still be sending, not before that attempt is over.

        They keep their holder: if it is alive after all, it goes on until another claims.
        """
        over = {"$min": ["$until", {"$ifNull": ["$busy_until", _LONG_AGO]}]}
        await self._leases.update_all({"holder": holder}, [{"$set": {"until": over}}])

    async def put_dead_letter(
        self, inbox_id: str, client_id: str, reason: str, document: dict[str, Any]
    ) -> None:
        """Keep an update as JSON text: whatever made it unacceptable must not make it unstorable, too."""
        text = json.dumps(document, ensure_ascii=True, default=str)
        letter: Document = {
            "inbox_id": inbox_id,
            "client_id": client_id,
            "reason": reason.encode("utf-8", "replace").decode(),
            "document": text[:_LONGEST_DEAD_LETTER],
            "whole": len(text) <= _LONGEST_DEAD_LETTER,
        }
        # The first one stays as it is; the server's own time, because the update's may be anything.
        await self._dead_letters.update(
            {"_id": f"{inbox_id}:{client_id}"},
            [{"$replaceWith": {"$mergeObjects": [{"$literal": letter}, {"at": "$$NOW"}, "$$ROOT"]}}],
            upsert=True,
        )


def _not_stamped_after(fence: int) -> Document:
    return {"fence": {"$not": {"$gt": fence}}}
