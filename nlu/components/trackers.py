"""Where Rasa keeps its dialogues: a SQLite file in which a dialogue is one row of bounded length."""

import json
import sqlite3
import time
from collections.abc import Iterable

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from components.tail import tail

FORGOTTEN_AFTER = 30 * 24 * 3600.0  # seconds in which nothing was said
_LOOKED_THROUGH_EVERY = 24 * 3600.0  # seconds
_BUSY_WITHIN = 5.0  # seconds that another process may be writing

_SCHEMA = """
CREATE TABLE IF NOT EXISTS dialogues (sender_id TEXT PRIMARY KEY, said_at REAL NOT NULL, events TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS dialogues_by_age ON dialogues (said_at);
"""
_PUT = """
INSERT INTO dialogues (sender_id, said_at, events) VALUES (?, ?, ?)
ON CONFLICT (sender_id) DO UPDATE SET said_at = excluded.said_at, events = excluded.events
"""


class DialogueStore(TrackerStore):
    """Reads one row before a turn and writes one after it, however long the dialogue has become.

    Several Rasa processes may share the file. A write outlives the process from when ``save`` returns; after a power
    cut the last few may be missing (the truth of what was said is the hub's). Dialogues in which nothing was said for
    30 days are deleted at the start and once a day.
    """

    def __init__(
        self,
        domain: Domain | None,
        event_broker: EventBroker | None = None,
        *,
        file: str,
        host: str | None = None,
    ) -> None:
        """Open the file or make it. ``host`` is passed by Rasa and means nothing here.

        Raises ``sqlite3.Error`` when it cannot be used.
        """
        super().__init__(domain, event_broker)
        self._rows = sqlite3.connect(file, timeout=_BUSY_WITHIN, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = WAL")
        self._rows.execute("PRAGMA synchronous = NORMAL")
        self._rows.executescript(_SCHEMA)
        self._looked_through = float("-inf")
        self._forget_old()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep what the next turn needs."""
        await self.stream_events(tracker)
        if not tracker.events:
            return
        events = tail([event.as_dict() for event in tracker.events])
        self._rows.execute(_PUT, (tracker.sender_id, time.time(), json.dumps(events)))
        self._forget_old()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """What was kept of a dialogue; slots that the present domain does not have are left out."""
        row = self._rows.execute("SELECT events FROM dialogues WHERE sender_id = ?", (sender_id,)).fetchone()
        if row is None:
            return None
        slots = self.domain.slots
        known = {slot.name for slot in slots}
        events = [event for event in json.loads(row[0]) if event["event"] != "slot" or event["name"] in known]
        return DialogueStateTracker.from_dict(sender_id, events, slots)

    async def keys(self) -> Iterable[str]:
        """All whose dialogues are kept."""
        return [sender_id for (sender_id,) in self._rows.execute("SELECT sender_id FROM dialogues")]

    def _forget_old(self) -> None:
        now = time.time()
        if now - self._looked_through > _LOOKED_THROUGH_EVERY:
            self._rows.execute("DELETE FROM dialogues WHERE said_at < ?", (now - FORGOTTEN_AFTER,))
            self._looked_through = now
