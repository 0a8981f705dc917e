"""Asks the bot for each message that it owes an answer to, one at a time per conversation."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from hub.bot_answer import BotUnavailable
from hub.conversation.commands import Command, HandOff, SendMessage
from hub.conversation.dispatcher import Accepted
from hub.conversation.handoff import actions_of, failed
from hub.errors import Refusal
from hub.nlu import Nlu, NluState
from hub.supervisor import Supervisor
from storage.errors import StorageError
from storage.model.conversation import Conversation, WithBot
from storage.model.entry import Author, AuthorKind, Entry, HandedBack, Message
from storage.ports import EntryStore

log = structlog.get_logger(__name__)

BOT = Author(AuthorKind.BOT, "bot")

Submit = Callable[[str, Command], Awaitable[Accepted]]
Typing = Callable[[Conversation, bool], None]


class BotTurns:
    """A listener of the dispatcher. What it cannot finish, the duty of the message will (see ``duties``)."""

    def __init__(
        self,
        entries: EntryStore,
        nlu: Nlu,
        submit: Submit,
        tasks: Supervisor,
        default_team: str,
        typing: Typing,
    ) -> None:
        self._entries = entries
        self._nlu = nlu
        self._submit = submit
        self._tasks = tasks
        self._team = default_team
        self._typing = typing
        self._owed: dict[str, deque[tuple[Entry, Conversation]]] = {}

    def notice(self, entry: Entry, conversation: Conversation) -> None:
        """A contact's message that the bot is in charge of begins a turn; so does one that is handed back to it."""
        asked = isinstance(entry.body, Message) and entry.author.kind is AuthorKind.CONTACT
        handed_back = isinstance(entry.body, HandedBack) and conversation.unanswered is not None
        if not (asked or handed_back) or not isinstance(conversation.responder, WithBot):
            return
        waiting = self._owed.get(conversation.id)
        if waiting is not None:
            waiting.append((entry, conversation))
            return
        self._owed[conversation.id] = deque([(entry, conversation)])
        self._tasks.errand("bot turn", self._answer_all(conversation.id))

    async def _answer_all(self, conversation_id: str) -> None:
        waiting = self._owed[conversation_id]
        try:
            while waiting:
                entry, conversation = waiting.popleft()
                if not await self._answer(entry, conversation):
                    # What waits behind is moot, unless it came after the bot was put in charge again.
                    while waiting and not isinstance(waiting[0][0].body, HandedBack):
                        waiting.popleft()
        finally:
            del self._owed[conversation_id]

    async def _answer(self, entry: Entry, conversation: Conversation) -> bool:
        """One turn. False when the bot is no longer in charge, or the turn is left to its deadline."""
        try:
            for index, action in enumerate(await self._actions(entry, conversation)):
                await self._submit(conversation.id, Command(BOT, f"bot:{entry.seq}:{index}", action))
                if isinstance(action, HandOff):
                    return False
        except Refusal as refusal:
            log.info("a bot's words came too late", conversation_id=conversation.id, reason=refusal.code)
            return False
        except StorageError as failure:
            log.warning(
                "a bot's turn is left to its deadline",
                conversation_id=conversation.id,
                failure=repr(failure),
            )
            return False
        return True

    async def _asked(self, entry: Entry, conversation: Conversation) -> Entry:
        """The message that the turn is about."""
        if isinstance(entry.body, Message) or conversation.unanswered is None:
            return entry
        [asked] = await self._entries.after(conversation.id, conversation.unanswered - 1, 1)
        return asked

    async def _actions(self, entry: Entry, conversation: Conversation) -> list[SendMessage | HandOff]:
        asked = await self._asked(entry, conversation)
        message = asked.body
        assert isinstance(message, Message)
        if self._nlu.state is not NluState.READY:
            return [failed(entry.seq, self._team, unavailable=True)]
        self._typing(conversation, True)
        try:
            turn = await self._nlu.turn(
                f"{conversation.id}:{conversation.episode}",
                message.payload or message.text,
                is_payload=message.payload is not None,
                metadata={
                    "message_id": asked.id,
                    "language": conversation.language or "",
                    "channel": conversation.channel,
                },
            )
        except BotUnavailable as failure:
            log.warning("the bot failed a turn", conversation_id=conversation.id, failure=str(failure))
            unavailable = self._nlu.state is not NluState.READY
            return [failed(entry.seq, self._team, unavailable=unavailable)]
        except asyncio.CancelledError:
            log.info("a bot's turn is left to its deadline", conversation_id=conversation.id)
            raise
        finally:
            self._typing(conversation, False)
        return actions_of(turn, entry.seq, self._team)
