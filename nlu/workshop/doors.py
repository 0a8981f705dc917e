"""The workshop over HTTP, for the hub alone: it shows the service token.

==========================  ==================================================================================
``POST /trainings``         begin one: ``{id, files, sentences: [{id, text}], published}``; 409 with the other's id
``GET /trainings/{id}``     how it is; ``DELETE`` cancels it
``POST /models``            ``{files, served}`` → where the model of a text is, whether it is there; where ``served`` is
``POST /models/hold``       ``{model}``: never tidy it away; 404 if it is missing or damaged
``POST /understood``        ``{model, files, texts, language}`` → what is understood and answered; 503 while it loads
``POST /talk``              ``{model, files, talk, text, payload, language}``; ``DELETE /talk/{talk}``
``POST /likeness``          ``{texts}`` → a row of unit length each
==========================  ==================================================================================
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from hmac import compare_digest
from pathlib import Path
from typing import Any

from aiohttp import web
from hub.launch import models

from workshop.errors import BadRequest, NotFound, WorkshopError
from workshop.listeners import Listeners
from workshop.settings import PROJECT, Settings
from workshop.texts import Files, Texts
from workshop.trainings import Trainings

log = logging.getLogger(__name__)

LARGEST = 32 * 1024 * 1024  # bytes of a request
MOST_TEXTS = 1_000
LONGEST_TEXT = 4_000  # characters

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build_app(settings: Settings) -> web.Application:
    """The workshop as an aiohttp application."""
    app = web.Application(client_max_size=LARGEST)
    texts = Texts(settings.folder / "texts")
    listeners = Listeners(settings.folder, settings.hub_url, settings.token)
    trainings = Trainings(settings.models, settings.folder, texts, listeners)
    doors = _Doors(settings, texts, listeners, trainings)
    app.middlewares.append(doors.guard)
    app.add_routes(doors.routes())

    async def live(_: web.Application) -> AsyncIterator[None]:
        idle = asyncio.ensure_future(listeners.end_idle())
        yield
        idle.cancel()
        await trainings.end()
        await listeners.end_all()

    app.cleanup_ctx.append(live)
    return app


class _Doors:
    def __init__(self, settings: Settings, texts: Texts, listeners: Listeners, trainings: Trainings) -> None:
        self._settings = settings
        self._texts = texts
        self._listeners = listeners
        self._trainings = trainings

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/health", self.health),
            web.post("/trainings", self.begin),
            web.get("/trainings/{id}", self.look),
            web.delete("/trainings/{id}", self.cancel),
            web.post("/models", self.find_model),
            web.post("/models/hold", self.hold_model),
            web.post("/understood", self.understood),
            web.post("/talk", self.talk),
            web.delete("/talk/{talk}", self.forget),
            web.post("/likeness", self.likeness),
        ]

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        known = compare_digest(token.strip().encode("utf-8", "replace"), self._settings.token.encode())
        if request.path != "/health" and (scheme.lower() != "bearer" or not known):
            return web.json_response({"error": "Send the service token."}, status=401)
        try:
            return await handler(request)
        except WorkshopError as failure:
            return web.json_response({"error": str(failure)}, status=failure.status)

    async def health(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def begin(self, request: web.Request) -> web.Response:
        body = await _body(request)
        real = {str(each["id"]): str(each["text"]) for each in _list(body, "sentences")}
        _require_texts(list(real.values()))
        published = self._published(body.get("published"))
        training = await self._trainings.begin(_text(body, "id"), _files(body), real, published)
        return web.json_response(training.view(), status=202)

    async def look(self, request: web.Request) -> web.Response:
        return web.json_response(self._trainings.get(request.match_info["id"]).view())

    async def cancel(self, request: web.Request) -> web.Response:
        return web.json_response((await self._trainings.cancel(request.match_info["id"])).view())

    async def find_model(self, request: web.Request) -> web.Response:
        body = await _body(request)
        async with self._texts.use(_files(body)) as folder:
            model = self._settings.models / await asyncio.to_thread(models.model_name, PROJECT, folder)
        served = body.get("served")
        place = self._settings.models / Path(served).name if isinstance(served, str) and served else None
        return web.json_response(
            {
                "model": str(model),
                "exists": model.exists(),
                "served": str(place) if place is not None and place.exists() else None,
            }
        )

    async def hold_model(self, request: web.Request) -> web.Response:
        model = self._model((await _body(request)).get("model"))
        if not await asyncio.to_thread(models.is_intact, model):
            raise NotFound(f"the model {model.name} is damaged")
        await asyncio.to_thread(models.hold, model)
        return web.json_response({})

    async def understood(self, request: web.Request) -> web.Response:
        body = await _body(request)
        texts = _list(body, "texts")
        _require_texts(texts)
        model = self._model(body.get("model"))
        asked = {"payload": False, "language": _text(body, "language")}
        async with self._texts.use(_files(body)) as folder:
            answers = [
                (await self._listeners.talk(model, {**asked, "folder": str(folder), "text": text})).get(
                    "understood"
                )
                for text in texts
            ]
        return web.json_response({"understood": answers})

    async def talk(self, request: web.Request) -> web.Response:
        body = await _body(request)
        text = _text(body, "text")
        _require_texts([text])
        model = self._model(body.get("model"))
        asked = {
            "text": text,
            "payload": body.get("payload") is True,
            "language": _text(body, "language"),
            "talk": _text(body, "talk"),
        }
        async with self._texts.use(_files(body)) as folder:
            return web.json_response(await self._listeners.talk(model, {**asked, "folder": str(folder)}))

    async def forget(self, request: web.Request) -> web.Response:
        await self._listeners.forget(request.match_info["talk"])
        return web.json_response({})

    async def likeness(self, request: web.Request) -> web.Response:
        texts = _list(await _body(request), "texts")
        _require_texts(texts)
        return web.json_response({"rows": await self._listeners.embed(texts)})

    def _published(self, raw: Any) -> Path | None:
        """What a training is compared with; None if it is lost, so that another can be trained all the same."""
        try:
            return self._model(raw) if raw else None
        except NotFound:
            log.warning("the published model is not there, so nothing is compared with it: %r", raw)
            return None

    def _model(self, raw: Any) -> Path:
        """A model of the folder, wherever the folder was when it was trained. Raises ``NotFound``."""
        model = self._settings.models / Path(str(raw)).name
        if not model.name.endswith(models.SUFFIX) or not model.is_file():
            raise NotFound("there is no such model")
        return model


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except json.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise BadRequest("send a JSON object")
    return body


def _files(body: dict[str, Any]) -> Files:
    files = body.get("files")
    if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
        raise BadRequest("files: not texts by their paths")
    return files


def _text(body: dict[str, Any], name: str) -> str:
    text = body.get(name)
    if not isinstance(text, str) or not text:
        raise BadRequest(f"{name}: missing")
    return text


def _list(body: dict[str, Any], name: str) -> list[Any]:
    values = body.get(name)
    if not isinstance(values, list) or len(values) > MOST_TEXTS:
        raise BadRequest(f"{name}: not a list, or a long one")
    return values


def _require_texts(texts: list[Any]) -> None:
    if not all(isinstance(text, str) and len(text) <= LONGEST_TEXT for text in texts):
        raise BadRequest("not texts, or long ones")
