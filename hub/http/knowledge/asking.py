"""Who asks at ``/api/knowledge``."""

from aiohttp import web

from hub.errors import Refusal
from hub.http.session import authenticate
from hub.people.access import may_edit_knowledge, may_read_knowledge
from storage.model.people import Operator


async def reader(request: web.Request) -> Operator:
    """Somebody who may look. Raises ``Refusal`` (unauthenticated, forbidden)."""
    who = await authenticate(request)
    if not may_read_knowledge(who):
        raise Refusal("forbidden", "The bot's knowledge is for those who maintain it.")
    return who


async def editor(request: web.Request) -> Operator:
    """Somebody who may change it. Raises ``Refusal`` (unauthenticated, forbidden)."""
    who = await reader(request)
    if not may_edit_knowledge(who):
        raise Refusal("forbidden", "FAQ maintainers change what the bot knows. Ask one of them.")
    return who
