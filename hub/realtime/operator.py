"""``/operator``: the panel's socket. What changes conversations is in ``operator_commands``."""

from http.cookies import CookieError, SimpleCookie
from typing import Any

from hub.cases.views import cases_of_contact
from hub.clock import Clock
from hub.customers.card import contact_view, rename
from hub.errors import Refusal
from hub.orders.views import orders_of_contact
from hub.people.access import may_rename_contact
from hub.people.sessions import COOKIE, Sessions
from hub.protocol import common
from hub.protocol import operator as wire
from hub.queue.desk import Desk
from hub.rates import Rates
from hub.realtime.boards import Boards
from hub.realtime.bodies import understood_view
from hub.realtime.changes import Changes
from hub.realtime.colleagues import Colleagues
from hub.realtime.cursors import OPERATORS_READ, Moved
from hub.realtime.lists import Lists
from hub.realtime.operator_commands import OperatorCommands
from hub.realtime.presenter import operator_entry, origin_view, row
from hub.realtime.rooms import PANELS, conversation_room, operator_room
from hub.realtime.sockets import OperatorSocket, Sockets
from hub.realtime.typing import Typing
from storage.model.conversation import WithOperator
from storage.model.entry import Author, AuthorKind
from storage.model.people import Availability
from storage.ports import Storage

AFTER_ALL = 2**53  # a seq that no entry has
NEWEST = 50  # entries that come with an opened conversation


