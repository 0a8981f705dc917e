"""What happens around every HTTP request: errors become answers, headers keep browsers strict."""

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from hub.errors import Refusal, error_of, internal_error
from hub.http.answers import refused
from hub.http.keys import OPENED

log = structlog.get_logger(__name__)

_ALWAYS_OPEN = ("/health/live", "/health/ready", "/metrics")
_API = ("/api/", "/widget-api/", "/internal/")


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Map every failure to the wire's error object; a stranger never sees a traceback."""
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        return _answer(Refusal("too_large", "The request is too large."))
    except web.HTTPException as answer:
        if answer.status in (404, 405) and request.path.startswith(_API):
            return _answer(Refusal("not_found", "There is nothing here."))
        raise
    except Exception as failure:
        error = error_of(failure)
        if error is None and _has_gone(request):
            log.debug("who asked has gone", path=request.path, failure=type(failure).__name__)
            error = internal_error()
        elif error is None:
            log.exception("request failed", path=request.path, method=request.method)
            error = internal_error()
        return refused(error)


@web.middleware
async def opened(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A hub whose database has not answered yet says so, to browsers, load balancers and sockets alike."""
    if request.app[OPENED].is_set() or request.path in _ALWAYS_OPEN:
        return await handler(request)
    answer = _answer(Refusal("unavailable", "This is just starting. Try again shortly.", retry_after=2.0))
    if "text/html" in request.headers.get("Accept", ""):
        answer.headers["Refresh"] = "3"  # whoever looks at it is taken there when it is open
    return answer


def _has_gone(request: web.Request) -> bool:
    """Whether nobody is left to be answered; what then fails, fails because of it."""
    return request.transport is None or request.transport.is_closing()


def _answer(refusal: Refusal) -> web.Response:
    error = error_of(refusal)
    assert error is not None
    return refused(error)


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    """Headers for every answer (a signal on_response_prepare). Pages that may be framed set their own CSP."""
    headers = response.headers
    headers.popall("Server", None)  # nobody outside needs our versions
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    headers.setdefault(
        "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
    )
    if request.path.startswith(_API):
        headers.setdefault("Cache-Control", "no-store")
