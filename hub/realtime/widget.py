"""``/widget``: customers on websites."""

from hashlib import sha256
from typing import Any

from hub.conversation.inbound import Inbound, Visitor
from hub.conversation.timeline import Timelines
from hub.errors import Refusal
from hub.protocol import common
from hub.protocol import widget as wire
from hub.queue.board import Board
from hub.rates import Rates
from hub.realtime.cursors import OPERATORS_READ, Moved
from hub.realtime.namespace import Encoded, TypedNamespace
from hub.realtime.presenter import widget_conversation, widget_entry
from hub.realtime.rooms import conversation_room
from hub.realtime.shown import Shown
from hub.realtime.sockets import Sockets
from hub.realtime.typing import Typing
from storage.model.entry import Author, AuthorKind, Origin
from storage.model.ids import conversation_id_of
from storage.ports import Storage

LONGEST_TOKEN = 128
MOST_SOCKETS = 100  # of one visitor; a person with more tabs than that is a program
NEWEST = 2**53  # before this seq: the newest page


class WidgetNamespace(TypedNamespace[Visitor]):
    """What a visitor may ask, always about their own conversation."""

    def __init__(
        self,
        storage: Storage,
        inbound: Inbound,
        board: Board,
        typing: Typing,
        sockets: Sockets,
        rates: Rates,
        shown: Shown,
        cursor_moved: Moved,
    ) -> None:
        super().__init__(wire.WIDGET, rates)
        self._storage = storage
        self._timelines = Timelines(storage)
        self._inbound = inbound
        self._board = board
        self._typing = typing
        self._sockets = sockets
        self._shown = shown
        self._cursor_moved = cursor_moved

    async def identify(self, sid: str, environ: dict[str, Any], auth: Any) -> Visitor:
        """By the token that ``POST /widget-api/sessions`` gave out."""
        token = auth.get("token") if isinstance(auth, dict) else None
        if not isinstance(token, str) or not 20 <= len(token) <= LONGEST_TOKEN or not token.isascii():
            raise Refusal("unauthenticated", "Ask for a visitor's token first.")
        known = await self._storage.contacts.by_token(sha256(token.encode()).hexdigest())
        contact = await self._storage.contacts.get(known.contact_id) if known else None
        if known is None or contact is None:
            raise Refusal("unauthenticated", "This visitor's token is not known. Ask for a new one.")
        visitor = Visitor(contact, conversation_id_of(known.inbox_id, contact.id))
        if self._sockets.widgets_of(visitor.conversation_id) >= MOST_SOCKETS:
            raise Refusal("rate_limited", "Too many tabs of this chat are open.", retry_after=10.0)
        return visitor

    async def joined(self, sid: str, who: Visitor) -> None:
        self._sockets.add_widget(who.conversation_id)
        await self.enter_room(sid, conversation_room(who.conversation_id))

    async def left(self, sid: str, who: Visitor) -> None:
        self._sockets.drop_widget(who.conversation_id)

    def key_of(self, who: Visitor) -> str:
        return who.contact.id

    async def timeline_read(self, sid: str, who: Visitor, asked: wire.TimelineRead) -> wire.TimelinePage:
        """Resume, gap, or an older page."""
        entries = self._storage.entries
        if asked.after_seq is not None:
            found = await entries.after_public(who.conversation_id, asked.after_seq, asked.limit)
        else:
            before = NEWEST if asked.before_seq is None else asked.before_seq
            found = await entries.before_public(who.conversation_id, before, asked.limit)
        shown = [view for view in map(widget_entry, found) if view is not None]
        return wire.TimelinePage(
            entries=shown, more=len(found) == asked.limit, conversation=await self._state(who.conversation_id)
        )

    async def message_send(self, sid: str, who: Visitor, sent: wire.MessageSend) -> Encoded:
        """A customer's words."""
        accepted = await self._inbound.say(who, sent.client_id, sent.text, sent.payload, _origin(sent.page))
        return self._shown.accepted(accepted.entry)

    async def human_request(self, sid: str, who: Visitor, asked: wire.HumanRequest) -> Encoded:
        """The button that is always there."""
        accepted = await self._inbound.ask_for_human(who, asked.client_id, _origin(asked.page))
        return self._shown.accepted(accepted.entry)

    async def conversation_rate(self, sid: str, who: Visitor, rated: wire.ConversationRate) -> Encoded:
        """After the episode."""
        accepted = await self._inbound.rate(who, rated.client_id, rated.score, rated.comment)
        return self._shown.accepted(accepted.entry)

    async def typing_set(self, sid: str, who: Visitor, sent: wire.TypingSet) -> common.Nothing:
        """Ephemeral."""
        conversation = await self._storage.conversations.get(who.conversation_id)
        if conversation is not None:
            self._typing.tell(conversation, Author(AuthorKind.CONTACT, who.contact.id), sent.on)
        return common.Nothing()

    async def cursor_move(self, sid: str, who: Visitor, seen: wire.CursorMove) -> common.Nothing:
        """The customer has read so far; operators learn it in their own numbers."""
        last = await self._storage.entries.before_public(who.conversation_id, seen.seq + 1, 1)
        if last and await self._storage.cursors.advance(
            who.conversation_id, f"{AuthorKind.CONTACT}:{who.contact.id}", last[-1].seq
        ):
            self._cursor_moved(who.conversation_id, "contact", last[-1].seq)
        return common.Nothing()

    async def _state(self, conversation_id: str) -> wire.WidgetConversation:
        conversation = await self._timelines.load(conversation_id)
        cursors = await self._storage.cursors.of(conversation_id)
        return widget_conversation(
            conversation, self._board.place(conversation_id), cursors.get(OPERATORS_READ, 0)
        )


def _origin(page: wire.Page | None) -> Origin | None:
    if page is None:
        return None
    return Origin(page_url=page.url, page_title=page.title, language=page.language)
