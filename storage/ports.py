"""What the nouns may ask of storage. Adapters: ``storage.mongo`` (the real one) and ``storage.memory`` (its twin).

Every method that does I/O raises ``StorageUnavailable`` when the database is away, and ``Unstorable`` when a value
cannot be stored at all. Lists are bounded by ``limit`` and served by an index.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from storage.model.contacts import Contact, Inbox, VisitorToken
from storage.model.conversation import Conversation
from storage.model.entry import Entry
from storage.model.orders import Equipment, Order, Tariff
from storage.model.people import Availability, Operator, Session


class Outcome(Enum):
    """What became of one document of a batch."""

    STORED = "stored"  # durable: majority, journaled
    DUPLICATE = "duplicate"  # a unique key is taken, nothing was written
    REFUSED = "refused"  # the server will never take it
    UNKNOWN = "unknown"  # may or may not be stored, or become so later


@dataclass(frozen=True, slots=True)
class EncodedEntry:
    """An entry that is proven to be storable. ``document`` is the adapter's own form; ``size`` is in bytes."""

    entry: Entry
    document: Any
    size: int


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that some hub has stored. ``token`` resumes the stream after it."""

    conversation_id: str
    seq: int
    token: Any


class EntryStore(Protocol):
    """The timelines."""

    def encode(self, entry: Entry) -> EncodedEntry:
        """Raise ``Unstorable`` for what would take its batch-mates down. No I/O."""

    async def insert_batch(self, batch: Sequence[EncodedEntry]) -> Sequence[Outcome]:
        """Insert all (unordered, w: majority, j: true); one outcome each, in order. Never raises StorageUnavailable."""

    async def by_client_id(self, conversation_id: str, author_key: str, client_id: str) -> Entry | None:
        """The first answer to a client's key, read with majority concern."""

    async def after(self, conversation_id: str, seq: int, limit: int) -> Sequence[Entry]:
        """Entries with a greater seq, ascending."""

    async def before(self, conversation_id: str, seq: int, limit: int) -> Sequence[Entry]:
        """The newest entries with a smaller seq, ascending."""

    async def after_public(self, conversation_id: str, public_seq: int, limit: int) -> Sequence[Entry]:
        """Public entries with a greater public_seq, ascending."""

    async def before_public(self, conversation_id: str, public_seq: int, limit: int) -> Sequence[Entry]:
        """The newest public entries with a smaller public_seq, ascending."""

    async def touching(self, conversation_id: str, seqs: Sequence[int]) -> Sequence[Entry]:
        """Entries (delivery outcomes, edits…) whose target is one of ``seqs``, ascending."""

    async def recorded_since(
        self, at: datetime, limit: int, *, before: datetime | None = None
    ) -> Sequence[tuple[str, int]]:
        """(conversation_id, highest seq among them) of conversations with entries recorded from ``at`` on, or until
        just ``before``."""

    def watch(self, token: Any | None) -> AbstractAsyncContextManager[AsyncIterator[Change]]:
        """Follow what all hubs store, from ``token`` or from now. The iterator raises ``StorageUnavailable`` when cut.

        ``HistoryLost``, of the two, means that ``token`` is too old: sweep, then follow from now.
        """


