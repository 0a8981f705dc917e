"""What no port shows: concerns, fences under races, and what is kept of a dead letter."""

import asyncio
import json
from typing import Any

import pymongo
import pytest

import storage.mongo.client as client_module
from storage.documents import Document
from storage.model.entry import Delivery
from storage.mongo import MongoStorage, open_storage
from storage.mongo.outbox import MongoOutbox
from storage.ports import Outcome
from tests.storage.conftest import SyncClient
from tests.storage.making import JANA, NOON, delivery_of, entry, later
from tests.storage.mongo.test_indexes import ask_everything, fill

DRIVERS = ["motor", "pymongo"]
WRITES = {"insert", "update", "delete", "findAndModify", "createIndexes"}


class Sent(pymongo.monitoring.CommandListener):
    """All commands that were sent."""

    def __init__(self) -> None:
        self.commands: list[dict[str, Any]] = []

    def started(self, event: pymongo.monitoring.CommandStartedEvent) -> None:
        """By the driver."""
        self.commands.append(dict(event.command))

    def succeeded(self, event: pymongo.monitoring.CommandSucceededEvent) -> None:
        """By the driver."""

    def failed(self, event: pymongo.monitoring.CommandFailedEvent) -> None:
        """By the driver."""


@pytest.mark.parametrize("driver", DRIVERS)
async def test_every_write_is_durable_and_timelines_are_read_as_durable(
    monkeypatch: pytest.MonkeyPatch, mongod_uri: str, mongo_database: str, driver: str
) -> None:
    sent = Sent()
    options = client_module._options
    monkeypatch.setattr(
        client_module, "_options", lambda seconds: options(seconds) | {"event_listeners": [sent]}
    )
    async with open_storage(mongod_uri, mongo_database, driver) as storage:
        await storage.prepare()
        await fill(storage)
        await ask_everything(storage)
    writes = [command for command in sent.commands if next(iter(command)) in WRITES]
    assert len(writes) > 100
    for write in writes:
        assert write["writeConcern"]["w"] == "majority", write
        if "createIndexes" not in write:
            assert write["writeConcern"]["j"] is True, write
        preparing = "createIndexes" in write or write.get("insert") == "meta"
        assert (write["maxTimeMS"] > 100_000) == preparing, "bounded in time, but indexes may take long"
    lookups = [
        command
        for command in sent.commands
        if command.get("find") == "entries" and "client_id" in command["filter"]
    ]
    assert lookups
    assert all(lookup["readConcern"]["level"] == "majority" for lookup in lookups)


class Overtaken(MongoOutbox):
    """Is paused between looking at its lease and starting an attempt, while another claims."""

    overtake: Any = None

    async def _holds(self, conversation_id: str, fence: int, update: Document) -> bool:
        held = await super()._holds(conversation_id, fence, update)
        if self.overtake is not None:
            overtake, self.overtake = self.overtake, None
            await overtake()
        return held


@pytest.mark.parametrize("what", ["start", "settle"])
async def test_a_holder_paused_beyond_its_lease_starts_and_settles_nothing(
    mongo: MongoStorage, what: str
) -> None:
    owed = entry(delivery=Delivery.OWED)
    assert await mongo.entries.insert_batch([mongo.entries.encode(owed)]) == [Outcome.STORED]
    outbox = Overtaken(mongo._database)
    old = await outbox.claim("c1", "one", NOON, later(30))
    assert old is not None
    new: list[int | None] = []

    async def another_claims() -> None:
        new.append(await mongo.outbox.claim("c1", "two", later(31), later(60)))

    outbox.overtake = another_claims
    if what == "start":
        assert await outbox.start("c1", 1, old, later(30)) is None
    else:
        assert not await outbox.settle("c1", 1, old, 1)
    assert await delivery_of(mongo, "c1", 1) is Delivery.OWED
    assert new[0] is not None
    assert await mongo.outbox.start("c1", 1, new[0], later(60)) == 1


async def test_a_dead_letter_can_be_read_again(mongo: MongoStorage, sync_client: SyncClient) -> None:
    update = {"update_id": 7, "message": {"text": "half \ud800", "$where": 2**70, "a.b": "\0"}}
    await mongo.outbox.put_dead_letter("telegram", "telegram:7", "bad \udc80 text", update)
    await mongo.outbox.put_dead_letter("telegram", "telegram:7", "another", {})
    letters = sync_client[mongo.database_name]["dead_letters"]
    assert letters.count_documents({}) == 1
    letter = letters.find_one()
    assert letter is not None
    assert json.loads(letter["document"]) == update
    assert (letter["whole"], letter["client_id"], letter["reason"]) == (True, "telegram:7", "bad ? text")
    assert letter["at"].tzinfo is not None


async def test_dead_letters_of_two_inboxes_do_not_hide_each_other(
    mongo: MongoStorage, sync_client: SyncClient
) -> None:
    for inbox in ("one", "two"):
        await mongo.outbox.put_dead_letter(inbox, "telegram:7", f"of {inbox}", {})
    letters = sync_client[mongo.database_name]["dead_letters"].find().sort("_id")
    assert [(letter["inbox_id"], letter["reason"]) for letter in letters] == [
        ("one", "of one"),
        ("two", "of two"),
    ]


async def test_a_huge_dead_letter_is_cut(mongo: MongoStorage, sync_client: SyncClient) -> None:
    await mongo.outbox.put_dead_letter("telegram", "telegram:8", "too large", {"text": "x" * 20_000_000})
    letter = sync_client[mongo.database_name]["dead_letters"].find_one()
    assert letter is not None
    assert not letter["whole"]
    assert len(letter["document"]) == 1_000_000


# PyMongo's asyncio driver leaves the socket that it is connecting with when it is cancelled just then.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_task_that_only_waits_for_the_database_can_be_cancelled(mongo: MongoStorage) -> None:
    async def asking_for_ever() -> None:
        while True:
            await mongo.entries.by_client_id("c1", JANA.key, "k")

    for turns in range(12):
        task = asyncio.create_task(asking_for_ever())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        async with asyncio.timeout(5):
            await asyncio.wait([task])
        assert task.cancelled()
