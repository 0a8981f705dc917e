"""The lines of the panels' lists: what has changed in them, to those who may see it and have it before their eyes."""

from collections import OrderedDict, defaultdict
from collections.abc import Collection

from hub.people.access import may_see
from hub.protocol import operator
from hub.realtime.announcer import Announcer
from hub.realtime.broadcast import Broadcast
from hub.realtime.presenter import possible_views, row, views_of
from hub.realtime.rooms import conversation_room
from hub.realtime.sockets import Sockets
from hub.realtime.watchers import OPERATOR
from storage.model.conversation import Conversation, WithOperator
from storage.ports import ContactStore

MOST_REMEMBERED = 10_000  # conversations of which is known what was told


class Rows:
    """Knows what was told last, and so who must be told that they may not see a conversation any more."""

    def __init__(
        self, contacts: ContactStore, announcer: Announcer, sockets: Sockets, broadcast: Broadcast
    ) -> None:
        self._contacts = contacts
        self._announcer = announcer
        self._sockets = sockets
        self._broadcast = broadcast
        self._told: OrderedDict[str, Conversation] = OrderedDict()

    async def tell(self, conversations: Collection[Conversation]) -> None:
        """Of each conversation as it is now."""
        contacts = await self._contacts.get_many([conversation.contact_id for conversation in conversations])
        for conversation in conversations:
            if conversation.episode:
                await self._tell_one(conversation, row(conversation, contacts.get(conversation.contact_id)))

    async def _tell_one(self, conversation: Conversation, line: operator.ConversationRow) -> None:
        """A conversation that has moved is news for all who may see it or might have; mere words are for those who have
        it before their eyes. The row is encoded once for all whose lists it stands in alike."""
        before = self._told.get(conversation.id)
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
        self._told[conversation.id] = conversation
        self._told.move_to_end(conversation.id)
        if len(self._told) > MOST_REMEMBERED:
            self._told.popitem(last=False)

    def _has_moved(self, conversation: Conversation, before: Conversation | None) -> bool:
        """Whether it may stand in other lists than when it was told of last, or stood there in between."""
        restless = self._broadcast.was_restless(conversation.id)
        if before is None or restless or conversation.seq > self._broadcast.published(conversation.id):
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
