"""What a contact sees of the state of their conversation: told anew when it is another than they were told."""

from collections import OrderedDict
from collections.abc import Collection

from hub.protocol import widget
from hub.queue.board import Board
from hub.realtime.announcer import Announcer
from hub.realtime.cursors import OPERATORS_READ
from hub.realtime.presenter import widget_conversation
from hub.realtime.rooms import WIDGET, conversation_room
from hub.realtime.sockets import Sockets
from storage.model.conversation import Conversation
from storage.ports import Storage

MOST_REMEMBERED = 10_000  # conversations of which is known what was told


class ContactViews:
    """Who answers, whether it is over, the place in the queue, how far operators have read."""

    def __init__(self, storage: Storage, announcer: Announcer, sockets: Sockets, board: Board) -> None:
        self._storage = storage
        self._announcer = announcer
        self._sockets = sockets
        self._board = board
        self._told: OrderedDict[str, widget.WidgetConversation] = OrderedDict()
        self._told_places: dict[str, int] = {}

    def moved(self) -> set[str]:
        """Conversations whose contacts look at another place in the queue than the board has now."""
        places = self._board.places
        moved = {
            conversation_id
            for conversation_id, place in places.items()
            if self._told_places.get(conversation_id) != place and self._sockets.has_widget(conversation_id)
        }
        self._told_places = dict(places)
        return moved

    async def tell(self, conversations: Collection[Conversation]) -> None:
        """Of those that their contacts look at."""
        shown = [each for each in conversations if each.episode and self._sockets.has_widget(each.id)]
        read = await self._read_by_operators([conversation.id for conversation in shown])
        for conversation in shown:
            self._tell_one(conversation, read.get(conversation.id, 0))

    async def tell_moved(self, conversation_ids: Collection[str]) -> None:
        """Contacts whose place in the queue is another now."""
        read = await self._read_by_operators(conversation_ids)
        for conversation_id in conversation_ids:
            conversation = await self._storage.conversations.get(conversation_id)
            if conversation is not None:
                self._tell_one(conversation, read.get(conversation_id, 0))

    async def _read_by_operators(self, conversation_ids: Collection[str]) -> dict[str, int]:
        if not conversation_ids:
            return {}
        cursors = await self._storage.cursors.of_many(list(conversation_ids))
        return {each: readers.get(OPERATORS_READ, 0) for each, readers in cursors.items()}

    def _tell_one(self, conversation: Conversation, read_by_operators: int) -> None:
        place = self._board.place(conversation.id)
        view = widget_conversation(conversation, place, read_by_operators)
        if self._told.get(conversation.id) == view:
            return  # only something hidden has changed, and that must not show
        self._told[conversation.id] = view
        self._told.move_to_end(conversation.id)
        if len(self._told) > MOST_REMEMBERED:
            self._told.popitem(last=False)
        self._announcer.tell(
            WIDGET,
            "conversation.updated",
            widget.ConversationUpdated(conversation=view),
            conversation_room(conversation.id),
        )
