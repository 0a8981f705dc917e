"""Two hubs on one real database: a customer at the one, the operator at the other."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from storage.mongo import open_storage
from tests.realtime.house import House, furnish, key, open_house


@pytest_asyncio.fixture(params=["motor", "pymongo"])
async def houses(
    request: pytest.FixtureRequest, mongod_uri: str, mongo_database: str
) -> AsyncIterator[tuple[House, House]]:
    driver: str = request.param
    async with (
        open_storage(mongod_uri, mongo_database, driver, watch_own=False) as first,
        open_storage(mongod_uri, mongo_database, driver, watch_own=False) as second,
    ):
        await first.prepare()
        await furnish(first)
        async with open_house(first) as one, open_house(second) as two:
            yield one, two


async def test_both_sides_hear_each_other_across_hubs(houses: tuple[House, House]) -> None:
    one, two = houses
    anna = await two.panel("anna")
    widget, conversation = await one.waiting("Hello from one hub")
    row = await anna.until(
        lambda event, data: (
            event == "conversation.updated"
            and data["row"]["id"] == conversation
            and data["row"]["responder"]["kind"] == "queued"
        )
    )
    assert "queue" in row["views"]
    await anna.ask("conversation.open", {"conversation_id": conversation})
    await anna.ask("conversation.take", {"conversation_id": conversation, "client_id": key()})
    await anna.ask("note.add", {"conversation_id": conversation, "client_id": key(), "text": "hidden"})
    said = {"conversation_id": conversation, "client_id": key(), "text": "Hello from the other"}
    await anna.ask("message.send", said)
    heard = await widget.until(
        lambda event, data: (
            event == "timeline.appended" and data["entries"][0]["body"].get("text") == said["text"]
        )
    )
    assert heard["entries"][0]["seq"] == 4
    await widget.until(
        lambda event, data: (
            event == "conversation.updated"
            and data["conversation"]["responder"] == {"kind": "operator", "name": "Anna"}
        )
    )
    await widget.ask("message.send", {"client_id": key(), "text": "Thank you"})
    await anna.until(
        lambda event, data: (
            event == "timeline.appended" and data["entries"][0]["body"].get("text") == "Thank you"
        )
    )
    page = await anna.ask("timeline.read", {"conversation_id": conversation, "after_seq": 0})
    assert [entry["seq"] for entry in page["entries"]] == [1, 2, 3, 4, 5, 6]
    told = [entry["seq"] for data in anna.events("timeline.appended") for entry in data["entries"]]
    assert len(told) == len(set(told)), "nothing is told twice"


async def test_a_message_repeated_at_the_other_hub_is_one_entry(houses: tuple[House, House]) -> None:
    one, two = houses
    token, conversation = await one.visitor()
    here, there = await one.widget(token), await two.widget(token)
    sent = {"client_id": key(), "text": "Once"}
    first = await here.ask("message.send", sent)
    again = await there.ask("message.send", sent)
    assert again == first
    await one.queued(conversation)
    page = await there.ask("timeline.read", {"after_seq": 0})
    assert [entry["body"]["kind"] for entry in page["entries"]] == ["message", "handed_off"]
