"""Opens what the hub stands on, lets its parts (``hub.parts``) run, and closes everything in reverse."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from random import Random

import aiohttp
import structlog
from aiohttp import web

from hub.bus import Bus
from hub.clock import Clock, SystemClock
from hub.http import health, internal, keys, knowledge, orders, outages, pages, session
from hub.http import widget as widget_http
from hub.http.middlewares import errors, harden, opened
from hub.nlu import Nlu, NoNlu, Rasa
from hub.origins import own_origins
from hub.parts import Ground, Parts
from hub.realtime.leaving import say_goodbye
from hub.realtime.relay import Relay
from hub.realtime.server import LinkaServer
from hub.settings import Settings
from hub.supervisor import Supervisor
from hub.workshop.client import HttpWorkshop, Workshop
from storage.errors import StorageUnavailable
from storage.mongo.opening import open_storage
from storage.ports import Storage

log = structlog.get_logger(__name__)

OPEN_WITHIN = 1.0  # seconds that the database has before the hub listens without it
PREPARE_AGAIN = 1.0  # seconds between two tries to reach the database at the start


def build_app(
    settings: Settings,
    *,
    storage: Storage | None = None,
    nlu: Nlu | None = None,
    workshop: Workshop | None = None,
    clock: Clock | None = None,
    server: LinkaServer | None = None,
) -> web.Application:
    """The hub as an aiohttp application. What is not given is the real thing, opened at start-up.

    It listens at once. Until the database has answered for the first time, all but its health is ``unavailable``.
    """
    app = web.Application(middlewares=[errors, opened, session.guard], client_max_size=64 * 1024)
    app.on_response_prepare.append(harden)
    for module in (health, internal, knowledge, orders, outages, pages, session, widget_http):
        app.add_routes(module.routes)
    bus = Bus(settings.redis_url) if settings.redis_url else None
    relay = Relay(bus) if bus else None
    server = server or LinkaServer(own_origins(settings.public_url, settings.port), relay)
    server.attach(app)
    clock = clock or SystemClock()
    app[keys.SETTINGS] = settings
    app[keys.CLOCK] = clock

    async def live(app: web.Application) -> AsyncIterator[None]:
        """Open in order, close in reverse."""
        async with AsyncExitStack() as stack:
            there = storage
            if there is None:
                there = await stack.enter_async_context(_open_storage(settings))
            bot = nlu or await _open_nlu(settings, stack)
            room = workshop or await _open_workshop(settings, stack)
            tasks = Supervisor()
            await tasks.start()
            try:
                parts = Parts(Ground(settings, clock, server, bus, relay, there, bot, room, tasks))
                parts.serve(app)
                await _open_up(parts, there, tasks, app[keys.OPENED])
                yield
                await parts.stop()
            finally:
                await tasks.stop()

    app.cleanup_ctx.append(live)

    async def leave(_: web.Application) -> None:
        await say_goodbye(server, Random())

    app.on_shutdown.append(leave)  # before connections are closed; cleaning up comes after
    return app


async def _open_up(parts: Parts, storage: Storage, tasks: Supervisor, is_open: asyncio.Event) -> None:
    """Begin when the database has answered, which may be later than this returns."""

    async def open_up() -> None:
        await _prepared(storage)
        if not is_open.is_set():
            parts.begin()
            is_open.set()

    tasks.job("opening", open_up, may_end=True)
    with suppress(TimeoutError):  # then it is said that it is not open yet
        async with asyncio.timeout(OPEN_WITHIN):
            await is_open.wait()


def _open_storage(settings: Settings) -> AbstractAsyncContextManager[Storage]:
    uri = settings.mongodb_uri or f"mongodb://127.0.0.1:{settings.mongo_port}/?replicaSet=linka"
    return open_storage(uri, settings.mongodb_database, settings.mongodb_driver, watch_own=False)


async def _open_nlu(settings: Settings, stack: AsyncExitStack) -> Nlu:
    if not settings.nlu_urls:
        return NoNlu()
    token = settings.rasa_token.get_secret_value() if settings.rasa_token else None
    return Rasa(settings.nlu_urls, token, await stack.enter_async_context(aiohttp.ClientSession()))


async def _open_workshop(settings: Settings, stack: AsyncExitStack) -> Workshop | None:
    if settings.workshop is None or settings.service_token is None:
        return None
    token = settings.service_token.get_secret_value()
    return HttpWorkshop(settings.workshop, token, await stack.enter_async_context(aiohttp.ClientSession()))


async def _prepared(storage: Storage) -> None:
    """Wait for the database: a hub that starts before it is no failure."""
    while True:
        try:
            await storage.prepare()
            return
        except StorageUnavailable as failure:
            log.warning("waiting for the database", reason=str(failure))
            await asyncio.sleep(PREPARE_AGAIN)
