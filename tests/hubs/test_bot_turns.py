"""One customer writes by way of two hubs, on real parts: the bot is asked once for each message, in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from hub.http.keys import NLU
from hub.nlu import NluState
from storage.model.entry import AuthorKind, Message
from storage.mongo import open_storage
from tests.hub.fake_rasa import FakeRasa, serving, url_of
from tests.realtime.house import WITHIN, House, furnish, key, open_house

MESSAGES = 12


async def echo(request: web.Request) -> web.StreamResponse:
    asked = await request.json()
    return web.json_response([{"recipient_id": asked["sender"], "text": f"re: {asked['message']}"}])


@pytest.fixture
def fake() -> FakeRasa:
    return FakeRasa(answer=echo)


@pytest_asyncio.fixture
async def houses(mongod_uri: str, mongo_database: str, fake: FakeRasa) -> AsyncIterator[tuple[House, House]]:
    """Two hubs with one bot."""
    async with AsyncExitStack() as stack:
        rasa = url_of(await stack.enter_async_context(serving(fake)))
        opened = []
        for n in range(2):
            storage = await stack.enter_async_context(open_storage(mongod_uri, mongo_database, "motor"))
            if n == 0:
                await storage.prepare()
                await furnish(storage)
            opened.append(await stack.enter_async_context(open_house(storage, rasa_url=rasa)))
        async with asyncio.timeout(WITHIN):
            while any(house.app[NLU].state is not NluState.READY for house in opened):
                await asyncio.sleep(0.01)
        yield opened[0], opened[1]


async def test_a_customer_of_two_hubs_is_answered_once_and_in_order(
    houses: tuple[House, House], fake: FakeRasa
) -> None:
    token, conversation_id = await houses[0].visitor()
    widgets = [await house.widget(token) for house in houses]
    await widgets[0].ask("message.send", {"client_id": key(), "text": "m0"})
    await widgets[0].until(lambda _, data: "re: m0" in str(data))

    async def say(n: int) -> None:
        await widgets[n % 2].ask("message.send", {"client_id": key(), "text": f"m{n}"})

    await asyncio.gather(*(say(n) for n in range(1, MESSAGES)))
    async with asyncio.timeout(WITHIN):
        while len(bots := [e for e in await timeline(houses[0], conversation_id) if by_bot(e)]) < MESSAGES:
            await asyncio.sleep(0.02)

    asked = [e.body.text for e in await timeline(houses[0], conversation_id) if by_contact(e)]
    assert [entry.body.text for entry in bots] == [f"re: {text}" for text in asked]
    assert [turn["message"] for turn in fake.asked] == asked


async def timeline(house: House, conversation_id: str) -> list[Any]:
    return list(await house.storage.entries.after(conversation_id, 0, 500))


def by_bot(entry: Any) -> bool:
    return isinstance(entry.body, Message) and entry.author.kind is AuthorKind.BOT


def by_contact(entry: Any) -> bool:
    return isinstance(entry.body, Message) and entry.author.kind is AuthorKind.CONTACT
