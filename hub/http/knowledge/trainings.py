"""Training a draft, and talking to what came of it."""

from typing import Annotated, Any, Literal
from uuid import UUID

from aiohttp import web
from pydantic import Field

from hub.http.answers import ok
from hub.http.bodies import body_of
from hub.http.keys import DRAFTS, ROOM
from hub.http.knowledge.access import editor, reader
from hub.http.knowledge.bodies import Body, DraftVersion
from hub.workshop.views import training_view
from storage.model.people import Operator

_PATH = "/api/knowledge"
MOST_TEXTS = 20
LONGEST_TEXT = 1_000  # characters

routes = web.RouteTableDef()

Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]


class TrainRequest(Body):
    """The draft that was looked at."""

    version: DraftVersion


class UnderstoodRequest(Body):
    """Sentences to be understood."""

    texts: Annotated[list[Text], Field(min_length=1, max_length=MOST_TEXTS)]


class TryRequest(Body):
    """A turn of a talk that is only tried."""

    model: Literal["published", "draft"]
    talk: UUID
    text: Text
    payload: bool = False


async def beside(request: web.Request, who: Operator) -> dict[str, Any]:
    """What an overview tells of trainings and versions."""
    return await request.app[ROOM].overview(who, await request.app[DRAFTS].on_disk())


@routes.post(f"{_PATH}/trainings")
async def train(request: web.Request) -> web.Response:
    """Begin: 202, or 409 while somebody trains."""
    who = await editor(request)
    asked = await body_of(request, TrainRequest)
    return ok(training_view(await request.app[ROOM].trainings.begin(who, asked.version)), status=202)


@routes.get(f"{_PATH}/trainings/current")
async def read_training(request: web.Request) -> web.Response:
    """The caller's newest, or null."""
    who = await reader(request)
    newest = await request.app[ROOM].trainings.newest(who)
    return ok(training_view(newest) if newest else None)


@routes.post(f"{_PATH}/trainings/{{id}}/cancel")
async def cancel(request: web.Request) -> web.Response:
    """End it."""
    who = await editor(request)
    return ok(training_view(await request.app[ROOM].trainings.cancel(who, request.match_info["id"][:64])))


@routes.post(f"{_PATH}/understood")
async def understood(request: web.Request) -> web.Response:
    """What the published model and the draft make of sentences."""
    who = await reader(request)
    asked = await body_of(request, UnderstoodRequest)
    return ok(await request.app[ROOM].trying.understood(who, asked.texts))


@routes.post(f"{_PATH}/try")
async def talk(request: web.Request) -> web.Response:
    """A turn; 503 with ``retry_after`` while the model is being loaded."""
    who = await reader(request)
    asked = await body_of(request, TryRequest)
    return ok(
        await request.app[ROOM].trying.talk(
            who, asked.model, str(asked.talk), asked.text, is_payload=asked.payload
        )
    )


@routes.delete(f"{_PATH}/try/{{talk}}")
async def forget(request: web.Request) -> web.Response:
    """The talk begins anew."""
    who = await reader(request)
    await request.app[ROOM].trying.forget(who, request.match_info["talk"][:64])
    return ok({})
