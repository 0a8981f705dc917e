"""Where the commands of one conversation wait for each other, and what this hub believes its state to be."""

import asyncio
from collections import OrderedDict, deque
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

    state: Conversation | None = None
    waiting: int = 0  # whose turn it is included
    taken: bool = False
    line: deque["asyncio.Future[None]"] = field(default_factory=deque)

    async def take(self) -> None:
        """Wait for one's turn."""
        if not self.taken:
            self.taken = True
            return
        mine = asyncio.get_running_loop().create_future()
        self.line.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self.give()  # it was our turn already
            raise

    def give(self) -> None:
        """The turn is over: it is the next one's."""
        while self.line:
            first = self.line.popleft()
            if not first.done():
                first.set_result(None)
                return
        self.taken = False


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
        box = self._box(conversation_id)
        if box.waiting >= MOST_WAITING:
            raise Refusal("unavailable", "Too much is waiting here. Try again shortly.", retry_after=2.0)
        box.waiting += 1
        try:
            await box.take()
            try:
                yield box
            finally:
                box.give()
        finally:
            box.waiting -= 1
            self._forget_idle()

    def idle(self, conversation_id: str) -> Mailbox | None:
        """The turn in a conversation, at once, if nobody has it and its state is known; end it by ``end``."""
        box = self._box(conversation_id)
        if box.taken or box.state is None:
            return None
        box.taken = True
        box.waiting += 1
        return box

    def end(self, box: Mailbox) -> None:
        """Of a turn that ``idle`` gave."""
        box.give()
        box.waiting -= 1
        self._forget_idle()

    def _box(self, conversation_id: str) -> Mailbox:
        box = self._boxes.get(conversation_id)
        if box is None:
            box = self._boxes[conversation_id] = Mailbox()
        self._boxes.move_to_end(conversation_id)
        return box

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
