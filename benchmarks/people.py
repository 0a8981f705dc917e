"""Customers in conversation with operators, made directly in storage; and how the load generator connects them."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from uuid import uuid4

from benchmarks.load import Plan, Side
from hub.clock import SystemClock
from hub.conversation.commands import Action, Command, Context, HandOff, SendMessage, Take
from hub.conversation.decide import decide
from hub.conversation.evolve import evolve
from hub.people.sessions import COOKIE, Sessions
from storage.model.contacts import Contact, Inbox, VisitorToken
from storage.model.conversation import Channel, Conversation
from storage.model.entry import Author, AuthorKind, Entry, HandoffReason
from storage.model.ids import conversation_id_of
from storage.model.people import Operator, Role
from storage.mongo import open_storage
from storage.ports import Storage

INBOX = Inbox("site", "Website", Channel.WEBCHAT)
Pair = tuple[Side, Side]


async def hub_pairs(mongodb_uri: str, database: str, count: int) -> list[Pair]:
    """``count`` customers, each with an operator of their own who has taken the conversation and has it open."""
    async with open_storage(mongodb_uri, database, "pymongo") as storage:
        await storage.prepare()
        await storage.inboxes.put(INBOX)
        return [await _pair(storage) for _ in range(count)]


async def visitors(mongodb_uri: str, database: str, count: int) -> list[Side]:
    """Customers who have opened the widget and said nothing."""
    async with open_storage(mongodb_uri, database, "pymongo") as storage:
        await storage.prepare()
        await storage.inboxes.put(INBOX)
        sides = []
        for _ in range(count):
            contact, side = await _visitor(storage)
            blank = Conversation(
                conversation_id_of(INBOX.id, contact.id), INBOX.id, contact.id, INBOX.channel
            )
            await storage.conversations.save_many([blank])
            sides.append(side)
        return sides


async def _visitor(storage: Storage) -> tuple[Contact, Side]:
    now = SystemClock().now()
    contact = await storage.contacts.put_new(Contact(str(uuid4()), INBOX.id, INBOX.channel, now))
    token = token_urlsafe(32)
    await storage.contacts.add_token(
        VisitorToken(sha256(token.encode()).hexdigest(), INBOX.id, contact.id, now)
    )
    opening: list[tuple[str, object]] = [("timeline.read", {})]
    return contact, {"namespace": "/widget", "auth": {"token": token}, "headers": {}, "opening": opening}


async def _pair(storage: Storage) -> Pair:
    contact, customer = await _visitor(storage)
    operator = Operator(str(uuid4()), uuid4().hex, "Anna", Role.OPERATOR, "none", capacity=50)
    await storage.operators.put_new(operator)
    session, _ = await Sessions(storage.operators).open(operator, SystemClock().now())
    blank = Conversation(conversation_id_of(INBOX.id, contact.id), INBOX.id, contact.id, INBOX.channel)
    taken, entries = _taken(blank, contact, operator)
    await storage.entries.insert_batch([storage.entries.encode(entry) for entry in entries])
    await storage.conversations.save_many([taken])
    await storage.loads.add(operator.id, taken.id, operator.capacity)
    opening: list[tuple[str, object]] = [
        ("workspace.read", {}),
        ("conversation.list", {"view": "mine"}),
        ("conversation.open", {"conversation_id": taken.id}),
    ]
    headers = {"Cookie": f"{COOKIE}={session}"}
    return customer, {"namespace": "/operator", "auth": None, "headers": headers, "opening": opening}


def _taken(
    conversation: Conversation, contact: Contact, operator: Operator
) -> tuple[Conversation, list[Entry]]:
    """A question, handed to people, and taken."""
    asking = Author(AuthorKind.CONTACT, contact.id)
    answering = Author(AuthorKind.OPERATOR, operator.id, operator.name)
    steps: list[tuple[Author, Action]] = [
        (asking, SendMessage("Hello, is anybody there?")),
        (asking, HandOff(HandoffReason.REQUESTED, "support")),
        (answering, Take()),
    ]
    entries = []
    now = datetime.now(UTC) - timedelta(minutes=5)
    for author, action in steps:
        context = Context(now.replace(microsecond=0), {}, "support")
        entry = decide(conversation, Command(author, str(uuid4()), action), context)
        conversation = evolve(conversation, entry)
        entries.append(entry)
    return conversation, entries


def hub_plan(port: int, pairs: list[Pair]) -> Plan:
    """For a hub."""
    return {"host": "127.0.0.1", "port": port, "pairs": pairs, "heard": "timeline.appended"}


def relay_plan(port: int, count: int) -> Plan:
    """For the relay: each pair in a room of its own."""
    pairs = []
    for _ in range(count):
        side: Side = {"namespace": "/", "auth": {"room": str(uuid4())}, "headers": {}, "opening": []}
        pairs.append((side, side))
    return {"host": "127.0.0.1", "port": port, "pairs": pairs, "heard": "message"}
