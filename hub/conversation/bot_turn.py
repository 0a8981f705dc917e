"""Asks the bot for each message that it owes an answer to, one at a time per conversation."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter

import structlog

from hub.bot_answer import BotTurn, BotUnavailable, Outcome
from hub.conversation.commands import Command, HandOff, SendMessage
from hub.conversation.dispatcher import Accepted
from hub.conversation.evolve import replay
from hub.conversation.handoff import actions_of, failed
from hub.errors import Refusal
from hub.metrics import BOT_SECONDS, BOT_TURNS
from hub.nlu import Nlu, NluState
from hub.supervisor import Supervisor
from storage.errors import StorageError
from storage.model.conversation import Conversation, DutyKind, WithBot
from storage.model.entry import Author, AuthorKind, Entry, HandedBack, Message
from storage.ports import EntryStore

log = structlog.get_logger(__name__)

BOT = Author(AuthorKind.BOT, "bot")
LOOK_AGAIN = 0.1  # seconds between two looks whether another hub has answered what came before
TAIL = 200  # entries read at a time
MOST_REMEMBERED = 10_000  # conversations

Submit = Callable[[str, Command], Awaitable[Accepted]]
Typing = Callable[[Conversation, bool], None]


@dataclass(slots=True)
class _Owed:
    """Of one conversation: what waits for its turn, and the newest state that this hub knows."""

    waiting: deque[Entry]
    state: Conversation
    taken_on: int = 0  # seq of the last that was begun here

    def next(self) -> Entry:
        entry = self.waiting.popleft()
        self.taken_on = entry.seq
        return entry

    def unanswered(self) -> list[int]:
        """The seqs of what the bot has to answer."""
        return [duty.seq for duty in self.state.duties if duty.kind is DutyKind.BOT_ANSWER]


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
        self._owed: dict[str, _Owed] = {}
        self._given_up: dict[str, int] = {}  # up to which seq, where something is still owed

    def notice(self, entry: Entry, conversation: Conversation) -> None:
        """A contact's message that the bot is in charge of begins a turn; so does one that is handed back to it."""
        asked = isinstance(entry.body, Message) and entry.author.kind is AuthorKind.CONTACT
        handed_back = isinstance(entry.body, HandedBack) and conversation.unanswered is not None
        owed = self._owed.get(conversation.id)
        if owed is not None:
            owed.state = _newer(owed.state, conversation)
        if not (asked or handed_back) or not isinstance(conversation.responder, WithBot):
            return
        if owed is not None:
            owed.waiting.append(entry)
            return
        self._owed[conversation.id] = _Owed(deque([entry]), conversation)
        self._tasks.errand("bot turn", self._answer_all(conversation.id))

    async def _answer_all(self, conversation_id: str) -> None:
        owed = self._owed[conversation_id]
        waiting = owed.waiting
        try:
            while waiting:
                if not await self._answer(owed.next(), owed):
                    # What waits behind is moot, unless it came after the bot was put in charge again.
                    while waiting and not isinstance(waiting[0].body, HandedBack):
                        owed.next()
        finally:
            del self._owed[conversation_id]
            self._remember(owed)

    def _remember(self, owed: _Owed) -> None:
        """What is given up here keeps nobody waiting here."""
        self._given_up.pop(owed.state.id, None)
        last = owed.waiting[-1].seq if owed.waiting else owed.taken_on
        if any(seq <= last for seq in owed.unanswered()):
            self._given_up[owed.state.id] = last
            if len(self._given_up) > MOST_REMEMBERED:
                del self._given_up[next(iter(self._given_up))]

    async def _answer(self, entry: Entry, owed: _Owed) -> bool:
        """One turn. False when the bot is no longer in charge, or the turn is left to its deadline."""
        conversation_id = entry.conversation_id
        try:
            if not await self._is_next(entry, owed):
                return True
            for index, action in enumerate(await self._actions(entry, owed.state)):
                await self._submit(conversation_id, Command(BOT, f"bot:{entry.seq}:{index}", action))
                if isinstance(action, HandOff):
                    return False
        except Refusal as refusal:
            log.info("a bot's words came too late", conversation_id=conversation_id, reason=refusal.code)
            return False
        except StorageError as failure:
            log.warning(
                "a bot's turn is left to its deadline",
                conversation_id=conversation_id,
                failure=repr(failure),
            )
            return False
        return True

    async def _is_next(self, entry: Entry, owed: _Owed) -> bool:
        """Wait until the bot owes nothing that was asked before. False: it does not owe this any more.

        What came before may have been said to another hub, which asks the bot for it: two turns of a conversation at
        once would be answered in any order, and the later answer would settle the earlier question.
        """
        while True:
            unanswered = owed.unanswered()
            if entry.seq not in unanswered:
                return False
            given_up = self._given_up.get(entry.conversation_id, 0)
            if entry.seq == min(seq for seq in unanswered if seq > given_up):
                return True
            known = owed.state
            news = await self._entries.after(entry.conversation_id, known.seq, TAIL)
            owed.state = _newer(owed.state, replay(known, news))  # it may have moved on meanwhile
            if not news:
                await asyncio.sleep(LOOK_AGAIN)  # it is answered soon, or its deadline ends the waiting

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
            outcome = Outcome.RESTING if self._nlu.state is NluState.RESTING else Outcome.AWAY
            BOT_TURNS.labels(outcome).inc()
            return [failed(entry.seq, self._team, outcome)]
        turn = await self._turn(asked, message, conversation, entry.episode)
        if isinstance(turn, BotUnavailable):
            return [failed(entry.seq, self._team, turn.outcome)]
        return actions_of(turn, entry.seq, self._team)

    async def _turn(
        self, asked: Entry, message: Message, conversation: Conversation, episode: int
    ) -> BotTurn | BotUnavailable:
        began, outcome = perf_counter(), Outcome.CANCELLED
        self._typing(conversation, True)
        try:
            turn = await self._nlu.turn(
                f"{conversation.id}:{episode}",
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
            outcome = failure.outcome
            return failure
        except asyncio.CancelledError:
            log.info("a bot's turn is left to its deadline", conversation_id=conversation.id)
            raise
        else:
            outcome = Outcome.ANSWERED
            return turn
        finally:
            self._typing(conversation, False)
            BOT_TURNS.labels(outcome).inc()
            BOT_SECONDS.observe(perf_counter() - began)


def _newer(one: Conversation, other: Conversation) -> Conversation:
    return one if one.seq > other.seq else other