class OperatorNamespace(OperatorCommands):
    """What a logged-in person may ask. Every conversation goes through ``Desk.visible``."""

    def __init__(
        self,
        storage: Storage,
        desk: Desk,
        sessions: Sessions,
        lists: Lists,
        colleagues: Colleagues,
        boards: Boards,
        changes: Changes,
        typing: Typing,
        sockets: Sockets,
        rates: Rates,
        clock: Clock,
        origins: list[str],
        cursor_moved: Moved,
    ) -> None:
        super().__init__(storage, desk, rates)
        self._sessions = sessions
        self._lists = lists
        self._colleagues = colleagues
        self._boards = boards
        self._changes = changes
        self._typing = typing
        self._sockets = sockets
        self._clock = clock
        self._origins = origins
        self._cursor_moved = cursor_moved

    async def identify(self, sid: str, environ: dict[str, Any], auth: Any) -> OperatorSocket:
        """By the session cookie, from the hub's own pages only."""
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and origin not in self._origins:
            raise Refusal("forbidden", "The panel is only served by the hub itself.")
        token = _cookie(environ.get("HTTP_COOKIE", ""))
        found = await self._sessions.find(token, self._clock.now())
        if found is None or token is None:
            raise Refusal("unauthenticated", "Log in first.")
        return OperatorSocket(found.operator, token)

    async def joined(self, sid: str, who: OperatorSocket) -> None:
        self._sockets.add_panel(sid, who)
        await self.enter_room(sid, operator_room(who.operator.id))
        await self.enter_room(sid, PANELS)
        await self._boards.welcome(who.operator)
        self._colleagues.changed()

    async def left(self, sid: str, who: OperatorSocket) -> None:
        self._sockets.drop_panel(sid)
        self._colleagues.changed()

    def key_of(self, who: OperatorSocket) -> str:
        return who.operator.id

    async def workspace_read(
        self, sid: str, who: OperatorSocket, asked: wire.WorkspaceRead
    ) -> wire.Workspace:
        return await self._colleagues.workspace(who.operator)

    async def conversation_list(
        self, sid: str, who: OperatorSocket, asked: wire.ConversationList
    ) -> wire.ConversationListed:
        """Listen first, read then: nothing falls in between."""
        self._sockets.lists(sid, asked.view)
        return await self._lists.page(who.operator, asked)

    async def conversation_open(
        self, sid: str, who: OperatorSocket, asked: wire.ConversationRef
    ) -> wire.ConversationOpened:
        """Watch it first, read then, so that nothing falls in between; and look again whether it still is theirs."""
        conversation = await self._desk.visible(who.operator, asked.conversation_id)
        self._sockets.watch(sid, conversation)
        await self.enter_room(sid, conversation_room(conversation.id))
        entries = await self._storage.entries.before(conversation.id, AFTER_ALL, NEWEST)
        contact = await self._storage.contacts.get(conversation.contact_id)
        cursors = await self._storage.cursors.of(conversation.id)
        orders = await orders_of_contact(self._storage, conversation.contact_id)
        cases = await cases_of_contact(self._storage.cases, conversation.contact_id)
        try:
            conversation = await self._desk.look_again(who.operator, conversation)
        except Refusal:
            await self._forget(sid, conversation.id)
            raise
        self._sockets.saw(conversation)
        return wire.ConversationOpened(
            row=row(conversation, contact),
            origin=origin_view(conversation),
            understood=understood_view(conversation.understood),
            orders=orders,
            cases=cases,
            entries=[operator_entry(entry, who.operator.id) for entry in entries],
            more=len(entries) == NEWEST,
            read_by_contact=cursors.get(f"{AuthorKind.CONTACT}:{conversation.contact_id}", 0),
        )

    async def conversation_close(
        self, sid: str, who: OperatorSocket, asked: wire.ConversationRef
    ) -> common.Nothing:
        await self._forget(sid, asked.conversation_id)
        return common.Nothing()

    async def _forget(self, sid: str, conversation_id: str) -> None:
        self._sockets.unwatch(sid, conversation_id)
        await self.leave_room(sid, conversation_room(conversation_id))

    async def timeline_read(
        self, sid: str, who: OperatorSocket, asked: wire.TimelineRead
    ) -> wire.TimelinePage:
        """A gap, or an older page; with the outcomes of deliveries that lie outside of it."""
        conversation = await self._desk.visible(who.operator, asked.conversation_id)
        entries = self._storage.entries
        if asked.after_seq is not None:
            found = list(await entries.after(conversation.id, asked.after_seq, asked.limit))
            touching = []
        else:
            before = AFTER_ALL if asked.before_seq is None else asked.before_seq
            found = list(await entries.before(conversation.id, before, asked.limit))
            touching = list(await entries.touching(conversation.id, [entry.seq for entry in found]))
        await self._desk.look_again(who.operator, conversation)  # it may have gone to another team meanwhile
        page = {entry.seq: entry for entry in (*found, *touching)}
        return wire.TimelinePage(
            entries=[operator_entry(page[seq], who.operator.id) for seq in sorted(page)],
            more=len(found) == asked.limit,
        )

    async def contact_rename(
        self, sid: str, who: OperatorSocket, asked: wire.ContactRename
    ) -> wire.ContactView:
        conversation = await self._desk.visible(who.operator, asked.conversation_id)
        if not may_rename_contact(who.operator, conversation):
            raise Refusal("forbidden", "Your role does not change customers.")
        contact = await rename(
            self._storage.contacts, conversation.contact_id, name=asked.name, phone=asked.phone
        )
        self._changes.changed(conversation)
        return contact_view(contact)

    async def typing_set(self, sid: str, who: OperatorSocket, sent: wire.TypingSet) -> common.Nothing:
        """The contact learns it only of the operator who answers."""
        conversation = await self._desk.visible(who.operator, sent.conversation_id)
        responder = conversation.responder
        if isinstance(responder, WithOperator) and responder.operator_id == who.operator.id:
            author = Author(AuthorKind.OPERATOR, who.operator.id, who.operator.name)
            self._typing.tell(conversation, author, sent.on, skip=(sid,))
        return common.Nothing()

    async def cursor_move(self, sid: str, who: OperatorSocket, seen: wire.CursorMove) -> common.Nothing:
        """The contact learns in their own numbers that they were read, but only by the one who answers."""
        conversation = await self._desk.visible(who.operator, seen.conversation_id)
        cursors = self._storage.cursors
        await cursors.advance(conversation.id, f"{AuthorKind.OPERATOR}:{who.operator.id}", seen.seq)
        responder = conversation.responder
        if not isinstance(responder, WithOperator) or responder.operator_id != who.operator.id:
            return common.Nothing()
        last = await self._storage.entries.before(conversation.id, seen.seq + 1, 1)
        if last and await cursors.advance(conversation.id, OPERATORS_READ, last[-1].public_seq):
            self._cursor_moved(conversation.id, "operator", last[-1].public_seq)
        return common.Nothing()

    async def availability_set(
        self, sid: str, who: OperatorSocket, asked: wire.AvailabilitySet
    ) -> wire.ColleagueView:
        changed = await self._storage.operators.set_availability(
            who.operator.id, Availability(asked.availability)
        )
        if changed is None:
            raise Refusal("not_found", "Your account is gone.")
        who.operator = changed
        self._colleagues.changed()
        return (await self._colleagues.workspace(changed)).me


def _cookie(header: str) -> str | None:
    """The session's token in a Cookie header; None for a header that is none."""
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None
