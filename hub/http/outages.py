"""``/api/outages``: faults and planned works, read by all who answer customers and written by supervisors."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from hub.errors import Refusal
from hub.http.answers import ok
from hub.http.bodies import body_of
from hub.http.keys import CLOCK, OUTAGES, PLACES
from hub.http.session import authenticate
from hub.people.access import may_edit_outages, may_read_outages
from hub.places.views import history_view, languages_view, outage_view, told_view
from hub.protocol.common import ClientId, Id
from storage.model.outages import Outage
from storage.model.people import Operator

_PATH = "/api/outages"
_PAGE = 20  # past outages
_BETWEEN = "~"  # the end and the id of an outage in the mark of a page

routes = web.RouteTableDef()

Version = Annotated[int, Field(ge=1, lt=2**31, strict=True)]


class _Form(BaseModel):
    """Beside what is named stands the form: ``hub.places.form`` reads that, so that all its fields are told at once."""

    model_config = ConfigDict(extra="allow")


class OutageRequest(_Form):
    """A new one, with its key."""

    client_id: ClientId


class ChangeRequest(_Form):
    """Other contents for the version that was looked at."""

    version: Version


class PreviewRequest(_Form):
    """What would be told. ``outage_id`` when it is one that is there already."""

    outage_id: Id | None = None


class DeedRequest(BaseModel):
    """Something to do to the version that was looked at."""

    model_config = ConfigDict(extra="forbid")

    version: Version


@routes.get(_PATH)
async def read_outages(request: web.Request) -> web.Response:
    """What is on and what is planned, and the languages that more can be said in."""
    who = await _reader(request)
    present = await request.app[OUTAGES].present()
    return ok(
        {
            "now": [outage_view(each, present.now) for each in present.on],
            "planned": [outage_view(each, present.now) for each in present.planned],
            "may_edit": may_edit_outages(who),
            "languages": languages_view(),
        }
    )


@routes.get(f"{_PATH}/over")
async def read_past(request: web.Request) -> web.Response:
    """What is over, page by page; ``next`` is the mark of the next page."""
    await _reader(request)
    found = await request.app[OUTAGES].over(_PAGE + 1, _mark(request.query.get("before")))
    page, now = found[:_PAGE], request.app[CLOCK].now()
    return ok(
        {
            "outages": [outage_view(each, now) for each in page],
            "next": _mark_of(page[-1]) if len(found) > _PAGE else None,
        }
    )


@routes.get(f"{_PATH}/places")
async def read_places(request: web.Request) -> web.Response:
    """Towns and streets that can be chosen; others can be written."""
    await _reader(request)
    areas = await request.app[PLACES].areas()
    return ok([{"town": area.town, "streets": area.streets} for area in areas])


@routes.post(f"{_PATH}/preview")
async def preview(request: web.Request) -> web.Response:
    """What the bot would tell of such an outage."""
    who = await _editor(request)
    asked = await body_of(request, PreviewRequest)
    editing, zone = request.app[OUTAGES], request.app[PLACES].zone
    before = await editing.one(asked.outage_id) if asked.outage_id else None
    outage = editing.made(await editing.read(asked.model_extra or {}, before), "preview", who)
    return ok(told_view(outage, request.app[CLOCK].now(), zone))


@routes.post(_PATH)
async def create(request: web.Request) -> web.Response:
    """A new outage: 201, also when it is the repetition of an earlier request."""
    who = await _editor(request)
    asked = await body_of(request, OutageRequest)
    made = await request.app[OUTAGES].create(who, asked.client_id, asked.model_extra or {})
    return _answer(request, made, status=201)


@routes.get(f"{_PATH}/{{outage_id}}")
async def read_one(request: web.Request) -> web.Response:
    """One outage, with its history and what customers are told."""
    await _reader(request)
    return _answer(request, await request.app[OUTAGES].one(_id(request)))


@routes.put(f"{_PATH}/{{outage_id}}")
async def change(request: web.Request) -> web.Response:
    """Other contents; 409 with what is there now when somebody was quicker."""
    who = await _editor(request)
    asked = await body_of(request, ChangeRequest)
    changed = await request.app[OUTAGES].change(who, _id(request), asked.version, asked.model_extra or {})
    return _answer(request, changed)


@routes.post(f"{_PATH}/{{outage_id}}/end")
async def end(request: web.Request) -> web.Response:
    """It is over now."""
    return await _do(request, request.app[OUTAGES].end)


@routes.post(f"{_PATH}/{{outage_id}}/reopen")
async def reopen(request: web.Request) -> web.Response:
    """It was ended too early."""
    return await _do(request, request.app[OUTAGES].reopen)


async def _do(request: web.Request, deed: Callable[[Operator, str, int], Awaitable[Outage]]) -> web.Response:
    who = await _editor(request)
    asked = await body_of(request, DeedRequest)
    return _answer(request, await deed(who, _id(request), asked.version))


def _answer(request: web.Request, outage: Outage, status: int = 200) -> web.Response:
    now, zone = request.app[CLOCK].now(), request.app[PLACES].zone
    return ok(
        {
            **outage_view(outage, now),
            "history": history_view(outage),
            "told": told_view(outage, now, zone),
        },
        status=status,
    )


async def _reader(request: web.Request) -> Operator:
    who = await authenticate(request)
    if not may_read_outages(who):
        raise Refusal("forbidden", "Outages are for those who answer customers.")
    return who


async def _editor(request: web.Request) -> Operator:
    who = await _reader(request)
    if not may_edit_outages(who):
        raise Refusal("forbidden", "Supervisors write outages. Ask one of them.")
    return who


def _id(request: web.Request) -> str:
    outage_id = request.match_info["outage_id"]
    if not outage_id.isascii() or len(outage_id) > 64:
        raise Refusal("not_found", "There is no such outage.")
    return outage_id


def _mark_of(outage: Outage) -> str:
    assert outage.over_at is not None  # it is over
    return f"{outage.over_at.isoformat()}{_BETWEEN}{outage.id}"


def _mark(raw: str | None) -> tuple[datetime, str] | None:
    """Raises ``Refusal`` (bad_request)."""
    if not raw:
        return None
    at, _, outage_id = raw.partition(_BETWEEN)
    try:
        ended = datetime.fromisoformat(at)
    except ValueError:
        ended = None
    if ended is None or ended.tzinfo is None or not outage_id or len(raw) > 200:
        raise Refusal("bad_request", "Give the mark that the page before ended with.")
    return ended, outage_id
