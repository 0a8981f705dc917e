"""What the website's widget asks before its socket: a visitor's token, and how the inbox looks."""

import time
from hashlib import sha256
from math import ceil
from secrets import token_urlsafe
from uuid import uuid4

from aiohttp import web

from hub.errors import Refusal
from hub.http.answers import ok
from hub.http.bodies import body_of
from hub.http.keys import CLOCK, INBOUND, INBOXES, STORAGE, VISITOR_RATES
from hub.protocol.common import Id, Language, Wire
from storage.model.contacts import Contact, Inbox, VisitorToken
from storage.model.conversation import Channel

routes = web.RouteTableDef()

LARGEST = 1024  # bytes of a request


class NewVisitor(Wire):
    """Who opens the widget for the first time."""

    inbox_id: Id
    language: Language | None = None


@routes.post("/widget-api/sessions")
async def begin(request: web.Request) -> web.Response:
    """A new visitor: their token (256 bits, kept here by its hash only) and their conversation."""
    wait = request.app[VISITOR_RATES].take(request.remote or "unknown", time.monotonic())
    if wait is not None:
        raise Refusal(
            "rate_limited", "Too many new visitors from this address.", retry_after=ceil(wait * 10) / 10
        )
    asked = await body_of(request, NewVisitor, largest=LARGEST)
    inbox = await _inbox(request, asked.inbox_id)
    now = request.app[CLOCK].now()
    contact = Contact(str(uuid4()), inbox.id, Channel.WEBCHAT, now, language=asked.language)
    visitor = await request.app[INBOUND].welcome(inbox, contact)
    token = token_urlsafe(32)
    await request.app[STORAGE].contacts.add_token(
        VisitorToken(sha256(token.encode()).hexdigest(), inbox.id, contact.id, now)
    )
    return ok({"token": token, "conversation_id": visitor.conversation_id}, status=201)


@routes.get("/widget-api/inboxes/{inbox_id}")
async def look(request: web.Request) -> web.Response:
    """How the widget of an inbox looks and greets."""
    inbox = await _inbox(request, request.match_info["inbox_id"])
    return ok(
        {
            "id": inbox.id,
            "name": inbox.name,
            "languages": list(inbox.languages),
            "accent": inbox.accent,
            "sites": list(inbox.sites),
            "greeting": inbox.greeting,
            "suggestions": {language: list(texts) for language, texts in inbox.suggestions.items()},
        }
    )


async def _inbox(request: web.Request, inbox_id: str) -> Inbox:
    inbox = await request.app[INBOXES].get(inbox_id)
    if inbox is None:
        raise Refusal("not_found", "There is no such website inbox. Check data-inbox in the script tag.")
    return inbox
