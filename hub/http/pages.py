"""The built front ends and the demo website. Only files that a build made are served, with strict policies."""

import re
from pathlib import Path

from aiohttp import web

from hub.http.keys import INBOXES, SETTINGS
from hub.settings import PROJECT_ROOT

WIDGET = PROJECT_ROOT / "webchat-widget" / "dist"
PANEL = PROJECT_ROOT / "hub" / "panel" / "dist"
DEMO = PROJECT_ROOT / "hub" / "demo" / "site"

_OWN = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' {sockets}; "
    "img-src 'self' data:; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors {ancestors}"
)
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?", re.ASCII)
_FOR_EVER = "public, max-age=31536000, immutable"  # names of built assets change with their contents

routes = web.RouteTableDef()


@routes.get("/")
async def front(request: web.Request) -> web.Response:
    """Straight to work."""
    raise web.HTTPFound("/demo/" if request.app[SETTINGS].demo else "/panel/")


@routes.get("/widget/loader.js")
async def loader(request: web.Request) -> web.StreamResponse:
    """The one script that a website includes. Checked for news at each visit: its name never changes."""
    return _file(
        WIDGET / "loader.js",
        {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"},
    )


@routes.get("/widget/assets/{name}")
async def widget_asset(request: web.Request) -> web.StreamResponse:
    return _file(WIDGET / "assets" / _name(request), {"Cache-Control": _FOR_EVER})


@routes.get("/widget/{inbox_id}/")
async def widget_app(request: web.Request) -> web.StreamResponse:
    """The widget's iframe: only the inbox's own sites may frame it."""
    inbox = await request.app[INBOXES].get(request.match_info["inbox_id"])
    if inbox is None:
        raise web.HTTPNotFound(text="There is no such inbox. Check data-inbox in the script tag.")
    ancestors = " ".join(["'self'", *inbox.sites])
    return _file(WIDGET / "index.html", {"Content-Security-Policy": _policy(request, ancestors)} | _FRESH)


@routes.get("/panel/assets/{name}")
async def panel_asset(request: web.Request) -> web.StreamResponse:
    return _file(PANEL / "assets" / _name(request), {"Cache-Control": _FOR_EVER})


@routes.get("/panel")
async def panel_without_slash(request: web.Request) -> web.Response:
    raise web.HTTPFound("/panel/")


@routes.get("/panel/{path:.*}")
async def panel(request: web.Request) -> web.StreamResponse:
    """The panel; what follows in the address is the panel's own business, but for its few files."""
    path = request.match_info["path"]
    if "/" not in path and "." in path and (PANEL / _name(request, "path")).is_file():
        return _file(PANEL / path, {"Cache-Control": "public, max-age=300"})
    return _file(PANEL / "index.html", {"Content-Security-Policy": _policy(request, "'none'")} | _FRESH)


@routes.get("/demo")
async def demo_without_slash(request: web.Request) -> web.Response:
    raise web.HTTPFound("/demo/")


@routes.get("/demo/{name:.*}")
async def demo(request: web.Request) -> web.StreamResponse:
    """The fictional provider's website, as a customer's own site would be."""
    if not request.app[SETTINGS].demo:
        raise web.HTTPNotFound(text="The demo business is switched off (LINKA_DEMO=0).")
    path = DEMO / (_name(request) if request.match_info["name"] else "index.html")
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "frame-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return _file(path, {"Content-Security-Policy": policy} | _FRESH)


_FRESH = {"Cache-Control": "no-cache"}


def _policy(request: web.Request, ancestors: str) -> str:
    scheme = "wss" if request.app[SETTINGS].public_url.startswith("https://") else "ws"
    # 'self' covers sockets in today's browsers; older ones want them named. Anything may stand in a Host header.
    named = f"{scheme}://{request.host}" if _HOST.fullmatch(request.host) else ""
    return _OWN.format(sockets=named, ancestors=ancestors)


def _name(request: web.Request, part: str = "name") -> str:
    """A plain file name: no folders, nothing hidden."""
    name = request.match_info[part]
    if not name or "/" in name or "\\" in name or name.startswith(".") or "\x00" in name:
        raise web.HTTPNotFound
    return name


def _file(path: Path, headers: dict[str, str]) -> web.StreamResponse:
    if not path.is_file():
        raise web.HTTPNotFound(
            text="Not found. If this is a fresh checkout, `make run` builds the pages first."
        )
    return web.FileResponse(path, headers=headers)
