"""What a customer said by way of one hub is in the inbox of another, on real parts; also when the first one is gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest_asyncio
from aiohttp import web

from hub.http.keys import NLU
from hub.nlu import NluState
from hub.people.sessions import COOKIE
from storage.model.conversation import Channel
from storage.model.entry import HandoffReason
from storage.mongo import open_storage
from storage.ports import Storage
from tests.hub.fake_rasa import FakeRasa, serving, url_of
from tests.realtime.house import WITHIN, House, furnish, key, open_house
from tests.unanswered.house import House as Home
from tests.waiting import until

UNDERSTOOD = {"intent": "nlu_fallback", "confidence": 0.2, "language": "cs", "guess": "ask_tariffs"}


async def baffled(request: web.Request) -> web.StreamResponse:
    """A bot that understands nothing."""
    sender = (await request.json())["sender"]
    return web.json_response(
        [
            {"recipient_id": sender, "text": "Nerozumím."},
            {"recipient_id": sender, "custom": {"understood": UNDERSTOOD}},
        ]
    )


@pytest_asyncio.fixture
async def storages(mongod_uri: str, mongo_database: str) -> AsyncIterator[list[Storage]]:
    """Two connections to one database."""
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(open_storage(mongod_uri, mongo_database, driver))
            for driver in ("motor", "pymongo")
        ]
        await opened[0].prepare()
        yield list(opened)


async def inbox(house: House) -> Any:
    """As an FAQ maintainer sees it."""
    cookie = {COOKIE: await house.session("fay")}
    async with house.http.get(f"{house.url}/api/knowledge/unanswered", cookies=cookie) as response:
        assert response.status == 200
        return (await response.json())["data"]


async def heard(house: House, text: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    async def is_there() -> bool:
        groups = (await inbox(house))["groups"]
        found.extend(each for group in groups for each in group["sentences"] if each["text"] == text)
        return bool(found)

    await until(is_there, WITHIN)
    return found[0]


async def test_from_a_customer_to_the_inbox_also_when_the_hub_that_read_is_gone(
    storages: list[Storage],
) -> None:
    await furnish(storages[0])
    async with (
        serving(FakeRasa(answer=baffled)) as rasa,
        open_house(storages[1], rasa_url=url_of(rasa)) as second,
    ):
        async with open_house(storages[0], rasa_url=url_of(rasa)) as first:
            await until(
                lambda: all(each.app[NLU].state is NluState.READY for each in (first, second)), WITHIN
            )
            token, _ = await first.visitor()
            widget = await first.widget(token)
            text = "Máte i televizi? Volejte 601 234 567."
            await widget.ask("message.send", {"client_id": key(), "text": text})
            sentence = await heard(second, "Máte i televizi? Volejte ⟨phone⟩.")
            assert sentence["guess"] == {"topic": "ask_tariffs", "confidence": 0.2}
            assert (sentence["reason"], sentence["channel"]) == ("not_understood", "webchat")
        token, _ = await second.visitor()
        widget = await second.widget(token)
        await widget.ask("message.send", {"client_id": key(), "text": "A rádio?"})
        await heard(second, "A rádio?")


async def test_hubs_that_read_at_the_same_time_find_each_sentence_once(storages: list[Storage]) -> None:
    homes = [Home(storage) for storage in storages]
    talks = []
    for each in range(6):
        talk = await homes[0].talk(f"c{each}", Channel.TELEGRAM)
        talk.asks("Máte i televizi?", "nlu_fallback", 0.2)
        talk.asks("Kde najdu fakturu?", "ask_invoice")
        talk.asks("Člověka", "request_human", handoff=HandoffReason.REQUESTED)
        talks.append(talk)
    await homes[0].store(*talks)
    hubs = [homes[each % 2].harvest("the same") for each in range(4)]
    await asyncio.gather(*(each.step() for each in hubs))
    await hubs[0].step()
    assert sorted((each.text, each.count) for each in await homes[1].inbox()) == [
        ("Kde najdu fakturu?", 6),
        ("Máte i televizi?", 6),
    ]
    day = talks[0].entries[0].recorded_at.date()
    (figures,) = await storages[1].episodes.days(day, day)
    assert (figures.conversations, figures.handed_over, figures.solved) == (6, 6, 0)
    assert {(each.topic, each.asked, each.handed_over) for each in figures.topics} == {
        ("ask_invoice", 6, 6),
        ("request_human", 6, 6),
    }
