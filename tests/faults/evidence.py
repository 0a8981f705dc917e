"""What a round leaves behind for the checker: the clients' own logs, the store as it is, Telegram's record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.clients.log import Log


@dataclass(frozen=True, slots=True)
class Witness:
    """One life of one client. ``live``: it was connected and had time to catch up at the end.

    ``connected``: from when to when, one connection after the other.
    """

    log: Log
    author_id: str
    public: bool  # sees the contact's side only, in its numbers
    live: bool = True
    connected: Sequence[tuple[float, float]] = ()

    def had_one_connection(self, since: float, until: float) -> bool:
        """Whether nothing came between."""
        return any(began <= since and until <= ended for began, ended in self.connected)


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry in the store. ``owed``: it had to go out to Telegram."""

    conversation_id: str
    seq: int
    public_seq: int
    public: bool
    author_kind: str
    author_id: str
    client_id: str
    kind: str  # as on the wire
    text: str
    settles: int | None = None
    target: int | None = None
    outcome: str | None = None
    owed: bool = False
    undelivered: bool = False
    shown_as: tuple[str, ...] = ()  # the texts that Telegram must have got for it


@dataclass(frozen=True, slots=True)
class Update:
    """What somebody sent to the Telegram bot."""

    update_id: int
    chat_id: int
    text: str
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Telegram:
    """The Bot API's own record. ``chats``: the conversation of each chat; ``sent``: to each chat, in order."""

    said: Sequence[Update] = ()
    confirmed: frozenset[int] = frozenset()
    sent: Mapping[int, Sequence[str]] = field(default_factory=dict)
    chats: Mapping[int, str] = field(default_factory=dict)
    dead_letters: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """``timelines``: the entries of each conversation by seq. ``snapshots``: the seq of each one's document."""

    witnesses: Sequence[Witness]
    timelines: Mapping[str, Sequence[Stored]]
    snapshots: Mapping[str, int]
    telegram: Telegram = field(default_factory=Telegram)
