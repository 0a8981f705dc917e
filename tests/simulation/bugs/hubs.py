"""Bugs of the hub: deciding, sweeping, telling."""

import asyncio
from dataclasses import replace
from typing import Any

import hub.conversation.decide
import hub.conversation.dispatcher
import hub.realtime.presenter
import storage.model.entry
from hub.conversation.commands import Command, Context, Rejected
from hub.conversation.decide import decide
from hub.conversation.dispatcher import TRIES, Accepted, Dispatcher
from hub.conversation.duties import Duties
from hub.conversation.evolve import evolve
from hub.conversation.feed import Feed
from hub.conversation.mailbox import Mailbox
from hub.conversation.sweeper import Sweeper
from hub.errors import Refusal
from hub.protocol import common
from hub.realtime.bodies import public_body
from hub.realtime.digest import Digest
from storage.errors import StorageUnavailable
from storage.journal import Appended, Journal
from storage.model.conversation import Conversation
from storage.model.entry import HIDDEN_FROM_CONTACT, Author, AuthorKind, Body, Entry, Note
from storage.model.ids import entry_id_of
from tests.simulation.bugs.clients import Unrepaired, published_at_once
from tests.simulation.bugs.planting import bug, each_world
from tests.simulation.loop import running

_counters = each_world(dict)
_may_speak = hub.conversation.decide.may_speak
_in_turn = Dispatcher._in_turn


def _counted(conversation: Conversation, command: Command, context: Context) -> Entry:
    entry = decide(conversation, command, context)
    key = (running(), conversation.id)
    seq = _counters()[key] = max(_counters().get(key, 0) + 1, entry.seq)
    return replace(
        entry, seq=seq, id=entry_id_of(conversation.id, seq, command.author.key, command.client_id)
    )


async def _unlocked(self: Dispatcher, conversation_id: str, command: Command) -> Accepted:
    box = self.mailboxes._boxes.setdefault(conversation_id, Mailbox())
    loaded = await self._timelines.load(conversation_id)
    state = box.state if box.state is not None and box.state.seq > loaded.seq else loaded
    try:
        entry = decide(state, command, self._context())
    except Rejected:
        return await self._rejected(box, state, command)
    after = box.state = evolve(state, entry)
    if await self._journal.append(entry) is Appended.STORED:
        for listener in self._listeners:
            listener(entry, after)
        return Accepted(entry, after, repeated=False)
    first = await self._winner(state, entry)
    if first is not None:
        return self._repeat(first, command)
    raise Refusal("unavailable", "Try again.")


async def _hopeful(self: Dispatcher, box: Mailbox, conversation_id: str, command: Command) -> Accepted:
    for _ in range(TRIES):
        state = box.state or await self._timelines.load(conversation_id)
        try:
            entry = decide(state, command, self._context())
        except Rejected:
            return await self._rejected(box, state, command)
        try:
            outcome = await self._journal.append(entry)
        except StorageUnavailable:
            box.state = evolve(state, entry)
            raise
        if outcome is Appended.STORED:
            return self._stored(box, state, entry)
        box.state = None
        first = await self._winner(state, entry)
        if first is not None:
            return self._repeat(first, command)
    raise Refusal("unavailable", "Try again.")


async def _afresh(self: Dispatcher, box: Mailbox, conversation_id: str, command: Command) -> Accepted:
    try:
        return await _in_turn(self, box, conversation_id, command)
    except StorageUnavailable:
        return await _in_turn(
            self, box, conversation_id, replace(command, client_id=f"{command.client_id}-2")
        )


def _impatient(self: Journal, batch: list[Any]) -> None:
    for waiting in batch:
        if not waiting.result.done():
            self._give_up(waiting)


async def _refused_at_once(self: Dispatcher, box: Mailbox, state: Conversation, command: Command) -> Accepted:
    box.state = state
    raise Refusal("invalid_state", "That does not fit.")


async def _taken_for_done(self: Dispatcher, state: Conversation, entry: Entry) -> Entry:
    return entry


def _the_bot_may_always(conversation: Conversation, author: Author, action: Any) -> None:
    if author.kind is not AuthorKind.BOT:
        _may_speak(conversation, author, action)


def _with_notes(body: Body) -> common.PublicBody | None:
    return (
        common.MessageBody(text=body.text, quick_replies=[]) if isinstance(body, Note) else public_body(body)
    )


async def _nothing(self: Any) -> int:
    return 0


async def _only_the_news(self: Any, conversation_id: str, first: int) -> None:
    """And nothing that was missed before them."""
    conversation = await self._timelines.load(conversation_id)
    known = max(self._published(conversation_id), first - 1)
    for entry in await self._storage.entries.after(conversation_id, known, 200):
        self._publish(entry, conversation)
        self._changed(entry, conversation)


async def _for_ever(self: Any) -> None:
    await asyncio.Event().wait()


NOTES_SHOWN = tuple(kind for kind in HIDDEN_FROM_CONTACT if kind is not Note)

bug(
    "seq by counter",
    "a hub counts by itself instead of by the state",
    (hub.conversation.dispatcher, "decide", _counted),
)
bug(
    "two undurable in a batch",
    "no lock: the next is decided before the last is durable",
    (Dispatcher, "_submit", _unlocked),
)
bug(
    "stale rejection",
    "a refusal comes from the cache, without another look",
    (Dispatcher, "_rejected", _refused_at_once),
)
bug(
    "evolved on unknown",
    "the cached state goes on although nobody knows whether the entry is stored",
    (Dispatcher, "_in_turn", _hopeful),
    (Journal, "_keep_doubtful", _impatient),
)
bug(
    "unknown is failure",
    "what may be stored is written once more under a fresh client_id",
    (Dispatcher, "_in_turn", _afresh),
    (Journal, "_keep_doubtful", _impatient),
)
bug(
    "duplicate is success",
    "a taken place counts as ours, without looking who has it",
    (Dispatcher, "_winner", _taken_for_done),
)
bug(
    "no sweeper",
    "nobody repairs snapshots that lag, nor does a new stream look back",
    (Sweeper, "sweep", _nothing),
    (Feed, "_catch_up", _nothing),
    weather={"spite": 0.2},
    hubs=(1,),  # a second hub would hear of what the first one left behind,
    gaps=(10.0,),  # and whoever writes again covers it
)
bug("no duties", "what is due is never done", (Duties, "fire", _nothing), weather={"spite": 0.2})
bug("deaf feed", "a hub hears nothing of what others store", (Feed, "follow", _for_ever))
bug(
    "no digest",
    "nothing tells of what was missed while a stream had no history",
    (Digest, "tell", _nothing),
    (Feed, "_catch_up", _nothing),
    (Feed, "stored", published_at_once),
    (Feed, "_publish_one", _only_the_news),
    client=Unrepaired,
)
bug(
    "the bot talks on",
    "the bot's words come after somebody else took over",
    (hub.conversation.decide, "may_speak", _the_bot_may_always),
)
bug(
    "notes are public",
    "a note is shown to the contact",
    (storage.model.entry, "HIDDEN_FROM_CONTACT", NOTES_SHOWN),
    (hub.conversation.decide, "HIDDEN_FROM_CONTACT", NOTES_SHOWN),
    (hub.realtime.presenter, "public_body", _with_notes),
)
