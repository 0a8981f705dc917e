"""What the nouns may ask of storage. Adapters: ``storage.mongo`` (the real one) and ``storage.memory`` (its twin).

Every method that does I/O raises ``StorageUnavailable`` when the database is away, and ``Unstorable`` when a value
cannot be stored at all. Lists are bounded by ``limit`` and served by an index.
"""

from typing import Protocol

from storage.ports.cases import CaseStore
from storage.ports.conversations import ConversationStore, Counts, CursorStore, LoadStore, View
from storage.ports.customers import CONTACT_FIELDS, ContactStore, InboxStore
from storage.ports.knowledge import DoneEditStore, DraftStore
from storage.ports.learning import EpisodeStore, Reached, SentenceStore, WalkStore
from storage.ports.orders import CatalogueStore, OrderStore
from storage.ports.outbox import OutboxStore
from storage.ports.people import OperatorStore, PresenceStore
from storage.ports.places import AreaStore, OutageStore
from storage.ports.timelines import Change, EncodedEntry, EntryStore, Outcome
from storage.ports.versions import TrainingStore, VersionStore

__all__ = [
    "CONTACT_FIELDS",
    "AreaStore",
    "CaseStore",
    "CatalogueStore",
    "Change",
    "ContactStore",
    "ConversationStore",
    "Counts",
    "CursorStore",
    "DoneEditStore",
    "DraftStore",
    "EncodedEntry",
    "EntryStore",
    "EpisodeStore",
    "InboxStore",
    "LoadStore",
    "OperatorStore",
    "OrderStore",
    "OutageStore",
    "OutboxStore",
    "Outcome",
    "PresenceStore",
    "Reached",
    "SentenceStore",
    "Storage",
    "TrainingStore",
    "VersionStore",
    "View",
    "WalkStore",
]


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
    def cases(self) -> CaseStore: ...
    @property
    def catalogue(self) -> CatalogueStore: ...
    @property
    def inboxes(self) -> InboxStore: ...
    @property
    def areas(self) -> AreaStore: ...
    @property
    def outages(self) -> OutageStore: ...
    @property
    def sentences(self) -> SentenceStore: ...
    @property
    def episodes(self) -> EpisodeStore: ...
    @property
    def walks(self) -> WalkStore: ...
    @property
    def trainings(self) -> TrainingStore: ...
    @property
    def versions(self) -> VersionStore: ...
    @property
    def drafts(self) -> DraftStore: ...
    @property
    def done_edits(self) -> DoneEditStore: ...

    async def ping(self) -> None:
        """Raise ``StorageUnavailable`` if the database does not answer."""

    async def prepare(self) -> None:
        """Create indexes and run migrations. Idempotent."""
