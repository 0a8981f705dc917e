"""A replica set whose primary dies, or stands still and comes back: what was acknowledged is there, once, in order."""

import asyncio
import time

import pytest

from hub.conversation.commands import SendMessage
from hub.errors import Refusal
from storage.errors import StorageUnavailable
from storage.mongo import open_storage
from tests.conversation.bench import JANA, Bench, Clock, begin, blank, hub
from tests.mongod import ReplicaSet
from tests.waiting import until

pytestmark = pytest.mark.timeout(180)

WRITERS = 8
WARM_UP = 1.5  # seconds of writing before the fault
AFTER = 3.0  # seconds of acknowledged writing after the new primary
ELECTED_WITHIN = 40.0


class Writer:
    """One person in one conversation, who says the same again until it is acknowledged."""

    def __init__(self, bench: Bench, conversation_id: str) -> None:
        self._bench = bench
        self._id = conversation_id
        self.acknowledged: list[str] = []
        self.last_at = 0.0
        self.waits = 0

    async def write(self, stop: asyncio.Event) -> None:
        n = 0
        while not stop.is_set():
            text = f"{n}"
            while True:
                try:
                    await self._bench.do(JANA, SendMessage(text), f"key-{text}", self._id)
                    break
                except (Refusal, StorageUnavailable) as failure:
                    if isinstance(failure, Refusal) and failure.code != "unavailable":
                        raise
                    self.waits += 1
                    await asyncio.sleep(0.2)
            self.acknowledged.append(text)
            self.last_at = time.monotonic()
            n += 1

    async def check(self) -> None:
        entries = await self._bench.timeline(self._id)
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        said = [entry.body.text for entry in entries]  # type: ignore[union-attr]
        assert said == self.acknowledged, "each once, in order, and nothing else"


@pytest.mark.parametrize(("driver", "fault"), [("motor", "killed"), ("pymongo", "frozen")])
async def test_the_primary_goes_and_nothing_is_lost(replica_set: ReplicaSet, driver: str, fault: str) -> None:
    async with open_storage(replica_set.uri, "linka", driver) as storage:
        await storage.prepare()
        ids = [f"c{n}" for n in range(WRITERS)]
        await begin(storage, *map(blank, ids))
        async with hub(storage, Clock()) as bench:
            writers = [Writer(bench, conversation_id) for conversation_id in ids]
            stop = asyncio.Event()
            async with asyncio.TaskGroup() as writing:
                for writer in writers:
                    writing.create_task(writer.write(stop))
                await until(lambda: all(writer.acknowledged for writer in writers), ELECTED_WITHIN)
                await asyncio.sleep(WARM_UP)
                first = await asyncio.to_thread(replica_set.primary)
                await asyncio.to_thread(replica_set.kill if fault == "killed" else replica_set.freeze, first)
                gone = time.monotonic()
                await until(lambda: all(writer.last_at > gone + AFTER for writer in writers), ELECTED_WITHIN)
                again = replica_set.start_again if fault == "killed" else replica_set.thaw
                await asyncio.to_thread(again, first)
                await asyncio.sleep(AFTER)  # the old primary learns that it is none any more
                stop.set()
            await asyncio.to_thread(replica_set.until_whole)
            for writer in writers:
                await writer.check()
