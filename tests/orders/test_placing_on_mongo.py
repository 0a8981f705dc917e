"""Placing on the real database, where things truly happen at once."""

import asyncio

import pytest

from hub.demo.catalogue import EQUIPMENT, TARIFFS
from hub.orders.placing import Placing
from storage.model.conversation import Channel, Conversation
from storage.model.people import Operator, Role
from storage.mongo import open_storage
from tests.doors import Announced, Clock, Draws
from tests.orders.forms import GOOD

ANNA = Operator(id="id-anna", login="anna", name="Anna", role=Role.OPERATOR, password_hash="")
CHAT = Conversation(id="c1", inbox_id="demo", contact_id="jana", channel=Channel.WEBCHAT, seq=1, episode=1)

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_clicks_at_once_through_two_hubs_are_one_order(
    mongod_uri: str, mongo_database: str, driver: str
) -> None:
    async with (
        open_storage(mongod_uri, mongo_database, driver) as one,
        open_storage(mongod_uri, mongo_database, driver) as other,
    ):
        await one.prepare()
        await one.catalogue.put_tariffs(TARIFFS)
        await one.catalogue.put_equipment(EQUIPMENT)
        hubs = [
            Placing(storage.orders, storage.catalogue, Clock(), Announced(), Draws(*range(first, first + 99)))
            for storage, first in ((one, 1), (other, 1_000))
        ]

        orders = await asyncio.gather(*(hub.place(ANNA, CHAT, "key", GOOD) for hub in hubs * 10))

        assert len({order.number for order in orders}) == 1
        assert len(await one.orders.of_contact("jana", 100)) == 1
        assert await one.orders.unannounced(10) == []


async def test_hubs_that_draw_the_same_numbers_take_different_ones(
    mongod_uri: str, mongo_database: str
) -> None:
    async with open_storage(mongod_uri, mongo_database, "motor") as storage:
        await storage.prepare()
        await storage.catalogue.put_tariffs(TARIFFS)
        await storage.catalogue.put_equipment(EQUIPMENT)
        hubs = [
            Placing(storage.orders, storage.catalogue, Clock(), Announced(), Draws(1, 2, 3, 4, 5))
            for _ in range(5)
        ]

        orders = await asyncio.gather(
            *(hub.place(ANNA, CHAT, f"key-{index}", GOOD) for index, hub in enumerate(hubs))
        )

        assert len({order.number for order in orders}) == 5
