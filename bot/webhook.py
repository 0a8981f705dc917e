"""Telegram brings the updates: a small HTTP server that says 200 only when the hub has an update for good.

Whoever knows the secret is Telegram; nothing else in a request is believed, forwarded addresses least of all. Telegram
brings what was not answered with 200 again, chat by chat in order, for a day. So an update that must wait is answered
with 503, and one that can never be taken is kept as a dead letter and answered with 200.
"""

import asyncio
import json
import math
import time
from collections import OrderedDict, deque
from hmac import compare_digest
from typing import Any

from aiogram import Bot
from aiohttp import ClientError, web

from bot.answering import Answering
from bot.backoff import Backoff, pause
from bot.handover import Handover
from bot.hub_client import HubClient
from bot.logs import get_logger
from bot.registration import Registration
from bot.settings import WebhookSettings
from bot.translate import key_of, translate, update_id_of
from bot.wave import Job
from hub.protocol.common import Error

log = get_logger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
MAX_BODY = 512 * 1024  # bytes; an update of Telegram has some ten thousand
MOST_WAITING = 100  # updates; Telegram opens 40 connections at most
READ_WITHIN = 10.0  # seconds for a body
ANSWER_WITHIN = 25.0  # seconds; Telegram waits longer
COME_BACK = 1.0  # seconds, when the hub names no time
_LISTEN_AGAIN = 5.0  # seconds
_REMEMBERED = 10_000  # updates that were taken
_SHOWN = 2_000  # characters of what cannot be read
_SAY_AGAIN = 60.0  # seconds between two lines about strangers


class Webhook:
    """Serves while `run` runs."""

    def __init__(
        self,
        bot: Bot,
        hub: HubClient,
        answering: Answering,
        settings: WebhookSettings,
        *,
        backoff: Backoff | None = None,
        check_every: float = 60.0,
    ) -> None:
        self._hub = hub
        self._settings = settings
        self._registration = Registration(bot, settings, backoff or Backoff(cap=60.0), check_every)
        self._handover = Handover(hub, answering, self._finish, self._wait)
        self._chats: dict[str, deque[Job]] = {}
        self._verdicts: dict[
            str, asyncio.Future[float | None]
        ] = {}  # by update: come back after, None: taken
        self._taken: OrderedDict[str, None] = OrderedDict()
        self._wake = asyncio.Event()
        self._said = -math.inf
        self.port = 0
        """Where it listens, once it does."""

    async def run(self, stop: asyncio.Event) -> None:
        """Listen and let Telegram know, until ``stop``; what has come by then is still answered."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)  # a proxy may change the path; the secret counts
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._settings.host, self._settings.port).start()
            self.port = runner.addresses[0][1]
            log.info("listening for Telegram", host=self._settings.host, port=self.port)
            async with asyncio.TaskGroup() as group:
                jobs = [group.create_task(self._work()), group.create_task(self._registration.keep())]
                await stop.wait()
                await runner.cleanup()  # takes no more, and waits for what is being answered
                for job in jobs:
                    job.cancel()
        except OSError as error:
            where = f"{self._settings.host}:{self._settings.port}"
            log.warning("cannot listen for Telegram; trying again", where=where, why=error.strerror)
            await pause(_LISTEN_AGAIN, stop)
        finally:
            await runner.cleanup()
            self._give_up()

    async def _work(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._handover.hand_over(self._chats)

    async def _serve(self, request: web.Request) -> web.Response:
        if not self._knows_secret(request):
            self._say_stranger(request)
            refused = web.Response(status=401)
            refused.force_close()  # its body stays unread
            return refused
        if request.method != "POST":
            return web.Response(status=405, headers={"Allow": "POST"})
        if not self._hub.ready.is_set() or len(self._verdicts) >= MOST_WAITING:
            return _come_back(COME_BACK)
        try:
            async with asyncio.timeout(READ_WITHIN):
                raw = _parsed(await _body(request))
        except TimeoutError:
            return web.Response(status=408)
        except (ClientError, ConnectionError, web.HTTPException):
            return web.Response(status=400)  # cut off in the middle, or no HTTP
        return await self._answer(raw)

    async def _answer(self, raw: Any) -> web.Response:
        """200 when the hub has it; the same update many times at once is handed over once."""
        translation = translate(raw)
        key = key_of(raw)
        if key in self._taken:
            return web.Response()
        verdict = self._verdicts.get(key)
        if verdict is None:
            verdict = self._verdicts[key] = asyncio.get_running_loop().create_future()
            job = Job(raw, translation, update_id_of(raw), deque(translation.updates), key=key)
            self._chats.setdefault(translation.chat, deque()).append(job)
            self._wake.set()
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                seconds = await asyncio.shield(verdict)
        except TimeoutError:
            return _come_back(COME_BACK)
        return web.Response() if seconds is None else _come_back(seconds)

    def _finish(self, job: Job) -> None:
        self._taken[job.key] = None
        while len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)
        self._decide(job, None)

    def _wait(self, _: str, jobs: deque[Job], error: Error | None) -> None:
        """All of the chat: what came behind must not overtake."""
        for job in jobs:
            self._decide(job, COME_BACK if error is None or error.retry_after is None else error.retry_after)

    def _decide(self, job: Job, seconds: float | None) -> None:
        verdict = self._verdicts.pop(job.key, None)
        if verdict is not None and not verdict.done():
            verdict.set_result(seconds)

    def _give_up(self) -> None:
        for jobs in self._chats.values():
            for job in jobs:
                self._decide(job, COME_BACK)
        self._chats.clear()

    def _knows_secret(self, request: web.Request) -> bool:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        return compare_digest(given, self._settings.secret.get_secret_value().encode())

    def _say_stranger(self, request: web.Request) -> None:
        now = time.monotonic()
        if now - self._said >= _SAY_AGAIN:
            self._said = now
            given = "a wrong one" if SECRET_HEADER in request.headers else "none"
            log.warning("a request without Telegram's secret was refused", secret=given)


async def _body(request: web.Request) -> bytes:
    """No more of it than `MAX_BODY` and a little."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            break
    return bytes(body)


def _parsed(body: bytes) -> Any:
    """The update; of what is none, enough to see what it was."""
    if len(body) <= MAX_BODY:
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            pass
    return {"unreadable": body[:_SHOWN].decode(errors="replace"), "too_large": len(body) > MAX_BODY}


def _come_back(seconds: float) -> web.Response:
    return web.Response(status=503, headers={"Retry-After": str(max(1, math.ceil(seconds)))})
