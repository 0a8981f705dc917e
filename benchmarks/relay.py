"""The yardstick: the least that carries a message from a customer to an operator, and stores nothing.

python-socketio on aiohttp as they come, with uvloop, JSON by orjson, one room for each pair, and an acknowledgement.
``python -m benchmarks.relay PORT``.
"""

import sys
from typing import Any

import orjson
import socketio
import uvloop
from aiohttp import web


class Json:
    """orjson, as the module that python-socketio expects."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_: Any) -> Any:
        return orjson.loads(text)


def build() -> web.Application:
    """``message`` goes to everybody in the sender's room, who is told with the acknowledgement that it did."""
    server = socketio.AsyncServer(
        async_mode="aiohttp",
        async_handlers=False,
        json=Json,
        http_compression=False,
        ping_interval=10,
        ping_timeout=10,
    )
    rooms: dict[str, str] = {}

    @server.on("connect")
    async def connect(sid: str, environ: dict[str, Any], auth: dict[str, str]) -> None:
        rooms[sid] = auth["room"]
        await server.enter_room(sid, auth["room"])

    @server.on("disconnect")
    async def disconnect(sid: str, reason: str) -> None:
        rooms.pop(sid, None)

    @server.on("message.send")
    async def message(sid: str, data: dict[str, Any]) -> dict[str, Any]:
        await server.emit("message", data, room=rooms[sid])
        return {"ok": True}

    app = web.Application()
    server.attach(app)
    return app


if __name__ == "__main__":
    web.run_app(
        build(),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        print=None,
        access_log=None,
        loop=uvloop.new_event_loop(),
    )
