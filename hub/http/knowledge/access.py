"""Who may read the section "Knowledge", and who may write in it."""

from aiohttp import web

from hub.errors import Refusal
from hub.http.session import authenticate
from hub.people.access import may_edit_knowledge, may_read_knowledge
from storage.model.people import Operator


async def reader(request: web.Request) -> Operator:
    """Whoever asks, if they may read it. Raises ``Refusal`` (unauthenticated, forbidden)."""
    who = await authenticate(request)
    if not may_read_knowledge(who):
        raise Refusal("forbidden", "What the bot knows is for its maintainers and for supervisors.")
    return who


async def editor(request: web.Request) -> Operator:
    """Whoever asks, if they may change it. Raises ``Refusal`` (unauthenticated, forbidden)."""
    who = await reader(request)
    if not may_edit_knowledge(who):
        raise Refusal("forbidden", "You can look at what the bot knows. Its maintainers change it.")
    return who
