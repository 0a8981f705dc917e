"""Sessions that have ended close their sockets, whichever hub ended them."""

import asyncio

from hub.clock import Clock
from hub.people.sessions import Sessions
from hub.protocol import operator
from hub.realtime.broadcast import OPERATOR
from hub.realtime.server import LinkaServer
from hub.realtime.sockets import Sockets

SESSIONS_EVERY = 2.0
"""Seconds between two looks; a revoked session's sockets close within 5 s."""


class Vigil:
    """Looks after the sockets of operators."""

    def __init__(self, sessions: Sessions, sockets: Sockets, server: LinkaServer, clock: Clock) -> None:
        self._sessions = sessions
        self._sockets = sockets
        self._server = server
        self._clock = clock

    async def check_sessions(self) -> None:
        """The job: close the sockets of whoever was logged out, switched off or changed."""
        while True:
            await asyncio.sleep(SESSIONS_EVERY)
            panels = self._sockets.panels()
            tokens = {panel.session_token for panel in panels.values()}
            found = await self._sessions.find_all(tokens, self._clock.now())
            for sid, panel in panels.items():
                who = found.get(panel.session_token)
                if who is None:
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
                    panel.operator = who
