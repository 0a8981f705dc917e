"""Tells sockets what has happened. Best effort: whoever misses something asks for it (resume, gap, digest).

Nothing that decides ever waits for a socket: announcements go through a bounded queue.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from hub.protocol.common import Wire
from hub.realtime.server import LinkaServer

log = structlog.get_logger(__name__)

LONGEST = 20_000  # announcements waiting; beyond that the oldest news is left to the digest


@dataclass(frozen=True, slots=True)
class Announcement:
    namespace: str
    event: str
    body: Wire
    room: str
    skip: tuple[str, ...]
    everywhere: bool


class Announcer:
    """The queue of announcements, and the job that works it off in order."""

    def __init__(self, server: LinkaServer) -> None:
        self._server = server
        self._queue: asyncio.Queue[Announcement] = asyncio.Queue(LONGEST)
        self._ephemeral: asyncio.Queue[Announcement] = asyncio.Queue(LONGEST)

    def tell(self, namespace: str, event: str, body: Wire, room: str, skip: Iterable[str] = ()) -> None:
        """To this hub's own sockets (other hubs tell theirs)."""
        self._put(self._queue, Announcement(namespace, event, body, room, tuple(skip), False))

    def whisper(self, namespace: str, event: str, body: Wire, room: str, skip: Iterable[str] = ()) -> None:
        """Something that only matters now (typing, presence), to the sockets of all hubs."""
        self._put(self._ephemeral, Announcement(namespace, event, body, room, tuple(skip), True))

    async def part(self, namespace: str, sid: str, room: str) -> None:
        """Take a socket out of a room."""
        await self._server.leave_room(sid, room, namespace=namespace)

    @staticmethod
    def _put(queue: "asyncio.Queue[Announcement]", announcement: Announcement) -> None:
        try:
            queue.put_nowait(announcement)
        except asyncio.QueueFull:
            log.warning("announcements are dropped; digests will repair", event_name=announcement.event)

    async def work(self) -> None:
        """The job for what is kept."""
        await self._work_off(self._queue)

    async def work_ephemeral(self) -> None:
        """The job for what only matters now; Redis may be slow, and then only this waits."""
        await self._work_off(self._ephemeral)

    async def _work_off(self, queue: "asyncio.Queue[Announcement]") -> None:
        while True:
            item = await queue.get()
            await self._server.emit(
                item.event,
                item.body.model_dump(mode="json"),
                room=item.room,
                skip_sid=list(item.skip),
                namespace=item.namespace,
                ignore_queue=not item.everywhere,
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
