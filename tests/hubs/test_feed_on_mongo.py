"""The feed on a real change stream that cannot go on where it was."""

import asyncio

import pytest

from hub.conversation.commands import SendMessage
from hub.conversation.feed import Feed
from storage.errors import HistoryLost
from storage.model.conversation import Conversation
from storage.model.entry import Entry
from storage.mongo import open_storage
from tests.conversation.bench import JANA, Clock, begin, blank, hub
from tests.waiting import until

WITHIN = 20.0
TOO_OLD = "82" + "00000001" + "00000001"  # as resume tokens begin: a cluster time, here of 1970
AT = slice(0, len(TOO_OLD))


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_a_token_that_is_too_old_loses_nothing(
    mongod_uri: str, mongo_database: str, driver: str
) -> None:
    async with open_storage(mongod_uri, mongo_database, driver) as storage:
        await storage.prepare()
        await begin(storage, blank("c1"), blank("c2"))
        async with hub(storage, Clock()) as other, hub(storage, Clock()) as mine:
            told: list[tuple[str, int]] = []
            seen: dict[str, int] = {}

            def publish(entry: Entry, conversation: Conversation) -> None:
                if entry.seq > seen.get(entry.conversation_id, 0):
                    seen[entry.conversation_id] = entry.seq
                    told.append((entry.conversation_id, entry.seq))

            feed = Feed(
                storage, mine.dispatcher, publish, lambda key: seen.get(key, 0), lambda *_: None, mine.clock
            )

            async def hears(*expected: tuple[str, int]) -> None:
                await until(lambda: set(expected) <= set(told), WITHIN)

            news = asyncio.create_task(feed.publish_news())
            follow = asyncio.create_task(feed.follow())
            try:
                await other.do(JANA, SendMessage("a"), "a")
                await hears(("c1", 1))
                while feed._token is None:
                    await other.do(JANA, SendMessage("b"), "b")
                    await asyncio.sleep(0.05)
                follow.cancel()
                await asyncio.wait([follow])
                feed._token = {"_data": TOO_OLD + feed._token["_data"][AT.stop :]}
                await other.do(JANA, SendMessage("while away"), "c")
                await other.do(JANA, SendMessage("elsewhere"), "d", "c2")
                with pytest.raises(HistoryLost):
                    await feed.follow()
                follow = asyncio.create_task(feed.follow())
                last = max(entry.seq for entry in await other.timeline())
                await hears(("c1", last), ("c2", 1))
                await other.do(JANA, SendMessage("live again"), "e")
                await hears(("c1", last + 1))
                assert [seq for key, seq in told if key == "c1"] == list(range(1, last + 2))
            finally:
                for task in (news, follow):
                    task.cancel()
                await asyncio.wait([news, follow])
