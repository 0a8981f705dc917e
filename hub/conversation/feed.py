"""Learns of the entries that other hubs have stored, by a change stream of ids."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog

from hub.clock import Clock
from hub.conversation.dispatcher import Dispatcher
from hub.conversation.evolve import evolve
from hub.conversation.timeline import Timelines
from hub.errors import Refusal
from storage.errors import HistoryLost, StorageUnavailable
from storage.model.conversation import Conversation
from storage.model.entry import Entry
from storage.ports import Storage

log = structlog.get_logger(__name__)

GATHER = 0.05
"""Seconds in which changes are gathered; our own entries have been published by then and are passed over."""

SIDE_BY_SIDE = 8  # conversations that are read at once
PAGE = 200  # entries read at a time

OVERLAP = timedelta(seconds=60)
"""How far before the last sign of life a stream without a token looks back: clocks of hubs differ."""

MOST_CAUGHT_UP = 10_000  # conversations
LONGEST_CATCH_UP = timedelta(minutes=10)
"""No look takes in more: at a thousand messages a second it would take longer than the database is given."""

REST = 1.0
"""Seconds between two times that lists are told of a conversation that nobody here has open; longer for many."""

LONGEST_REST = 5.0
RESTS_PER_SECOND = 50.0

News = tuple[int, int]
"""The first and the last seq of a conversation that the stream has told of."""

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
        clock: Clock,
    ) -> None:
        """``changed`` hears of each foreign entry too: lists change here as well, and the other hub may be dead."""
        self._storage = storage
        self._timelines = Timelines(storage)
        self._dispatcher = dispatcher
        self._publish = publish
        self._published = published
        self._changed = changed
        self._clock = clock
        self._token: Any | None = None
        self._token_at = self._alive_at = clock.now()
        self._news: dict[str, News] = {}
        self._wake = asyncio.Event()
        self._cares: Callable[[str], bool] = lambda _: True
        self._later: dict[str, News] = {}  # of conversations that rest
        self._rests: OrderedDict[str, float] = OrderedDict()  # until when

    def care_for(self, cares: Callable[[str], bool]) -> None:
        """Of conversations for which this says no (nobody here has them open) only lists are told, and not each time:
        else every hub would read what all hubs write."""
        self._cares = cares

    def stored(self, entry: Entry, conversation: Conversation) -> None:
        """An entry of our own (listener of the dispatcher): published at once, or, where others' entries before it are
        still on their way, after them. Else every client would see a gap and ask."""
        published = self._published(entry.conversation_id)
        if 0 < published < entry.seq - 1:
            self._again(entry.conversation_id, (published + 1, entry.seq))
        else:
            self._publish(entry, conversation)

    def doubt(self, conversation_id: str, seq: int) -> None:
        """An entry may be durable of which nobody here was told: look."""
        self._note(conversation_id, seq)

    async def follow(self) -> None:
        """The job: read the stream. Where it begins without a token, what was stored meanwhile is looked up."""
        if self._clock.now() - self._token_at > OVERLAP:
            self._token = None  # others have been silent for so long that looking is quicker than to resume
        opened = False
        try:
            async with self._storage.entries.watch(self._token) as changes:
                opened = True
                if self._token is None:
                    await self._catch_up()  # only now: whatever comes from here on is in the stream
                async for change in changes:
                    self._token, self._token_at = change.token, self._clock.now()
                    self._note(change.conversation_id, change.seq)
        except HistoryLost:
            self._token = None
            raise
        finally:
            if opened:  # until now, whether or not others had anything to say
                self._alive_at = self._clock.now()

    async def _catch_up(self) -> None:
        """The newest entry of each conversation that went on: who watches it sees a gap, and asks."""
        now = self._clock.now()
        since = max(self._alive_at - OVERLAP, now - LONGEST_CATCH_UP)
        missed = await self._storage.entries.recorded_since(since, MOST_CAUGHT_UP)
        for conversation_id, seq in missed:
            self._note(conversation_id, seq)
        if len(missed) == MOST_CAUGHT_UP:
            log.warning("too much was missed to be told; digests tell the rest")
        self._alive_at = now

    def _note(self, conversation_id: str, seq: int) -> None:
        self._dispatcher.mailboxes.seen_elsewhere(conversation_id, seq)
        if self._published(conversation_id) >= seq:
            return
        if self._cares(conversation_id) or not self._is_resting(conversation_id):
            self._again(conversation_id, (seq, seq))
        else:
            first, last = self._later.get(conversation_id, (seq, seq))
            self._later[conversation_id] = (min(first, seq), max(last, seq))

    def _is_resting(self, conversation_id: str) -> bool:
        """Else it begins a rest."""
        if conversation_id in self._rests:
            return True
        rest = min(max(REST, len(self._rests) / RESTS_PER_SECOND), LONGEST_REST)
        self._rests[conversation_id] = asyncio.get_running_loop().time() + rest
        return False

    def _end_rests(self, now: float) -> None:
        while self._rests:
            conversation_id, until = next(iter(self._rests.items()))
            if until > now:
                return
            del self._rests[conversation_id]
            later = self._later.pop(conversation_id, None)
            if later is not None:
                self._is_resting(conversation_id)
                self._again(conversation_id, later)

    async def publish_news(self) -> None:
        """The job: publish what was gathered and is not ours."""
        loop = asyncio.get_running_loop()
        while True:
            with suppress(TimeoutError):  # then a rest may be over
                # Not wait_for, which in Python 3.11 may swallow a cancellation that comes with the news.
                async with asyncio.timeout(REST):
                    await self._wake.wait()
            await asyncio.sleep(GATHER)
            self._end_rests(loop.time())
            self._wake.clear()
            news, self._news = self._news, {}
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(min(SIDE_BY_SIDE, len(news))):
                        group.create_task(self._work_off(news))
            finally:  # what could not be read waits for the next try
                for conversation_id, seqs in news.items():
                    self._again(conversation_id, seqs)

    def _again(self, conversation_id: str, seqs: News) -> None:
        first, last = self._news.get(conversation_id, seqs)
        self._news[conversation_id] = (min(first, seqs[0]), max(last, seqs[1]))
        self._wake.set()

    async def _work_off(self, news: dict[str, News]) -> None:
        while news:
            conversation_id, seqs = news.popitem()
            # Our own: the stream told of them a moment before the journal heard that they are durable.
            if self._published(conversation_id) >= seqs[1]:
                continue
            try:
                await self._publish_one(conversation_id, seqs[0])
            except Refusal as refusal:
                log.warning(
                    "an entry without a conversation", conversation_id=conversation_id, reason=refusal.code
                )
            except (StorageUnavailable, asyncio.CancelledError):
                news[conversation_id] = seqs
                raise
            except Exception:  # others' news must not wait behind what cannot be read
                log.exception("news could not be published", conversation_id=conversation_id)

    async def _publish_one(self, conversation_id: str, first: int) -> None:
        conversation = await self._timelines.load(conversation_id)
        # Of a conversation of which nothing was told here, only the news: its history is read by whoever opens it.
        known = self._published(conversation_id) or first - 1
        read = min(known, conversation.seq)  # our own may have been told since the state was read
        more = True
        while more:
            entries = await self._storage.entries.after(conversation_id, read, PAGE)
            for entry in entries:
                # Who may hear it is as of the entry itself, not of a moment before.
                if entry.seq > conversation.seq:
                    conversation = evolve(conversation, entry)
                if entry.seq > known:
                    self._publish(entry, conversation)
                    self._changed(entry, conversation)
                read = entry.seq
            more = len(entries) == PAGE
