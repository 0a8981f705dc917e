"""Opening MongoDB with one of the two drivers. The only module that names them.

Everything else in ``storage.mongo`` uses what Motor and PyMongo's asyncio API share; the three things in which they
differ (``aggregate``, ``watch`` and ``close`` must be awaited in one of them only) are evened out here.
"""

import inspect
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from motor.motor_asyncio import AsyncIOMotorChangeStream, AsyncIOMotorClient
from pymongo import AsyncMongoClient
from pymongo.errors import ConfigurationError, InvalidName

from storage.mongo.pool import ClosingPool

DRIVERS = ("motor", "pymongo")
OPERATION_SECONDS = 5.0

# Of both drivers: a database of either has the same methods, whose shared part is used through `Collection`.
DriverDatabase = Any


async def settled(value: Any) -> Any:
    """What a driver's method gives, whether it has to be awaited (PyMongo) or not (Motor)."""
    return await value if inspect.isawaitable(value) else value


async def changes_of(stream: Any) -> list[Any]:
    """What a change stream has next: all that came in one answer of the server, or nothing after its longest wait.

    Motor goes to another thread for each change otherwise, which at a thousand messages a second costs more than
    writing them.
    """
    if isinstance(stream, AsyncIOMotorChangeStream):
        first = await stream.try_next()
        if first is None:
            return []
        # What has arrived already is read without asking the server, and so without blocking.
        return [first, *_arrived(stream.delegate)]
    first = await stream.try_next()
    return [] if first is None else [first]


def _arrived(stream: Any) -> Iterator[Any]:
    while stream.alive and stream._cursor._data:  # noqa: SLF001 - there is no other way to ask whether it would block
        yield stream.try_next()


def _options(operation_seconds: float) -> dict[str, Any]:
    return {
        "appname": "linka",
        "tz_aware": True,
        "w": "majority",
        "journal": True,
        "timeoutMS": int(operation_seconds * 1000),
        "serverSelectionTimeoutMS": int(operation_seconds * 1000),
        "connectTimeoutMS": 2_000,
        "maxPoolSize": 50,
    }


@asynccontextmanager
async def open_database(
    uri: str, database: str, driver: str, *, operation_seconds: float = OPERATION_SECONDS
) -> AsyncIterator[DriverDatabase]:
    """Connect lazily; close on leaving. ``operation_seconds`` bounds each operation as a whole, with its retries.

    Raises ``ValueError`` for an unknown driver or a malformed address.
    """
    if driver not in DRIVERS:
        raise ValueError(f"unknown MongoDB driver {driver!r}: one of {', '.join(DRIVERS)}")
    client: Any
    try:
        options = _options(operation_seconds)
        if driver == "motor":
            client = AsyncIOMotorClient(uri, **options)
        else:
            client = AsyncMongoClient(uri, **options, _pool_class=ClosingPool)
        opened = client[database]
    except (ConfigurationError, InvalidName, ValueError) as error:
        raise ValueError(f"the MongoDB address or database name is not valid: {error}") from error
    try:
        yield opened
    finally:
        await settled(client.close())
