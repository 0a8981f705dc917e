"""``/internal/``: what Rasa's actions ask. Guarded by the service token; answers hold nothing personal."""

from hmac import compare_digest

from aiohttp import web

from hub.errors import Refusal
from hub.http.answers import ok
from hub.http.keys import ORDERS, SETTINGS, STORAGE
from hub.orders import numbers
from hub.orders.wording import language_of, money_text, state_text, visit_text
from storage.model.orders import Money

routes = web.RouteTableDef()


def require_service(request: web.Request) -> None:
    """Raise ``Refusal`` (unauthenticated) unless the caller has the service token."""
    secret = request.app[SETTINGS].service_token
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if (
        secret is None
        or not secret.get_secret_value()
        or scheme.lower() != "bearer"
        or not compare_digest(token.strip().encode("utf-8", "replace"), secret.get_secret_value().encode())
    ):
        raise Refusal("unauthenticated", "Send the service token.")


@routes.get("/internal/catalogue")
async def read_catalogue(request: web.Request) -> web.Response:
    """The tariffs in one language."""
    require_service(request)
    language = language_of(request.query.get("language"))
    placing = request.app[ORDERS]
    catalogue = await placing.catalogue()
    return ok(
        {
            "tariffs": [
                {
                    "code": tariff.code,
                    "name": tariff.name,
                    "description": tariff.description.get(language, ""),
                    "download_mbps": tariff.download_mbps,
                    "upload_mbps": tariff.upload_mbps,
                    "price": _money(tariff.price, language),
                    "includes": tariff.includes.get(language, ()),
                }
                for tariff in catalogue.tariffs.values()
            ],
            "currency": placing.terms.currency,
        }
    )


@routes.get("/internal/orders/{number}")
async def read_order(request: web.Request) -> web.Response:
    """Where an order stands: 404 for a number that nobody has, 400 for one that cannot be a number."""
    require_service(request)
    language = language_of(request.query.get("language"))
    number = numbers.parse(request.match_info["number"])
    if number is None:
        raise Refusal("bad_request", "This is no order number.", details={"fields": {"number": _NO_NUMBER}})
    order = await request.app[STORAGE].orders.by_number(number)
    if order is None:
        raise Refusal("not_found", "There is no order of this number.")
    return ok(
        {
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
            "amount": _money(order.due, language),
        }
    )


_NO_NUMBER = {"code": "order_number_invalid", "message": "An order number has eight digits, like 1234-5671."}


def _money(money: Money, language: str) -> dict[str, object]:
    return {"amount": money.amount, "currency": money.currency, "text": money_text(money, language)}
