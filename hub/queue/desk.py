"""What operators do with conversations: take, answer, note, give away, resolve."""

from datetime import datetime, timedelta

from hub.clock import Clock
from hub.conversation.commands import (
    Action,
    AddNote,
    Command,
    HandBack,
    Release,
    Reopen,
    Resolve,
    SendMessage,
    Snooze,
    Take,
    Transfer,
)
from hub.conversation.dispatcher import Accepted, Dispatcher
from hub.conversation.timeline import Timelines
from hub.errors import Refusal
from hub.people.access import may_answer, may_see, may_take_next, may_take_over, visible_teams
from hub.queue.hands import FULL, Hands, full, holder_of
from hub.queue.teams import TEAMS
from storage.documents import utc_milliseconds
from storage.model.conversation import Conversation
from storage.model.entry import Author, AuthorKind
from storage.model.people import Operator
from storage.ports import Storage

LEASE = timedelta(seconds=5)
"""How long "take next" keeps others off a conversation while it is being taken."""

TRIES = 20  # candidates that "take next" looks at before giving up


class Desk:
    """The one way of operators into conversations."""

    def __init__(self, storage: Storage, dispatcher: Dispatcher, clock: Clock) -> None:
        self._storage = storage
        self._timelines = Timelines(storage)
        self._dispatcher = dispatcher
        self._hands = Hands(storage)
        self._clock = clock

    async def visible(
        self, operator: Operator, conversation_id: str, client_id: str | None = None
    ) -> Conversation:
        """The snapshot, if this operator may see it. ``client_id``: of a command, whose retry must find its way in
        also when the command itself has taken the conversation out of sight.

        Raises:
            Refusal: ``not_found``, also when it exists but is not theirs to see.
        """
        conversation = await self._storage.conversations.get(conversation_id)
        if conversation is None:
            raise _not_found()
        if not _in_sight(operator, conversation):
            conversation = await self._timelines.catch_up(conversation)  # the snapshot may lag: look twice
        if _in_sight(operator, conversation):
            return conversation
        if client_id is None or not await self._accepted_before(operator, conversation_id, client_id):
            raise _not_found()
        return conversation

    async def look_again(self, operator: Operator, conversation: Conversation) -> Conversation:
        """What has become of a conversation since it was read, if this operator may still see it.

        Raises:
            Refusal: ``not_found``.
        """
        newest = await self._timelines.catch_up(conversation)
        if not _in_sight(operator, newest):
            raise _not_found()
        return newest

    async def _accepted_before(self, operator: Operator, conversation_id: str, client_id: str) -> bool:
        key = _author(operator).key
        return await self._storage.entries.by_client_id(conversation_id, key, client_id) is not None

    async def say(self, operator: Operator, conversation_id: str, client_id: str, text: str) -> Accepted:
        """Words for the contact."""
        await self._answering(operator, conversation_id, client_id)
        return await self._submit(operator, conversation_id, client_id, SendMessage(text))

    async def note(self, operator: Operator, conversation_id: str, client_id: str, text: str) -> Accepted:
        """Words among operators."""
        await self.visible(operator, conversation_id, client_id)
        return await self._submit(operator, conversation_id, client_id, AddNote(text))

    async def take(self, operator: Operator, conversation_id: str, client_id: str) -> Accepted:
        """Answer this conversation from now on; a supervisor also takes it over from a colleague.

        Raises:
            Refusal: ``invalid_state`` when another was quicker, or the operator's hands are full.
        """
        return await self._take(operator, conversation_id, client_id, over=may_take_over(operator))

    async def _take(
        self, operator: Operator, conversation_id: str, client_id: str, *, over: bool
    ) -> Accepted:
        conversation = await self._answering(operator, conversation_id, client_id)
        before = holder_of(conversation)
        await self._make_room(operator, conversation_id, operator, client_id)
        try:
            accepted = await self._submit(operator, conversation_id, client_id, Take(over))
        except Refusal:
            await self._hands.put_down(operator.id, conversation_id)
            raise
        if before is not None and before != operator.id:
            await self._hands.let_go(before, conversation_id)
        return accepted

    async def take_next(self, operator: Operator, client_id: str) -> str | None:
        """Take the head of the queue; its conversation id, or None if nobody waits. A retry takes no second one."""
        if not may_take_next(operator):
            raise Refusal("forbidden", "Your role does not answer conversations.")
        first = await self._taken_before(operator, client_id)
        if first is not None:
            return first
        await self._hands.need_one_free(operator)
        teams = visible_teams(operator)
        for _ in range(TRIES):
            now = self._clock.now()
            head = await self._storage.conversations.lease_next(
                list(TEAMS) if teams is None else teams, now, now + LEASE
            )
            if head is None:
                return None
            try:
                # Never over: whoever took it meanwhile was next to it before us.
                await self._take(operator, head.id, client_id, over=False)
            except Refusal as refusal:
                if refusal.code not in ("invalid_state", "not_found") or refusal.details == FULL:
                    raise
                continue
            return head.id
        raise Refusal("unavailable", "Others were quicker each time. Try again.", retry_after=0.5)

    async def _taken_before(self, operator: Operator, client_id: str) -> str | None:
        for conversation_id in await self._hands.of(operator):
            if await self._accepted_before(operator, conversation_id, client_id):
                return conversation_id
        return None

    async def reopen(self, operator: Operator, conversation_id: str, client_id: str) -> Accepted:
        """Begin a new episode with this operator, or end a snooze."""
        await self._answering(operator, conversation_id, client_id)
        await self._make_room(operator, conversation_id, operator, client_id)
        try:
            return await self._submit(operator, conversation_id, client_id, Reopen())
        except Refusal:
            await self._hands.put_down(operator.id, conversation_id)
            raise

    async def release(self, operator: Operator, conversation_id: str, client_id: str) -> Accepted:
        """Back to the queue."""
        return await self._give_away(operator, conversation_id, client_id, Release())

    async def hand_back(self, operator: Operator, conversation_id: str, client_id: str) -> Accepted:
        """To the bot."""
        return await self._give_away(operator, conversation_id, client_id, HandBack())

    async def resolve(self, operator: Operator, conversation_id: str, client_id: str) -> Accepted:
        """The episode is over."""
        return await self._give_away(operator, conversation_id, client_id, Resolve())

    async def snooze(
        self, operator: Operator, conversation_id: str, client_id: str, until: datetime
    ) -> Accepted:
        """Put aside until then, or until the contact writes."""
        await self._answering(operator, conversation_id, client_id)
        # Cut as it will be stored: a retry must be recognised.
        return await self._submit(operator, conversation_id, client_id, Snooze(utc_milliseconds(until)))

    async def transfer(
        self,
        operator: Operator,
        conversation_id: str,
        client_id: str,
        *,
        team: str | None,
        colleague: Operator | None,
    ) -> Accepted:
        """To a team's queue or to a colleague, whose hands must not be full."""
        if colleague is None:
            return await self._give_away(operator, conversation_id, client_id, Transfer(team=team))
        await self._answering(operator, conversation_id, client_id)
        await self._make_room(colleague, conversation_id, operator, client_id)
        try:
            accepted = await self._submit(
                operator,
                conversation_id,
                client_id,
                Transfer(operator_id=colleague.id, operator_name=colleague.name),
            )
        except Refusal:
            await self._hands.put_down(colleague.id, conversation_id)
            raise
        await self._hands.put_down(operator.id, conversation_id)
        return accepted

    async def _answering(self, operator: Operator, conversation_id: str, client_id: str) -> Conversation:
        conversation = await self.visible(operator, conversation_id, client_id)
        if _in_sight(operator, conversation) and not may_answer(operator, conversation):
            raise Refusal("forbidden", "Your role reads conversations but does not answer them.")
        return conversation

    async def _give_away(
        self, operator: Operator, conversation_id: str, client_id: str, action: Action
    ) -> Accepted:
        await self._answering(operator, conversation_id, client_id)
        accepted = await self._submit(operator, conversation_id, client_id, action)
        await self._hands.put_down(operator.id, conversation_id)
        return accepted

    async def _make_room(
        self, holder: Operator, conversation_id: str, asker: Operator, client_id: str
    ) -> None:
        """A retry of what was accepted needs no room: whatever it took may be out of hand again."""
        if not await self._hands.take_up(holder, conversation_id) and not await self._accepted_before(
            asker, conversation_id, client_id
        ):
            raise full(holder)

    async def _submit(
        self, operator: Operator, conversation_id: str, client_id: str, action: Action
    ) -> Accepted:
        return await self._dispatcher.submit(conversation_id, Command(_author(operator), client_id, action))


def _in_sight(operator: Operator, conversation: Conversation) -> bool:
    return bool(conversation.episode) and may_see(operator, conversation)


def _not_found() -> Refusal:
    return Refusal("not_found", "There is no such conversation, or it is not yours to see.")


def _author(operator: Operator) -> Author:
    return Author(AuthorKind.OPERATOR, operator.id, operator.name)
