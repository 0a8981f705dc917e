"""What the adapters make of a MongoDB that fails, by the server's own fail points, with both drivers."""

import ast
import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

import storage.mongo
from storage.errors import HistoryLost, StorageError, StorageUnavailable
from storage.journal import Appended, Journal
from storage.mongo import MongoStorage, open_storage
from storage.ports import Outcome
from tests.storage.conftest import ON_MONGO, SyncClient, mongo_storage
from tests.storage.making import conversation, entry

DRIVERS = ["motor", "pymongo"]
QUICKLY = 0.8  # seconds until an operation is given up; longer than an idle change stream takes to be read
ALWAYS = "alwaysOn"

# PyMongo's asyncio driver leaves the socket that it is connecting with when it is closed just then.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@contextmanager
def failing(client: SyncClient, mode: Any, *commands: str, **how: Any) -> Iterator[None]:
    """These commands of Linka fail in some way."""
    data = {"failCommands": list(commands), "appName": "linka", **how}
    client.admin.command({"configureFailPoint": "failCommand", "mode": mode, "data": data})
    try:
        yield
    finally:
        client.admin.command({"configureFailPoint": "failCommand", "mode": "off"})


async def insert(storage: MongoStorage, *seqs: int) -> list[Outcome]:
    """A batch of one conversation."""
    batch = [storage.entries.encode(entry(seq=seq)) for seq in seqs]
    return list(await storage.entries.insert_batch(batch))


@pytest_asyncio.fixture(params=ON_MONGO)
async def mongo(request: pytest.FixtureRequest) -> AsyncIterator[MongoStorage]:
    """An empty storage that gives up soon."""
    async with mongo_storage(request, request.param, operation_seconds=QUICKLY) as opened:
        yield opened


async def test_only_a_concern_that_was_not_met_is_an_unknown_outcome(
    mongo: MongoStorage, sync_client: SyncClient
) -> None:
    concern = {"code": 64, "codeName": "WriteConcernFailed", "errmsg": "planted"}
    await insert(mongo, 2)
    with failing(sync_client, {"times": 1}, "insert", writeConcernError=concern):
        outcomes = await insert(mongo, 1, 2, 3)
    assert outcomes == [Outcome.UNKNOWN, Outcome.DUPLICATE, Outcome.UNKNOWN]
    written = sync_client[mongo.database_name]["entries"].count_documents({})
    assert written == 3, "they were written all the same"


async def test_a_lost_connection_is_an_unknown_outcome(mongo: MongoStorage, sync_client: SyncClient) -> None:
    # Always: the driver itself tries again until the time of the operation is over.
    with failing(sync_client, ALWAYS, "insert", closeConnection=True):
        assert await insert(mongo, 1, 2) == [Outcome.UNKNOWN] * 2
    assert await insert(mongo, 1, 2) == [Outcome.STORED] * 2


async def test_one_lost_connection_is_mended_by_the_driver(
    mongo: MongoStorage, sync_client: SyncClient
) -> None:
    with failing(sync_client, {"times": 1}, "insert", closeConnection=True):
        assert await insert(mongo, 1, 2) == [Outcome.STORED] * 2


@pytest.mark.parametrize("code", [91, 189, 11600, 10107])
async def test_a_server_that_steps_down_is_an_unknown_outcome(
    mongo: MongoStorage, sync_client: SyncClient, code: int
) -> None:
    with failing(sync_client, ALWAYS, "insert", errorCode=code):
        assert await insert(mongo, 1) == [Outcome.UNKNOWN]


@pytest.mark.parametrize("driver", DRIVERS)
async def test_a_server_that_hangs_is_an_unknown_outcome_in_time(
    mongod_uri: str, mongo_database: str, sync_client: SyncClient, driver: str
) -> None:
    async with open_storage(mongod_uri, mongo_database, driver, operation_seconds=0.5) as storage:
        await insert(storage, 1)
        with failing(sync_client, ALWAYS, "insert", blockConnection=True, blockTimeMS=3_000):
            async with asyncio.timeout(2.5):
                assert await insert(storage, 2) == [Outcome.UNKNOWN]
            with pytest.raises(StorageUnavailable):
                await storage.operators.record_failed_login("x", entry().recorded_at)


