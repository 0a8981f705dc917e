"""Timelines in MongoDB. Entries are read with majority concern: what is shown cannot be rolled back."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from secrets import token_hex
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.errors import BulkWriteError, PyMongoError

from storage.derived import target_of, undelivered
from storage.documents import Document, utc_milliseconds
from storage.errors import HistoryLost, Unstorable
from storage.model.entry import Body, Entry, HandedOff, Snoozed
from storage.mongo.client import DriverDatabase, changes_of
from storage.mongo.collection import Collection
from storage.mongo.faults import DUPLICATE_KEY, REFUSED_FOR_GOOD, UNENCODABLE, errors_translated
from storage.mongo.rows import row_of, value_of
from storage.ports import Change, EncodedEntry, Outcome
from storage.schema import DOWN, ENTRIES, UP

_CODEC = CodecOptions[dict[str, Any]](tz_aware=True)
_CHANGE_AWAITED = 0.5  # seconds that the server holds an idle read of the change stream


def _changes_but(writer: str | None) -> tuple[Document, ...]:
    wanted: Document = {"operationType": "insert"}
    if writer is not None:
        # Not $ne, which the server does not push down to its log: it would make every entry of ours a change first.
        others: tuple[Any, ...] = ({"$lt": writer}, {"$gt": writer}, None)
        wanted["$or"] = [{"fullDocument.writer": other} for other in others]
    return (
        {"$match": wanted},
        {"$project": {"fullDocument.conversation_id": 1, "fullDocument.seq": 1}},
    )


def entry_of(row: Document) -> Entry:
    """The entry that a document of the collection holds."""
    return value_of(row, Entry)


def _row(entry: Entry) -> Document:
    row = row_of(entry)
    row["author_key"] = entry.author.key
    row["public"] = entry.public
    target = target_of(entry)
    if target is not None:
        row["target"] = target
    if undelivered(entry):
        row["undelivered"] = True
    return row


def _as_read(entry: Entry, raw: bytes) -> Entry:
    """The entry with its instants cut to milliseconds, as the database will give it back.

    The hub's clock and its doors cut them already: the way back from the bytes is for who did not.
    """
    at = _instant_in(entry.body)
    if _is_cut(entry.recorded_at) and (at is None or _is_cut(at)):
        return entry
    return entry_of(bson.decode(raw, _CODEC))


def _instant_in(body: Body) -> datetime | None:
    match body:
        case Snoozed(until=at) | HandedOff(opens_at=at):
            return at
    return None


def _is_cut(at: datetime) -> bool:
    return utc_milliseconds(at) is at


def outcomes_of(error: BulkWriteError, size: int) -> list[Outcome]:
    """Each document's fate in a batch of ``size`` that did not go through whole."""
    details = error.details or {}
    # Without the concern nothing is known to be durable, even if no document has an error of its own.
    outcomes = [Outcome.UNKNOWN if details.get("writeConcernErrors") else Outcome.STORED] * size
    for write in details.get("writeErrors", ()):
        if write["code"] == DUPLICATE_KEY:
            outcome = Outcome.DUPLICATE
        else:
            outcome = Outcome.REFUSED if write["code"] in REFUSED_FOR_GOOD else Outcome.UNKNOWN
        outcomes[write["index"]] = outcome
    return outcomes


