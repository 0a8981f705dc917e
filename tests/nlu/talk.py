"""The bot's actions without Rasa: a conversation whose intents are given, and a hub that knows a few things."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.content import Content
from actions.dialogue import respond
from actions.hours import Hours
from actions.hub import NoOrderNumber, NoSuchOrder, PhoneNeeded, TooManyTries
from actions.language import LanguageGuesser
from actions.memory import Memory, read_memory, written
from actions.order_numbers import OrderNumber
from actions.orders import Order
from actions.places import Availability, Outage, Outages
from actions.saying import memory_after, messages_of
from actions.tariffs import Catalogue, Equipment, Promotion, Tariff
from actions.turn import turn_of
from components.entities.finder import Finder

PHONE = "777 123 456"
MARKED = "+420777123456"
"""The same, as it is marked."""


def tariff(number: int, price: int, upload: int | None = None, *more: str) -> Tariff:
    return Tariff(
        code=f"optik-{number}",
        name=f"Optik {number}",
        description="Pro rodinu.",
        download_mbps=number,
        upload_mbps=upload or number // 2,
        price_amount=price * 100,
        price_text=f"{price} Kč",
        includes=("Data", *more),
    )


OFFERED = (tariff(300, 429), tariff(100, 349), tariff(1000, 699, None, "Televize"), tariff(500, 499))


def order(number: str, state: str = "scheduled") -> Order:
    return Order(number, state, state, "Optik 500", "zítra", "1 499 Kč")


_PARTS = {
    ("Brno", "líšeň"): "Líšeň",
    ("Brno", "líšni"): "Líšeň",
    ("Brno", "lisen"): "Líšeň",
    ("Brno", "židenicích"): "Židenice",
    ("Brno", "židenic"): "Židenice",
}
"""Parts of towns, as they are said."""

CLOSED = Hours(False, "každý den 8–20 h", "zítra v 8:00", None, "2027-01-16T08:00:00+01:00")


@dataclass
class FakeHub:
    """Orders end in 1; 1234-5671 has ``PHONE``. Brno is connected, Praha on Karlín only, nothing else is known.

    ``tries`` are left for wrong phones; each of them counts once.
    """

    offered: tuple[Tariff, ...] = OFFERED
    promotions: tuple[Promotion, ...] = ()
    own: tuple[Order, ...] = ()
    state: str = "scheduled"
    hours_now: Hours = field(default_factory=lambda: Hours(True, "každý den 8–20 h", None, "20:00"))
    broken: dict[str, Outage] = field(default_factory=lambda: {"Brno": Outage("Brno. Porucha.", True, ())})
    suggested: tuple[str, ...] = ("Brno",)
    tries: int = 5
    wrong: set[tuple[str, str]] = field(default_factory=set)
    cases: list[tuple[str, ...]] = field(default_factory=list)

    async def catalogue(self, language: str) -> Catalogue:
        return Catalogue(self.offered, self.promotions, "500 Kč", (Equipment("Wi-Fi 6 router", "999 Kč"),))

    async def order(self, conversation: str, number: OrderNumber, phone: str, language: str) -> Order:
        if number.digits[-1] != "1":
            raise NoOrderNumber
        if mine := [each for each in self.own if each.number == number.shown]:
            return mine[0]
        if not phone:
            raise PhoneNeeded
        tried = (number.digits, phone)
        if tried in self.wrong:
            raise NoSuchOrder
        if not self.tries:
            raise TooManyTries
        if tried != ("12345671", MARKED):
            self.wrong.add(tried)
            self.tries -= 1
            raise NoSuchOrder
        return order(number.shown, self.state)

    async def own_orders(self, conversation: str, language: str) -> tuple[Order, ...]:
        return self.own

    async def hours(self, language: str) -> Hours:
        return self.hours_now

    async def availability(self, town: str, street: str, language: str) -> Availability:
        if town.lower().startswith("brn"):
            return Availability("available", "Brno", None, (), ("optik-300",), None)
        if town.lower().startswith("pra"):
            if street.lower() in ("karlín", "karlíně"):
                return Availability("available", "Praha", "Karlín", (), ("optik-300",), None)
            if street and street != "Karl":
                return Availability("not_available", "Praha", None, (), (), None)
            return Availability("some_streets", "Praha", None, ("Karlín",) if street else (), (), None)
        if town.startswith("Jihlav"):
            return Availability("soon", "Jihlava", None, (), (), "1. března")
        if town == "Třebíč":
            return Availability("soon", "Třebíč", None, (), (), None)
        if town == "Cheb":
            return Availability("not_available", "Cheb", None, (), (), None)
        return Availability("unknown_town", None, None, ("Brno",), (), None)

    async def outages(self, town: str, street: str, language: str) -> Outages:
        if not town:
            return Outages(None, None, (), tuple(self.broken.values()))
        for name in ("Brno", "Praha"):
            if town.lower().startswith(name[:3].lower()):
                there = tuple(it for where, it in self.broken.items() if where == name)
                known = _PARTS.get((name, (street or town.partition("-")[2]).lower()))
                if known:
                    there = tuple(it for it in there if not it.streets or known in it.streets)
                return Outages(name, known, (), there)
        return Outages(None, None, self.suggested, ())

    async def open_case(
        self, conversation: str, message_id: str, category: str, words: str, language: str
    ) -> str:
        self.cases.append((conversation, message_id, category, words, language))
        return f"000001{len(self.cases)}"


@dataclass(frozen=True)
class Said:
    """What the bot said in a turn."""

    answer: str
    text: str
    buttons: Mapping[str, str]
    understood: Mapping[str, Any]
    handoff: Mapping[str, Any] | None


class Talk:
    """One conversation. Its memory goes through JSON between turns, as it does in Rasa."""

    def __init__(
        self,
        content: Content,
        guesser: LanguageGuesser,
        common: frozenset[str],
        finder: Finder,
        hub: FakeHub,
        language: str = "cs",
    ) -> None:
        self.hub = hub
        self.memory = Memory()
        self._content = content
        self._guesser = guesser
        self._common = common
        self._finder = finder
        self._page = language
        self._turns = 0
        self.now = 1_800_000_000.0

    async def says(
        self,
        text: str,
        intent: str = "nlu_fallback",
        confidence: float = 0.9,
        guesses: tuple[str, ...] = (),
        clauses: Sequence[tuple[str, str, float]] = (),
        **entities: str,
    ) -> Said:
        """A message in which Rasa has understood this, and has marked what it marks, and ``entities``; and the same of
        its ``clauses``: text, intent and confidence.
        """
        marked = self._marked(text)
        if text.startswith("/"):
            intent, brace, rest = text[1:].partition("{")
            entities, confidence, marked = (json.loads(brace + rest) if brace else {}), 1.0, []
        ranking = [{"name": name, "confidence": 0.1} for name in guesses]
        return await self.hears(
            {
                "text": text,
                "intent": {"name": intent, "confidence": confidence},
                "intent_ranking": [{"name": intent, "confidence": confidence}, *ranking],
                "entities": [
                    *marked,
                    *({"entity": name, "value": value} for name, value in entities.items()),
                ],
                "clauses": [
                    {
                        "text": part,
                        "intent": {"name": name, "confidence": sure},
                        "entities": self._marked(part),
                    }
                    for part, name, sure in clauses
                ],
            }
        )

    def _marked(self, text: str) -> list[dict[str, Any]]:
        return [
            {"entity": found.entity, "value": found.value or text[start:end], "start": start, "end": end}
            for found, start, end in self._finder.find(text)
        ]

    async def hears(self, message: dict[str, Any]) -> Said:
        """A message as Rasa has it in its tracker."""
        self._turns += 1
        metadata = {"message_id": f"m{self._turns}", "language": self._page}
        slots = {"memory": json.loads(json.dumps(written(self.memory)))}
        turn = turn_of(
            "c1:2",
            {"metadata": metadata, **message},
            slots,
            self._content,
            self._guesser,
            self._common,
            self.now,
        )
        hub: Any = self.hub
        turn, reply = await respond(turn, hub)
        self.memory = memory_after(turn, reply)
        assert read_memory(json.loads(json.dumps(written(self.memory)))) == self.memory
        said, understood, *handoff = messages_of(turn, reply, self.memory)
        return Said(
            reply.answer,
            said["text"],
            {button["title"]: button["payload"] for button in said.get("buttons", ())},
            understood["custom"]["understood"],
            handoff[0]["custom"]["handoff"] if handoff else None,
        )
