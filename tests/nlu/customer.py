"""A customer of the real hub, in the widget or in Telegram; the bot's side is read behind the hub's counter."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from storage.model.cases import Case
from storage.model.entry import AuthorKind, CaseOpened, Entry, HandedOff, Message
from storage.model.orders import OrderState
from storage.ports import Storage
from tests.nlu.heard import Heard
from tests.realtime.house import Client, Data, key

ANSWER_WITHIN = 20.0  # seconds for a turn, on a busy machine; later the hub hands over by itself


class Way(Protocol):
    """How words come to the hub. ``client`` hears whenever there is something new for the customer."""

    client: Client

    async def send(self, text: str, payload: str | None) -> str:
        """Send words, or the button of this payload; the client_id."""


@dataclass
class Widget:
    """The chat on a website. ``language``: of the page."""

    client: Client
    language: str

    async def send(self, text: str, payload: str | None) -> str:
        client_id = key()
        request: Data = {"client_id": client_id, "text": text}
        if payload is not None:
            request["payload"] = payload
        if self.language:
            request["page"] = {"language": self.language}
        await self.client.ask("message.send", request)
        return client_id


@dataclass
class Telegram:
    """A Telegram chat, as the bot process carries it. ``language``: of the phone."""

    client: Client
    external_id: str
    language: str

    async def send(self, text: str, payload: str | None) -> str:
        client_id = f"telegram:{key()}"
        content: Data = {"kind": "text", "text": text}
        if payload is not None:
            content["payload"] = payload
        contact = {"external_id": self.external_id, "name": "Jana Nováková", "language": self.language}
        update = {"client_id": client_id, "contact": contact, "content": content}
        reply = await self.client.ask("updates.append", {"updates": [update]})
        [result] = reply["results"]
        assert result["ok"], result
        return client_id


@dataclass
class Customer:
    """Somebody and their conversation. ``orders``: the numbers of those they have made before."""

    storage: Storage
    way: Way
    conversation_id: str
    orders: dict[OrderState, str] = field(default_factory=dict)

    async def says(self, text: str, payload: str | None = None) -> Heard:
        """One turn. ``payload`` is that of a button which was just offered."""
        turn = await self._turn(await self.way.send(text, payload))
        opened = [entry.body.case.case_id for entry in turn if isinstance(entry.body, CaseOpened)]
        cases = [await self.storage.cases.get(case_id) for case_id in opened]
        return heard_in(turn, [case for case in cases if case is not None])

    async def _turn(self, client_id: str) -> list[Entry]:
        """What the bot has added to the timeline when its turn is over."""
        async with asyncio.timeout(ANSWER_WITHIN):
            while True:
                self.way.client.changed.clear()
                timeline = await self.storage.entries.after(self.conversation_id, 0, 500)
                asked = next((entry for entry in timeline if entry.client_id == client_id), None)
                turn = [e for e in timeline if asked is not None and e.seq > asked.seq]
                if asked is not None and any(_ends(entry, asked.seq) for entry in turn):
                    return turn
                await self.way.client.changed.wait()


def _ends(entry: Entry, asked: int) -> bool:
    match entry.body:
        case Message(settles=settles):
            return settles == asked
        case HandedOff():
            return True
    return False


def heard_in(turn: Sequence[Entry], cases: Sequence[Case] = ()) -> Heard:
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
        summary=handoffs[0].summary if handoffs else None,
        cases=tuple(cases),
    )
