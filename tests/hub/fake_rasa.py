"""A Rasa on a real socket that behaves in every way that it can."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

GOOD = [{"recipient_id": "c:1", "text": "Dobrý den"}]
WEBHOOK = "/webhooks/rest/webhook"


@dataclass
class FakeRasa:
    """Answers as told; notes what it was asked."""

    answer: Any = field(default_factory=lambda: web.json_response(GOOD))
    status: Any = field(default_factory=lambda: web.json_response({"model_file": "model.tar.gz"}))
    dialogue: Any = field(default_factory=lambda: web.json_response({"events": []}))
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    hang: asyncio.Event | None = None
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def webhook(self, request: web.Request) -> web.StreamResponse:
        async with self.came:
            self.asked.append(await request.json())
            self.came.notify_all()
        if self.hang is not None:
            await self.hang.wait()
        return await self._give(self.answer, request)

    async def state(self, request: web.Request) -> web.StreamResponse:
        self.tokens.append(request.query.get("token"))
        return await self._give(self.status, request)

    async def tracker(self, request: web.Request) -> web.StreamResponse:
        self.tokens.append(request.query.get("token"))
        return await self._give(self.dialogue, request)

    async def was_asked(self, times: int) -> None:
        """Return when it was."""
        async with self.came:
            await self.came.wait_for(lambda: len(self.asked) >= times)

    async def _give(self, answer: Any, request: web.Request) -> web.StreamResponse:
        given = await answer(request) if callable(answer) else answer
        assert isinstance(given, web.StreamResponse)
        # A response can be given only once.
        return (
            web.Response(body=given.body, status=given.status, headers=given.headers)
            if isinstance(given, web.Response)
            else given
        )


async def large(request: web.Request) -> web.StreamResponse:
    """50 MB, one piece after another."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    try:
        for _ in range(50):
            await response.write(b" " * 1024 * 1024)
    except ConnectionError:
        pass  # hung up on, as it should be
    return response


async def reset(request: web.Request) -> web.StreamResponse:
    """No answer, and no connection any more."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@asynccontextmanager
async def serving(fake: FakeRasa) -> AsyncIterator[TestServer]:
    """On a free port, until it is closed."""
    app = web.Application()
    app.router.add_post(WEBHOOK, fake.webhook)
    app.router.add_get("/status", fake.state)
    app.router.add_get("/conversations/{sender}/tracker", fake.tracker)
    async with TestServer(app, shutdown_timeout=0.1) as server:
        yield server


def url_of(server: TestServer) -> str:
    """As it stands in the settings."""
    return str(server.make_url("")).rstrip("/")
