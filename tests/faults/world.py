"""What all who take part in a round share: the clock, the way to the hubs, and the record of what they saw."""

import asyncio
import sys
import time
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random
from typing import Any, Protocol

import aiohttp

from hub.clock import SystemClock
from hub.people.sessions import Sessions
from storage.model.contacts import Contact, Inbox, VisitorToken
from storage.model.conversation import Channel, Conversation
from storage.model.ids import conversation_id_of
from storage.model.people import Operator, Role
from storage.mongo import open_storage
from storage.ports import Storage
from tests.clients.client import Client
from tests.clients.log import Log
from tests.clients.transport import Connection, Data, Transport, TurnedAway, Unreached
from tests.faults.fleet import DATABASE, Fleet

SITE = Inbox("demo", "Website", Channel.WEBCHAT)
CANCEL_AGAIN_AFTER = 5.0  # seconds
TELEGRAM = Inbox("telegram", "Telegram", Channel.TELEGRAM)


@dataclass(slots=True)
class Life:
    """One life of one client: from its opening to its reload or end."""

    log: Log
    author_id: str
    public: bool  # sees the contact's side only
    client: Client | None  # None once it has ended
    connections: list[tuple[float, str]]

    @property
    def in_flight(self) -> int:
        """Requests that wait for their acknowledgement."""
        return self.client.in_flight if self.client is not None else 0


class Noting:
    """A transport that notes when its connections came about and ended, and why not."""

    def __init__(self, inner: Transport) -> None:
        self.notes: list[tuple[float, str]] = []
        self._inner = inner

    async def connect(self, heard: Callable[[str, Data], None], lost: Callable[[bool], None]) -> Connection:
        """See ``Transport.connect``."""
        self._note("tries")

        def ended(dismissed: bool) -> None:
            self._note("dismissed" if dismissed else "lost")
            lost(dismissed)

        try:
            connection = await self._inner.connect(heard, ended)
        except (Unreached, TurnedAway) as failure:
            self._note(repr(failure))
            raise
        self._note("connected")
        return connection

    def _note(self, what: str) -> None:
        self.notes.append((time.monotonic(), what))


class Person(Protocol):
    """Somebody who takes part."""

    who: str

    async def run(self) -> None:
        """Until cancelled; stops to write new things when the round is over."""

    @property
    def settled(self) -> bool:
        """Nothing unsent, nothing known to be missing."""


@dataclass
class World:
    """``over``: nobody begins anything new. ``http`` is for customers only: panels would share its cookies."""

    fleet: Fleet
    storage: Storage
    http: aiohttp.ClientSession
    random: Random
    over: asyncio.Event = field(default_factory=asyncio.Event)
    lives: list[Life] = field(default_factory=list)

    @staticmethod
    def clock() -> float:
        return time.monotonic()

    def child(self) -> Random:
        """A source of chance of one's own, so that one's turns do not change another's."""
        return Random(self.random.getrandbits(64))

    @property
    def in_flight(self) -> int:
        """Requests of customers and operators that wait, and Telegram's updates that are not confirmed."""
        return sum(life.in_flight for life in self.lives) + len(self.fleet.api.pending)

    def begin(self, client: Client, transport: Noting, author_id: str, *, public: bool) -> Life:
        """Record a life."""
        life = Life(client.log, author_id, public, client, transport.notes)
        self.lives.append(life)
        return life

    @staticmethod
    def live(client: Client) -> "asyncio.Task[None]":
        """Let a client run; one that fails is a fault of its own."""

        def ended(task: "asyncio.Task[None]") -> None:
            if not task.cancelled() and (failure := task.exception()) is not None:
                client.log.anomaly(f"the client failed: {''.join(traceback.format_exception(failure))}")

        task = asyncio.create_task(client.run())
        task.add_done_callback(ended)
        return task

    async def visitor(self, number: int) -> tuple[str, str, str]:
        """A new visitor: contact, token and conversation. Not over HTTP, where an address is allowed few."""
        now = SystemClock().now()
        contact = Contact(f"visitor-{number}", SITE.id, SITE.channel, now, name=f"Visitor {number}")
        await self.storage.contacts.put_new(contact)
        conversation_id = conversation_id_of(SITE.id, contact.id)
        blank = Conversation(conversation_id, SITE.id, contact.id, SITE.channel)
        await self.storage.conversations.save_many([blank])
        token = sha256(f"{self.fleet.folder}{number}".encode()).hexdigest()
        await self.storage.contacts.add_token(
            VisitorToken(sha256(token.encode()).hexdigest(), SITE.id, contact.id, now)
        )
        return contact.id, token, conversation_id

    async def operator(self, name: str, role: Role, capacity: int) -> tuple[Operator, str]:
        """A new operator and the token of a session, without the price of a password."""
        operator = Operator(name, name, name.title(), role, "no password opens this", capacity=capacity)
        await self.storage.operators.put_new(operator)
        token, _ = await Sessions(self.storage.operators).open(operator, SystemClock().now())
        return operator, token


@asynccontextmanager
async def open_world(fleet: Fleet, random: Random) -> AsyncIterator[World]:
    """The furnished database and an HTTP session that all share."""
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        open_storage(fleet.direct_uri, DATABASE, "pymongo") as storage,
        aiohttp.ClientSession(connector=connector) as http,
    ):
        await storage.prepare()
        for inbox in (SITE, TELEGRAM):
            await storage.inboxes.put(inbox)
        yield World(fleet, storage, http, random)


async def cancel(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel and wait until they are gone; again and again, for a library may swallow a cancellation."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=CANCEL_AGAIN_AFTER)
        for task in left:
            sys.stdout.write(f"still there: {' > '.join(waits_in(task))}\n")


def waits_in(task: "asyncio.Task[Any]") -> list[str]:
    """The functions that a task is in, outermost first."""
    places = []
    coroutine: Any = task.get_coro()
    while coroutine is not None and getattr(coroutine, "cr_frame", None) is not None:
        places.append(f"{coroutine.__qualname__}:{coroutine.cr_frame.f_lineno}")
        coroutine = coroutine.cr_await
    return places
