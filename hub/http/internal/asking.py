"""Who asks at ``/internal/``, for which conversation and in which language."""

from hmac import compare_digest

from aiohttp import web

from hub.errors import Refusal
from hub.http.keys import SETTINGS
from hub.wording.languages import language_of

LONGEST_ID = 64  # characters of a conversation's id


def require_service(request: web.Request) -> None:
    """Raise ``Refusal`` (unauthenticated) unless the caller has the service token."""
    secret = request.app[SETTINGS].service_token
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if (
        secret is None
        or not secret.get_secret_value()
        or scheme.lower() != "bearer"
        or not compare_digest(token.strip().encode("utf-8", "replace"), secret.get_secret_value().encode())
    ):
        raise Refusal("unauthenticated", "Send the service token.")


def asked_language(request: web.Request) -> str:
    """The language to answer in."""
    return language_of(request.query.get("language"))


def asked_conversation(request: web.Request) -> str:
    """The conversation in which it was asked; empty when none is named, or nothing that could be one."""
    conversation_id = request.query.get("conversation", "")
    return conversation_id if len(conversation_id) <= LONGEST_ID and conversation_id.isascii() else ""
