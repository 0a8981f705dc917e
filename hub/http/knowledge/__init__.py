"""``/api/knowledge``: what the bot understands and says, for those who maintain it; a thin module a part."""

from aiohttp.web import AbstractRouteDef

from hub.http.knowledge import publishing, text, trainings, unanswered

routes: tuple[AbstractRouteDef, ...] = (
    *text.routes,
    *trainings.routes,
    *publishing.routes,
    *unanswered.routes,
)
