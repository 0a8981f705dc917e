"""Publishing what was trained, and going back."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from hub.errors import Refusal
from hub.http.answers import ok
from hub.http.bodies import body_of
from hub.http.keys import ROOM
from hub.http.knowledge.access import editor, reader
from hub.http.knowledge.bodies import Body
from hub.protocol.common import ClientId, Id
from hub.workshop.views import changes_view, version_view

_PATH = "/api/knowledge"

routes = web.RouteTableDef()


class _Request(Body):
    client_id: ClientId


class PublishRequest(_Request):
    """``confirm``: also what does worse than what is published."""

    training: Id
    confirm: bool = False


class UndoRequest(_Request):
    """The version to go back to."""

    to: Annotated[int, Field(ge=1, lt=2**31, strict=True)]


@routes.post(f"{_PATH}/publish")
async def publish(request: web.Request) -> web.Response:
    """Let customers hear it; 409 with ``details.why``."""
    who = await editor(request)
    asked = await body_of(request, PublishRequest)
    room = request.app[ROOM]
    version = await room.publishing.publish(who, asked.training, asked.client_id, confirm=asked.confirm)
    return ok(version_view(version, await room.versions.current()))


@routes.post(f"{_PATH}/undo")
async def undo(request: web.Request) -> web.Response:
    """Let customers hear an older version again."""
    who = await editor(request)
    asked = await body_of(request, UndoRequest)
    room = request.app[ROOM]
    version = await room.publishing.undo(who, asked.to, asked.client_id)
    return ok(version_view(version, await room.versions.current()))


@routes.get(f"{_PATH}/versions")
async def read_versions(request: web.Request) -> web.Response:
    """Newest first."""
    await reader(request)
    versions = request.app[ROOM].versions
    current = await versions.current()
    return ok([version_view(each, current) for each in await versions.newest()])


@routes.get(f"{_PATH}/versions/{{number}}")
async def read_version(request: web.Request) -> web.Response:
    """One, with what changed in it."""
    await reader(request)
    versions = request.app[ROOM].versions
    number = request.match_info["number"]
    if not (number.isascii() and number.isdigit() and len(number) <= 10):
        raise Refusal("not_found", "There is no such version.")
    version = await versions.one(int(number))
    changes = changes_view(await versions.changes(version))
    return ok({**version_view(version, await versions.current()), "changes": changes})
