"""For every command and everybody: what was on the screen, and the events since, are what a fresh read would show.

Each case is a step in a conversation of which a customer, the operator in charge, a colleague of the same team, one of
another team and a supervisor have everything on their screens. It is compared when all has come to rest.
"""

import asyncio
import typing
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.bot_answer import BotTurn
from hub.clock import SystemClock
from hub.conversation import commands
from hub.conversation.commands import Action
from hub.demo.catalogue import EQUIPMENT, TARIFFS
from hub.http.keys import CASES as CASES_KEY
from hub.http.keys import ORDERS
from hub.people.access import may_see, visible_teams
from hub.protocol.operator import OPERATOR
from hub.protocol.widget import WIDGET
from storage.memory import MemoryStorage
from storage.model.cases import CaseCategory
from storage.model.conversation import Channel, Conversation, Queued
from storage.model.entry import HandoffReason, QuickReply, Understood
from tests.conversation.bench import FakeNlu
from tests.orders.forms import form
from tests.realtime.house import PEOPLE, WITHIN, Client, Data, House, furnish, key, open_house
from tests.realtime.screens import PanelScreen, Screen, WidgetScreen, read_panel, read_widget

TEAMMATE, STRANGER, SUPERVISOR, IN_CHARGE, CUSTOMER = "petr", "sam", "sara", "anna", "jana"
OPERATORS = (IN_CHARGE, TEAMMATE, STRANGER, SUPERVISOR)


def answer(text: str) -> BotTurn:
    """A bot that hands over when it reads "human", and else understands everything."""
    understood = Understood("greet", 0.9, {"name": "Jana"})
    if "human" in text:
        return BotTurn((("I'll get somebody.", ()),), (HandoffReason.REQUESTED, None), understood)
    return BotTurn((("Hello!", (QuickReply("Tariffs", "/tariffs"),)), ("What now?", ())), None, understood)


class Bot(FakeNlu):
    """Always there."""

    async def watch(self) -> None:
        await asyncio.Event().wait()


@dataclass
class Clock:
    """The real one, moved ahead."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return SystemClock().now() + self.ahead


@dataclass
class Stage:
    """A hub, one conversation, and everybody's socket."""

    house: House
    clock: Clock
    conversation_id: str
    customer: Client | None  # None: in Telegram
    carrier: Client
    panels: dict[str, Client]
    readers: dict[str, Client]  # a second socket of each, for fresh reads
    screens: dict[str, tuple[Client, int, Screen]] = field(default_factory=dict)

    async def ask(self, who: str, event: str, **data: Any) -> Data:
        """By an operator, about the conversation."""
        return await self.panels[who].ask(
            event, {"conversation_id": self.conversation_id, "client_id": key(), **data}
        )

    async def write(self, text: str) -> None:
        """By the customer."""
        if self.customer is not None:
            await self.customer.ask("message.send", {"client_id": key(), "text": text})
        else:
            content = {"kind": "text", "text": text}
            await self.update(content)

    async def update(self, content: Data) -> None:
        """Of the Telegram customer."""
        update = {"client_id": f"telegram:{key()}", "contact": {"external_id": "42"}, "content": content}
        [result] = (await self.carrier.ask("updates.append", {"updates": [update]}))["results"]
        assert result["ok"], result

    async def fresh(self) -> dict[str, Data]:
        """What everybody would be shown who came now."""
        read = {
            name: await read_panel(reader, self.conversation_id)
            for name, reader in self.readers.items()
            if name != CUSTOMER
        }
        if self.customer is not None:
            read[CUSTOMER] = await read_widget(self.readers[CUSTOMER])
        return read

    async def look(self) -> None:
        """From now on everybody has everything on the screen."""
        clients: dict[str, Client] = dict(self.panels)
        if self.customer is not None:
            clients[CUSTOMER] = self.customer
        for name, client in clients.items():
            mark = len(client.heard)
            screen: Screen
            if name == CUSTOMER:
                screen = WidgetScreen(await read_widget(client))
            else:
                screen = PanelScreen(await read_panel(client, self.conversation_id))
            self.screens[name] = (client, mark, screen)

    def shown(self) -> dict[str, Data]:
        """By the screens, after all that was heard since."""
        shown = {}
        for name, (client, mark, screen) in self.screens.items():
            for event, data in client.heard[mark:]:
                screen.hear(event, data)
            self.screens[name] = (client, len(client.heard), screen)
            shown[name] = screen.shown()
        return shown

    async def truth(self) -> dict[str, Data]:
        """What the storage says of boards and loads, which the hub itself keeps in mind."""
        storage = self.house.storage
        loads = await storage.conversations.in_hand()
        boards = {}
        for name in OPERATORS:
            counts = await storage.conversations.counts(visible_teams(PEOPLE[name]), 10_000)
            boards[name] = {"queued": counts.queued, "open": counts.open, "mine": loads.get(name, 0)}
        return {"boards": boards, "loads": {name: loads.get(name, 0) for name in OPERATORS}}

    async def rested(self) -> bool:
        """Whether the snapshot has followed its timeline, and nothing is owed by the bot."""
        storage = self.house.storage
        snapshot = await storage.conversations.get(self.conversation_id)
        newest = await storage.entries.before(self.conversation_id, 2**53, 1)
        owed = snapshot is not None and any(duty.kind == "bot_answer" for duty in snapshot.duties)
        return snapshot is not None and not owed and snapshot.seq == (newest[0].seq if newest else 0)

    async def comes_to_rest(self) -> None:
        """Return when every screen shows what a fresh read gives, and say what differs if that does not happen."""
        differences = ["nothing was compared"]
        try:
            async with asyncio.timeout(WITHIN):
                pause = 0.01
                while differences:
                    await asyncio.sleep(pause)
                    pause = min(pause * 1.5, 0.2)
                    if await self.rested():
                        differences = await self._differences()
        except TimeoutError:
            pytest.fail("never the same:\n" + "\n".join(differences))

    async def _differences(self) -> list[str]:
        truth, fresh = await self.truth(), await self.fresh()
        shown = self.shown()
        found: list[str] = []
        for name in self.screens:
            if name != CUSTOMER and shown[name]["opened"] is None:
                fresh[name]["opened"] = None  # what is not open need not be shown; what must not be, may not
            found += different(name, shown[name], fresh[name])
            if name != CUSTOMER:
                workspace = shown[name]["workspace"]
                board = {key: value for key, value in workspace["board"].items() if key != "bot"}
                found += different(f"{name}.board", board, truth["boards"][name])
                loads = {one["id"]: one["load"] for one in workspace["colleagues"]}
                found += different(f"{name}.loads", loads, {**dict.fromkeys(loads, 0), **truth["loads"]})
        return found


