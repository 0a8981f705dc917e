"""The hub's real internal doors over the in-memory storage, which can be made to fail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from enum import StrEnum

from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler
from pydantic import SecretStr

from hub.demo.catalogue import EQUIPMENT, TARIFFS
from hub.demo.order import demo_contact, demo_order
from hub.http import internal
from hub.http.keys import ORDERS, SETTINGS, STORAGE
from hub.http.middlewares import errors
from hub.orders.numbers import number_of
from hub.orders.placing import Placing
from hub.settings import Settings
from storage.memory import MemoryStorage
from storage.model.orders import OrderState
from tests.doors import SERVICE_TOKEN, Announced, Clock, Draws

ORDER_NUMBERS = {
    OrderState.SCHEDULED: "12345671",
    OrderState.IN_PROGRESS: number_of(1_000_001),
    OrderState.DONE: number_of(2_000_002),
    OrderState.CANCELLED: number_of(3_000_003),
}


class Mood(StrEnum):
    """How the doors behave."""

    WELL = "well"
    BROKEN = "broken"
    GARBLED = "garbled"
    HANGING = "hanging"


class Doors:
    """What the actions ask; ``asked`` are the paths and languages, ``mood`` may be changed while it runs."""

    def __init__(self) -> None:
        self.mood = Mood.WELL
        self.asked: list[str] = []
        self._end = asyncio.Event()
        self._port = 0
        self._server: TestServer | None = None

    async def open(self, port: int) -> None:
        """Answer on a port of the loopback interface."""
        self._port = port
        self._server = TestServer(await self._application(), port=port)
        await self._server.start_server()

    async def close(self) -> None:
        """Answer no more; whoever hangs is let go."""
        self._end.set()
        if self._server is not None:
            await self._server.close()

    @asynccontextmanager
    async def shut(self) -> AsyncIterator[None]:
        """Nobody at the doors, for a while."""
        await self.close()
        try:
            yield
        finally:
            self._end.clear()
            await self.open(self._port)

    async def _application(self) -> web.Application:
        storage, clock = MemoryStorage(), Clock()
        await storage.catalogue.put_tariffs(TARIFFS)
        await storage.catalogue.put_equipment(EQUIPMENT)
        ordered = demo_order(demo_contact(clock.now()), "id-anna", clock.now())
        for state, number in ORDER_NUMBERS.items():
            own = replace(
                ordered, id=f"order-{state}", client_id=f"order-{state}", number=number, state=state
            )
            await storage.orders.put_new(own)
        application = web.Application(middlewares=[self._moody, errors])
        application[STORAGE] = storage
        application[SETTINGS] = Settings(service_token=SecretStr(SERVICE_TOKEN))
        application[ORDERS] = Placing(storage.orders, storage.catalogue, clock, Announced(), Draws())
        application.add_routes(internal.routes)
        return application

    @web.middleware
    async def _moody(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        if self.mood is Mood.HANGING:
            await self._end.wait()
        if self.mood is Mood.BROKEN:
            return web.json_response({"ok": False, "error": {"code": "internal"}}, status=500)
        if self.mood is Mood.GARBLED:
            return web.Response(text="<html>a proxy's page</html>", content_type="text/html")
        return await handler(request)
