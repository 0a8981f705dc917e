"""Sessions that have ended close their sockets, whichever hub ended them; so does a change of what somebody may see."""

import asyncio

import structlog

from hub.clock import Clock
from hub.people.sessions import Sessions
from hub.protocol import operator
from hub.realtime.server import LinkaServer
from hub.realtime.sockets import OperatorSocket, Sockets
from hub.realtime.watchers import OPERATOR
from storage.model.people import Operator

log = structlog.get_logger(__name__)

SESSIONS_EVERY = 2.0
"""Seconds between two looks; a revoked session's sockets close within 5 s."""

CLOSE_WITHIN = 1.0
"""Seconds that the end of one socket may take; after that its line is cut."""


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
            await self.look()

    async def look(self) -> None:
        """Once. No socket waits for another's end, whatever becomes of that."""
        panels = self._sockets.panels()
        tokens = {panel.session_token for panel in panels.values()}
        found = await self._sessions.find_all(tokens, self._clock.now())
        await asyncio.gather(
            *(self._compare(sid, panel, found.get(panel.session_token)) for sid, panel in panels.items())
        )

    async def _compare(self, sid: str, panel: OperatorSocket, who: Operator | None) -> None:
        if who is not None:
            panel.operator = who  # from here on nothing is told to them that is not theirs
            if _rights(who) == _rights(panel.admitted):
                return
        try:
            async with asyncio.timeout(CLOSE_WITHIN):
                if who is None:
                    await self._say_ended(sid)
                # Whose rights have changed comes back and reads anew: what is theirs is another set of conversations.
                await self._server.disconnect(sid, namespace=OPERATOR, ignore_queue=True)
        except Exception:  # whatever it was, it concerns this socket alone
            log.exception("a socket could not be closed", operator_id=panel.operator.id)
            self._server.sever(sid, OPERATOR, "rights ended")

    async def _say_ended(self, sid: str) -> None:
        ended = operator.SessionEnded(reason="The session has ended.")
        await self._server.emit(
            "session.ended", ended.model_dump(mode="json"), to=sid, namespace=OPERATOR, ignore_queue=True
        )


def _rights(who: Operator) -> tuple[object, ...]:
    return who.role, frozenset(who.teams), who.active
