"""Where the commands of one conversation wait for each other, and what this hub believes its state to be."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from hub.errors import Refusal
from storage.model.conversation import Conversation

MOST_WAITING = 100
"""Commands that may wait for one conversation. More means a flood or a database that is gone."""


@dataclass(slots=True)
class Mailbox:
    """One command at a time; the state is only kept while it is known to be durable."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    state: Conversation | None = None
    waiting: int = 0


class Mailboxes:
    """All mailboxes of this hub; idle ones beyond ``most`` are forgotten, longest unused first."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._boxes: OrderedDict[str, Mailbox] = OrderedDict()

    @asynccontextmanager
    async def turn(self, conversation_id: str) -> AsyncIterator[Mailbox]:
        """Wait for one's turn in a conversation.

        Raises:
            Refusal: ``unavailable`` when too many wait already.
        """
        box = self._boxes.setdefault(conversation_id, Mailbox())
        self._boxes.move_to_end(conversation_id)
        if box.waiting >= MOST_WAITING:
            raise Refusal("unavailable", "Too much is waiting here. Try again shortly.", retry_after=2.0)
        box.waiting += 1
        try:
            async with box.lock:
                yield box
        finally:
            box.waiting -= 1
            self._forget_idle()

    def seen_elsewhere(self, conversation_id: str, seq: int) -> None:
        """Another hub has stored an entry: what we believe may be stale."""
        box = self._boxes.get(conversation_id)
        if box is not None and box.state is not None and box.state.seq < seq and not box.waiting:
            box.state = None

    def _forget_idle(self) -> None:
        while len(self._boxes) > self._most:
            conversation_id, box = next(iter(self._boxes.items()))
            if box.waiting:
                return
            del self._boxes[conversation_id]
