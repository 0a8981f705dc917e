"""The reference client on real sockets, against the whole hub."""

import asyncio
from contextlib import suppress
from random import Random

from tests.clients.client import Client
from tests.clients.sides import OperatorSide, WidgetSide
from tests.clients.socketio import panel, widget
from tests.realtime.house import WITHIN, open_house


async def settled(client: Client, entries: int) -> None:
    async with asyncio.timeout(WITHIN):
        while not (client.settled and len(client.log.shown) >= entries):
            await asyncio.sleep(0.01)


async def test_a_customer_and_an_operator_see_the_same() -> None:
    async with open_house() as house:
        token, conversation_id = await house.visitor()
        session = await house.session("anna")
        clock = asyncio.get_running_loop().time
        jana = Client(
            "jana", WidgetSide(), widget(lambda: house.url, token, house.http), clock=clock, random=Random(1)
        )
        anna = Client(
            "anna",
            OperatorSide(),
            panel(lambda: house.url, session, house.http),
            clock=clock,
            random=Random(2),
        )
        jana.open(conversation_id)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(client.run()) for client in (jana, anna)]
            jana.say(conversation_id, "Hello")
            await settled(jana, 2)  # no bot here: handed over at once
            anna.open(conversation_id)
            await settled(anna, 2)
            anna.write(conversation_id, "conversation.take")
            anna.write(conversation_id, "note.add", "hidden")
            anna.say(conversation_id, "Good day")
            await settled(anna, 5)
            await settled(jana, 4)
            for task in tasks:
                task.cancel()
        assert [(each.kind, each.text) for each in anna.log.shown] == [
            ("message", "Hello"),
            ("handed_off", ""),
            ("taken", ""),
            ("note", "hidden"),
            ("message", "Good day"),
        ]
        assert [(each.kind, each.text) for each in jana.log.shown] == [
            ("message", "Hello"),
            ("handed_off", ""),
            ("taken", ""),
            ("message", "Good day"),
        ]
        assert len(jana.log.acknowledged) == 1
        assert len(anna.log.acknowledged) == 3
        assert not jana.log.anomalies
        assert not anna.log.anomalies


async def test_without_a_hub_it_keeps_trying() -> None:
    loop = asyncio.get_running_loop()
    tries: list[float] = []

    def nowhere() -> str:
        tries.append(loop.time())
        return "http://127.0.0.1:1"

    client = Client("jana", WidgetSide(), widget(nowhere, "x" * 40), clock=loop.time, random=Random(1))
    task = asyncio.create_task(client.run())
    client.say("c1", "Hello")
    async with asyncio.timeout(WITHIN):
        while len(tries) < 3:
            await asyncio.sleep(0.01)
    assert client.connection is None
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_wrong_token_is_told_apart_from_no_hub() -> None:
    async with open_house() as house:
        loop = asyncio.get_running_loop()
        client = Client(
            "jana", WidgetSide(), widget(lambda: house.url, "x" * 40), clock=loop.time, random=Random(1)
        )
        task = asyncio.create_task(client.run())
        async with asyncio.timeout(WITHIN):
            while client.turned_away is None:
                await asyncio.sleep(0.01)
        assert client.turned_away["code"] == "unauthenticated"
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
