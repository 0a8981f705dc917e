"""A stand-in for Rasa's REST channel: it repeats what was said, and hands over to people when it is asked to."""

import asyncio
from random import Random
from typing import Any, Self

from aiohttp import web

HUMAN = "human"
"""A customer's message with this word in it is handed over."""


def answer_to(text: str) -> str:
    """What the bot says to a message."""
    return f"bot: {text}"


class FakeRasa:
    """Use as an async context manager. Now and then it fails as Rasa does: with nothing, too late, or with an error."""

    def __init__(self, random: Random, faulty: float = 0.02) -> None:
        self.port = 0
        self.turns = 0
        self._random = random
        self._faulty = faulty
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/status", self._status)
        app.router.add_post("/webhooks/rest/webhook", self._turn)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _status(self, _: web.Request) -> web.Response:
        return web.json_response({"model_file": "fake.tar.gz"})

    async def _turn(self, request: web.Request) -> web.Response:
        asked: dict[str, Any] = await request.json()
        self.turns += 1
        await asyncio.sleep(self._random.uniform(0.01, 0.1))
        trouble = self._random.random() / self._faulty if self._faulty else 1.0
        if trouble < 0.4:
            return web.json_response([])
        if trouble < 0.8:
            return web.Response(status=500, text="<h1>Internal Server Error</h1>", content_type="text/html")
        if trouble < 1.0:
            await asyncio.sleep(7.0)
        text = str(asked["message"])
        said: list[dict[str, Any]] = [{"recipient_id": asked["sender"], "text": answer_to(text)}]
        if HUMAN in text:
            said.append({"custom": {"handoff": {"reason": "requested", "team": "support"}}})
        return web.json_response(said)
