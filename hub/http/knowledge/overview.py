"""What else the overview tells beside the text: published versions, trainings, what was not understood."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from hub.http.knowledge import trainings, unanswered
from storage.model.people import Operator

Part = Callable[[web.Request, Operator], Awaitable[dict[str, Any]]]

NOTHING: dict[str, Any] = {"published": None, "by_hand": [], "training": None, "unanswered": 0}
"""What is told where no part says otherwise."""

PARTS: tuple[Part, ...] = (trainings.beside, unanswered.waiting)
"""Each gives the fields that it knows of."""


async def beside(request: web.Request, who: Operator) -> dict[str, Any]:
    """The fields of all parts."""
    told = dict(NOTHING)
    for part in PARTS:
        told |= await part(request, who)
    return told
