"""An order that was placed: said on its conversation's timeline, and to the panels that show it."""

from hub.conversation.commands import Command, PlaceOrder
from hub.conversation.dispatcher import Dispatcher
from hub.orders.views import order_view
from hub.protocol import operator
from hub.realtime.watchers import Watchers
from storage.model.entry import Author, AuthorKind
from storage.model.orders import Order
from storage.ports import OperatorStore


class OrderNews:
    """Tells of orders; each once on the timeline, however often it is asked to."""

    def __init__(self, operators: OperatorStore, dispatcher: Dispatcher, watchers: Watchers) -> None:
        self._operators = operators
        self._dispatcher = dispatcher
        self._watchers = watchers

    async def announce(self, order: Order) -> None:
        """Raises what ``Dispatcher.submit`` raises."""
        who = await self._operators.get(order.operator_id)
        author = Author(AuthorKind.OPERATOR, order.operator_id, who.name if who else "")
        command = Command(author, f"order:{order.id}", PlaceOrder(order.summary))
        await self._dispatcher.submit(order.conversation_id, command)
        view = order_view(order, author.name)
        changed = operator.OrderChanged(conversation_id=order.conversation_id, order=view)
        self._watchers.tell("order.changed", changed, order.conversation_id)
