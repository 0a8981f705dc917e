"""``/internal/catalogue``: what the business sells."""

from aiohttp import web

from hub.http.answers import ok
from hub.http.internal.asking import asked_language, require_service
from hub.http.internal.money import money
from hub.http.keys import ORDERS
from hub.wording.days import day_text

routes = web.RouteTableDef()


@routes.get("/internal/catalogue")
async def read_catalogue(request: web.Request) -> web.Response:
    """The tariffs, and the promotions of today, in one language; a promotion without words in it is left out."""
    require_service(request)
    language = asked_language(request)
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
                    "price": money(tariff.price, language),
                    "includes": tariff.includes.get(language, ()),
                }
                for tariff in catalogue.tariffs.values()
            ],
            "promotions": [
                {
                    "code": promotion.code,
                    "text": text,
                    "until_text": day_text(promotion.until_day, language) if promotion.until_day else None,
                    "tariffs": promotion.tariffs,
                }
                for promotion in await placing.promotions()
                if (text := promotion.words.get(language))
            ],
            "currency": placing.terms.currency,
        }
    )
