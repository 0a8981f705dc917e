"""The way from the bot's actions to the hub's internal doors, which can be made to fail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

_PASSED_ON = ("Authorization", "Content-Type")


class Mood(StrEnum):
    """How the doors behave."""

    WELL = "well"
    BROKEN = "broken"
    GARBLED = "garbled"
    HANGING = "hanging"


class Doors:
    """Passes on to the hub what the actions ask, while in a good ``mood``; ``asked`` are paths with their queries."""

    def __init__(self, hub_url: str) -> None:
        self.mood = Mood.WELL
        self.asked: list[str] = []
        self._hub_url = hub_url
        self._end = asyncio.Event()
        self._port = 0
        self._server: TestServer | None = None

    async def open(self, port: int) -> None:
        """Answer on a port of the loopback interface."""
        self._port = port
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        application.cleanup_ctx.append(self._way)
        self._server = TestServer(application, port=port)
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

    async def _way(self, _: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(auto_decompress=False) as self._session:
            yield

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        match self.mood:
            case Mood.WELL:
                return await self._passed_on(request)
            case Mood.BROKEN:
                return web.json_response({"ok": False, "error": {"code": "internal"}}, status=500)
            case Mood.GARBLED:
                return web.Response(text="<html>a proxy's page</html>", content_type="text/html")
            case Mood.HANGING:
                await self._end.wait()
                raise web.HTTPServiceUnavailable

    async def _passed_on(self, request: web.Request) -> web.StreamResponse:
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        async with self._session.request(
            request.method, f"{self._hub_url}{request.path_qs}", headers=headers, data=await request.read()
        ) as response:
            return web.Response(
                body=await response.read(), status=response.status, content_type=response.content_type
            )
