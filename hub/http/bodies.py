"""Request bodies: bounded, JSON, and parsed into a typed model before anything looks at them."""

from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel

from hub.errors import Refusal

M = TypeVar("M", bound=BaseModel)

LARGEST = 64 * 1024  # bytes


def require_json(request: web.Request) -> None:
    """Refuse bodies that a plain HTML form could send, and encodings that nobody expects.

    Raises ``Refusal`` (bad_request).
    """
    if request.content_type != "application/json" or (request.charset or "utf-8").lower() not in {
        "utf-8",
        "utf8",
    }:
        raise Refusal("bad_request", "Send JSON, as application/json in UTF-8.")


async def body_of(request: web.Request, model: type[M], *, largest: int = LARGEST) -> M:
    """The body as ``model``. Raises ``Refusal`` (bad_request, too_large) or pydantic's ``ValidationError``."""
    require_json(request)
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Refusal("bad_request", "Send the body uncompressed.")
    if (request.content_length or 0) > largest:
        raise Refusal("too_large", f"Send at most {largest} bytes.")
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > largest:
            raise Refusal("too_large", f"Send at most {largest} bytes.")
    return model.model_validate_json(bytes(body))
