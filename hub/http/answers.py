"""The shape of every HTTP answer, the same as on the sockets."""

from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel

from hub.protocol.common import Error, ErrorCode

STATUS: dict[ErrorCode, int] = {
    "bad_request": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "unknown_event": 404,
    "invalid_state": 409,
    "conflict": 409,
    "too_large": 413,
    "rate_limited": 429,
    "unavailable": 503,
    "internal": 500,
}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"cannot be answered as JSON: {type(value).__name__}")


def ok(data: Any, status: int = 200) -> web.Response:
    """``{"ok": true, "data": …}``; pydantic models may stand anywhere in ``data``."""
    body = orjson.dumps({"ok": True, "data": data}, default=_plain)
    return web.Response(body=body, status=status, content_type="application/json")


def refused(error: Error) -> web.Response:
    """``{"ok": false, "error": …}`` with the fitting status and Retry-After."""
    response = web.Response(
        body=orjson.dumps({"ok": False, "error": error.model_dump(mode="json", exclude_none=True)}),
        status=STATUS[error.code],
        content_type="application/json",
    )
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, round(error.retry_after)))
    return response
