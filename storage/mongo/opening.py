"""All the MongoDB adapters on one connection."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from storage.mongo.cases import MongoCases
from storage.mongo.catalogue import MongoCatalogue
from storage.mongo.client import OPERATION_SECONDS, DriverDatabase, open_database
from storage.mongo.contacts import MongoContacts
from storage.mongo.conversations import MongoConversations
from storage.mongo.cursors import MongoCursors
from storage.mongo.entries import MongoEntries
from storage.mongo.episodes import MongoEpisodes
from storage.mongo.faults import errors_translated
from storage.mongo.inboxes import MongoInboxes
from storage.mongo.knowledge import MongoDoneEdits, MongoDrafts
from storage.mongo.loads import MongoLoads
from storage.mongo.operators import MongoOperators
from storage.mongo.orders import MongoOrders
from storage.mongo.outbox import MongoOutbox
from storage.mongo.places import MongoAreas, MongoOutages
from storage.mongo.preparation import prepare
from storage.mongo.presence import MongoPresence
from storage.mongo.sentences import MongoSentences
from storage.mongo.versions import MongoTrainings, MongoVersions
from storage.mongo.walks import MongoWalks


class MongoStorage:
    """``Storage`` on an open database."""

    def __init__(self, database: DriverDatabase, *, watch_own: bool = True) -> None:
        self._database = database
        self.entries = MongoEntries(database, watch_own=watch_own)
        self.outbox = MongoOutbox(database)
        self.conversations = MongoConversations(database)
        self.loads = MongoLoads(database)
        self.contacts = MongoContacts(database)
        self.cursors = MongoCursors(database)
        self.operators = MongoOperators(database)
        self.presence = MongoPresence(database)
        self.orders = MongoOrders(database)
        self.cases = MongoCases(database)
        self.catalogue = MongoCatalogue(database)
        self.inboxes = MongoInboxes(database)
        self.areas = MongoAreas(database)
        self.outages = MongoOutages(database)
        self.sentences = MongoSentences(database)
        self.episodes = MongoEpisodes(database)
        self.walks = MongoWalks(database)
        self.trainings = MongoTrainings(database)
        self.versions = MongoVersions(database)
        self.drafts = MongoDrafts(database)
        self.done_edits = MongoDoneEdits(database)

    @property
    def database_name(self) -> str:
        """Which database of the server it is."""
        return str(self._database.name)

    async def ping(self) -> None:
        """Raise ``StorageUnavailable`` if the database does not answer."""
        with errors_translated():
            await self._database.command("ping")

    async def prepare(self) -> None:
        """Create indexes and run migrations. Idempotent."""
        await prepare(self._database)


@asynccontextmanager
async def open_storage(
    uri: str,
    database: str,
    driver: str,
    *,
    operation_seconds: float = OPERATION_SECONDS,
    watch_own: bool = True,
) -> AsyncIterator[MongoStorage]:
    """Storage in a MongoDB database by ``driver`` ("motor" or "pymongo"); connects at first use.

    Without ``watch_own`` the change stream tells of what others have stored only.
    Each operation is given up after ``operation_seconds``. Raises ``ValueError`` for a bad address or driver.
    """
    async with open_database(uri, database, driver, operation_seconds=operation_seconds) as opened:
        yield MongoStorage(opened, watch_own=watch_own)