@pytest.mark.parametrize("driver", DRIVERS)
async def test_the_journal_stores_once_what_the_server_applied_late(
    mongod_uri: str, mongo_database: str, sync_client: SyncClient, driver: str
) -> None:
    async with open_storage(mongod_uri, mongo_database, driver, operation_seconds=0.5) as storage:
        await storage.prepare()
        journal = Journal(storage.entries)
        task = asyncio.create_task(journal.run())
        # The server goes on with the first attempt after everybody has given it up.
        with failing(sync_client, {"times": 1}, "insert", blockConnection=True, blockTimeMS=1_200):
            answers = await asyncio.gather(*(journal.append(entry(f"c{each}")) for each in range(5)))
        assert answers == [Appended.STORED] * 5
        assert journal.counters.unknown >= 1
        await journal.close()
        await task
    assert sync_client[mongo_database]["entries"].count_documents({}) == 5


@pytest.mark.parametrize("driver", DRIVERS)
async def test_the_journal_and_a_concern_that_was_not_met(
    mongod_uri: str, mongo_database: str, sync_client: SyncClient, driver: str
) -> None:
    concern = {"code": 64, "codeName": "WriteConcernFailed", "errmsg": "planted"}
    async with open_storage(mongod_uri, mongo_database, driver) as storage:
        await storage.prepare()
        journal = Journal(storage.entries)
        callers = [asyncio.create_task(journal.append(entry(f"c{each}"))) for each in range(5)]
        await storage.ping()
        task = asyncio.create_task(journal.run())
        with failing(sync_client, {"times": 1}, "insert", writeConcernError=concern):
            assert await asyncio.gather(*callers) == [Appended.STORED] * 5
        assert journal.counters.batches == 2
        await journal.close()
        await task
    assert sync_client[mongo_database]["entries"].count_documents({}) == 5


@pytest.mark.parametrize("driver", DRIVERS)
async def test_cancelled_in_the_middle_and_offered_again(
    mongod_uri: str, mongo_database: str, sync_client: SyncClient, driver: str
) -> None:
    async with open_storage(mongod_uri, mongo_database, driver) as storage:
        await storage.prepare()
        journal = Journal(storage.entries)
        callers = [asyncio.create_task(journal.append(entry(f"c{each}"))) for each in range(50)]
        await storage.ping()
        first = asyncio.create_task(journal.run())
        with failing(sync_client, {"times": 1}, "insert", blockConnection=True, blockTimeMS=300):
            while journal.waiting:
                await asyncio.sleep(0)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            second = asyncio.create_task(journal.run())
            assert await asyncio.gather(*callers) == [Appended.STORED] * 50
        await journal.close()
        await second
    assert sync_client[mongo_database]["entries"].count_documents({}) == 50


async def test_each_way_of_failing_is_a_storage_error(mongo: MongoStorage, sync_client: SyncClient) -> None:
    with failing(sync_client, ALWAYS, "find", errorCode=13), pytest.raises(StorageError) as refused:
        await mongo.operators.get("olga")
    assert not isinstance(refused.value, StorageUnavailable), "not allowed is not unavailable"
    with failing(sync_client, ALWAYS, "find", closeConnection=True), pytest.raises(StorageUnavailable):
        await mongo.contacts.get("jana")
    with failing(sync_client, ALWAYS, "aggregate", errorCode=50), pytest.raises(StorageUnavailable):
        await mongo.conversations.in_hand()
    with failing(sync_client, ALWAYS, "findAndModify", errorCode=91), pytest.raises(StorageUnavailable):
        await mongo.loads.add("olga", "a", 1)
    with failing(sync_client, ALWAYS, "update", errorCode=10107), pytest.raises(StorageUnavailable):
        await mongo.conversations.save_many([conversation()])


@pytest.mark.parametrize("driver", DRIVERS)
async def test_nobody_listens(driver: str) -> None:
    uri = "mongodb://127.0.0.1:9/?directConnection=true"
    async with open_storage(uri, "nowhere", driver, operation_seconds=0.3) as storage:
        with pytest.raises(StorageUnavailable):
            await storage.ping()
        with pytest.raises(StorageUnavailable):
            await storage.prepare()
        with pytest.raises(StorageUnavailable):
            await storage.entries.after("c1", 0, 1)
        assert await insert(storage, 1) == [Outcome.UNKNOWN]


@pytest.mark.parametrize("driver", DRIVERS)
async def test_after_closing_it_is_unavailable(mongod_uri: str, mongo_database: str, driver: str) -> None:
    async with open_storage(mongod_uri, mongo_database, driver) as storage:
        await storage.ping()
    with pytest.raises(StorageUnavailable):
        await storage.contacts.get("jana")


