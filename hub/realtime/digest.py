"""The digest: every so often, what a socket may have missed is told again, where nothing else would reveal it.

One look at the snapshots and one at the cursors for all that the sockets here watch. Told are the timelines that stand
further than this hub has published, and the cursors that it has not told.
"""

import asyncio

from hub.people.access import may_see
from hub.protocol import operator, widget
from hub.realtime.announcer import Announcer, Recent
from hub.realtime.broadcast import Broadcast
from hub.realtime.cursors import Cursors
from hub.realtime.rooms import WIDGET, conversation_room
from hub.realtime.sockets import Sockets
from hub.realtime.watchers import OPERATOR
from storage.model.people import Operator
from storage.ports import Storage

DIGEST_EVERY = 10.0  # seconds
MOST_AT_ONCE = 1_000  # conversations in one query


class Digest:
    """Remembers what it told, so that an idle conversation is told once and not every time."""

    def __init__(
        self,
        storage: Storage,
        sockets: Sockets,
        broadcast: Broadcast,
        announcer: Announcer,
        cursors: Cursors,
    ) -> None:
        self._storage = storage
        self._sockets = sockets
        self._broadcast = broadcast
        self._announcer = announcer
        self._cursors = cursors
        self._told = Recent()

    async def tell_for_ever(self) -> None:
        """The job."""
        while True:
            await asyncio.sleep(DIGEST_EVERY)
            await self.tell()

    async def tell(self) -> None:
        """Tell those who may have missed something."""
        watched = {key for panel in self._sockets.panels().values() for key in panel.watching}
        ids = list({*self._sockets.widgets(), *watched})
        for start in range(0, len(ids), MOST_AT_ONCE):
            part = ids[start : start + MOST_AT_ONCE]
            versions = await self._storage.conversations.versions(part)
            stored = await self._storage.cursors.of_many(part)
            for conversation_id, (_, public_seq) in versions.items():
                self._tell_widget(conversation_id, public_seq)
                self._cursors.tell_again(conversation_id, stored.get(conversation_id, {}))
            self._tell_panels({key: seq for key, (seq, _) in versions.items()})

    def _tell_widget(self, conversation_id: str, seq: int) -> None:
        published = self._broadcast.published_public(conversation_id)
        if self._sockets.has_widget(conversation_id) and self._is_news(
            WIDGET, conversation_id, seq, published
        ):
            digest = widget.TimelineDigest(conversation_id=conversation_id, seq=seq)
            self._announcer.tell(WIDGET, "timeline.digest", digest, conversation_room(conversation_id))

    def _tell_panels(self, seqs: dict[str, int]) -> None:
        news = {
            key: seq
            for key, seq in seqs.items()
            if self._sockets.is_watched(key)
            and self._is_news(OPERATOR, key, seq, self._broadcast.published(key))
        }
        for sid, panel in self._sockets.panels().items():
            mine = {
                key: news[key] for key in panel.watching & news.keys() if self._may_see(panel.operator, key)
            }
            if mine:
                self._announcer.tell(OPERATOR, "timeline.digest", operator.TimelineDigest(seqs=mine), sid)

    def _may_see(self, who: Operator, conversation_id: str) -> bool:
        """As far as this hub has heard. A number is all that could be told too much; what it counts is refused."""
        conversation = self._sockets.seen(conversation_id)
        return conversation is not None and may_see(who, conversation)

    def _is_news(self, namespace: str, conversation_id: str, seq: int, published: int) -> bool:
        key = f"{namespace} {conversation_id}"
        if seq <= max(published, self._told.get(key)):
            return False
        self._told.put(key, seq)
        return True
