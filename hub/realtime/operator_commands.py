"""The commands of ``/operator``: what makes an entry of a conversation's timeline."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from hub.conversation.dispatcher import Accepted
from hub.errors import Refusal
from hub.people.access import may_receive
from hub.protocol import operator as wire
from hub.queue.desk import Desk
from hub.rates import Rates
from hub.realtime.namespace import TypedNamespace
from hub.realtime.presenter import operator_entry
from hub.realtime.sockets import OperatorSocket
from storage.model.people import Operator
from storage.ports import Storage

PlainCommand = Callable[[Operator, str, str], Awaitable[Accepted]]


class OperatorCommands(TypedNamespace[OperatorSocket]):
    """From the wire to the desk, and its first answer back."""

    def __init__(self, storage: Storage, desk: Desk, rates: Rates) -> None:
        super().__init__(wire.OPERATOR, rates)
        self._storage = storage
        self._desk = desk

    async def message_send(self, sid: str, who: OperatorSocket, sent: wire.MessageSend) -> wire.EntryAccepted:
        return self._accepted(
            who, await self._desk.say(who.operator, sent.conversation_id, sent.client_id, sent.text)
        )

    async def note_add(self, sid: str, who: OperatorSocket, sent: wire.NoteAdd) -> wire.EntryAccepted:
        return self._accepted(
            who, await self._desk.note(who.operator, sent.conversation_id, sent.client_id, sent.text)
        )

    async def conversation_take(
        self, sid: str, who: OperatorSocket, asked: wire.ConversationCommand
    ) -> wire.EntryAccepted:
        return await self._command(self._desk.take, who, asked)

    async def conversation_release(
        self, sid: str, who: OperatorSocket, asked: wire.ConversationCommand
    ) -> wire.EntryAccepted:
        return await self._command(self._desk.release, who, asked)

    async def conversation_hand_back(
        self, sid: str, who: OperatorSocket, asked: wire.ConversationCommand
    ) -> wire.EntryAccepted:
        return await self._command(self._desk.hand_back, who, asked)

    async def conversation_resolve(
        self, sid: str, who: OperatorSocket, asked: wire.ConversationCommand
    ) -> wire.EntryAccepted:
        return await self._command(self._desk.resolve, who, asked)

    async def conversation_reopen(
        self, sid: str, who: OperatorSocket, asked: wire.ConversationCommand
    ) -> wire.EntryAccepted:
        return await self._command(self._desk.reopen, who, asked)

    async def conversation_transfer(
        self, sid: str, who: OperatorSocket, asked: wire.ConversationTransfer
    ) -> wire.EntryAccepted:
        colleague = None
        if asked.operator_id is not None:
            colleague = await self._storage.operators.get(asked.operator_id)
            if colleague is None or not may_receive(colleague):
                raise Refusal("not_found", "There is no such colleague who answers conversations.")
        accepted = await self._desk.transfer(
            who.operator, asked.conversation_id, asked.client_id, team=asked.team, colleague=colleague
        )
        return self._accepted(who, accepted)

    async def conversation_snooze(
        self, sid: str, who: OperatorSocket, asked: wire.ConversationSnooze
    ) -> wire.EntryAccepted:
        until: datetime = asked.until
        if until.tzinfo is None:
            raise Refusal("bad_request", "Say the time with its zone.")
        return self._accepted(
            who, await self._desk.snooze(who.operator, asked.conversation_id, asked.client_id, until)
        )

    async def queue_take_next(
        self, sid: str, who: OperatorSocket, asked: wire.QueueTakeNext
    ) -> wire.NextTaken:
        return wire.NextTaken(conversation_id=await self._desk.take_next(who.operator, asked.client_id))

    async def _command(
        self, act: PlainCommand, who: OperatorSocket, asked: wire.ConversationCommand
    ) -> wire.EntryAccepted:
        return self._accepted(who, await act(who.operator, asked.conversation_id, asked.client_id))

    def _accepted(self, who: OperatorSocket, accepted: Accepted) -> wire.EntryAccepted:
        return wire.EntryAccepted(entry=operator_entry(accepted.entry, who.operator.id))