@pytest.mark.parametrize(
    ("uri", "database", "driver"),
    [
        ("mongodb://127.0.0.1", "linka", "mongoose"),
        ("http://127.0.0.1", "linka", "motor"),
        ("mongodb://127.0.0.1:x", "linka", "pymongo"),
    ],
)
async def test_a_bad_address_is_told_at_once(uri: str, database: str, driver: str) -> None:
    with pytest.raises(ValueError, match=r"driver|address"):
        async with open_storage(uri, database, driver):
            pytest.fail("it was opened")


# The change stream


async def test_a_token_that_is_too_old(mongo: MongoStorage, sync_client: SyncClient) -> None:
    async with mongo.entries.watch(None) as changes:
        await insert(mongo, 1)
        token = (await anext(changes)).token
    with (
        failing(sync_client, {"times": 1}, "aggregate", errorCode=286),
        pytest.raises(HistoryLost),
    ):
        async with mongo.entries.watch(token):
            pytest.fail("it was opened")


async def test_history_lost_on_the_way(mongo: MongoStorage, sync_client: SyncClient) -> None:
    async with mongo.entries.watch(None) as changes:
        with failing(sync_client, {"times": 1}, "getMore", errorCode=286), pytest.raises(HistoryLost):
            await anext(changes)


async def test_a_cut_stream_goes_on_by_itself(mongo: MongoStorage, sync_client: SyncClient) -> None:
    async with mongo.entries.watch(None) as changes:
        await insert(mongo, 1)
        assert (await anext(changes)).seq == 1
        with failing(sync_client, {"times": 1}, "getMore", closeConnection=True):
            await insert(mongo, 2)
            assert (await anext(changes)).seq == 2


async def test_a_stream_that_cannot_go_on_is_unavailable(
    mongo: MongoStorage, sync_client: SyncClient
) -> None:
    async with mongo.entries.watch(None) as changes:
        with (
            failing(sync_client, ALWAYS, "getMore", "aggregate", closeConnection=True),
            pytest.raises(StorageUnavailable),
        ):
            await anext(changes)


async def test_a_dropped_collection_ends_the_stream(
    mongod_uri: str, mongo_database: str, sync_client: SyncClient
) -> None:
    async with open_storage(mongod_uri, mongo_database, "pymongo") as storage:
        await insert(storage, 1)
        async with storage.entries.watch(None) as changes:
            sync_client[mongo_database].drop_collection("entries")
            with pytest.raises(HistoryLost):
                await anext(changes)


@pytest.mark.parametrize("driver", DRIVERS)
async def test_a_stream_outlives_the_time_of_an_operation(
    mongod_uri: str, mongo_database: str, driver: str
) -> None:
    async with AsyncExitStack() as stack:
        storage = await stack.enter_async_context(
            open_storage(mongod_uri, mongo_database, driver, operation_seconds=QUICKLY)
        )
        changes = await stack.enter_async_context(storage.entries.watch(None))
        waiting = asyncio.ensure_future(anext(changes))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.5 * QUICKLY):
                await asyncio.shield(waiting)
        await insert(storage, 1)
        assert (await waiting).seq == 1


def test_the_drivers_are_named_in_one_module_only() -> None:
    """So that the one that is going to end can be taken out in one place."""
    naming = set()
    for path in Path(storage.mongo.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            )
            if isinstance(node, ast.ImportFrom):
                names.append(node.module or "")
            if any("motor" in name.lower() or "MongoClient" in name for name in names):
                naming.add(path.name)
    # The second is the launcher's: it makes a lone server a replica set before anything is opened.
    assert naming == {"client.py", "replica_set.py"}


@pytest.mark.parametrize("driver", DRIVERS)
async def test_a_stream_of_others_leaves_out_what_was_stored_through_here(
    mongod_uri: str, mongo_database: str, driver: str
) -> None:
    async with (
        open_storage(mongod_uri, mongo_database, driver, watch_own=False) as here,
        open_storage(mongod_uri, mongo_database, driver) as elsewhere,
    ):
        await here.prepare()
        async with here.entries.watch(None) as changes:
            for storage, seq in ((here, 1), (elsewhere, 2), (here, 3), (elsewhere, 4)):
                assert await insert(storage, seq) == [Outcome.STORED]
            told = [(await anext(changes)).seq for _ in range(2)]
        assert told == [2, 4]
