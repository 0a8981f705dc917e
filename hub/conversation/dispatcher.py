"""Turns commands into durable entries, one at a time per conversation, exactly once per client_id.

Several hubs may decide for one conversation at once: the unique indexes let one win, and the others decide again.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from hub.conversation.commands import Command, Context, Rejected
from hub.conversation.decide import decide
from hub.conversation.evolve import evolve
from hub.conversation.mailbox import Mailbox, Mailboxes
from hub.conversation.repeats import same_request
from hub.conversation.timeline import Timelines
from hub.errors import Refusal
from hub.supervisor import Supervisor
from storage.errors import StorageUnavailable
from storage.journal import Appended, Journal, Result
from storage.model.conversation import Conversation
from storage.model.entry import Entry
from storage.ports import Storage

log = structlog.get_logger(__name__)

TRIES = 8
"""How often a command is decided anew after losing to another hub (design 4.2)."""

WINNER_WITHIN = 5.0
"""Seconds in which the winner of a collision must have become visible: it may not be committed yet."""

LOOK_AGAIN = 0.05  # seconds between two looks for the winner


@dataclass(frozen=True, slots=True)
class Accepted:
    """The entry is durable. ``repeated``: it was there before, this was a retry."""

    entry: Entry
    conversation: Conversation | None
    repeated: bool


Listener = Callable[[Entry, Conversation], None]
Doubter = Callable[[str, int], None]


class Dispatcher:
    """The one way into a timeline."""

    def __init__(
        self, storage: Storage, journal: Journal, context: Callable[[], Context], tasks: Supervisor
    ) -> None:
        self._entries = storage.entries
        self._timelines = Timelines(storage)
        self._journal = journal
        self._context = context
        self._tasks = tasks
        self.mailboxes = Mailboxes()
        self._listeners: list[Listener] = []
        self._doubters: list[Doubter] = []

    def listen(self, listener: Listener) -> None:
        """Call ``listener(entry, state after it)`` for each entry that this hub made durable. It must not block."""
        self._listeners.append(listener)

    def in_doubt(self, doubter: Doubter) -> None:
        """Call ``doubter(conversation_id, seq)`` for an entry that is or may be durable without the listeners having
        heard of it: the journal gave it up, or a retry found it there. It must not block."""
        self._doubters.append(doubter)

    def _doubt(self, conversation_id: str, seq: int) -> None:
        for doubter in self._doubters:
            doubter(conversation_id, seq)

    async def submit(self, conversation_id: str, command: Command) -> Accepted:
        """Make the command's entry durable.

        Raises:
            Refusal: ``not_found``, ``invalid_state``, ``conflict`` (client_id used before), ``unavailable``.
            Unstorable: the entry can never be stored.
            StorageUnavailable: the outcome is unknown; repeat with the same client_id.
        """
        at_once = self._at_once(conversation_id, command)
        if at_once is not None:
            return await at_once
        turn = self._tasks.hold(self._submit(conversation_id, command))
        return await asyncio.shield(turn)

    def _at_once(self, conversation_id: str, command: Command) -> asyncio.Future[Accepted] | None:
        """The usual case without a task of its own: nobody has the turn, the state is known, the command fits.

        The turn ends when the journal answers, whether or not anybody still waits for it.
        """
        box = self.mailboxes.idle(conversation_id)
        if box is None:
            return None
        state = box.state
        assert state is not None
        try:
            entry = decide(state, command, self._context())
            offered = self._journal.offer(entry)
        except Rejected:
            self.mailboxes.end(box)
            return None
        except BaseException:
            self.mailboxes.end(box)
            raise
        box.state = None
        accepted: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()

        def answered(offered: asyncio.Future[Result]) -> None:
            try:
                result = offered.result()
                if result is Appended.DUPLICATE:  # the long way, which begins by reading what is there
                    self._tasks.hold(self._hand_over(conversation_id, command, accepted))
                elif result is Appended.STORED:
                    outcome = self._stored(box, state, entry)
                    if not accepted.done():
                        accepted.set_result(outcome)
                else:
                    self._doubt(entry.conversation_id, entry.seq)
                    if not accepted.done():
                        accepted.set_exception(result)
            except Exception as failure:  # noqa: BLE001 - it is raised where it is waited for
                if not accepted.done():
                    accepted.set_exception(failure)
            finally:
                self.mailboxes.end(box)

        offered.add_done_callback(answered)
        return accepted

    async def _hand_over(
        self, conversation_id: str, command: Command, accepted: asyncio.Future[Accepted]
    ) -> None:
        try:
            outcome = await self._submit(conversation_id, command)
        except Exception as failure:  # noqa: BLE001 - it is raised where it is waited for
            if not accepted.done():
                accepted.set_exception(failure)
        else:
            if not accepted.done():
                accepted.set_result(outcome)

    async def _submit(self, conversation_id: str, command: Command) -> Accepted:
        """Never cancelled by an impatient caller: the outcome of a write must be known before the next decision."""
        async with self.mailboxes.turn(conversation_id) as box:
            return await self._in_turn(box, conversation_id, command)

    async def _in_turn(self, box: Mailbox, conversation_id: str, command: Command) -> Accepted:
        for _ in range(TRIES):
            state = box.state or await self._timelines.load(conversation_id)
            box.state = None
            try:
                entry = decide(state, command, self._context())
            except Rejected:
                return await self._rejected(box, state, command)
            outcome = await self._append(entry)
            if outcome is Appended.STORED:
                return self._stored(box, state, entry)
            first = await self._winner(state, entry)
            if first is not None:
                return self._repeat(first, command)
        raise Refusal("unavailable", "Too many write here at once. Try again.", retry_after=0.5)

    async def _append(self, entry: Entry) -> Appended:
        try:
            return await self._journal.append(entry)
        except StorageUnavailable:
            self._doubt(entry.conversation_id, entry.seq)
            raise

    def _stored(self, box: Mailbox, state: Conversation, entry: Entry) -> Accepted:
        after = evolve(state, entry)
        box.state = after
        for listener in self._listeners:
            try:
                listener(entry, after)
            except Exception:  # the entry is durable: its sender must be told so, whoever stumbles over it
                log.exception("a listener failed", conversation_id=entry.conversation_id, seq=entry.seq)
        return Accepted(entry, after, repeated=False)

    async def _rejected(self, box: Mailbox, state: Conversation, command: Command) -> Accepted:
        """The state may have been stale, or this is a retry of what was accepted: look before refusing."""
        fresh = await self._timelines.catch_up(state)
        first = await self._entries.by_client_id(fresh.id, command.author.key, command.client_id)
        if first is not None:
            return self._repeat(first, command)
        try:
            entry = decide(fresh, command, self._context())
        except Rejected as rejection:
            box.state = fresh
            raise Refusal("invalid_state", str(rejection)) from rejection
        outcome = await self._append(entry)
        if outcome is Appended.STORED:
            return self._stored(box, fresh, entry)
        first = await self._winner(fresh, entry)
        if first is not None:
            return self._repeat(first, command)
        raise Refusal("unavailable", "Somebody else was quicker. Try again.", retry_after=0.2)

    async def _winner(self, state: Conversation, entry: Entry) -> Entry | None:
        """After a duplicate key: the entry that has our client_id, or None when another took our place in line.

        Raises:
            StorageUnavailable: neither became visible in time.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + WINNER_WITHIN
        while True:
            first = await self._entries.by_client_id(entry.conversation_id, entry.author.key, entry.client_id)
            if first is not None:
                return first
            if await self._entries.after(state.id, state.seq, 1):
                return None
            if loop.time() > deadline:
                raise StorageUnavailable("the winner of a collision did not become visible")
            await asyncio.sleep(LOOK_AGAIN)

    def _repeat(self, first: Entry, command: Command) -> Accepted:
        self._doubt(first.conversation_id, first.seq)
        if not same_request(first, command):
            raise Refusal("conflict", "This client_id was used for something else. Take a new one.")
        return Accepted(first, None, repeated=True)