class OutboxStore(Protocol):
    """Entries owed to an outside channel. One holder per conversation at a time, so that order holds."""

    async def conversations_owed(self, inbox_id: str, now: datetime, limit: int) -> Sequence[str]:
        """Conversations with owed or started entries and no live lease, longest waiting first."""

    async def claim(self, conversation_id: str, holder: str, now: datetime, until: datetime) -> int | None:
        """Lease a conversation; the fencing number, greater at each claim, or None if another holds it."""

    async def owed(self, conversation_id: str, limit: int) -> Sequence[Entry]:
        """Its undelivered entries (owed or started), ascending by seq."""

    async def start(self, conversation_id: str, seq: int, fence: int, until: datetime) -> int | None:
        """Durably note that bytes are about to leave, and be over by ``until``, to which the lease is extended.

        The attempt's number from 1, or None if the lease is lost.
        """

    async def settle(self, conversation_id: str, seq: int, fence: int, attempt: int) -> bool:
        """The entry is no longer owed. False if the lease is lost and a later attempt has begun since."""

    async def postpone(
        self, conversation_id: str, fence: int, until: datetime, unsent: int | None = None
    ) -> None:
        """Keep everybody off this conversation until then (``retry_after``).

        ``unsent``: the entry (seq) of which no attempt has sent anything; it is owed as if never started.
        """

    async def release(self, conversation_id: str, fence: int) -> None:
        """Give the lease back; nothing is under way."""

    async def abandon(self, holder: str) -> None:
        """The holder is gone. Its leases end, but where it may still be sending, not before that attempt is over."""

    async def put_dead_letter(
        self, inbox_id: str, client_id: str, reason: str, document: dict[str, Any]
    ) -> None:
        """Keep an update that is refused for good. Idempotent by (inbox_id, client_id)."""


class View(Enum):
    """The lists of the panel."""

    MINE = "mine"
    QUEUE = "queue"
    ALL = "all"
    BOT = "bot"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations there are: queued, and open in all."""

    queued: int
    open: int


class ConversationStore(Protocol):
    """Snapshots of conversations."""

    async def get(self, conversation_id: str) -> Conversation | None:
        """The snapshot; it may lag behind the timeline."""

    async def save_many(self, snapshots: Iterable[Conversation]) -> None:
        """Write each only where the stored version (seq) is smaller."""

    async def page(
        self,
        view: View,
        *,
        operator_id: str,
        teams: Sequence[str] | None,
        before: tuple[datetime, str] | None,
        limit: int,
    ) -> Sequence[Conversation]:
        """A page of a list. ``teams`` None = all. QUEUE by rank_at ascending; the rest by updated_at descending.

        ``before`` is the (sort value, id) of the last row the client has, for the next page.
        """

    async def counts(self, teams: Sequence[str] | None, up_to: int) -> Counts:
        """For the board; each number is counted no further than ``up_to``, so that it does not cost more and more."""

    async def in_hand(self) -> dict[str, int]:
        """How many conversations each operator has who has any. Their capacities bound it."""

    async def in_line(self, limit: int) -> Sequence[tuple[str, str]]:
        """(conversation_id, team) of the head of the queue, by rank_at, then id."""

    async def lease_next(self, teams: Sequence[str], now: datetime, until: datetime) -> Conversation | None:
        """The head of the queue that no one has leased; leased until then."""

    async def due(self, now: datetime, limit: int) -> Sequence[Conversation]:
        """Conversations with a duty due, earliest first."""

    async def versions(self, conversation_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """(seq, public_seq) of each, for the digest."""

    async def of_contact(self, contact_id: str, limit: int) -> Sequence[Conversation]:
        """A contact's conversations, newest first."""


class LoadStore(Protocol):
    """Which conversations each operator has in hand: the guard against going above capacity."""

    async def add(self, operator_id: str, conversation_id: str, capacity: int) -> bool:
        """Atomically, if below capacity or already there."""

    async def remove(self, operator_id: str, conversation_id: str) -> None:
        """Idempotent."""

    async def get(self, operator_id: str) -> frozenset[str]:
        """The conversations in hand."""


CONTACT_FIELDS = frozenset({"name", "phone", "username", "language"})


class ContactStore(Protocol):
    """People outside, and the tokens of website visitors."""

    async def get(self, contact_id: str) -> Contact | None: ...

    async def get_many(self, contact_ids: Sequence[str]) -> dict[str, Contact]: ...

    async def put_new(self, contact: Contact) -> Contact:
        """Insert, or return the one with this id that is there already."""

    async def update(self, contact_id: str, **fields: str | None) -> Contact | None:
        """Set name, phone, username or language."""

    async def add_token(self, token: VisitorToken) -> None: ...

    async def by_token(self, token_hash: str) -> VisitorToken | None: ...


