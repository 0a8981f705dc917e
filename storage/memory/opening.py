"""All the in-memory adapters together."""

from storage.memory.cases import MemoryCases
from storage.memory.contacts import MemoryContacts, MemoryCursors
from storage.memory.conversations import MemoryConversations
from storage.memory.entries import MemoryEntries
from storage.memory.faults import Faults
from storage.memory.knowledge import MemoryDoneEdits, MemoryDrafts
from storage.memory.learning import MemoryEpisodes, MemorySentences, MemoryWalks
from storage.memory.operators import MemoryLoads, MemoryOperators, MemoryPresence
from storage.memory.orders import MemoryCatalogue, MemoryInboxes, MemoryOrders
from storage.memory.outbox import MemoryOutbox
from storage.memory.places import MemoryAreas, MemoryOutages
from storage.memory.versions import MemoryTrainings, MemoryVersions


class MemoryStorage:
    """``Storage`` in memory. What is planted in ``faults`` goes wrong."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.entries = MemoryEntries(self.faults)
        self.outbox = MemoryOutbox(self.faults, self.entries)
        self.conversations = MemoryConversations(self.faults)
        self.loads = MemoryLoads(self.faults)
        self.contacts = MemoryContacts(self.faults)
        self.cursors = MemoryCursors(self.faults)
        self.operators = MemoryOperators(self.faults)
        self.presence = MemoryPresence(self.faults)
        self.orders = MemoryOrders(self.faults)
        self.cases = MemoryCases(self.faults)
        self.catalogue = MemoryCatalogue(self.faults)
        self.inboxes = MemoryInboxes(self.faults)
        self.areas = MemoryAreas(self.faults)
        self.outages = MemoryOutages(self.faults)
        self.sentences = MemorySentences(self.faults)
        self.episodes = MemoryEpisodes(self.faults)
        self.walks = MemoryWalks(self.faults)
        self.trainings = MemoryTrainings(self.faults)
        self.versions = MemoryVersions(self.faults)
        self.drafts = MemoryDrafts(self.faults)
        self.done_edits = MemoryDoneEdits(self.faults)

    def go_away(self) -> None:
        """Planted: the database cannot be reached, and change streams are cut."""
        self.faults.away = True
        self.entries.cut_streams()

    def come_back(self) -> None:
        """The database can be reached again."""
        self.faults.away = False

    async def ping(self) -> None:
        """Raise ``StorageUnavailable`` while away."""
        self.faults.check()

    async def prepare(self) -> None:
        """Nothing to prepare."""
        self.faults.check()
