"""A collection as the adapters use it: the part both drivers share, with errors translated and lists bounded."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pymongo import IndexModel, ReturnDocument, UpdateOne
from pymongo.errors import OperationFailure
from pymongo.read_concern import ReadConcern
from pymongo.results import UpdateResult

from storage.documents import Document
from storage.mongo.client import DriverDatabase, settled
from storage.mongo.faults import cancellation_kept, errors_translated

_NOT_THERE = (26, 27)  # NamespaceNotFound, IndexNotFound

Filter = Mapping[str, Any]
Order = Sequence[tuple[str, int]]
Update = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Collection:
    """All methods raise ``storage.errors`` only. Filters come from literals and parsed values."""

    def __init__(self, database: DriverDatabase, name: str, *, read_majority: bool = False) -> None:
        plain = database[name]
        self._collection = (
            plain.with_options(read_concern=ReadConcern("majority")) if read_majority else plain
        )

    async def one(self, filter: Filter) -> Document | None:
        """The document that matches, or None."""
        with errors_translated():
            found: Document | None = await self._collection.find_one(filter)
            return found

    async def many(
        self, filter: Filter, *, sort: Order | None = None, limit: int, fields: Sequence[str] | None = None
    ) -> list[Document]:
        """At most ``limit`` documents."""
        if limit < 1:
            return []
        with errors_translated():
            cursor = self._collection.find(filter, projection=fields, sort=sort, limit=limit)
            rows: list[Document] = await cursor.to_list(None)
            return rows

    async def aggregated(self, *stages: Mapping[str, Any]) -> list[Document]:
        """The result of a pipeline, which bounds it itself."""
        with errors_translated():
            cursor = await settled(self._collection.aggregate(list(stages)))
            rows: list[Document] = await cursor.to_list(None)
            return rows

    async def counted(self, filter: Filter, *, up_to: int) -> int:
        """How many match, counting no further than ``up_to``."""
        with errors_translated():
            count: int = await self._collection.count_documents(filter, limit=up_to)
            return count

    async def insert(self, document: Document) -> None:
        """Raises ``AlreadyExists`` when a unique key is taken."""
        with errors_translated():
            await self._collection.insert_one(document)

    async def update(self, filter: Filter, update: Update, *, upsert: bool = False) -> UpdateResult:
        """Change one. An upsert raises ``AlreadyExists`` when the document is there but does not match."""
        with errors_translated():
            result: UpdateResult = await self._collection.update_one(filter, update, upsert=upsert)
            return result

    async def update_all(self, filter: Filter, update: Update) -> None:
        """Change all that match."""
        with errors_translated():
            await self._collection.update_many(filter, update)

    async def changed(
        self, filter: Filter, update: Update, *, sort: Order | None = None, upsert: bool = False
    ) -> Document | None:
        """Change one atomically; as it is afterwards, or None if none matched."""
        with errors_translated():
            found: Document | None = await self._collection.find_one_and_update(
                filter, update, sort=sort, upsert=upsert, return_document=ReturnDocument.AFTER
            )
            return found

    async def replace(self, document: Document) -> None:
        """Put the whole document in place of the one with its ``_id``, if any."""
        with errors_translated():
            await self._collection.replace_one({"_id": document["_id"]}, document, upsert=True)

    async def update_in_bulk(self, updates: Sequence[UpdateOne]) -> None:
        """Unordered. Raises after all were tried: ``AlreadyExists`` if some upserts found a unique key taken."""
        if updates:
            with errors_translated():
                await self._collection.bulk_write(list(updates), ordered=False)

    async def delete(self, filter: Filter) -> None:
        """Delete all that match."""
        with errors_translated():
            await self._collection.delete_many(filter)

    async def insert_many(self, documents: Sequence[Any]) -> None:
        """Unordered. The one method that raises the driver's own errors: the journal needs each document's fate."""
        with cancellation_kept():
            await self._collection.insert_many(documents, ordered=False)

    async def create_indexes(self, indexes: Sequence[IndexModel]) -> None:
        """Idempotent."""
        with errors_translated():
            await self._collection.create_indexes(list(indexes))

    async def drop_index(self, name: str) -> None:
        """Idempotent."""
        with errors_translated():
            try:
                await self._collection.drop_index(name)
            except OperationFailure as failure:
                if failure.code not in _NOT_THERE:
                    raise

    @asynccontextmanager
    async def watched(
        self, stages: Sequence[Mapping[str, Any]], *, after: Any | None, await_seconds: float
    ) -> AsyncIterator[Any]:
        """A change stream, to be read by ``try_next``, which waits up to ``await_seconds`` for a change."""
        with errors_translated():
            stream = await settled(
                self._collection.watch(
                    list(stages), resume_after=after, max_await_time_ms=int(await_seconds * 1000)
                )
            )
            try:
                yield stream
            finally:
                await stream.close()
