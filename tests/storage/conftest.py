"""The storages that the contract holds for: in memory, and on a real MongoDB by either driver."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pymongo
import pytest
import pytest_asyncio

from storage.memory import MemoryStorage
from storage.mongo import MongoStorage, open_storage
from storage.ports import Storage

ON_MONGO = [pytest.param(driver, marks=pytest.mark.integration) for driver in ("motor", "pymongo")]
SyncClient = pymongo.MongoClient[dict[str, Any]]


@pytest.fixture(scope="session")
def sync_client(mongod_uri: str) -> Iterator[SyncClient]:
    """Beside the code under test: to look, to clean and to plant."""
    with pymongo.MongoClient[dict[str, Any]](mongod_uri, tz_aware=True) as client:
        yield client


@pytest.fixture(scope="session")
def prepared_databases(sync_client: SyncClient) -> Iterator[dict[str, str]]:
    """One database for each driver, prepared by the first test that uses it."""
    names: dict[str, str] = {}
    yield names
    for name in names.values():
        sync_client.drop_database(name)


@asynccontextmanager
async def mongo_storage(
    request: pytest.FixtureRequest, driver: str, *, operation_seconds: float = 10.0
) -> AsyncIterator[MongoStorage]:
    """The driver's prepared database, emptied: much faster than a new one with all its indexes."""
    names: dict[str, str] = request.getfixturevalue("prepared_databases")
    client: SyncClient = request.getfixturevalue("sync_client")
    uri: str = request.getfixturevalue("mongod_uri")
    fresh = driver not in names
    name = names.setdefault(driver, f"test_{driver}_{uuid4().hex}")
    for collection in client[name].list_collection_names():
        client[name][collection].delete_many({})
    async with open_storage(uri, name, driver, operation_seconds=operation_seconds) as opened:
        if fresh:
            await opened.prepare()
        yield opened


@pytest_asyncio.fixture(params=["memory", *ON_MONGO])
async def storage(request: pytest.FixtureRequest) -> AsyncIterator[Storage]:
    """An empty storage."""
    driver: str = request.param
    if driver == "memory":
        yield MemoryStorage()
        return
    async with mongo_storage(request, driver) as opened:
        yield opened


@pytest_asyncio.fixture(params=ON_MONGO)
async def mongo(request: pytest.FixtureRequest) -> AsyncIterator[MongoStorage]:
    """An empty storage on MongoDB."""
    async with mongo_storage(request, request.param) as opened:
        yield opened
