"""A great many conversations, and very long ones, written straight into MongoDB: a hub would take all afternoon."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

import pymongo
from pymongo.write_concern import WriteConcern

from hub.conversation.evolve import replay
from storage.model.conversation import (
    Channel,
    Conversation,
    Handoff,
    LastMessage,
    Queued,
    ResolvedAt,
    WithBot,
    WithOperator,
)
from storage.model.entry import Author, AuthorKind, Entry, HandedOff, HandoffReason, Message, Origin, Taken
from storage.model.ids import conversation_id_of, entry_id_of
from storage.mongo.conversations import _changes
from storage.mongo.entries import _row
from storage.schema import CONVERSATIONS, ENTRIES

INBOX = "site"
CONTACTS = 1_000
HANDS = 20  # conversations that each operator has
AT_ONCE = 5_000  # documents
SPACE = UUID("0d0e6f2e-8d5c-4f5c-9a64-5f8a3f6f0f11")
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=400)
TEAMS = ("support", "support", "sales")  # in turns

Document = dict[str, Any]


def template(responder: Any, *, resolved: bool = False) -> Document:
    """A snapshot's document as the storage itself writes it."""
    words = LastMessage("Dobrý den, kdy přijde technik?", AuthorKind.CONTACT, "Jana", BEGAN)
    handed = None if isinstance(responder, WithBot) else Handoff(HandoffReason.REQUESTED, "support", BEGAN)
    snapshot = Conversation(
        "", INBOX, "", Channel.WEBCHAT, seq=2, public_seq=2, episode=1, responder=responder,
        origin=Origin("https://shop.example/tarify", "Tarify", "cs"), opened_at=BEGAN, updated_at=BEGAN,
        last_message=words, waiting_since=BEGAN, handoff=handed,
    )  # fmt: skip
    if resolved:
        snapshot = Conversation(
            "", INBOX, "", Channel.WEBCHAT, seq=2, public_seq=2, episode=1, status=ResolvedAt(BEGAN),
            opened_at=BEGAN, updated_at=BEGAN, last_message=words, handoff=handed,
        )  # fmt: skip
    document: Document = _changes(snapshot)["$set"]
    return document


def crowd(count: int, operators: list[str]) -> Iterator[Document]:
    """``count`` snapshots: a tenth waits, a tenth is resolved, operators' hands are full, the bot has the rest."""
    waiting, over, with_bot = (
        template(Queued("support", BEGAN)),
        template(None, resolved=True),
        template(WithBot()),
    )
    answered = template(WithOperator("", "Olga", "support", BEGAN))
    for number in range(count):
        at = BEGAN + timedelta(seconds=number * 30)
        team = TEAMS[number % len(TEAMS)]
        kind = number % 10
        if number < len(operators) * HANDS:
            operator_id = operators[number // HANDS]
            document = answered | {"operator_id": operator_id, "team": team}
            document["responder"] = answered["responder"] | {
                "operator_id": operator_id,
                "team": team,
                "since": at,
            }
        elif kind == 0:
            document = waiting | {"team": team, "rank_at": at}
            document["responder"] = waiting["responder"] | {"team": team, "since": at}
        elif kind == 1:
            document = over | {"team": team, "handoff": over["handoff"] | {"team": team}}
        else:
            document = dict(with_bot)
        document |= {"contact_id": f"contact-{number % CONTACTS}", "updated_at": at, "opened_at": at}
        yield {"_id": str(uuid5(SPACE, str(number))), **document}


def long_talk(contact_id: str, operator_id: str, length: int) -> tuple[Conversation, list[Document]]:
    """A conversation of so many entries between a contact and an operator."""
    blank = Conversation(conversation_id_of(INBOX, contact_id), INBOX, contact_id, Channel.WEBCHAT)
    contact = Author(AuthorKind.CONTACT, contact_id)
    operator = Author(AuthorKind.OPERATOR, operator_id, "Olga")
    entries = []
    for seq in range(1, length + 1):
        author = operator if seq % 2 else contact
        body: Any = Message(f"Words number {seq}, and a few more so that it is a message.")
        if seq < 4:
            asked = HandedOff(HandoffReason.REQUESTED, "support")
            author, body = (
                (contact, body),
                (contact, asked),
                (operator, Taken(operator_id, "Olga")),
            )[seq - 1]
        client_id = str(uuid5(SPACE, f"{contact_id}:{seq}"))
        entries.append(
            Entry(
                entry_id_of(blank.id, seq, author.key, client_id),
                blank.id,
                INBOX,
                seq,
                seq,
                1,
                author,
                client_id,
                BEGAN + timedelta(seconds=seq),
                body,
            )
        )
    return replay(blank, entries), [_row(entry) for entry in entries]


def write(uri: str, database: str, collection: str, documents: Iterable[Document]) -> None:
    """Quickly: what is lost in a crash is made again by the next run."""
    with pymongo.MongoClient[Document](uri) as client:
        careless = client[database].get_collection(collection, write_concern=WriteConcern(w=1, j=False))
        rest = iter(documents)
        while batch := list(islice(rest, AT_ONCE)):
            careless.insert_many(batch, ordered=False)


def write_talks(uri: str, database: str, talks: Iterable[tuple[Conversation, list[Document]]]) -> None:
    """Timelines with their snapshots."""
    for snapshot, entries in talks:
        write(uri, database, ENTRIES, entries)
        row = {"_id": snapshot.id, **_changes(snapshot)["$set"]}
        write(uri, database, CONVERSATIONS, [row])
