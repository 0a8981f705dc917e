"""``/internal/orders``: where orders stand, for those whose they are. Answers hold nothing personal."""

from aiohttp import web

from hub.errors import Refusal
from hub.http.answers import ok
from hub.http.internal.asking import asked_conversation, asked_language, require_service
from hub.http.internal.money import money
from hub.http.keys import OWNERSHIP
from hub.orders import numbers
from hub.orders.wording import state_text, visit_text
from storage.model.orders import Order

LONGEST_PHONE = 64  # characters of what may be meant as a phone number

routes = web.RouteTableDef()


@routes.get("/internal/orders")
async def read_own_orders(request: web.Request) -> web.Response:
    """Those of the conversation's contact, newest first."""
    require_service(request)
    language = asked_language(request)
    own = await request.app[OWNERSHIP].own(asked_conversation(request))
    return ok({"orders": [_told(order, language) for order in own]})


@routes.get("/internal/orders/{number}")
async def read_order(request: web.Request) -> web.Response:
    """Where an order stands.

    400: it cannot be an order number. 403: nothing shows yet that it is theirs (also when nobody has the number);
    404: nobody has an order of this number and phone; 429: too many wrong tries.
    """
    require_service(request)
    language = asked_language(request)
    number = numbers.parse(request.match_info["number"])
    if number is None:
        raise Refusal("bad_request", "This is no order number.", details={"fields": {"number": _NO_NUMBER}})
    phone = request.query.get("phone", "")[:LONGEST_PHONE]
    order = await request.app[OWNERSHIP].proven(asked_conversation(request), number, phone)
    return ok(_told(order, language))


_NO_NUMBER = {"code": "order_number_invalid", "message": "An order number has eight digits, like 1234-5671."}


def _told(order: Order, language: str) -> dict[str, object]:
    return {
        "number": numbers.shown(order.number),
        "state": order.state.value,
        "state_text": state_text(order.state, language),
        "tariff": order.tariff_name,
        "visit": {
            "date": order.visit.day.isoformat(),
            "from": f"{order.visit.starts:%H:%M}",
            "to": f"{order.visit.ends:%H:%M}",
            "text": visit_text(order.visit, language),
        },
        "amount": money(order.due, language),
    }
