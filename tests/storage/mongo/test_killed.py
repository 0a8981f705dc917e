"""The server is killed in the middle of writing, and comes back: nothing acknowledged is missing, nothing is twice."""

import asyncio
from pathlib import Path

import pymongo
import pytest

from storage.errors import StorageUnavailable
from storage.journal import Appended, Journal
from storage.mongo import MongoStorage, open_storage
from tests.mongod import running_mongod, start_mongod, stop_mongod
from tests.storage.making import entry

pytestmark = pytest.mark.integration

CONVERSATIONS = 16
MESSAGES = 60
BEFORE_THE_KILL = 200


class Talk:
    """Writers that behave as the dispatcher must, and what they were told."""

    def __init__(self, storage: MongoStorage) -> None:
        self.storage = storage
        self.journal = Journal(storage.entries)
        self.acknowledged: list[tuple[str, str]] = []
        self.enough = asyncio.Event()
        self.troubles = 0

    async def say(self, conversation_id: str, client_id: str) -> None:
        """Until it is acknowledged."""
        while True:
            try:
                if await self._said(conversation_id, client_id):
                    break
            except StorageUnavailable:
                self.troubles += 1
                await asyncio.sleep(0.05)  # as a client's outbox does
        self.acknowledged.append((conversation_id, client_id))
        if len(self.acknowledged) >= BEFORE_THE_KILL:
            self.enough.set()

    async def _said(self, conversation_id: str, client_id: str) -> bool:
        entries = self.storage.entries
        tail = await entries.before(conversation_id, 2**62, 1)
        words = entry(conversation_id, tail[0].seq + 1 if tail else 1, client_id=client_id)
        if await entries.by_client_id(conversation_id, words.author.key, client_id) is not None:
            return True
        return await self.journal.append(words) is Appended.STORED

    async def talk(self, conversation_id: str) -> None:
        """All that one contact has to say."""
        for number in range(MESSAGES):
            await self.say(conversation_id, f"k{number}")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("driver", ["motor", "pymongo"])
# PyMongo's asyncio driver leaves a socket when its server is gone while it connects.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_nothing_acknowledged_is_lost_with_the_server(tmp_path: Path, driver: str) -> None:
    with running_mongod(tmp_path) as (uri, port, process):
        async with open_storage(uri, "linka", driver, operation_seconds=0.4) as storage:
            await storage.prepare()
            talk = Talk(storage)
            journal = asyncio.create_task(talk.journal.run())
            talking = asyncio.gather(*(talk.talk(f"c{each}") for each in range(CONVERSATIONS)))
            await talk.enough.wait()
            process.kill()
            process.wait()
            acknowledged_before = list(talk.acknowledged)
            again = start_mongod(tmp_path, port)
            try:
                await talking
                await talk.journal.close()
                await journal
                assert talk.troubles or talk.journal.counters.unknown, "the kill was felt"
                assert acknowledged_before == talk.acknowledged[: len(acknowledged_before)]
                check(uri, talk)
            finally:
                stop_mongod(again)


def check(uri: str, talk: Talk) -> None:
    """Each timeline is gapless and holds each message once."""
    with pymongo.MongoClient(uri) as client:
        entries = client["linka"]["entries"]
        for each in range(CONVERSATIONS):
            rows = list(entries.find({"conversation_id": f"c{each}"}, sort=[("seq", 1)]))
            assert [row["seq"] for row in rows] == list(range(1, MESSAGES + 1))
            assert sorted(row["client_id"] for row in rows) == sorted(
                f"k{number}" for number in range(MESSAGES)
            )
    assert len(talk.acknowledged) == len(set(talk.acknowledged)) == CONVERSATIONS * MESSAGES
