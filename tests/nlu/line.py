"""The whole customer line: a real hub on a real MongoDB, furnished with the demo business, before the real bot."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

import aiohttp
import pymongo
from pydantic import SecretStr

from hub.demo.order import demo_contact, demo_order
from hub.demo.seed import operator_id_of, seed
from hub.http.keys import NLU
from hub.nlu import NluState
from hub.orders.numbers import number_of
from hub.people.passwords import Passwords
from storage.model.conversation import Channel
from storage.model.ids import contact_id_of, conversation_id_of
from storage.model.orders import OrderState
from storage.mongo import open_storage
from tests.doors import CHEAP, SERVICE_TOKEN, Clock
from tests.nlu.bot import RASA_TOKEN
from tests.nlu.customer import Customer, Telegram, Widget
from tests.realtime.house import House, key, open_house
from tests.waiting import until

_TELEGRAM = "telegram"  # the inbox
BOT_WITHIN = 150.0  # seconds until the hub has seen that the bot is ready

ORDER_NUMBERS = {
    OrderState.SCHEDULED: "12345671",
    OrderState.IN_PROGRESS: number_of(1_000_001),
    OrderState.DONE: number_of(2_000_002),
    OrderState.CANCELLED: number_of(3_000_003),
}
"""Those of the demo's customer, in every state."""


@dataclass
class Line:
    """The hub, its storage, and the time that it believes it is."""

    house: House
    clock: Clock
    _visitors: int = 0

    async def customer(
        self, channel: Channel, language: str, own_orders: Sequence[OrderState] = ()
    ) -> Customer:
        """Somebody new. ``language``: of their page or phone; ``own_orders``: made before, in these states."""
        new = self._in_telegram if channel is Channel.TELEGRAM else self._on_the_website
        customer, contact_id = await new(language)
        for state in own_orders:
            customer.orders[state] = await self._ordered(contact_id, customer.conversation_id, state)
        return customer

    async def _on_the_website(self, language: str) -> tuple[Customer, str]:
        """The customer and the contact's id."""
        token, conversation_id = await self._visitor()
        visitor = await self.house.storage.contacts.by_token(sha256(token.encode()).hexdigest())
        assert visitor is not None
        way = Widget(await self.house.widget(token), language)
        return Customer(self.house.storage, way, conversation_id), visitor.contact_id

    async def _in_telegram(self, language: str) -> tuple[Customer, str]:
        way = Telegram(await self.house.carrier(SERVICE_TOKEN), str(uuid4().int % 10**9), language)
        contact_id = contact_id_of(_TELEGRAM, way.external_id)
        return Customer(self.house.storage, way, conversation_id_of(_TELEGRAM, contact_id)), contact_id

    async def _visitor(self) -> tuple[str, str]:
        """A new visitor's token and conversation. Each comes from an address of their own: the hub counts them."""
        self._visitors += 1
        address = f"127.1.{self._visitors // 250}.{self._visitors % 250 + 1}"
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(address, 0))) as http,
            http.post(f"{self.house.url}/widget-api/sessions", json={"inbox_id": "demo"}) as response,
        ):
            data = (await response.json())["data"]
            return data["token"], data["conversation_id"]

    async def hand_back(self, conversation_id: str) -> None:
        """An operator takes a conversation out of the queue and gives it back to the bot."""
        panel = await self.house.panel(operator_id_of("anna"))
        for command in ("conversation.take", "conversation.hand_back"):
            await panel.ask(command, {"conversation_id": conversation_id, "client_id": key()})
        await panel.close()

    async def bot_is_ready(self) -> None:
        """Return when the hub asks the bot."""
        await until(lambda: self.house.app[NLU].state is NluState.READY, BOT_WITHIN)

    async def _ordered(self, contact_id: str, conversation_id: str, state: OrderState) -> str:
        now = self.clock.now()
        number = number_of(uuid4().int % 1_000_000 + 4_000_000)
        order = replace(
            demo_order(demo_contact(now), operator_id_of("anna"), now),
            id=str(uuid4()),
            client_id=str(uuid4()),
            conversation_id=conversation_id,
            contact_id=contact_id,
            number=number,
            state=state,
        )
        await self.house.storage.orders.put_new(order)
        return number


@asynccontextmanager
async def open_line(
    mongod_uri: str, rasa_url: str, at: datetime, service_token: str, **options: Any
) -> AsyncIterator[Line]:
    """A hub whose time stands still at ``at``, in a database of its own. ``options`` are further settings."""
    clock, database = Clock(at), f"line-{uuid4().hex[:12]}"
    async with AsyncExitStack() as stack:
        storage = await stack.enter_async_context(open_storage(mongod_uri, database, "motor"))
        await storage.prepare()
        passwords = Passwords(workers=1, hasher=CHEAP)
        await seed(storage, passwords, clock, "http://localhost:8700")
        passwords.close()
        for state, number in ORDER_NUMBERS.items():
            if state is not OrderState.SCHEDULED:
                ordered = demo_order(demo_contact(clock.now()), operator_id_of("anna"), clock.now())
                own = f"order-{state}"
                await storage.orders.put_new(
                    replace(ordered, id=own, client_id=own, number=number, state=state)
                )
        house = await stack.enter_async_context(
            open_house(
                storage,
                rasa_url=rasa_url,
                clock=clock,
                service_token=service_token,
                rasa_token=SecretStr(RASA_TOKEN),
                business_hours="Mo-Su 08:00-20:00",
                **options,
            )
        )
        yield Line(house, clock)
    with pymongo.MongoClient[dict[str, object]](mongod_uri) as client:
        client.drop_database(database)
