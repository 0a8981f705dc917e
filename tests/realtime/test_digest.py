"""The digest tells what nothing else would reveal: once, only where it differs, and nothing that is hidden."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import pytest

from hub.conversation.commands import AddNote, SendMessage, Take, Transfer
from hub.realtime.announcer import Announcer
from hub.realtime.broadcast import Broadcast
from hub.realtime.cursors import OPERATORS_READ, Cursors
from hub.realtime.digest import Digest
from hub.realtime.rooms import WIDGET, conversation_room
from hub.realtime.shown import Shown
from hub.realtime.sockets import OperatorSocket, Sockets
from hub.realtime.watchers import OPERATOR, Watchers
from storage.memory import MemoryStorage
from tests.conversation.bench import ANNA, JANA, Script, blank
from tests.realtime.house import PEOPLE

Told = list[tuple[str, str, str, dict[str, Any]]]


class Server:
    """Notes what is said to whom."""

    def __init__(self) -> None:
        self.said: Told = []

    def tell(self, namespace: str, event: str, body: bytes, room: str, skip: Collection[str] = ()) -> None:
        self.said.append((namespace, event, room, json.loads(body)))


@dataclass
class Desk:
    """A hub's sockets, of which one is a contact's and one an operator's, and what they are told."""

    storage: MemoryStorage = field(default_factory=MemoryStorage)
    sockets: Sockets = field(default_factory=Sockets)
    server: Any = field(default_factory=Server)

    def __post_init__(self) -> None:
        self.announcer = Announcer(self.server)
        watchers = Watchers(self.announcer, self.sockets)
        self.broadcast = Broadcast(self.announcer, watchers, self.sockets, Shown())
        self.cursors = Cursors(self.announcer, watchers, self.sockets)
        self.digest = Digest(self.storage, self.sockets, self.broadcast, self.announcer, self.cursors)
        self.sockets.add_widget("c1")
        self.sockets.add_panel("anna-1", OperatorSocket(PEOPLE["anna"], "token"))
        self.sockets.watch("anna-1", blank())

    def told(self) -> Told:
        """What was said since the last time."""
        told, self.server.said = self.server.said, []
        return told

    async def digested(self) -> Told:
        await self.digest.tell()
        return self.told()


@pytest.fixture
async def desk() -> Desk:
    """Somewhere else a message (1, 1) and a note (3, hidden) were written; here nobody knows."""
    desk = Desk()
    await desk.storage.conversations.save_many([story().state])
    return desk


def story() -> Script:
    script = Script(blank())
    script.do(JANA, SendMessage("Hello"))
    script.do(ANNA, Take())
    script.do(ANNA, AddNote("hidden"))
    return script


WIDGET_DIGEST = (
    WIDGET,
    "timeline.digest",
    conversation_room("c1"),
    {"conversation_id": "c1", "seq": 2},
)
PANEL_DIGEST = (OPERATOR, "timeline.digest", "anna-1", {"seqs": {"c1": 3}})


async def test_what_nobody_here_was_told_is_told_once(desk: Desk) -> None:
    assert await desk.digested() == [WIDGET_DIGEST, PANEL_DIGEST]
    assert await desk.digested() == []


async def test_what_was_published_is_not_digested(desk: Desk) -> None:
    script = story()
    for entry in script.entries:
        desk.broadcast.publish(entry, script.state)
    desk.told()
    assert await desk.digested() == []


async def test_what_is_hidden_is_not_told_to_the_contact(desk: Desk) -> None:
    script = story()
    for entry in script.entries[:2]:
        desk.broadcast.publish(entry, script.state)
    desk.told()
    assert await desk.digested() == [PANEL_DIGEST]


async def test_only_those_who_watch_are_told(desk: Desk) -> None:
    desk.sockets.unwatch("anna-1", "c1")
    assert await desk.digested() == [WIDGET_DIGEST]


async def test_what_went_to_another_team_is_not_told_to_who_still_watches_it(desk: Desk) -> None:
    """Rows, which take them out of the room, are told a little later."""
    script = story()
    script.do(ANNA, Transfer(team="sales"))
    desk.sockets.add_panel("sam-1", OperatorSocket(PEOPLE["sam"], "token"))
    desk.sockets.watch("sam-1", script.state)
    script.do(JANA, SendMessage("Still there?"))
    await desk.storage.conversations.save_many([script.state])
    told = [(room, body) for namespace, _, room, body in await desk.digested() if namespace == OPERATOR]
    assert told == [("sam-1", {"seqs": {"c1": 5}})]


async def test_a_cursor_that_was_missed_is_told_once(desk: Desk) -> None:
    await desk.digested()
    await desk.storage.cursors.advance("c1", "contact:jana", 3)
    await desk.storage.cursors.advance("c1", OPERATORS_READ, 2)
    await desk.storage.cursors.advance("c1", "operator:anna", 3)
    moved = {"conversation_id": "c1", "reader": "contact", "seq": 3}
    seen = {"conversation_id": "c1", "reader": "operator", "seq": 2}
    assert await desk.digested() == [
        (OPERATOR, "cursor.moved", conversation_room("c1"), moved),
        (WIDGET, "cursor.moved", conversation_room("c1"), seen),
    ]
    assert await desk.digested() == []


async def test_a_cursor_that_was_heard_is_not_told_again(desk: Desk) -> None:
    await desk.digested()
    await desk.storage.cursors.advance("c1", "contact:jana", 3)
    await desk.storage.cursors.advance("c1", OPERATORS_READ, 2)
    desk.cursors.moved("c1", "contact", 3)
    desk.cursors.overheard("cursor.moved", {"conversation_id": "c1", "reader": "operator", "seq": 2})
    assert await desk.digested() == []
