"""Making a database ready: the indexes and migrations that ``storage.schema`` declares."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pymongo
from pymongo import IndexModel

from storage.errors import AlreadyExists, StorageError
from storage.mongo.client import DriverDatabase
from storage.mongo.collection import Collection
from storage.schema import FIRST_VERSION, INDEXES, META, MIGRATIONS, RETIRED, Index, Migration, schema_version

_SCHEMA = "schema"
_PREPARING_SECONDS = 3_600.0  # in all: an index over many entries takes its time


def _model(index: Index) -> IndexModel:
    options: dict[str, Any] = {"name": index.name}
    if index.unique:
        options["unique"] = True
    if index.partial:
        options["partialFilterExpression"] = dict(index.partial)
    if index.expires is not None:
        options["expireAfterSeconds"] = int(index.expires.total_seconds())
    return IndexModel(list(index.keys), **options)


class _Rewriting:
    def __init__(self, database: DriverDatabase) -> None:
        self._database = database

    async def update_all(self, collection: str, filter: Mapping[str, Any], update: Any) -> None:
        await Collection(self._database, collection).update_all(filter, update)


async def prepare(database: DriverDatabase, migrations: tuple[Migration, ...] = MIGRATIONS) -> None:
    """Migrate, then create indexes and drop retired ones. Idempotent, and harmless when several hubs do it at once.

    Raises ``StorageError`` if a newer Linka has been at work here.
    """
    # In the usual time first: under the long one the driver would look for a server that is away as long as that.
    await Collection(database, META).one({"_id": _SCHEMA})
    with pymongo.timeout(_PREPARING_SECONDS):
        await _migrate(database, migrations)
        by_collection: defaultdict[str, list[IndexModel]] = defaultdict(list)
        for index in INDEXES:
            by_collection[index.collection].append(_model(index))
        for name, models in by_collection.items():
            await Collection(database, name).create_indexes(models)
        for collection, index_name in RETIRED:
            await Collection(database, collection).drop_index(index_name)


async def _migrate(database: DriverDatabase, migrations: tuple[Migration, ...]) -> None:
    meta = Collection(database, META)
    ours = schema_version(migrations)
    row = await meta.one({"_id": _SCHEMA})
    if row is None:
        # A new database begins at our version. The one who comes second finds the first one's.
        try:
            await meta.insert({"_id": _SCHEMA, "version": ours})
            return
        except AlreadyExists:
            row = await meta.one({"_id": _SCHEMA})
    theirs: int = FIRST_VERSION if row is None else row["version"]
    if theirs > ours:
        raise StorageError(
            f"the database has schema {theirs}, this version of Linka knows {ours}: update Linka"
        )
    for migration in sorted(migrations, key=lambda step: step.version):
        if migration.version > theirs:
            await migration.apply(_Rewriting(database))
            # Never back, should another hub be ahead of us.
            older = {"_id": _SCHEMA, "version": {"$lt": migration.version}}
            await meta.update(older, {"$set": {"version": migration.version}})
