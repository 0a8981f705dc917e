"""``/api/session``: logging in and out; and the guard in front of everything else under ``/api/``."""

from hmac import compare_digest
from typing import Annotated

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import Field, StringConstraints

from hub.demo.people import DEMO_OPERATORS
from hub.errors import Refusal
from hub.http.answers import ok
from hub.http.bodies import body_of, require_json
from hub.http.keys import ACCOUNTS, CLOCK, SESSIONS, SETTINGS
from hub.origins import is_local, origin_of
from hub.people.passwords import MAX_LENGTH
from hub.people.sessions import COOKIE, LONGEST, LoggedIn
from hub.protocol.common import Short, Wire
from storage.model.people import Operator

PATH = "/api/session"
CSRF_HEADER = "X-CSRF-Token"

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LARGEST = 4 * 1024  # bytes of a log-in
_LOGGED_IN = web.RequestKey("logged_in", LoggedIn)

routes = web.RouteTableDef()


class LogIn(Wire):
    """Names and passwords that are too long cannot be right; they are not looked at."""

    login: Annotated[Short, Field(min_length=1)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH)]


async def authenticate(request: web.Request) -> Operator:
    """The operator who asks. Raises ``Refusal`` (unauthenticated)."""
    return (await logged_in(request)).operator


async def logged_in(request: web.Request) -> LoggedIn:
    """The operator who asks and their session, looked up once a request. Raises ``Refusal`` (unauthenticated)."""
    if _LOGGED_IN not in request:
        app = request.app
        found = await app[SESSIONS].find(request.cookies.get(COOKIE), app[CLOCK].now())
        if found is None:
            raise Refusal("unauthenticated", "Log in first.", details=_invitation(request))
        request[_LOGGED_IN] = found
    return request[_LOGGED_IN]


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Nothing under ``/api/`` without a session, no write without its CSRF token; logging in guards itself.

    A middleware and not a duty of each handler: a new route is closed until somebody logs in.
    """
    if not request.path.startswith("/api/") or (request.path == PATH and request.method == "POST"):
        return await handler(request)
    session = (await logged_in(request)).session
    if request.method not in _SAFE:
        token = request.headers.get(CSRF_HEADER, "")
        if not compare_digest(token.encode("utf-8", "replace"), session.csrf_token.encode()):
            raise Refusal("forbidden", f"Send the session's csrf_token as {CSRF_HEADER}.")
        if request.body_exists:
            require_json(request)
    return await handler(request)


@routes.post(PATH)
async def log_in(request: web.Request) -> web.Response:
    """Log in: 200 with a cookie, 401, or 429 with ``retry_after``."""
    _require_own_page(request)
    app = request.app
    credentials = await body_of(request, LogIn, largest=_LARGEST)
    operator = await app[ACCOUNTS].log_in(credentials.login, credentials.password, address_of(request))
    await app[SESSIONS].end(request.cookies.get(COOKIE))
    token, session = await app[SESSIONS].open(
        operator, app[CLOCK].now(), request.headers.get("User-Agent", "")
    )
    response = ok(_view(LoggedIn(operator, session)))
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=_secure(request),
    )
    return response


@routes.get(PATH)
async def who_am_i(request: web.Request) -> web.Response:
    """The same as after logging in, or 401; in demo mode with the accounts that may be tried."""
    return ok(_view(await logged_in(request)))


@routes.delete(PATH)
async def log_out(request: web.Request) -> web.Response:
    """End the session."""
    await request.app[SESSIONS].end(request.cookies.get(COOKIE))
    response = ok({})
    response.del_cookie(COOKIE, path="/", httponly=True, samesite="Lax", secure=_secure(request))
    return response


def address_of(request: web.Request) -> str:
    """Where the connection comes from. Forwarded headers are not believed: anybody can write them."""
    return request.remote or "unknown"


def _require_own_page(request: web.Request) -> None:
    """Nobody is logged in by a foreign page. Programs without a browser send neither header."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise Refusal("forbidden", "Log in from Linka's own page.")
    origin = request.headers.get("Origin")
    if origin is not None and origin not in _own_origins(request):
        raise Refusal("forbidden", "Log in from Linka's own page.")


def _own_origins(request: web.Request) -> set[str]:
    """The public one; on one machine also its own names, but never whatever a Host header claims (DNS rebinding)."""
    own = {origin_of(request.app[SETTINGS].public_url)}
    return own | {f"{request.scheme}://{request.host}"} if is_local(request.host) else own


def _secure(request: web.Request) -> bool:
    return request.app[SETTINGS].public_url.startswith("https://")


def _view(found: LoggedIn) -> dict[str, object]:
    operator = found.operator
    return {
        "operator": {
            "id": operator.id,
            "login": operator.login,
            "name": operator.name,
            "role": operator.role.value,
            "teams": list(operator.teams),
        },
        "csrf_token": found.session.csrf_token,
    }


def _invitation(request: web.Request) -> dict[str, object] | None:
    """For the log-in page of a demo. Public: these passwords work in demo mode only."""
    if not request.app[SETTINGS].demo or request.path != PATH:
        return None
    accounts = [
        {"login": one.login, "password": one.password, "name": one.name, "role": one.role.value}
        for one in DEMO_OPERATORS
    ]
    return {"demo": True, "accounts": accounts}
