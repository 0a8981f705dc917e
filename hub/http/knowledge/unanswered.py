"""``/api/knowledge/unanswered``: customers' sentences to learn from, and ``/figures``: how the bot does."""

from datetime import datetime
from typing import Any

from aiohttp import web

from hub.errors import Refusal
from hub.figures.reading import PERIODS
from hub.figures.views import doing_view
from hub.http.answers import ok
from hub.http.bodies import body_of
from hub.http.keys import FIGURES, INBOX, SUPERVISOR
from hub.http.knowledge.access import editor, reader
from hub.http.knowledge.bodies import Body, DraftVersion
from hub.knowledge.edits import AddSentence, Language, Marks, Name, Sentence
from hub.unanswered.views import page_view, sentence_view
from storage.model.learning import Standing
from storage.model.people import Operator

_PATH = "/api/knowledge/unanswered"
_BETWEEN = "~"  # when a sentence was heard and its id, in the mark of a page
_LONGEST_MARK = 200

routes = web.RouteTableDef()


class PlaceRequest(Body):
    """Where it belongs, in words that may have been mended; ``version`` is that of the draft that was looked at."""

    version: DraftVersion
    topic: Name
    language: Language
    text: Sentence
    marks: Marks = ()


@routes.get(_PATH)
async def read_unanswered(request: web.Request) -> web.Response:
    """A page of sentences, those that are alike side by side; the one that was heard last first."""
    await reader(request)
    inbox = request.app[INBOX]
    page = await inbox.page(_standing(request), _mark(request.query.get("before")))
    request.app[SUPERVISOR].errand("group by meaning", inbox.regroup())
    before = page.before
    return ok(page_view(page, f"{before[0].isoformat()}{_BETWEEN}{before[1]}" if before else None))


@routes.post(f"{_PATH}/{{sentence_id}}/place")
async def place(request: web.Request) -> web.Response:
    """Teach it to a topic, in one's draft."""
    who = await editor(request)
    asked = await body_of(request, PlaceRequest)
    edit = AddSentence(topic=asked.topic, language=asked.language, text=asked.text, marks=asked.marks)
    placed = await request.app[INBOX].place(who, _id(request), asked.version, edit)
    return ok(
        {
            "draft": {"version": placed.draft.version, "edits": len(placed.draft.edits)},
            "sentence": sentence_view(placed.sentence),
        }
    )


@routes.post(f"{_PATH}/{{sentence_id}}/human")
async def leave_to_people(request: web.Request) -> web.Response:
    """It is rightly for a human."""
    who = await editor(request)
    return ok(sentence_view(await request.app[INBOX].leave_to_people(who, _id(request))))


@routes.post(f"{_PATH}/{{sentence_id}}/reopen")
async def reopen(request: web.Request) -> web.Response:
    """It is to be ruled on again."""
    await editor(request)
    return ok(sentence_view(await request.app[INBOX].reopen(_id(request))))


@routes.get("/api/knowledge/figures")
async def read_figures(request: web.Request) -> web.Response:
    """How the bot does: days and topics of the last 7, 30 or 90 days."""
    await reader(request)
    days = request.query.get("days", str(PERIODS[0]))
    if days not in {str(each) for each in PERIODS}:
        raise Refusal("bad_request", "Ask for the last 7, 30 or 90 days.")
    return ok(doing_view(await request.app[FIGURES].of_last(int(days))))


async def waiting(request: web.Request, who: Operator) -> dict[str, Any]:
    """For the overview: how many sentences wait for somebody."""
    return {"unanswered": await request.app[INBOX].open_count()}


def _standing(request: web.Request) -> Standing:
    """Raises ``Refusal`` (bad_request)."""
    try:
        return Standing(request.query.get("state", Standing.OPEN.value))
    except ValueError:
        raise Refusal("bad_request", "Ask for sentences that are open, placed or human.") from None


def _id(request: web.Request) -> str:
    sentence_id = request.match_info["sentence_id"]
    if not sentence_id.isascii() or len(sentence_id) > 64:
        raise Refusal("not_found", "There is no such sentence any more.")
    return sentence_id


def _mark(raw: str | None) -> tuple[datetime, str] | None:
    """Raises ``Refusal`` (bad_request)."""
    if not raw:
        return None
    at, _, sentence_id = raw.partition(_BETWEEN)
    try:
        heard = datetime.fromisoformat(at)
    except ValueError:
        heard = None
    if heard is None or heard.tzinfo is None or not sentence_id or len(raw) > _LONGEST_MARK:
        raise Refusal("bad_request", "Give the mark that the page before ended with.")
    return heard, sentence_id
