"""``/internal/availability`` and ``/internal/outages``: where somebody can be connected, and where the line is out."""

from aiohttp import web

from hub.http.answers import ok
from hub.http.internal.asking import asked_language, require_service
from hub.http.keys import PLACES
from hub.places.outages import Phase, phase_of
from hub.places.wording import outage_text, when_text
from hub.wording.days import day_text

routes = web.RouteTableDef()


@routes.get("/internal/availability")
async def read_availability(request: web.Request) -> web.Response:
    """Whether there is service in a town, and on a street of it if one is named."""
    require_service(request)
    language = asked_language(request)
    found = await request.app[PLACES].availability(_said(request, "town"), _said(request, "street"))
    return ok(
        {
            "town": found.town,
            "street": found.street,
            "suggestions": found.suggestions,
            "verdict": found.verdict.value,
            "tariffs": found.tariffs,
            "from_text": day_text(found.from_day, language) if found.from_day else None,
        }
    )


@routes.get("/internal/outages")
async def read_outages(request: web.Request) -> web.Response:
    """What is on in a town, or anywhere when none is named, and the works planned for the next seven days.

    If a street of the town is named that is known, only what concerns it.
    """
    require_service(request)
    language = asked_language(request)
    places = request.app[PLACES]
    told = await places.outages(_said(request, "town"), _said(request, "street"))
    return ok(
        {
            "town": told.town,
            "street": told.street,
            "suggestions": told.suggestions,
            "outages": [
                {
                    "kind": outage.kind.value,
                    "on": phase_of(outage, told.now) is Phase.NOW,
                    "towns": outage.towns,
                    "streets": outage.streets,
                    "from": outage.starts.astimezone(places.zone).isoformat(),
                    "until": outage.expected_until.astimezone(places.zone).isoformat()
                    if outage.expected_until
                    else None,
                    "when_text": when_text(outage, told.now, language, places.zone),
                    "text": outage_text(outage, told.now, language, places.zone),
                }
                for outage in told.outages
            ],
        }
    )


def _said(request: web.Request, name: str) -> str:
    return request.query.get(name, "")
