"""``/api/catalogue``, ``/api/quote`` and orders made in a conversation."""

from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from hub.customers.fields import FieldError, FormErrors
from hub.errors import Refusal
from hub.http.answers import ok
from hub.http.bodies import body_of
from hub.http.keys import ORDERS, STORAGE
from hub.http.session import authenticate
from hub.orders.order import read_equipment, read_tariff
from hub.orders.pricing import quote
from hub.orders.views import money_view, order_view
from hub.people.access import may_place_order, may_read_catalogue, may_see
from hub.protocol.common import ClientId
from storage.model.conversation import Conversation
from storage.model.people import Operator

_LONGEST_ID = 64

routes = web.RouteTableDef()


class QuoteRequest(BaseModel):
    """Codes of what is to be priced; read by the same rules as the order form."""

    model_config = ConfigDict(extra="forbid")

    tariff_code: Any = None
    equipment: Any = None


class OrderRequest(BaseModel):
    """The key, and beside it the form: ``hub.orders.order`` reads that, so that all its fields are told at once."""

    model_config = ConfigDict(extra="allow")

    client_id: ClientId


@routes.get("/api/catalogue")
async def read_catalogue(request: web.Request) -> web.Response:
    """What can be ordered, in all languages."""
    _require(may_read_catalogue(await authenticate(request)))
    placing = request.app[ORDERS]
    catalogue = await placing.catalogue()
    return ok(
        {
            "tariffs": [
                {
                    "code": tariff.code,
                    "name": tariff.name,
                    "description": tariff.description,
                    "download_mbps": tariff.download_mbps,
                    "upload_mbps": tariff.upload_mbps,
                    "price": money_view(tariff.price),
                    "includes": tariff.includes,
                }
                for tariff in catalogue.tariffs.values()
            ],
            "equipment": [
                {"code": item.code, "name": item.name, "price": money_view(item.price)}
                for item in catalogue.equipment.values()
            ],
            "time_windows": [
                {"starts": f"{window.starts:%H:%M}", "ends": f"{window.ends:%H:%M}"}
                for window in placing.terms.windows
            ],
            "installation": money_view(placing.terms.installation),
        }
    )


@routes.post("/api/quote")
async def read_quote(request: web.Request) -> web.Response:
    """What an order would cost."""
    _require(may_read_catalogue(await authenticate(request)))
    asked = await body_of(request, QuoteRequest)
    placing = request.app[ORDERS]
    catalogue = await placing.catalogue()
    errors = FormErrors()
    equipment = read_equipment(asked.equipment, catalogue, placing.terms, errors)
    try:
        tariff = read_tariff(asked.tariff_code, catalogue)
    except FieldError as error:
        errors.add("tariff_code", error)
    if errors.fields:
        raise Refusal("bad_request", "Some fields need another look.", details=errors.details())
    price = quote(tariff, equipment, placing.terms.installation)
    return ok({"due": money_view(price.due), "monthly": money_view(price.monthly)})


@routes.post("/api/conversations/{conversation_id}/orders")
async def place_order(request: web.Request) -> web.Response:
    """Place an order: 201 with its view, also when it is the repetition of an earlier request."""
    operator = await authenticate(request)
    asked = await body_of(request, OrderRequest)
    conversation = await _conversation(request, operator)
    placing = request.app[ORDERS]
    order = await placing.place(operator, conversation, asked.client_id, asked.model_extra or {})
    maker = (
        operator
        if order.operator_id == operator.id
        else await request.app[STORAGE].operators.get(order.operator_id)
    )
    return ok(order_view(order, maker.name if maker else ""), status=201)


async def _conversation(request: web.Request, operator: Operator) -> Conversation:
    conversation_id = request.match_info["conversation_id"]
    found = None
    if len(conversation_id) <= _LONGEST_ID and conversation_id.isascii():
        found = await request.app[STORAGE].conversations.get(conversation_id)
    if found is None or not may_see(operator, found):
        raise Refusal("not_found", "There is no such conversation, or it is not yours to see.")
    if not may_place_order(operator, found):
        raise Refusal("forbidden", "A colleague answers here. The order is theirs to make.")
    return found


def _require(allowed: bool) -> None:
    if not allowed:
        raise Refusal("forbidden", "Your role does not allow this.")
