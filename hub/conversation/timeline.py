"""The state of a conversation, as the timeline tells it."""

from hub.conversation.evolve import replay
from hub.errors import Refusal
from storage.model.conversation import Conversation
from storage.ports import Storage

TAIL = 200  # entries read at a time


class Timelines:
    """Reads the newest state: the snapshot and whatever has been said since."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def load(self, conversation_id: str) -> Conversation:
        """Raises ``Refusal`` ``not_found``."""
        snapshot = await self._storage.conversations.get(conversation_id)
        if snapshot is None:
            raise Refusal("not_found", "There is no such conversation.")
        return await self.catch_up(snapshot)

    async def catch_up(self, conversation: Conversation) -> Conversation:
        """Apply what was stored after this state."""
        while True:
            tail = await self._storage.entries.after(conversation.id, conversation.seq, TAIL)
            conversation = replay(conversation, tail)
            if len(tail) < TAIL:
                return conversation
