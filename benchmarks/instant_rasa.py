"""``python -m benchmarks.instant_rasa PORT``: answers like Rasa, at once, so that only the hub is measured."""

import sys

from aiohttp import web

_ANSWER = [
    {"text": "Máme otevřeno každý den od 8 do 20 hodin."},
    {"custom": {"understood": {"intent": "ask_opening_hours", "confidence": 0.9, "entities": {}}}},
]


async def _status(_: web.Request) -> web.Response:
    return web.json_response({"model_file": "none.tar.gz"})


async def _turn(request: web.Request) -> web.Response:
    await request.read()
    return web.json_response(_ANSWER)


if __name__ == "__main__":
    application = web.Application()
    application.add_routes([web.get("/status", _status), web.post("/webhooks/rest/webhook", _turn)])
    web.run_app(application, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
