"""``/internal/hours``: whether people answer now, and when."""

from aiohttp import web

from hub.http.answers import ok
from hub.http.internal.asking import asked_language, require_service
from hub.http.keys import CLOCK, HOURS
from hub.queue.hours_wording import closes_text, hours_text, opens_text

routes = web.RouteTableDef()


@routes.get("/internal/hours")
async def read_hours(request: web.Request) -> web.Response:
    """The business hours, as they stand this moment."""
    require_service(request)
    language = asked_language(request)
    hours, now = request.app[HOURS], request.app[CLOCK].now()
    opens = hours.opens_at(now)
    return ok(
        {
            "open": hours.is_open(now),
            "closes_text": closes_text(hours, now),
            "opens_at": hours.local(opens).isoformat() if opens else None,
            "opens_text": opens_text(hours, now, language),
            "hours_text": hours_text(hours, language),
        }
    )