def different(where: str, shown: Any, fresh: Any) -> list[str]:
    """The innermost differences, with their paths."""
    if shown == fresh:
        return []
    if isinstance(shown, dict) and isinstance(fresh, dict) and shown.keys() == fresh.keys():
        return [line for key in shown for line in different(f"{where}.{key}", shown[key], fresh[key])]
    if isinstance(shown, list) and isinstance(fresh, list) and len(shown) == len(fresh):
        pairs = enumerate(zip(shown, fresh, strict=True))
        return [line for place, pair in pairs for line in different(f"{where}[{place}]", *pair)]
    return [f"{where}: shows {shown!r}, fresh is {fresh!r}"]


@asynccontextmanager
async def stage(telegram: bool) -> AsyncIterator[Stage]:
    """Everybody is here; nothing has been said."""
    storage, clock = MemoryStorage(), Clock()
    await furnish(storage)
    await storage.catalogue.put_tariffs(TARIFFS)
    await storage.catalogue.put_equipment(EQUIPMENT)
    options = {"visitor_rate": 10_000, "operator_rate": 10_000}
    async with open_house(storage, nlu=Bot(answer), clock=clock, **options) as house:
        readers = {name: await house.panel(name) for name in OPERATORS}
        panels = {name: await house.panel(name) for name in OPERATORS}
        carrier = await house.carrier()
        if telegram:
            bench = Stage(house, clock, "", None, carrier, panels, readers)
            await bench.write("Good day")
            [row] = (await panels[SUPERVISOR].ask("conversation.list", {"view": "all"}))["rows"] or [None]
            bench.conversation_id = row["id"]
        else:
            token, conversation_id = await house.visitor()
            readers[CUSTOMER] = await house.widget(token)
            customer = await house.widget(token)
            bench = Stage(house, clock, conversation_id, customer, carrier, panels, readers)
        yield bench


Step = Callable[[Stage], Awaitable[object]]


async def nothing(_: Stage) -> None:
    """As it is."""


async def with_bot(at: Stage) -> None:
    await at.write("Hello")


async def queued(at: Stage) -> None:
    await at.write("a human, please")


async def taken(at: Stage) -> None:
    await queued(at)
    async with asyncio.timeout(WITHIN):
        while not (await at.panels[IN_CHARGE].ask("conversation.list", {"view": "queue"}))["rows"]:
            await asyncio.sleep(0.01)
    await at.ask(IN_CHARGE, "conversation.take")


async def answered(at: Stage) -> None:
    await taken(at)
    await at.ask(IN_CHARGE, "message.send", text="How can I help?")


async def snoozed(at: Stage) -> None:
    await taken(at)
    await snooze(at)


