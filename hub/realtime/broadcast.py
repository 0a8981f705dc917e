"""From the timeline to the screens: new entries to those who watch, changed rows to those who may see them."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Collection

import structlog

from hub.nlu import Nlu
from hub.people.access import may_see, visible_teams
from hub.protocol import channel, common, operator, widget
from hub.queue.board import Board
from hub.realtime.announcer import Announcer, Recent
from hub.realtime.presenter import (
    author_view,
    operator_entry,
    possible_views,
    row,
    views_of,
    widget_conversation,
    widget_entry,
)
from hub.realtime.rooms import conversation_room, inbox_room, operator_room
from hub.realtime.sockets import Sockets
from hub.realtime.watchers import OPERATOR, Watchers
from storage.model.conversation import Channel, Conversation, WithOperator
from storage.model.entry import Author, AuthorKind, Delivery, Entry, Message
from storage.model.people import Operator
from storage.ports import Storage

log = structlog.get_logger(__name__)

WIDGET = widget.WIDGET.name
CHANNEL = channel.CHANNEL.name

OPERATORS_READ = "operators"
"""The cursor, in public numbers, of whichever operator has read furthest."""


MOST_REMEMBERED = 10_000  # conversations of which is known what was told
BOT = Author(AuthorKind.BOT, "bot")
GATHER = 0.05  # seconds in which changed rows are gathered for one round of telling
BOT_STATE_EVERY = 1.0  # seconds between two looks


class Broadcast:
    """A listener of the dispatcher and the feed (entries), a follower of the snapshots (rows) and the board."""

    def __init__(
        self,
        storage: Storage,
        announcer: Announcer,
        watchers: Watchers,
        sockets: Sockets,
        board: Board,
        nlu: Nlu,
    ) -> None:
        self._storage = storage
        self._announcer = announcer
        self._watchers = watchers
        self._sockets = sockets
        self._board = board
        self._nlu = nlu
        self._published = Recent()
        self._published_public = Recent()
        self._rows: OrderedDict[str, Conversation] = OrderedDict()
        self._restless: set[str] = set()  # something other than words was said there since the row was told
        self._told_rows: OrderedDict[str, Conversation] = OrderedDict()
        self._told_contacts: OrderedDict[str, widget.WidgetConversation] = OrderedDict()
        self._told_places: dict[str, int] = {}
        self._moved: set[str] = set()
        self._wake = asyncio.Event()
        self._carried: asyncio.Queue[tuple[Conversation, common.TypingChanged]] = asyncio.Queue(
            MOST_REMEMBERED
        )

    def published(self, conversation_id: str) -> int:
        """The newest seq that this hub has told its sockets of."""
        return self._published.get(conversation_id)

    def published_public(self, conversation_id: str) -> int:
        """The same in the contact's numbers: what is hidden must not show, not even as a digest."""
        return self._published_public.get(conversation_id)

    def publish(self, entry: Entry, conversation: Conversation) -> None:
        """A durable entry, to all who watch its conversation. Told once."""
        if entry.seq <= self._published.get(entry.conversation_id):
            return
        self._published.put(entry.conversation_id, entry.seq)
        self._published_public.put(entry.conversation_id, entry.public_seq)
        if not isinstance(entry.body, Message):
            self._restless.add(entry.conversation_id)
        self._sockets.saw(conversation)
        room = conversation_room(entry.conversation_id)
        public = widget_entry(entry)
        if public is not None and self._sockets.has_widget(entry.conversation_id):
            appended = widget.TimelineAppended(conversation_id=entry.conversation_id, entries=[public])
            self._announcer.tell(WIDGET, "timeline.appended", appended, room)
        if self._sockets.is_watched(entry.conversation_id):
            self._tell_watchers(entry)
        if entry.delivery is Delivery.OWED:
            due = channel.DeliveryDue(inbox_id=entry.inbox_id)
            self._announcer.tell(CHANNEL, "delivery.due", due, inbox_room(entry.inbox_id))

    def _tell_watchers(self, entry: Entry) -> None:
        """The author's own sockets learn their client_id with it, to match it with what they show already."""
        watchers = self._sockets.watchers(entry.conversation_id)
        own = [
            sid
            for sid, who in watchers.items()
            if entry.author.kind is AuthorKind.OPERATOR and who.id == entry.author.id
        ]
        self._watchers.tell("timeline.appended", _appended(entry, ""), entry.conversation_id, skip=own)
        for sid in own:
            self._announcer.tell(OPERATOR, "timeline.appended", _appended(entry, entry.author.id), sid)

    def changed(self, conversation: Conversation) -> None:
        """A snapshot has been written: lists will show it now."""
        self._sockets.saw(conversation)
        pending = self._rows.get(conversation.id)
        if pending is None or pending.seq <= conversation.seq:
            self._rows[conversation.id] = conversation
        self._wake.set()

    def recounted(self) -> None:
        """The board has new counts or places."""
        for who in self._sockets.operators():
            self._announcer.tell(
                OPERATOR,
                "board.changed",
                operator.BoardChanged(board=self.board_view(who)),
                operator_room(who.id),
            )
        for conversation_id, place in self._board.places.items():
            if self._told_places.get(conversation_id) != place and self._sockets.has_widget(conversation_id):
                self._moved.add(conversation_id)
                self._wake.set()
        self._told_places = dict(self._board.places)

    async def welcome(self, who: Operator) -> None:
        """Somebody came: count what they may see."""
        await self._board.include(visible_teams(who))

    def board_view(self, who: Operator) -> operator.BoardView:
        """The counts for one operator."""
        counts = self._board.counts_of(visible_teams(who))
        return operator.BoardView(
            queued=counts.queued,
            open=counts.open,
            mine=self._board.in_hand.get(who.id, 0),
            bot=self._nlu.state.value,
        )

    def loads(self) -> dict[str, int]:
        """How many open conversations each operator has."""
        return self._board.in_hand

    def typing(
        self, conversation: Conversation, author: Author, on: bool, skip: tuple[str, ...] = ()
    ) -> None:
        """Somebody types; the contact only learns of bots and operators, operators of everybody else."""
        changed = common.TypingChanged(conversation_id=conversation.id, author=author_view(author), on=on)
        room = conversation_room(conversation.id)
        if author.kind is not AuthorKind.CONTACT:
            self._announcer.whisper(WIDGET, "typing.changed", changed, room)
            if conversation.channel is not Channel.WEBCHAT and not self._carried.full():
                self._carried.put_nowait((conversation, changed))
        self._watchers.whisper("typing.changed", changed, conversation.id, skip=skip)

    async def carry_typing(self) -> None:
        """The job: outside channels know their contacts by addresses of their own."""
        while True:
            conversation, changed = await self._carried.get()
            contact = await self._storage.contacts.get(conversation.contact_id)
            if contact is not None and contact.external_id is not None:
                carried = channel.ChannelTyping(external_id=contact.external_id, **dict(changed))
                room = inbox_room(conversation.inbox_id)
                self._announcer.whisper(CHANNEL, "typing.changed", carried, room)

    def bot_typing(self, conversation: Conversation, on: bool) -> None:
        """The bot thinks."""
        self.typing(conversation, BOT, on)

    async def work(self) -> None:
        """The job: tell of changed rows and conversations, coalesced."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            rows, self._rows = self._rows, OrderedDict()
            moved, self._moved = self._moved - rows.keys(), set()
            try:
                await self._tell(rows)
                await self._tell_moved(moved)
            except BaseException:
                self._rows = OrderedDict({**rows, **self._rows})
                self._moved |= moved
                self._wake.set()
                raise
            await asyncio.sleep(GATHER)

    async def _tell(self, rows: "OrderedDict[str, Conversation]") -> None:
        contacts = await self._storage.contacts.get_many(
            [conversation.contact_id for conversation in rows.values()]
        )
        read = await self._read_by_operators([each for each in rows if self._sockets.has_widget(each)])
        for conversation in rows.values():
            if conversation.episode == 0:
                continue
            if self._sockets.has_widget(conversation.id):
                self._tell_contact(conversation, read.get(conversation.id, 0))
            await self._tell_operators(conversation, row(conversation, contacts.get(conversation.contact_id)))

    async def _tell_moved(self, conversation_ids: Collection[str]) -> None:
        """Contacts whose place in the queue is another now."""
        read = await self._read_by_operators(conversation_ids)
        for conversation_id in conversation_ids:
            conversation = await self._storage.conversations.get(conversation_id)
            if conversation is not None:
                self._tell_contact(conversation, read.get(conversation_id, 0))

    async def _read_by_operators(self, conversation_ids: Collection[str]) -> dict[str, int]:
        if not conversation_ids:
            return {}
        cursors = await self._storage.cursors.of_many(list(conversation_ids))
        return {each: readers.get(OPERATORS_READ, 0) for each, readers in cursors.items()}

    def _tell_contact(self, conversation: Conversation, read_by_operators: int) -> None:
        place = self._board.place(conversation.id)
        view = widget_conversation(conversation, place, read_by_operators)
        if self._told_contacts.get(conversation.id) == view:
            return  # only something hidden has changed, and that must not show
        self._told_contacts[conversation.id] = view
        self._told_contacts.move_to_end(conversation.id)
        if len(self._told_contacts) > MOST_REMEMBERED:
            self._told_contacts.popitem(last=False)
        self._announcer.tell(
            WIDGET,
            "conversation.updated",
            widget.ConversationUpdated(conversation=view),
            conversation_room(conversation.id),
        )

    async def tell_bot_state(self) -> None:
        """The job: when the bot comes or goes, every panel's board says so."""
        told = self._nlu.state
        while True:
            await asyncio.sleep(BOT_STATE_EVERY)
            if self._nlu.state is not told:
                told = self._nlu.state
                self.recounted()

    async def _tell_operators(self, conversation: Conversation, line: operator.ConversationRow) -> None:
        """A conversation that has moved is news for all who may see it or might have; mere words are for those who have
        it before their eyes. The row is encoded once for all whose lists it stands in alike."""
        before = self._told_rows.get(conversation.id)
        moved = self._has_moved(conversation, before)
        audiences: defaultdict[tuple[operator.ListView, ...], list[str]] = defaultdict(list)
        for sid in self._sockets.panels() if moved else self._onlookers(conversation):
            who = self._sockets.panel(sid).operator
            if may_see(who, conversation):
                audiences[tuple(views_of(conversation, who))].append(sid)
            elif before is None or may_see(who, before):  # may be in their lists: told by us or read
                hidden = operator.ConversationHidden(conversation_id=conversation.id)
                self._announcer.tell_each(OPERATOR, "conversation.hidden", hidden, [sid])
        for views, sids in audiences.items():
            changed = operator.ConversationUpdated(row=line, views=list(views))
            self._announcer.tell_each(OPERATOR, "conversation.updated", changed, sids)
        for sid, watcher in self._sockets.watchers(conversation.id).items():
            if not may_see(watcher, conversation):
                self._sockets.unwatch(sid, conversation.id)
                await self._announcer.part(OPERATOR, sid, conversation_room(conversation.id))
        self._told_rows[conversation.id] = conversation
        self._told_rows.move_to_end(conversation.id)
        if len(self._told_rows) > MOST_REMEMBERED:
            self._told_rows.popitem(last=False)

    def _has_moved(self, conversation: Conversation, before: Conversation | None) -> bool:
        """Whether it may stand in other lists than when it was told of last, or stood there in between."""
        restless = conversation.id in self._restless
        self._restless.discard(conversation.id)
        if before is None or restless or conversation.seq > self._published.get(conversation.id):
            return True
        then = (before.episode, before.status, before.responder, before.handoff, before.rating)
        now = (
            conversation.episode,
            conversation.status,
            conversation.responder,
            conversation.handoff,
            conversation.rating,
        )
        return then != now

    def _onlookers(self, conversation: Conversation) -> set[str]:
        responder = conversation.responder
        return self._sockets.onlookers(
            conversation.id,
            possible_views(conversation),
            responder.operator_id if isinstance(responder, WithOperator) else None,
        )


def _appended(entry: Entry, viewer_id: str) -> operator.TimelineAppended:
    return operator.TimelineAppended(
        conversation_id=entry.conversation_id, entries=[operator_entry(entry, viewer_id)]
    )
