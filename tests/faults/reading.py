"""Reads the store for the checker, over a connection of its own that no fault touches."""

from collections.abc import Sequence
from math import inf
from typing import Any

from pymongo import AsyncMongoClient

from bot.render import render
from hub.realtime.presenter import operator_entry, owed_entry
from storage.model.ids import contact_id_of, conversation_id_of
from storage.mongo.entries import entry_of
from storage.schema import CONVERSATIONS, DEAD_LETTERS, ENTRIES
from tests.faults.evidence import Evidence, Stored, Telegram, Update, Witness
from tests.faults.fleet import DATABASE, Fleet
from tests.faults.telegram import TelegramUser
from tests.faults.world import TELEGRAM, Life


def stored_of(row: dict[str, Any]) -> Stored:
    """A document of the entries as the checker looks at it."""
    entry = entry_of(row)
    view = operator_entry(entry, "")
    body = view.body.model_dump()
    return Stored(
        conversation_id=entry.conversation_id,
        seq=entry.seq,
        public_seq=entry.public_seq,
        public=entry.public,
        author_kind=entry.author.kind.value,
        author_id=entry.author.id,
        client_id=entry.client_id,
        kind=body["kind"],
        text=body.get("text") or "",
        settles=getattr(entry.body, "settles", None),
        target=getattr(entry.body, "target_seq", None),
        outcome=body.get("outcome"),
        owed=entry.delivery is not None,
        undelivered="undelivered" in row,
        shown_as=_shown_as(row) if entry.delivery is not None else (),
    )


def _shown_as(row: dict[str, Any]) -> tuple[str, ...]:
    owed = owed_entry(entry_of(row))
    calls = render(owed, "1", "en") if owed is not None else []
    return tuple(call.text.strip() for call in calls)


async def undelivered(client: AsyncMongoClient[dict[str, Any]]) -> int:
    """How many entries are still owed to Telegram."""
    return await client[DATABASE][ENTRIES].count_documents({"undelivered": True})


async def newest(client: AsyncMongoClient[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """The last seq and public_seq of each conversation."""
    stages = [
        {"$group": {"_id": "$conversation_id", "seq": {"$max": "$seq"}, "public": {"$max": "$public_seq"}}}
    ]
    cursor = await client[DATABASE][ENTRIES].aggregate(stages)
    return {row["_id"]: (row["seq"], row["public"]) async for row in cursor}


async def read(fleet: Fleet, lives: list[Life], users: list[TelegramUser]) -> Evidence:
    """Everything, at rest."""
    timelines: dict[str, list[Stored]] = {}
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(fleet.direct_uri, tz_aware=True)
    async with client:
        database = client[DATABASE]
        async for row in database[ENTRIES].find({}, sort=[("conversation_id", 1), ("seq", 1)]):
            timelines.setdefault(row["conversation_id"], []).append(stored_of(row))
        snapshots = {row["_id"]: row["seq"] async for row in database[CONVERSATIONS].find({}, {"seq": 1})}
        letters = [row async for row in database[DEAD_LETTERS].find({})]
    witnesses = [
        Witness(
            life.log, life.author_id, life.public, life.client is not None, connected_in(life.connections)
        )
        for life in lives
    ]
    return Evidence(witnesses, timelines, snapshots, _telegram(fleet, users, letters))


def connected_in(notes: Sequence[tuple[float, str]]) -> list[tuple[float, float]]:
    """From when to when a client had a connection; the last may have no end."""
    spans: list[tuple[float, float]] = []
    for at, what in notes:
        if what == "connected":
            spans.append((at, inf))
        elif what in ("lost", "dismissed") and spans:
            spans[-1] = (spans[-1][0], at)
    return spans


def _telegram(fleet: Fleet, users: list[TelegramUser], letters: list[dict[str, Any]]) -> Telegram:
    sent: dict[int, list[str]] = {}
    for message in fleet.api.sent:
        sent.setdefault(message.chat_id, []).append(message.text)
    chats = {
        user.chat_id: conversation_id_of(TELEGRAM.id, contact_id_of(TELEGRAM.id, str(user.chat_id)))
        for user in users
    }
    said = [Update(one.update_id, one.chat_id, one.text, one.at) for user in users for one in user.said]
    return Telegram(said, frozenset(fleet.api.confirmed), sent, chats, letters)