class MongoEntries:
    """``EntryStore`` on MongoDB."""

    _writer = ""  # of whose batches the entries came, for the change stream

    def __init__(self, database: DriverDatabase, *, watch_own: bool = True) -> None:
        """Without ``watch_own``, ``watch`` leaves out what was stored through here: a hub knows that already, and to be
        told again of each entry cost a quarter of its time and a third of the database's."""
        self._entries = Collection(database, ENTRIES, read_majority=True)
        self._writer = token_hex(4)
        self._changes = _changes_but(None if watch_own else self._writer)

    def encode(self, entry: Entry) -> EncodedEntry:
        """Raise ``Unstorable`` for what BSON cannot hold. The bytes made here are the ones that are sent."""
        try:
            raw = bson.encode({**_row(entry), "writer": self._writer})
        except UNENCODABLE as error:
            raise Unstorable("an entry holds a value that cannot be stored") from error
        return EncodedEntry(_as_read(entry, raw), RawBSONDocument(raw), len(raw))

    async def insert_batch(self, batch: Sequence[EncodedEntry]) -> Sequence[Outcome]:
        """Insert all; one outcome each, in order."""
        if not batch:
            return []
        try:
            await self._entries.insert_many([encoded.document for encoded in batch])
        except BulkWriteError as error:
            return outcomes_of(error, len(batch))
        except PyMongoError:
            return [Outcome.UNKNOWN] * len(batch)
        return [Outcome.STORED] * len(batch)

    async def by_client_id(self, conversation_id: str, author_key: str, client_id: str) -> Entry | None:
        """The first answer to a client's key."""
        row = await self._entries.one(
            {"conversation_id": conversation_id, "author_key": author_key, "client_id": client_id}
        )
        return None if row is None else entry_of(row)

    async def after(self, conversation_id: str, seq: int, limit: int) -> Sequence[Entry]:
        """Entries with a greater seq, ascending."""
        return await self._ascending("seq", {"conversation_id": conversation_id, "seq": {"$gt": seq}}, limit)

    async def before(self, conversation_id: str, seq: int, limit: int) -> Sequence[Entry]:
        """The newest entries with a smaller seq, ascending."""
        return await self._newest("seq", {"conversation_id": conversation_id, "seq": {"$lt": seq}}, limit)

    async def after_public(self, conversation_id: str, public_seq: int, limit: int) -> Sequence[Entry]:
        """Public entries with a greater public_seq, ascending."""
        wanted = {"conversation_id": conversation_id, "public": True, "public_seq": {"$gt": public_seq}}
        return await self._ascending("public_seq", wanted, limit)

    async def before_public(self, conversation_id: str, public_seq: int, limit: int) -> Sequence[Entry]:
        """The newest public entries with a smaller public_seq, ascending."""
        wanted = {"conversation_id": conversation_id, "public": True, "public_seq": {"$lt": public_seq}}
        return await self._newest("public_seq", wanted, limit)

    async def _ascending(self, key: str, filter: Document, limit: int) -> Sequence[Entry]:
        return [entry_of(row) for row in await self._entries.many(filter, sort=[(key, UP)], limit=limit)]

    async def _newest(self, key: str, filter: Document, limit: int) -> Sequence[Entry]:
        rows = await self._entries.many(filter, sort=[(key, DOWN)], limit=limit)
        return [entry_of(row) for row in reversed(rows)]

    async def touching(self, conversation_id: str, seqs: Sequence[int]) -> Sequence[Entry]:
        """Entries whose target is one of ``seqs``, ascending."""
        # Sorted here: over many targets the server would have to sort in memory, too.
        rows = await self._entries.aggregated(
            {"$match": {"conversation_id": conversation_id, "target": {"$in": list(seqs)}}}
        )
        return sorted((entry_of(row) for row in rows), key=lambda entry: entry.seq)

    async def recorded_since(
        self, at: datetime, limit: int, *, before: datetime | None = None
    ) -> Sequence[tuple[str, int]]:
        """(conversation_id, highest seq), the conversation with the oldest such entry first."""
        when = {"$gte": utc_milliseconds(at)}
        if before is not None:
            when["$lt"] = utc_milliseconds(before)
        rows = await self._entries.aggregated(
            {"$match": {"recorded_at": when}},
            {
                "$group": {
                    "_id": "$conversation_id",
                    "seq": {"$max": "$seq"},
                    "first": {"$min": "$recorded_at"},
                }
            },
            {"$sort": {"first": UP, "_id": UP}},
            {"$limit": limit},
        )
        return [(row["_id"], row["seq"]) for row in rows]

    @asynccontextmanager
    async def watch(self, token: Any | None) -> AsyncIterator[AsyncIterator[Change]]:
        """Follow what all hubs store. Raises ``HistoryLost``, here or later, if ``token`` is too old."""
        async with self._entries.watched(self._changes, after=token, await_seconds=_CHANGE_AWAITED) as stream:
            # Motor opens the stream with the first read: done here, so that nothing stored from here on is missed.
            first = await changes_of(stream)
            yield _changes(stream, first)


async def _changes(stream: Any, first: list[Document]) -> AsyncIterator[Change]:
    changes = first
    while True:
        for change in changes:
            written = change["fullDocument"]
            yield Change(written["conversation_id"], written["seq"], change["_id"])
        if not changes and not stream.alive:
            raise HistoryLost("the change stream has ended")
        with errors_translated():
            changes = await changes_of(stream)