class CursorStore(Protocol):
    """How far each side has read."""

    async def advance(self, conversation_id: str, reader: str, seq: int) -> bool:
        """Monotonic. True if it moved. ``reader`` is an author key."""

    async def of(self, conversation_id: str) -> dict[str, int]:
        """By reader."""

    async def of_many(self, conversation_ids: Sequence[str]) -> dict[str, dict[str, int]]:
        """By conversation, then by reader; without those that nobody has read. For the digest."""


class OperatorStore(Protocol):
    """Operators and their sessions."""

    async def get(self, operator_id: str) -> Operator | None: ...

    async def by_login(self, login: str) -> Operator | None: ...

    async def all(self) -> Sequence[Operator]: ...

    async def put_new(self, operator: Operator) -> None:
        """Raise ``AlreadyExists`` if the login is taken."""

    async def set_availability(self, operator_id: str, availability: Availability) -> Operator | None: ...

    async def add_session(self, session: Session) -> None: ...

    async def session(self, token_hash: str) -> Session | None: ...

    async def sessions(self, token_hashes: Sequence[str]) -> dict[str, Session]:
        """Those that there are, by hash."""

    async def extend_session(self, token_hash: str, expires_at: datetime) -> None:
        """Move the end of a session; one that is gone stays gone."""

    async def end_session(self, token_hash: str) -> None: ...

    async def failed_logins(self, key: str, since: datetime) -> int:
        """How many failures of a key (login or address) since then."""

    async def record_failed_login(self, key: str, at: datetime) -> None: ...

    async def forget_failed_logins(self, key: str) -> None: ...


class PresenceStore(Protocol):
    """Which operators have a live socket, by heartbeats of each hub."""

    async def beat(self, hub_id: str, operator_ids: Sequence[str], at: datetime) -> None: ...

    async def present(self, since: datetime) -> frozenset[str]: ...

    async def leave(self, hub_id: str) -> None: ...


class OrderStore(Protocol):
    """Orders."""

    async def put_new(self, order: Order) -> Order:
        """Insert, or return the order with this id. Raise ``AlreadyExists`` if the number is taken by another."""

    async def get(self, order_id: str) -> Order | None: ...

    async def by_number(self, number: str) -> Order | None: ...

    async def of_contact(self, contact_id: str, limit: int) -> Sequence[Order]: ...

    async def unannounced(self, limit: int) -> Sequence[Order]:
        """Orders whose activity is not known to be on the timeline."""

    async def mark_announced(self, order_id: str) -> None: ...


class CatalogueStore(Protocol):
    """What can be ordered."""

    async def tariffs(self) -> Sequence[Tariff]:
        """By position."""

    async def equipment(self) -> Sequence[Equipment]: ...

    async def put_tariffs(self, tariffs: Sequence[Tariff]) -> None: ...

    async def put_equipment(self, equipment: Sequence[Equipment]) -> None: ...


class InboxStore(Protocol):
    """Configured channels."""

    async def get(self, inbox_id: str) -> Inbox | None: ...

    async def all(self) -> Sequence[Inbox]: ...

    async def put(self, inbox: Inbox) -> None: ...


class Storage(Protocol):
    """All of it."""

    @property
    def entries(self) -> EntryStore: ...
    @property
    def outbox(self) -> OutboxStore: ...
    @property
    def conversations(self) -> ConversationStore: ...
    @property
    def loads(self) -> LoadStore: ...
    @property
    def contacts(self) -> ContactStore: ...
    @property
    def cursors(self) -> CursorStore: ...
    @property
    def operators(self) -> OperatorStore: ...
    @property
    def presence(self) -> PresenceStore: ...
    @property
    def orders(self) -> OrderStore: ...
    @property
    def catalogue(self) -> CatalogueStore: ...
    @property
    def inboxes(self) -> InboxStore: ...

    async def ping(self) -> None:
        """Raise ``StorageUnavailable`` if the database does not answer."""

    async def prepare(self) -> None:
        """Create indexes and run migrations. Idempotent."""
