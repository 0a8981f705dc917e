"""What the bot asks of places: can somebody be connected, and is the line out there?"""

import asyncio
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.clock import Clock
from hub.places.availability import Availability, Coverage
from hub.places.naming import Names
from hub.places.outages import on_street, street_named, to_tell
from storage.model.outages import Outage
from storage.model.places import Area
from storage.ports import AreaStore, OutageStore

AREAS_KEPT = timedelta(seconds=10)
"""So long what is known of the areas holds: they change now and then, and are asked for often."""

MOST = 500  # outages that are on or to come at a time


@dataclass(frozen=True, slots=True)
class OutagesTold:
    """The outages of ``town``, or of all towns; without a town, the towns that may have been meant.

    With a ``street``, only those that concern it.
    """

    now: datetime
    outages: Sequence[Outage]
    town: str | None = None
    suggestions: tuple[str, ...] = ()
    street: str | None = None


class Places:
    """Answers as of now. ``zone`` is that of the business's clocks."""

    def __init__(self, areas: AreaStore, outages: OutageStore, clock: Clock, zone: ZoneInfo) -> None:
        self._areas = areas
        self._outages = outages
        self._clock = clock
        self.zone = zone
        self._known: tuple[Sequence[Area], Coverage] | None = None
        self._known_since: datetime | None = None
        self._others: tuple[Set[str], Names] = (frozenset(), Names(()))

    async def availability(self, town: str, street: str) -> Availability:
        """Raises ``StorageUnavailable``."""
        _, coverage = await self._coverage()
        return coverage.ask(town, street, self._clock.now().astimezone(self.zone).date())

    async def outages(self, town: str, street: str = "") -> OutagesTold:
        """Of a town as somebody said it; of all towns when nothing was said.

        A street that neither the outages nor the areas know is as if it had not been said. Raises
        ``StorageUnavailable``.
        """
        now = self._clock.now()
        there = await self._outages.not_over(now, MOST)
        if not town.strip():
            return OutagesTold(now, to_tell(there, now))
        areas, coverage = await self._coverage()
        found = coverage.towns.find(town)
        where = found.name
        if where is None:
            # A town that no list has may still be one that somebody wrote an outage for.
            named = {name for each in there for name in each.towns}
            others = (await self._unlisted(named - {area.town for area in areas})).find(town)
            where = others.name
            if where is None:
                return OutagesTold(now, (), None, found.suggestions or others.suggestions)
        told = to_tell(there, now, where)
        parts = (street,) if street.strip() else coverage.towns.behind(town, where)
        streets = (street_named(told, part) or coverage.street(where, part) for part in parts)
        known = next((name for name in streets if name), None)
        return OutagesTold(now, on_street(told, known) if known else told, where, (), known)

    async def known_towns(self) -> Names:
        """The towns that the areas name. Raises ``StorageUnavailable``."""
        return (await self._coverage())[1].towns

    async def areas(self) -> Sequence[Area]:
        """All of them, by town. Raises ``StorageUnavailable``."""
        return (await self._coverage())[0]

    async def _coverage(self) -> tuple[Sequence[Area], Coverage]:
        now = self._clock.now()
        if self._known is None or self._known_since is None or now - self._known_since >= AREAS_KEPT:
            areas = await self._areas.all()
            if self._known is None or list(self._known[0]) != list(areas):
                # Thousands of towns take seconds, in which others are served.
                self._known = (areas, await asyncio.to_thread(Coverage, areas))
            self._known_since = now
        return self._known

    async def _unlisted(self, towns: Set[str]) -> Names:
        """Those towns, ready to be looked for; they change only when an outage does."""
        if self._others[0] != towns:
            self._others = (towns, await asyncio.to_thread(Names, towns))
        return self._others[1]
