"""How far the other side has read: told at once to all hubs, and by the digest where it was missed."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from hub.protocol.common import CursorMoved
from hub.realtime.announcer import Announcer, Recent
from hub.realtime.rooms import WIDGET, conversation_room
from hub.realtime.sockets import Sockets
from hub.realtime.watchers import Watchers
from storage.model.entry import AuthorKind

Reader = Literal["contact", "operator"]
Moved = Callable[[str, Reader, int], None]

OPERATORS_READ = "operators"
"""The cursor, in public numbers, of whichever operator has read furthest."""

_CONTACTS = f"{AuthorKind.CONTACT}:"


class Cursors:
    """Remembers what this hub's sockets were told, by whichever hub."""

    def __init__(self, announcer: Announcer, watchers: Watchers, sockets: Sockets) -> None:
        self._announcer = announcer
        self._watchers = watchers
        self._sockets = sockets
        self._told = Recent()

    def moved(self, conversation_id: str, reader: Reader, seq: int) -> None:
        """One side has read further (``seq`` in the numbers of the side that is told)."""
        self._note(conversation_id, reader, seq)
        moved = CursorMoved(conversation_id=conversation_id, reader=reader, seq=seq)
        if reader == "contact":
            self._watchers.whisper("cursor.moved", moved, conversation_id)
        else:
            self._announcer.whisper(WIDGET, "cursor.moved", moved, conversation_room(conversation_id))

    def overheard(self, event: str, data: Any) -> None:
        """Another hub has told our sockets something."""
        match event, data:
            case "cursor.moved", {"conversation_id": str(key), "reader": str(reader), "seq": int(seq)}:
                self._note(key, reader, seq)

    def tell_again(self, conversation_id: str, stored: Mapping[str, int]) -> None:
        """Tell our own sockets what they were not told. ``stored`` is by reader, as storage has it."""
        if self._sockets.is_watched(conversation_id):
            by_contact = max((seq for key, seq in stored.items() if key.startswith(_CONTACTS)), default=0)
            self._repair(conversation_id, "contact", by_contact)
        if self._sockets.has_widget(conversation_id):
            self._repair(conversation_id, "operator", stored.get(OPERATORS_READ, 0))

    def _repair(self, conversation_id: str, reader: Reader, seq: int) -> None:
        if seq > self._told.get(f"{reader} {conversation_id}"):
            self._note(conversation_id, reader, seq)
            moved = CursorMoved(conversation_id=conversation_id, reader=reader, seq=seq)
            if reader == "contact":
                self._watchers.tell("cursor.moved", moved, conversation_id)
            else:
                self._announcer.tell(WIDGET, "cursor.moved", moved, conversation_room(conversation_id))

    def _note(self, conversation_id: str, reader: str, seq: int) -> None:
        key = f"{reader} {conversation_id}"
        self._told.put(key, max(seq, self._told.get(key)))
