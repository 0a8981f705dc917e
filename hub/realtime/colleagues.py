"""Who is here and what they do: presence by heartbeats of all hubs, availability by each one's own choice."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hub.bus import Bus
from hub.clock import Clock
from hub.protocol import operator as wire
from hub.queue.teams import TEAMS
from hub.realtime.announcer import Announcer
from hub.realtime.boards import Boards
from hub.realtime.rooms import operator_room
from hub.realtime.sockets import Sockets
from hub.realtime.watchers import OPERATOR
from storage.model.people import Operator
from storage.ports import Storage

BEAT_EVERY = 10.0  # seconds
PRESENT_FOR = timedelta(seconds=25)
"""How long a heartbeat counts: two may be missed."""

CHANNEL = "linka.people"


class Colleagues:
    """The people's side of the workspace."""

    def __init__(
        self,
        storage: Storage,
        sockets: Sockets,
        boards: Boards,
        announcer: Announcer,
        clock: Clock,
        hub_id: str,
        bus: Bus | None = None,
    ) -> None:
        """With a ``bus`` the other hubs look at once when somebody came, left or changed, else with their next beat."""
        self._storage = storage
        self._sockets = sockets
        self._boards = boards
        self._announcer = announcer
        self._clock = clock
        self._hub_id = hub_id
        self._wake = asyncio.Event()
        self._told: dict[str, tuple[wire.ColleagueView, ...]] = {}
        self._others_must_look = False
        self._tell_others: Callable[[], None] = lambda: None
        if bus is not None:
            self._tell_others = lambda: bus.publish(CHANNEL, hub_id)
            bus.subscribe(CHANNEL, self._others_changed)

    def changed(self) -> None:
        """Somebody came, left, or is available or not."""
        self._others_must_look = True
        self._wake.set()

    def recounted(self) -> None:
        """Somebody has more or less to do; every hub counts for itself."""
        self._wake.set()

    def _others_changed(self, hub_id: Any) -> None:
        if hub_id != self._hub_id:
            self._wake.set()

    async def watch(self) -> None:
        """The job: beat, and tell every panel what is new."""
        while True:
            with suppress(TimeoutError):  # then it is time for a beat
                # Not wait_for, which in Python 3.11 may swallow a cancellation that comes with the news.
                async with asyncio.timeout(BEAT_EVERY):
                    await self._wake.wait()
            self._wake.clear()
            present = [who.id for who in self._sockets.operators()]
            news, self._others_must_look = self._others_must_look, False
            await self._storage.presence.beat(self._hub_id, present, self._clock.now())
            if news:
                self._tell_others()
            everybody = tuple(await self._everybody())
            for operator_id in present:
                if self._told.get(operator_id) != everybody:
                    changed = wire.ColleaguesChanged(colleagues=list(everybody))
                    self._announcer.tell(OPERATOR, "colleagues.changed", changed, operator_room(operator_id))
            self._told = dict.fromkeys(present, everybody)

    async def leave(self) -> None:
        """This hub goes away."""
        await self._storage.presence.leave(self._hub_id)

    async def workspace(self, me: Operator) -> wire.Workspace:
        """What a panel needs after it has connected."""
        everybody = await self._everybody()
        return wire.Workspace(
            me=next(view for view in everybody if view.id == me.id),
            colleagues=everybody,
            teams=[wire.TeamView(id=team, name=name) for team, name in TEAMS.items()],
            board=self._boards.view(me),
        )

    async def _everybody(self) -> list[wire.ColleagueView]:
        present = await self._storage.presence.present(self._clock.now() - PRESENT_FOR)
        here = {who.id for who in self._sockets.operators()}
        loads = self._boards.loads()
        return [
            wire.ColleagueView(
                id=operator.id,
                name=operator.name,
                role=operator.role.value,
                availability=operator.availability.value,
                present=operator.id in present or operator.id in here,
                load=loads.get(operator.id, 0),
                capacity=operator.capacity,
            )
            for operator in await self._storage.operators.all()
            if operator.active
        ]