async def resolved(at: Stage) -> None:
    await taken(at)
    await at.ask(IN_CHARGE, "conversation.resolve")


async def rated(at: Stage) -> None:
    await resolved(at)
    await rate(at, score=4)


async def snooze(at: Stage) -> None:
    until = at.clock.now() + timedelta(seconds=10)
    await at.ask(IN_CHARGE, "conversation.snooze", until=until.isoformat())


async def the_snooze_ends(at: Stage) -> None:
    before = (await at.house.storage.entries.before(at.conversation_id, 2**53, 1))[0].seq
    at.clock.ahead += timedelta(seconds=11)
    async with asyncio.timeout(WITHIN):
        while not await at.house.storage.entries.after(at.conversation_id, before, 1):
            await asyncio.sleep(0.02)


async def rate(at: Stage, **rating: Any) -> None:
    assert at.customer is not None
    await at.customer.ask("conversation.rate", {"client_id": key(), **rating})


async def ask_for_human(at: Stage) -> None:
    assert at.customer is not None
    await at.customer.ask("human.request", {"client_id": key()})


async def place_order(at: Stage) -> None:
    conversation = await at.house.storage.conversations.get(at.conversation_id)
    assert conversation is not None
    day = (at.clock.now() + timedelta(days=7)).date()
    day += timedelta(days=1) if day.weekday() == 6 else timedelta()
    await at.house.app[ORDERS].place(PEOPLE[IN_CHARGE], conversation, key(), form(visit__day=str(day)))


async def open_case(at: Stage) -> None:
    await at.house.app[CASES_KEY].open(at.conversation_id, key(), CaseCategory.WISH, "A wish.", "en")


async def deliver(at: Stage) -> None:
    async with asyncio.timeout(WITHIN):
        while not (owed := (await at.carrier.ask("delivery.claim"))["conversations"]):
            await asyncio.sleep(0.01)
    about = {"conversation_id": owed[0]["conversation_id"], "fence": owed[0]["fence"]}
    about["seq"] = owed[0]["entries"][0]["seq"]
    attempt = (await at.carrier.ask("delivery.start", about))["attempt"]
    outcome = {"attempt": attempt, "outcome": "failed", "error": "blocked"}
    await at.carrier.ask("delivery.settle", {**about, **outcome})


async def customer_reads(at: Stage) -> None:
    assert at.customer is not None
    await at.customer.ask("cursor.move", {"seq": 2})


async def operator_reads(at: Stage) -> None:
    await at.panels[IN_CHARGE].ask("cursor.move", {"conversation_id": at.conversation_id, "seq": 3})


async def rename(at: Stage) -> None:
    asked = {"conversation_id": at.conversation_id, "name": "Jana Nová"}
    await at.panels[TEAMMATE].ask("contact.rename", asked)


async def go_away(at: Stage) -> None:
    await at.panels[TEAMMATE].ask("availability.set", {"availability": "away"})


async def take_next(at: Stage) -> None:
    taken = await at.panels[TEAMMATE].ask("queue.take_next", {"client_id": key()})
    assert taken["conversation_id"] == at.conversation_id


def by(who: str, event: str, **data: Any) -> Step:
    """An operator asks for something."""

    async def step(at: Stage) -> None:
        await at.ask(who, event, **data)

    return step


def writes(text: str) -> Step:
    """The customer does."""

    async def step(at: Stage) -> None:
        await at.write(text)

    return step


@dataclass(frozen=True)
class Case:
    """``action``: the command it is about; None for what makes no entry."""

    action: type[Any] | None
    given: Step
    step: Step
    telegram: bool = False


