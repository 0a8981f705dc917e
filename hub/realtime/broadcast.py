"""From the timeline to the screens: each durable entry, once, to all who have its conversation open."""

from hub.protocol import channel, operator
from hub.realtime.announcer import Announcer, Recent
from hub.realtime.presenter import operator_entry
from hub.realtime.rooms import CHANNEL, WIDGET, conversation_room, inbox_room
from hub.realtime.shown import Shown
from hub.realtime.sockets import Sockets
from hub.realtime.watchers import OPERATOR, Watchers
from storage.model.conversation import Conversation
from storage.model.entry import AuthorKind, Delivery, Entry, Message


class Broadcast:
    """A listener of the dispatcher and the feed."""

    def __init__(self, announcer: Announcer, watchers: Watchers, sockets: Sockets, shown: Shown) -> None:
        self._announcer = announcer
        self._watchers = watchers
        self._sockets = sockets
        self._shown = shown
        self._published = Recent()
        self._published_public = Recent()
        self._restless: set[str] = set()

    def published(self, conversation_id: str) -> int:
        """The newest seq that this hub has told its sockets of."""
        return self._published.get(conversation_id)

    def published_public(self, conversation_id: str) -> int:
        """The same in the contact's numbers: what is hidden must not show, not even as a digest."""
        return self._published_public.get(conversation_id)

    def was_restless(self, conversation_id: str) -> bool:
        """Whether something other than words was said there since this was asked last."""
        restless = conversation_id in self._restless
        self._restless.discard(conversation_id)
        return restless

    def publish(self, entry: Entry, conversation: Conversation) -> None:
        """A durable entry, to all who watch its conversation. Told once."""
        if entry.seq <= self._published.get(entry.conversation_id):
            return
        self._published.put(entry.conversation_id, entry.seq)
        self._published_public.put(entry.conversation_id, entry.public_seq)
        if not isinstance(entry.body, Message):
            self._restless.add(entry.conversation_id)
        self._sockets.saw(conversation)
        if self._sockets.has_widget(entry.conversation_id):
            appended = self._shown.appended(entry)
            if appended is not None:
                room = conversation_room(entry.conversation_id)
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


def _appended(entry: Entry, viewer_id: str) -> operator.TimelineAppended:
    return operator.TimelineAppended(
        conversation_id=entry.conversation_id, entries=[operator_entry(entry, viewer_id)]
    )
