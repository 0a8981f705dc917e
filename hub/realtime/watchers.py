"""Says things to the operators who have a conversation open: to those of them who may see it as it is now.

Somebody may watch a conversation that went to another team a moment ago: the rows take them out of its room a little
later (``rows``), so each word looks for itself who may hear it. What another hub says passes here, too.
"""

from collections.abc import Collection, Iterable

from hub.people.access import may_see
from hub.protocol.common import Wire
from hub.protocol.operator import OPERATOR as PROTOCOL
from hub.realtime.announcer import Announcer
from hub.realtime.rooms import conversation_of_room, conversation_room
from hub.realtime.sockets import Sockets

OPERATOR = PROTOCOL.name


class Watchers:
    """The only way to speak into the room that the operators of a conversation share."""

    def __init__(self, announcer: Announcer, sockets: Sockets) -> None:
        self._announcer = announcer
        self._sockets = sockets

    def tell(self, event: str, body: Wire, conversation_id: str, skip: Iterable[str] = ()) -> None:
        """To this hub's own panels, but for those in ``skip``."""
        room = conversation_room(conversation_id)
        self._announcer.tell(OPERATOR, event, body, room, skip=[*skip, *self._strangers(conversation_id)])

    def whisper(self, event: str, body: Wire, conversation_id: str, skip: Iterable[str] = ()) -> None:
        """Something that only matters now, to the panels of all hubs; each hub bars its own (``barred``)."""
        room = conversation_room(conversation_id)
        self._announcer.whisper(OPERATOR, event, body, room, skip=[*skip, *self._strangers(conversation_id)])

    def barred(self, namespace: str, room: str) -> Collection[str]:
        """The sockets in a room of this hub that must not hear what another hub says into it."""
        conversation_id = conversation_of_room(room) if namespace == OPERATOR else None
        return [] if conversation_id is None else self._strangers(conversation_id)

    def _strangers(self, conversation_id: str) -> list[str]:
        conversation = self._sockets.seen(conversation_id)
        if conversation is None:  # nobody has it open
            return []
        watchers = self._sockets.watchers(conversation_id)
        return [sid for sid, who in watchers.items() if not may_see(who, conversation)]
