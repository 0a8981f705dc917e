"""Is the hub alive, is it ready, and what has it done."""

import asyncio

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from hub.bus import Bus
from hub.http.answers import ok
from hub.http.keys import BUS, NLU, OPENED, STORAGE, SUPERVISOR
from storage.errors import StorageUnavailable

routes = web.RouteTableDef()

PING_WITHIN = 2.0  # seconds


@routes.get("/health/live")
async def live(request: web.Request) -> web.Response:
    """The process answers."""
    return ok({"live": True})


@routes.get("/health/ready")
async def ready(request: web.Request) -> web.Response:
    """200 when conversations can go on (with or without the bot), else 503; with the state of all parts."""
    try:
        async with asyncio.timeout(PING_WITHIN):
            await request.app[STORAGE].ping()
        storage = "ready" if request.app[OPENED].is_set() else "starting"
    except (StorageUnavailable, TimeoutError):
        storage = "down"
    jobs = {
        name: {"running": state.running, "crashes": state.crashes}
        for name, state in request.app[SUPERVISOR].jobs.items()
    }
    data = {
        "ready": storage == "ready",
        "storage": storage,
        "nlu": request.app[NLU].state.value,
        "redis": _redis(request.app[BUS]),
        "jobs": jobs,
    }
    return ok(data, status=200 if storage == "ready" else 503)


def _redis(bus: Bus | None) -> str:
    """Its absence is no reason not to be ready: it carries nothing that matters."""
    if bus is None:
        return "off"
    return "ready" if bus.listening else "away"


@routes.get("/metrics")
async def metrics(request: web.Request) -> web.Response:
    """For Prometheus."""
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
