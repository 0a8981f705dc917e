"""Learns of the entries that other hubs have stored, by a change stream of ids."""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from hub.conversation.dispatcher import Dispatcher
from hub.conversation.timeline import Timelines
from hub.errors import Refusal
from storage.errors import HistoryLost
from storage.model.conversation import Conversation
from storage.model.entry import Entry
from storage.ports import Storage

log = structlog.get_logger(__name__)

GATHER = 0.05
"""Seconds in which changes are gathered; our own entries have been published by then and are passed over."""

Publish = Callable[[Entry, Conversation], None]
Published = Callable[[str], int]


class Feed:
    """Publishes to this hub's sockets what other hubs have made durable."""

    def __init__(
        self,
        storage: Storage,
        dispatcher: Dispatcher,
        publish: Publish,
        published: Published,
        changed: Publish,
    ) -> None:
        """``changed`` hears of each foreign entry too: lists change here as well, and the other hub may be dead."""
        self._storage = storage
        self._timelines = Timelines(storage)
        self._dispatcher = dispatcher
        self._publish = publish
        self._published = published
        self._changed = changed
        self._token: Any | None = None
        self._news: dict[str, int] = {}
        self._wake = asyncio.Event()

    async def follow(self) -> None:
        """The job: read the stream. When its history is lost, begin anew; digests and sweeps repair the rest."""
        try:
            async with self._storage.entries.watch(self._token) as changes:
                async for change in changes:
                    self._token = change.token
                    self._dispatcher.mailboxes.seen_elsewhere(change.conversation_id, change.seq)
                    if self._published(change.conversation_id) < change.seq:
                        self._news.setdefault(change.conversation_id, change.seq)
                        self._wake.set()
        except HistoryLost:
            self._token = None
            raise

    async def publish_news(self) -> None:
        """The job: publish what was gathered and is not ours."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(GATHER)
            self._wake.clear()
            news, self._news = self._news, {}
            for conversation_id, first in news.items():
                await self._publish_one(conversation_id, first)

    async def _publish_one(self, conversation_id: str, first: int) -> None:
        try:
            conversation = await self._timelines.load(conversation_id)
        except Refusal as refusal:
            log.warning(
                "an entry without a conversation", conversation_id=conversation_id, reason=refusal.code
            )
            return
        known = max(self._published(conversation_id), first - 1)
        for entry in await self._storage.entries.after(conversation_id, known, 200):
            self._publish(entry, conversation)
            self._changed(entry, conversation)
