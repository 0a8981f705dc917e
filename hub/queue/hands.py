"""What operators have in hand, and how much more they can take.

A conversation is put into them before its timeline says so, and taken out of them after: a hub that dies in between
leaves hands that only seem full. Whoever finds them full looks at the timelines.
"""

import asyncio

from hub.conversation.timeline import Timelines
from hub.errors import Refusal
from storage.model.conversation import Conversation, WithOperator
from storage.model.people import Operator
from storage.ports import Storage

FULL = {"reason": "capacity"}


class Hands:
    """Guards the capacity of operators."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._timelines = Timelines(storage)

    async def of(self, operator: Operator) -> frozenset[str]:
        """The conversations that an operator has in hand."""
        return await self._storage.loads.get(operator.id)

    async def take_up(self, operator: Operator, conversation_id: str) -> bool:
        """Put a conversation into an operator's hands. False if they are full."""
        loads = self._storage.loads
        if await loads.add(operator.id, conversation_id, operator.capacity):
            return True
        await self.reconcile(operator)
        return await loads.add(operator.id, conversation_id, operator.capacity)

    async def need_one_free(self, operator: Operator) -> None:
        """Raise ``Refusal`` ``invalid_state`` if the operator's hands are full."""
        if len(await self.of(operator)) < operator.capacity:
            return
        await self.reconcile(operator)
        if len(await self.of(operator)) >= operator.capacity:
            raise full(operator)

    async def put_down(self, operator_id: str, conversation_id: str) -> None:
        """Take a conversation out of somebody's hands, unless the timeline says that they have it."""
        snapshot = await self._storage.conversations.get(conversation_id)
        newest = await self._timelines.catch_up(snapshot) if snapshot else None
        if newest is None or holder_of(newest) != operator_id:
            await self.let_go(operator_id, conversation_id)

    async def let_go(self, operator_id: str, conversation_id: str) -> None:
        """Take it out of the hands of somebody who is known not to have it any more."""
        await self._storage.loads.remove(operator_id, conversation_id)

    async def reconcile(self, operator: Operator) -> None:
        """Put down what is no longer in hand (a hub died between the two writes)."""
        in_hand = await self.of(operator)
        # At once: who comes back with full hands to a slow database must not wait for each in turn.
        await asyncio.gather(*(self.put_down(operator.id, conversation_id) for conversation_id in in_hand))


def holder_of(conversation: Conversation) -> str | None:
    """The operator (id) who has it."""
    responder = conversation.responder
    return responder.operator_id if isinstance(responder, WithOperator) else None


def full(operator: Operator) -> Refusal:
    """What somebody is told who would give an operator more than they can take."""
    return Refusal(
        "invalid_state",
        f"{operator.name} has {operator.capacity} conversations already. Resolve or transfer one first.",
        details=FULL,
    )
