"""``/api/knowledge``: what the bot understands and says, for those who maintain it; a thin module a part."""

from hub.http.knowledge import publishing, trainings

routes = [*trainings.routes, *publishing.routes]
