"""What has changed in conversations, gathered for one round of telling contacts and operators after another."""

import asyncio
from collections import OrderedDict

from hub.realtime.contact_views import ContactViews
from hub.realtime.rows import Rows
from hub.realtime.sockets import Sockets
from storage.model.conversation import Conversation

GATHER = 0.05  # seconds in which changes are gathered


class Changes:
    """A follower of the snapshots and of the board."""

    def __init__(self, sockets: Sockets, contact_views: ContactViews, rows: Rows) -> None:
        self._sockets = sockets
        self._contact_views = contact_views
        self._rows = rows
        self._changed: OrderedDict[str, Conversation] = OrderedDict()
        self._moved: set[str] = set()
        self._wake = asyncio.Event()

    def changed(self, conversation: Conversation) -> None:
        """A snapshot has been written: lists will show it now."""
        self._sockets.saw(conversation)
        pending = self._changed.get(conversation.id)
        if pending is None or pending.seq <= conversation.seq:
            self._changed[conversation.id] = conversation
        self._wake.set()

    def recounted(self) -> None:
        """The board has new places."""
        moved = self._contact_views.moved()
        if moved:
            self._moved |= moved
            self._wake.set()

    async def work(self) -> None:
        """The job: tell of changed rows and conversations, coalesced."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            changed, self._changed = self._changed, OrderedDict()
            moved, self._moved = self._moved - changed.keys(), set()
            try:
                await self._contact_views.tell(changed.values())
                await self._rows.tell(changed.values())
                await self._contact_views.tell_moved(moved)
            except BaseException:
                self._changed = OrderedDict({**changed, **self._changed})
                self._moved |= moved
                self._wake.set()
                raise
            await asyncio.sleep(GATHER)
