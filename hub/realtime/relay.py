"""python-socketio's manager for several hubs, on the bus: ephemeral events reach the sockets of all hubs.

The library's own Redis manager publishes in whoever emits, so that a Redis that hangs holds them up for seconds. Here
nothing waits: a word goes out through the bus, and what others say is told to this hub's sockets by a job.
"""

import asyncio
from collections.abc import Callable, Collection
from typing import Any

from socketio.async_pubsub_manager import AsyncPubSubManager

from hub.bus import Bus

CHANNEL = "linka.sockets"
MOST_WAITING = 10_000  # words of other hubs that this one has not told yet

Overhear = Callable[[str, Any], None]
Barred = Callable[[str, str], Collection[str]]


class Relay(AsyncPubSubManager):  # type: ignore[misc]  # python-socketio has no types
    """Emits here at once and on the other hubs if Redis is there. Sockets and rooms are each hub's own affair."""

    name = "linka"

    def __init__(self, bus: Bus) -> None:
        # "Write only": the library then starts no listener of its own, which nobody could supervise or end.
        super().__init__(channel=CHANNEL, write_only=True)
        self._bus = bus
        self._heard: asyncio.Queue[Any] = asyncio.Queue(MOST_WAITING)
        self._overhear: list[Overhear] = []
        self._barred: Barred = lambda _namespace, _room: ()
        bus.subscribe(CHANNEL, self._hear)

    def follow(self, overhear: Overhear) -> None:
        """Call ``overhear(event, data)`` for what other hubs said. It must not block."""
        self._overhear.append(overhear)

    def bar(self, barred: Barred) -> None:
        """Keep what other hubs say into a room from the sockets that ``barred(namespace, room)`` names."""
        self._barred = barred

    async def _publish(self, message: dict[str, Any]) -> None:
        """Only events go out: whoever may enter a room or has to leave is decided where their socket is."""
        if message["method"] == "emit":
            self._bus.publish(self.channel, message)

    def _hear(self, word: Any) -> None:
        if not self._heard.full():
            self._heard.put_nowait(word)

    async def work(self) -> None:
        """The job: tell this hub's sockets what other hubs said."""
        while True:
            message = _read(await self._heard.get())
            if message is None or message["host_id"] == self.host_id:
                continue
            skip = [*(message["skip_sid"] or ()), *self._barred(message["namespace"], message["room"])]
            await self._handle_emit({**message, "skip_sid": skip, "callback": None})
            for overhear in self._overhear:
                overhear(message["event"], message["data"][0])


def _read(word: Any) -> dict[str, Any] | None:
    """A word of a hub; None for anything else that somebody may have said on our channel."""
    match word:
        case {
            "method": "emit",
            "event": str(),
            "data": [dict()],
            "namespace": str(),
            "room": str(),
            "skip_sid": list() | None,
            "host_id": str(),
            "binary": False,
        }:
            return dict(word)
    return None
