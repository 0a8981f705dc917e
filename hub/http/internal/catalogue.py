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
    """The tariffs, what the set-up and the equipment cost, and the promotions of today, in one language.

    A promotion or a piece of equipment without words in it is left out.
    """
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
            "installation": money(placing.terms.installation, language),
            "equipment": [
                {"code": item.code, "name": name, "price": money(item.price, language)}
                for item in catalogue.equipment.values()
                if (name := item.name.get(language))
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
