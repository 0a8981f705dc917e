"""What is looked at again and again: losses that nothing follows, and sessions that have ended."""

import asyncio

from hub.clock import Clock
from hub.people.sessions import Sessions
from hub.protocol import operator, widget
from hub.realtime.announcer import Announcer
from hub.realtime.broadcast import OPERATOR, WIDGET, Broadcast
from hub.realtime.rooms import conversation_room
from hub.realtime.server import LinkaServer
from hub.realtime.sockets import Sockets
from storage.ports import Storage

DIGEST_EVERY = 10.0  # seconds
SESSIONS_EVERY = 2.0
"""Seconds between two looks; a revoked session's sockets close within 5 s."""

MOST_AT_ONCE = 1_000


class Vigil:
    """Digests and revocation."""

    def __init__(
        self,
        storage: Storage,
        sessions: Sessions,
        sockets: Sockets,
        broadcast: Broadcast,
        announcer: Announcer,
        server: LinkaServer,
        clock: Clock,
    ) -> None:
        self._storage = storage
        self._sessions = sessions
        self._sockets = sockets
        self._broadcast = broadcast
        self._announcer = announcer
        self._server = server
        self._clock = clock

    async def digest_for_ever(self) -> None:
        """The job: every so often, tell where timelines stand."""
        while True:
            await asyncio.sleep(DIGEST_EVERY)
            await self.digest()

    async def digest(self) -> None:
        """Tell those whose timeline is ahead of what this hub has told them."""
        panels = self._sockets.panels()
        watched = {conversation_id for panel in panels.values() for conversation_id in panel.watching}
        ids = list({*self._sockets.widgets(), *watched})
        for start in range(0, len(ids), MOST_AT_ONCE):
            part = ids[start : start + MOST_AT_ONCE]
            versions = await self._storage.conversations.versions(part)
            ahead = {
                conversation_id: version
                for conversation_id, version in versions.items()
                if version[0] > self._broadcast.published(conversation_id)
            }
            self._tell(ahead)

    def _tell(self, ahead: dict[str, tuple[int, int]]) -> None:
        for conversation_id, (_, public_seq) in ahead.items():
            if self._sockets.has_widget(conversation_id) and public_seq > self._broadcast.published_public(
                conversation_id
            ):
                digest = widget.TimelineDigest(conversation_id=conversation_id, seq=public_seq)
                self._announcer.tell(WIDGET, "timeline.digest", digest, conversation_room(conversation_id))
        for sid, panel in self._sockets.panels().items():
            seqs = {key: version[0] for key, version in ahead.items() if key in panel.watching}
            if seqs:
                self._announcer.tell(OPERATOR, "timeline.digest", operator.TimelineDigest(seqs=seqs), sid)

    async def check_sessions(self) -> None:
        """The job: close the sockets of whoever was logged out, switched off or changed."""
        while True:
            await asyncio.sleep(SESSIONS_EVERY)
            for sid, panel in self._sockets.panels().items():
                found = await self._sessions.find(panel.session_token, self._clock.now())
                if found is None:
                    ended = operator.SessionEnded(reason="The session has ended.")
                    await self._server.emit(
                        "session.ended",
                        ended.model_dump(mode="json"),
                        to=sid,
                        namespace=OPERATOR,
                        ignore_queue=True,
                    )
                    await self._server.disconnect(sid, namespace=OPERATOR, ignore_queue=True)
                else:
                    panel.operator = found.operator
