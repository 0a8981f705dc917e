"""A conversation's workings on a bench: one or more hubs over one storage, without sockets."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from hub.bot_answer import BotTurn
from hub.conversation.commands import Action, Command, Context
from hub.conversation.decide import decide
from hub.conversation.dispatcher import Accepted, Dispatcher
from hub.conversation.evolve import evolve, replay
from hub.nlu import NluState
from hub.supervisor import Supervisor
from storage.journal import Journal, Limits
from storage.memory import MemoryStorage
from storage.model.contacts import Contact, Inbox
from storage.model.conversation import Channel, Conversation
from storage.model.entry import Author, AuthorKind, Entry
from storage.ports import Storage

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
JANA = Author(AuthorKind.CONTACT, "jana")
ANNA = Author(AuthorKind.OPERATOR, "anna", "Anna")
PETR = Author(AuthorKind.OPERATOR, "petr", "Petr")
BOT = Author(AuthorKind.BOT, "bot")
TIMER = Author(AuthorKind.SYSTEM, "timer")

WEB = Inbox("demo", "Website", Channel.WEBCHAT)
TELEGRAM = Inbox("telegram", "Telegram", Channel.TELEGRAM)


@dataclass
class Clock:
    """Stands still until it is moved."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def blank(conversation_id: str = "c1", channel: Channel = Channel.WEBCHAT) -> Conversation:
    """Nothing has been said."""
    inbox = "demo" if channel is Channel.WEBCHAT else "telegram"
    return Conversation(conversation_id, inbox, f"contact-of-{conversation_id}", channel)


@dataclass
class Script:
    """A conversation that is decided and evolved without any storage."""

    state: Conversation = field(default_factory=blank)
    start: Conversation = field(init=False)
    entries: list[Entry] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)
    lengths: dict[str, int] = field(default_factory=dict)
    keys: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self.start = self.state

    def do(self, author: Author, action: Action, client_id: str | None = None) -> Entry:
        """Raises ``Rejected``."""
        command = Command(author, client_id or f"k{next(self.keys)}", action)
        entry = decide(self.state, command, Context(self.clock.now(), self.lengths, "support"))
        self.state = evolve(self.state, entry)
        self.entries.append(entry)
        self.clock.forward(1)
        return entry

    def replayed(self) -> Conversation:
        return replay(self.start, self.entries)


@dataclass
class Bench:
    """One hub's dispatcher with what it needs."""

    storage: Storage
    clock: Clock
    tasks: Supervisor
    journal: Journal
    dispatcher: Dispatcher
    heard: list[Entry] = field(default_factory=list)

    async def do(
        self, author: Author, action: Action, client_id: str, conversation_id: str = "c1"
    ) -> Accepted:
        return await self.dispatcher.submit(conversation_id, Command(author, client_id, action))

    async def timeline(self, conversation_id: str = "c1") -> list[Entry]:
        return list(await self.storage.entries.after(conversation_id, 0, 10_000))


@asynccontextmanager
async def hub(storage: Storage, clock: Clock, limits: Limits | None = None) -> AsyncIterator[Bench]:
    """A hub over a storage; several may share one."""
    tasks = Supervisor()
    await tasks.start()
    journal = Journal(storage.entries, limits or Limits())
    dispatcher = Dispatcher(storage, journal, lambda: Context(clock.now(), {}, "support"), tasks)
    bench = Bench(storage, clock, tasks, journal, dispatcher)
    dispatcher.listen(lambda entry, _: bench.heard.append(entry))
    tasks.job("journal", journal.run)
    try:
        yield bench
    finally:
        await journal.close(within=1.0)
        await tasks.stop()


async def begin(storage: Storage, *conversations: Conversation) -> None:
    """The blank snapshots that a welcome leaves, with their contacts."""
    for each in conversations:
        external = f"tg-{each.id}" if each.channel is Channel.TELEGRAM else None
        await storage.contacts.put_new(
            Contact(each.contact_id, each.inbox_id, each.channel, NOON, external_id=external)
        )
    await storage.conversations.save_many(conversations)


async def memory(*conversations: Conversation) -> MemoryStorage:
    """A storage in memory with blank conversations."""
    storage = MemoryStorage()
    await begin(storage, *(conversations or (blank(),)))
    return storage


@dataclass
class FakeNlu:
    """A bot that says what it is told to; ``turns`` notes what it was asked."""

    answer: Callable[[str], BotTurn]
    state: NluState = NluState.READY
    turns: list[str] = field(default_factory=list)
    payloads: list[bool] = field(default_factory=list)

    async def turn(self, sender: str, text: str, *, is_payload: bool, metadata: dict[str, str]) -> BotTurn:
        self.turns.append(text)
        self.payloads.append(is_payload)
        return self.answer(text)

    async def watch(self) -> None:
        return


def says(*texts: str) -> BotTurn:
    """A turn of words only."""
    return BotTurn(tuple((text, ()) for text in texts), None, None)


def renamed(author: Author, name: str) -> Author:
    return replace(author, name=name)
