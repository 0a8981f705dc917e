"""Tells sockets what has happened. Best effort: whoever misses something asks for it (resume, gap, digest).

Nothing that decides ever waits for a socket: what is said lies in the transports' buffers, and whoever lets too much
lie there is cut at that moment (``line``). Only what goes to other hubs as well passes a bounded queue.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from hub.protocol.common import Wire
from hub.realtime.namespace import Encoded, json_of
from hub.realtime.server import LinkaServer

log = structlog.get_logger(__name__)

LONGEST = 20_000  # whispers waiting; beyond that they are dropped


@dataclass(frozen=True, slots=True)
class Announcement:
    namespace: str
    event: str
    body: Wire
    room: str
    skip: tuple[str, ...]


class Announcer:
    """Says things to sockets, each encoded once for all who hear it."""

    def __init__(self, server: LinkaServer) -> None:
        self._server = server
        self._ephemeral: asyncio.Queue[Announcement] = asyncio.Queue(LONGEST)

    def tell(
        self, namespace: str, event: str, body: Wire | Encoded, room: str, skip: Iterable[str] = ()
    ) -> None:
        """To this hub's own sockets (other hubs tell theirs)."""
        self._server.tell(namespace, event, json_of(body), room, frozenset(skip))

    def tell_each(self, namespace: str, event: str, body: Wire, sids: Iterable[str]) -> None:
        """To these of this hub's own sockets."""
        self._server.tell_each(namespace, event, json_of(body), sids)

    def whisper(self, namespace: str, event: str, body: Wire, room: str, skip: Iterable[str] = ()) -> None:
        """Something that only matters now (typing, presence), to the sockets of all hubs."""
        try:
            self._ephemeral.put_nowait(Announcement(namespace, event, body, room, tuple(skip)))
        except asyncio.QueueFull:
            log.warning("a whisper is dropped", event_name=event)

    async def part(self, namespace: str, sid: str, room: str) -> None:
        """Take a socket out of a room."""
        await self._server.leave_room(sid, room, namespace=namespace)

    async def work_ephemeral(self) -> None:
        """The job for what only matters now; Redis may be slow, and then only this waits."""
        while True:
            item = await self._ephemeral.get()
            await self._server.emit(
                item.event,
                item.body.model_dump(mode="json"),
                room=item.room,
                skip_sid=list(item.skip),
                namespace=item.namespace,
            )


class Recent:
    """What was said last about each of the latest ``most`` keys."""

    def __init__(self, most: int = 50_000) -> None:
        self._most = most
        self._values: OrderedDict[str, int] = OrderedDict()

    def get(self, key: str) -> int:
        """0 if nothing is known."""
        return self._values.get(key, 0)

    def put(self, key: str, value: int) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._most:
            self._values.popitem(last=False)