CASES = {
    "the customer's first words": Case(commands.SendMessage, nothing, writes("Hello")),
    "words to the bot, and its answer": Case(commands.SendMessage, with_bot, writes("Hello again")),
    "words while waiting": Case(commands.SendMessage, queued, writes("Is anybody there?")),
    "words to the operator": Case(commands.SendMessage, taken, writes("Good day")),
    "the operator's words": Case(
        commands.SendMessage, taken, by(IN_CHARGE, "message.send", text="Can I help?")
    ),
    "words end a snooze": Case(commands.SendMessage, snoozed, writes("It's me again")),
    "words after the end": Case(commands.SendMessage, resolved, writes("One more thing")),
    "words after the end, to a human": Case(commands.SendMessage, rated, writes("a human, please")),
    "words from Telegram": Case(commands.SendMessage, taken, writes("Ahoj"), telegram=True),
    "a note": Case(commands.AddNote, taken, by(IN_CHARGE, "note.add", text="a difficult one")),
    "a colleague's note": Case(commands.AddNote, queued, by(TEAMMATE, "note.add", text="mine")),
    "a note after the end": Case(commands.AddNote, resolved, by(SUPERVISOR, "note.add", text="well done")),
    "the bot hands over": Case(commands.HandOff, with_bot, writes("a human, please")),
    "the customer asks for people": Case(commands.HandOff, with_bot, ask_for_human),
    "and after the end": Case(commands.HandOff, resolved, ask_for_human),
    "and as the first thing": Case(commands.HandOff, nothing, ask_for_human),
    "an operator takes": Case(commands.Take, queued, by(IN_CHARGE, "conversation.take")),
    "from the bot": Case(commands.Take, with_bot, by(IN_CHARGE, "conversation.take")),
    "the next": Case(commands.Take, queued, take_next),
    "a supervisor takes over": Case(commands.Take, answered, by(SUPERVISOR, "conversation.take")),
    "after the end": Case(commands.Take, resolved, by(TEAMMATE, "conversation.take")),
    "a release": Case(commands.Release, taken, by(IN_CHARGE, "conversation.release")),
    "to another team": Case(commands.Transfer, taken, by(IN_CHARGE, "conversation.transfer", team="sales")),
    "from the queue to another team": Case(
        commands.Transfer, queued, by(TEAMMATE, "conversation.transfer", team="sales")
    ),
    "to a colleague": Case(
        commands.Transfer, answered, by(IN_CHARGE, "conversation.transfer", operator_id=TEAMMATE)
    ),
    "to a colleague elsewhere": Case(
        commands.Transfer, taken, by(IN_CHARGE, "conversation.transfer", operator_id=STRANGER)
    ),
    "back to the bot": Case(commands.HandBack, answered, by(IN_CHARGE, "conversation.hand_back")),
    "the end": Case(commands.Resolve, answered, by(IN_CHARGE, "conversation.resolve")),
    "the end of what the bot has": Case(commands.Resolve, with_bot, by(TEAMMATE, "conversation.resolve")),
    "the end of waiting": Case(commands.Resolve, queued, by(SUPERVISOR, "conversation.resolve")),
    "a reopening": Case(commands.Reopen, resolved, by(TEAMMATE, "conversation.reopen")),
    "a reopening of a snoozed one": Case(commands.Reopen, snoozed, by(IN_CHARGE, "conversation.reopen")),
    "a snooze": Case(commands.Snooze, taken, snooze),
    "a snooze is over": Case(commands.EndSnooze, snoozed, the_snooze_ends),
    "a rating": Case(commands.Rate, resolved, lambda at: rate(at, score=5)),
    "a comment on a rating": Case(commands.Rate, rated, lambda at: rate(at, comment="Thank you")),
    "an order": Case(commands.PlaceOrder, taken, place_order),
    "a case": Case(commands.OpenCase, taken, open_case),
    "a delivery that failed": Case(commands.RecordDelivery, taken, deliver, telegram=True),
    "the customer reads": Case(None, answered, customer_reads),
    "the operator reads": Case(None, taken, operator_reads),
    "another name": Case(None, taken, rename),
    "an absence": Case(None, taken, go_away),
}


@pytest.mark.parametrize("name", CASES)
async def test_what_was_shown_and_what_was_told_is_what_a_fresh_read_shows(name: str) -> None:
    case = CASES[name]
    async with stage(case.telegram) as at:
        await case.given(at)
        await at.look()
        await at.comes_to_rest()
        before = await at.fresh()
        await at.look()
        await case.step(at)
        await at.comes_to_rest()
        assert await at.fresh() != before, "the step has changed nothing that anybody sees"


def test_every_command_has_a_case() -> None:
    """So that a new one cannot stay out."""
    assert {case.action for case in CASES.values()} - {None} == set(typing.get_args(Action))


def test_every_event_with_a_state_is_one_that_screens_know() -> None:
    """A new event must be thought of in ``screens``, too."""
    known = {"timeline.appended", "conversation.updated", "cursor.moved", "conversation.hidden"}
    known |= {"board.changed", "colleagues.changed", "order.changed", "case.changed"}
    passing = {"typing.changed", "timeline.digest", "server.leaving", "session.ended"}
    passing |= {"outages.changed"}  # carries nothing: who shows outages reads them again
    assert {*OPERATOR.events, *WIDGET.events} == known | passing


def test_who_may_see_what_differs_on_this_stage() -> None:
    """Else the stranger's screen would prove nothing."""
    mine = Queued("support", SystemClock().now())
    conversation = Conversation("c", "demo", "jana", Channel.WEBCHAT, seq=1, episode=1, responder=mine)
    seen = {name for name in OPERATORS if may_see(PEOPLE[name], conversation)}
    assert seen == {IN_CHARGE, TEAMMATE, SUPERVISOR}
