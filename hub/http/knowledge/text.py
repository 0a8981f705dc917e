"""The text of the bot: topics, answers, buttons, tables, what is wrong with them, and the draft of whoever asks."""

import hashlib
from dataclasses import asdict
from typing import Annotated, Any, Literal, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, Field, ValidationError

from hub.errors import Refusal
from hub.http.answers import ok
from hub.http.bodies import body_of
from hub.http.keys import DRAFTS, KNOWLEDGE
from hub.http.knowledge.access import editor, reader
from hub.http.knowledge.bodies import Body, DraftVersion
from hub.http.knowledge.overview import beside
from hub.knowledge.edits import Edit
from hub.knowledge.knowledge import draft_brief
from hub.people.access import may_edit_knowledge
from hub.protocol.common import Id
from storage.model.people import Operator

_PATH = "/api/knowledge"
_LARGEST = 256 * 1024  # bytes of edits
_LONGEST_QUERY = 200  # characters
_SAID = {
    "string_too_long": "This is too long: {max_length} characters at most.",
    "string_too_short": "Write something here.",
    "too_long": "These are too many: {max_length} at most.",
    "too_short": "Write something here.",
}
"""What people can be told of a body that is not of the expected form."""

routes = web.RouteTableDef()
M = TypeVar("M", bound=BaseModel)

Edits = Annotated[list[Edit], Field(max_length=100)]


class EditsRequest(Body):
    """Edits for the version of the draft that was looked at."""

    version: DraftVersion
    edits: Annotated[Edits, Field(min_length=1)]


class TryRequest(Body):
    """Edits that are only to be looked at."""

    edits: Edits


class VersionRequest(Body):
    """Something to do to the version that was looked at."""

    version: DraftVersion


class ConflictRequest(Body):
    """What is to become of an edit that no longer fits."""

    version: DraftVersion
    id: Id
    keep: Literal["mine", "theirs"]


@routes.get(_PATH)
async def read_overview(request: web.Request) -> web.Response:
    """Everything in brief; ``revision`` changes when anything of it does."""
    who = await reader(request)
    told = {
        "may_edit": may_edit_knowledge(who),
        **await request.app[KNOWLEDGE].overview(who),
        **await beside(request, who),
    }
    return ok({"revision": hashlib.sha256(orjson.dumps(told)).hexdigest()[:16], **told})


@routes.get(f"{_PATH}/topics/{{name}}")
async def read_topic(request: web.Request) -> web.Response:
    """One topic."""
    return ok(await request.app[KNOWLEDGE].topic(await reader(request), request.match_info["name"]))


@routes.get(f"{_PATH}/answers/{{name}}")
async def read_answer(request: web.Request) -> web.Response:
    """One answer."""
    return ok(await request.app[KNOWLEDGE].answer(await reader(request), request.match_info["name"]))


@routes.get(f"{_PATH}/buttons")
async def read_buttons(request: web.Request) -> web.Response:
    """All buttons."""
    return ok(await request.app[KNOWLEDGE].buttons(await reader(request)))


@routes.get(f"{_PATH}/tables/{{language}}/{{name}}")
async def read_table(request: web.Request) -> web.Response:
    """One lookup table."""
    who, asked = await reader(request), request.match_info
    return ok(await request.app[KNOWLEDGE].table(who, asked["language"], asked["name"]))


@routes.get(f"{_PATH}/search")
async def search(request: web.Request) -> web.Response:
    """Where the words of ``q`` stand."""
    who, query = await reader(request), request.query.get("q", "")
    if len(query) > _LONGEST_QUERY:
        raise Refusal("bad_request", f"Search for {_LONGEST_QUERY} characters at most.")
    return ok([asdict(hit) for hit in await request.app[KNOWLEDGE].search(who, query)])


@routes.get(f"{_PATH}/findings")
async def read_findings(request: web.Request) -> web.Response:
    """What is wrong with the draft."""
    return ok([each.view() for each in await request.app[KNOWLEDGE].findings(await reader(request))])


@routes.post(f"{_PATH}/findings")
async def check(request: web.Request) -> web.Response:
    """What would be wrong with more edits, which are not kept."""
    who = await editor(request)
    asked = await _asked(request, TryRequest)
    return ok([each.view() for each in await request.app[KNOWLEDGE].findings(who, asked.edits)])


@routes.get(f"{_PATH}/draft")
async def read_draft(request: web.Request) -> web.Response:
    """The edits of the draft, and what they make of the files."""
    return ok(await request.app[KNOWLEDGE].draft(await reader(request)))


@routes.post(f"{_PATH}/edits")
async def edit(request: web.Request) -> web.Response:
    """More edits; 409 with the present ``version`` when another window was quicker."""
    who = await editor(request)
    asked = await _asked(request, EditsRequest)
    await request.app[DRAFTS].edit(who, asked.version, asked.edits)
    return await _draft(request, who)


@routes.post(f"{_PATH}/edits/undo")
async def undo(request: web.Request) -> web.Response:
    """The last edit is taken back."""
    who = await editor(request)
    await request.app[DRAFTS].undo(who, (await _asked(request, VersionRequest)).version)
    return await _draft(request, who)


@routes.post(f"{_PATH}/draft/conflicts")
async def settle(request: web.Request) -> web.Response:
    """One's own edit is kept, or given up."""
    who = await editor(request)
    asked = await _asked(request, ConflictRequest)
    await request.app[DRAFTS].settle(who, asked.version, asked.id, mine=asked.keep == "mine")
    return await _draft(request, who)


@routes.delete(f"{_PATH}/draft")
async def clear(request: web.Request) -> web.Response:
    """All edits are taken back."""
    who = await editor(request)
    version = request.query.get("version", "")
    if not version.isascii() or not version.isdecimal() or len(version) > 9:
        raise Refusal("bad_request", "Give the version of the draft that you have looked at.")
    await request.app[DRAFTS].clear(who, int(version))
    return await _draft(request, who)


async def _draft(request: web.Request, who: Operator) -> web.Response:
    return ok(draft_brief(await request.app[DRAFTS].drafted(who)))


async def _asked(request: web.Request, model: type[M]) -> M:
    """The body. Raises ``Refusal``, in words for people where they wrote too much or too little."""
    try:
        return await body_of(request, model, largest=_LARGEST)
    except ValidationError as error:
        raise _refusal(error) or error from error


def _refusal(error: ValidationError) -> Refusal | None:
    for problem in error.errors(include_url=False, include_input=False):
        words, where = _SAID.get(problem["type"]), problem["loc"]
        if words and where[:1] == ("edits",) and len(where) > 2:  # of an edit: its place, kind and field
            details: dict[str, Any] = {
                "edit": where[1],
                "field": str(where[3] if len(where) > 3 else where[2]),
            }
            return Refusal("bad_request", words.format(**problem.get("ctx", {})), details=details)
    return None
