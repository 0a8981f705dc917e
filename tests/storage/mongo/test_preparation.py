"""Making a database ready: migrations once and in order, and never back."""

import asyncio

import pytest
from pymongo import AsyncMongoClient

from storage.errors import StorageError
from storage.mongo.preparation import prepare
from storage.schema import FIRST_VERSION, INDEXES, MIGRATIONS, RETIRED, Migration, Rewriting, schema_version
from tests.storage.conftest import SyncClient

DRIVERS = ["motor", "pymongo"]


def step(version: int) -> Migration:
    """A migration that leaves its mark."""

    async def apply(database: Rewriting) -> None:
        await database.update_all("things", {}, {"$push": {"steps": version}})

    return Migration(version, f"step {version}", apply)


def version_of(client: SyncClient, database: str) -> object:
    """What the database says of itself."""
    row = client[database]["meta"].find_one({"_id": "schema"})
    return None if row is None else row["version"]


async def test_a_new_database_begins_at_our_version(
    mongod_uri: str, mongo_database: str, sync_client: SyncClient
) -> None:
    async with AsyncMongoClient(mongod_uri) as client:
        await prepare(client[mongo_database], (step(2), step(3)))
        await prepare(client[mongo_database], (step(2), step(3)))
    assert version_of(sync_client, mongo_database) == 3
    assert "things" not in sync_client[mongo_database].list_collection_names()


async def test_what_is_retired_is_dropped_once(
    mongod_uri: str, mongo_database: str, sync_client: SyncClient
) -> None:
    collection, name = RETIRED[0]
    old = sync_client[mongo_database][collection]
    old.create_index([("team", 1)], name=name)
    async with AsyncMongoClient(mongod_uri) as client:
        await prepare(client[mongo_database])
        await prepare(client[mongo_database])
    there = set(old.index_information())
    assert name not in there
    assert there == {"_id_", *(index.name for index in INDEXES if index.collection == collection)}


async def test_an_old_database_is_migrated_once_and_in_order(
    mongod_uri: str, mongo_database: str, sync_client: SyncClient
) -> None:
    things = sync_client[mongo_database]["things"]
    async with AsyncMongoClient(mongod_uri) as client:
        await prepare(client[mongo_database], ())
        assert version_of(sync_client, mongo_database) == FIRST_VERSION
        things.insert_one({"_id": 1})
        await prepare(client[mongo_database], (step(3), step(2)))
        assert things.find_one() == {"_id": 1, "steps": [2, 3]}
        await prepare(client[mongo_database], (step(3), step(2), step(4)))
    assert things.find_one() == {"_id": 1, "steps": [2, 3, 4]}
    assert version_of(sync_client, mongo_database) == 4


async def test_a_migration_that_died_goes_on_where_it_was(
    mongod_uri: str, mongo_database: str, sync_client: SyncClient
) -> None:
    async def dies(_: Rewriting) -> None:
        raise ZeroDivisionError

    async with AsyncMongoClient(mongod_uri) as client:
        await prepare(client[mongo_database], ())
        sync_client[mongo_database]["things"].insert_one({"_id": 1})
        with pytest.raises(ZeroDivisionError):
            await prepare(client[mongo_database], (step(2), Migration(3, "dies", dies)))
        assert version_of(sync_client, mongo_database) == 2
        await prepare(client[mongo_database], (step(2), step(3)))
    assert sync_client[mongo_database]["things"].find_one() == {"_id": 1, "steps": [2, 3]}


async def test_a_newer_database_is_not_touched(
    mongod_uri: str, mongo_database: str, sync_client: SyncClient
) -> None:
    sync_client[mongo_database]["meta"].insert_one({"_id": "schema", "version": 99})
    async with AsyncMongoClient(mongod_uri) as client:
        with pytest.raises(StorageError, match="update Linka"):
            await prepare(client[mongo_database], ())
    assert sync_client[mongo_database].list_collection_names() == ["meta"]


async def test_several_hubs_prepare_at_once(
    mongod_uri: str, mongo_database: str, sync_client: SyncClient
) -> None:
    async with AsyncMongoClient(mongod_uri) as client:
        await asyncio.gather(*(prepare(client[mongo_database]) for _ in range(6)))
    assert version_of(sync_client, mongo_database) == schema_version()


def test_the_declarations_are_sound() -> None:
    assert len({(index.collection, index.name) for index in INDEXES}) == len(INDEXES)
    versions = [migration.version for migration in MIGRATIONS]
    assert versions == sorted(set(versions))
    assert all(version > FIRST_VERSION for version in versions)
