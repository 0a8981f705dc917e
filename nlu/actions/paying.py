"""What there is to pay when somebody is connected: of their order, if that is known, else what the set-up costs."""

from actions.hub import Hub, NoOrderNumber, NoSuchOrder, PhoneNeeded, TooManyTries
from actions.order_numbers import OrderNumber, find
from actions.order_status import phone_known
from actions.orders import Order, values_of
from actions.turn import Reply, Turn

_STILL_PAID = {"scheduled", "in_progress"}


async def what_to_pay(turn: Turn, hub: Hub) -> Reply:
    """The amount of the order that was shown to be theirs, while there is anything to pay of it."""
    order = await _proven(turn, hub)
    if order is not None and order.state in _STILL_PAID:
        return Reply(
            "what_to_pay_of_order", values_of(order), known={"tariff": order.tariff}, proven=order.number
        )
    return Reply("what_to_pay", {"installation": (await hub.catalogue(turn.language)).installation})


async def _proven(turn: Turn, hub: Hub) -> Order | None:
    number = find(turn.memory.proven or "")
    if not isinstance(number, OrderNumber) or number.shown != turn.memory.known.get("order_number"):
        return None
    try:
        return await hub.order(turn.conversation, number, phone_known(turn), turn.language)
    except (NoOrderNumber, PhoneNeeded, NoSuchOrder, TooManyTries):
        return None  # it has gone, or its phone is another one by now
