"""``/internal/cases``: a complaint, a wish or a fault that the bot takes down."""

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hub.cases.numbers import shown
from hub.http.answers import ok
from hub.http.bodies import body_of
from hub.http.internal.asking import LONGEST_ID, require_service
from hub.http.keys import CASES
from hub.protocol.common import MAX_TEXT
from hub.wording.languages import language_of
from storage.model.cases import CaseCategory

routes = web.RouteTableDef()

Key = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ID, pattern=r"^[\x21-\x7e]+$")]


class CaseRequest(BaseModel):
    """``message_id`` is that of the contact's message, as the bot was told it; ``words`` are theirs."""

    model_config = ConfigDict(extra="forbid")

    conversation: Key
    message_id: Key
    category: CaseCategory
    words: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT)] = ""
    language: Annotated[str, StringConstraints(max_length=35)] = ""


@routes.post("/internal/cases")
async def open_case(request: web.Request) -> web.Response:
    """Open a case: 201, also when it is the repetition for the same message. 404: no such conversation."""
    require_service(request)
    asked = await body_of(request, CaseRequest)
    case = await request.app[CASES].open(
        asked.conversation, asked.message_id, asked.category, asked.words, language_of(asked.language)
    )
    return ok({"number": shown(case.number), "category": case.category.value}, status=201)
