"""The whole customer line: a real hub on a real MongoDB, furnished with the demo business, before the real bot."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
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
from storage.model.entry import AuthorKind, Entry, HandedOff, Message
from storage.model.orders import OrderState
from storage.mongo import open_storage
from tests.doors import CHEAP, Clock
from tests.nlu.bot import RASA_TOKEN
from tests.nlu.heard import Heard
from tests.realtime.house import Client, House, key, open_house

BOT_WITHIN = 150.0  # seconds until the hub has seen that the bot is ready
ANSWER_WITHIN = 20.0  # seconds for a turn, on a busy machine; later the hub hands over by itself

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

    async def customer(self, language: str, own_orders: Sequence[OrderState] = ()) -> "Customer":
        """Somebody new on the website. ``language``: of the page; ``own_orders``: made before, in these states."""
        token, conversation_id = await self._visitor()
        widget = await self.house.widget(token)
        page = {"language": language} if language else None
        customer = Customer(self, widget, conversation_id, page)
        for state in own_orders:
            customer.orders[state] = await self._ordered(token, conversation_id, state)
        return customer

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
        async with asyncio.timeout(BOT_WITHIN):
            while self.house.app[NLU].state is not NluState.READY:
                await asyncio.sleep(0.1)

    async def _ordered(self, token: str, conversation_id: str, state: OrderState) -> str:
        storage, now = self.house.storage, self.clock.now()
        visitor = await storage.contacts.by_token(sha256(token.encode()).hexdigest())
        assert visitor is not None
        number = number_of(uuid4().int % 1_000_000 + 4_000_000)
        order = replace(
            demo_order(demo_contact(now), operator_id_of("anna"), now),
            id=str(uuid4()),
            client_id=str(uuid4()),
            conversation_id=conversation_id,
            contact_id=visitor.contact_id,
            number=number,
            state=state,
        )
        await storage.orders.put_new(order)
        return number


class Customer:
    """Speaks with the bot in the widget; what the bot made of it is read behind the hub's counter."""

    def __init__(self, line: Line, widget: Client, conversation_id: str, page: dict[str, str] | None) -> None:
        self.conversation_id = conversation_id
        self.orders: dict[OrderState, str] = {}
        self._line = line
        self._widget = widget
        self._page = page

    async def says(self, text: str, payload: str | None = None) -> Heard:
        """One turn. ``payload`` is that of a button which was just offered."""
        request = {"client_id": key(), "text": text, "payload": payload, "page": self._page}
        await self._widget.ask("message.send", {k: v for k, v in request.items() if v is not None})
        return heard_in(await self._turn(request["client_id"]))

    async def _turn(self, client_id: object) -> list[Entry]:
        """What the bot has added to the timeline when its turn is over."""
        entries = self._line.house.storage.entries
        async with asyncio.timeout(ANSWER_WITHIN):
            while True:
                self._widget.changed.clear()
                timeline = await entries.after(self.conversation_id, 0, 500)
                asked = next((entry for entry in timeline if entry.client_id == client_id), None)
                turn = [e for e in timeline if asked is not None and e.seq > asked.seq]
                if asked is not None and any(_ends(entry, asked.seq) for entry in turn):
                    return turn
                await self._widget.changed.wait()


def _ends(entry: Entry, asked: int) -> bool:
    match entry.body:
        case Message(settles=settles):
            return settles == asked
        case HandedOff():
            return True
    return False


def heard_in(turn: Sequence[Entry]) -> Heard:
    """The bot's turn, taken out of the timeline."""
    messages = [
        entry.body
        for entry in turn
        if isinstance(entry.body, Message) and entry.author.kind is AuthorKind.BOT
    ]
    handoffs = [entry.body for entry in turn if isinstance(entry.body, HandedOff)]
    understood = next((body.understood for body in (*messages, *handoffs) if body.understood), None)
    assert messages, f"no words of the bot, but {[type(entry.body).__name__ for entry in turn]} {handoffs}"
    assert understood is not None, "the bot does not say what it has understood"
    return Heard(
        text="\n".join(body.text for body in messages).replace("\u00a0", " "),
        buttons=tuple((reply.title, reply.payload) for body in messages for reply in body.quick_replies),
        understood={
            "intent": understood.intent,
            "confidence": understood.confidence,
            "entities": understood.entities,
        },
        handoff={"reason": handoffs[0].reason.value, "team": handoffs[0].team} if handoffs else None,
    )


@asynccontextmanager
async def open_line(mongod_uri: str, rasa_url: str, at: datetime, service_token: str) -> AsyncIterator[Line]:
    """A hub whose time stands still at ``at``, in a database of its own."""
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
            )
        )
        yield Line(house, clock)
    with pymongo.MongoClient[dict[str, object]](mongod_uri) as client:
        client.drop_database(database)
