"""``/api/knowledge``: what the bot understands and says, for its maintainers."""

from aiohttp.web import AbstractRouteDef

from hub.http.knowledge import text

routes: tuple[AbstractRouteDef, ...] = (*text.routes,)
