"""Areas and outages, in memory."""

from collections.abc import Sequence
from datetime import datetime

from storage.documents import utc_milliseconds
from storage.memory.faults import Faults
from storage.memory.keeping import Shelf, kept
from storage.model.outages import Outage
from storage.model.places import Area


class MemoryAreas(Shelf):
    """``AreaStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._areas: list[Area] = []

    async def all(self) -> Sequence[Area]:
        """By town."""
        self._reach()
        return sorted(self._areas, key=lambda area: area.town)

    async def put_all(self, areas: Sequence[Area]) -> None:
        """In place of all that were."""
        self._reach()
        self._areas = [kept(area) for area in areas]


class MemoryOutages(Shelf):
    """``OutageStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._outages: dict[str, Outage] = {}

    async def put_new(self, outage: Outage) -> Outage:
        """Insert, or return the outage with this id."""
        self._reach()
        return self._outages.setdefault(outage.id, kept(outage))

    async def get(self, outage_id: str) -> Outage | None:
        """By id."""
        self._reach(outage_id)
        return self._outages.get(outage_id)

    async def put_next(self, outage: Outage) -> bool:
        """Put it in place of the version before its own; False if that is not what is stored."""
        self._reach()
        new = kept(outage)
        stored = self._outages.get(new.id)
        if stored is None or stored.version != new.version - 1:
            return False
        self._outages[new.id] = new
        return True

    async def not_over(self, now: datetime, limit: int) -> Sequence[Outage]:
        """Those that end soonest first, those without an end last."""
        self._reach()
        at = utc_milliseconds(now)
        ending = [(each.over_at, each.id, each) for each in self._outages.values() if each.over_at]
        found = [each for over_at, _, each in sorted(ending, key=lambda row: row[:2]) if over_at > at]
        endless = [each for _, each in sorted(self._outages.items()) if each.over_at is None]
        return (found + endless)[: max(limit, 0)]

    async def over(
        self, now: datetime, limit: int, *, before: tuple[datetime, str] | None = None
    ) -> Sequence[Outage]:
        """Last ended first."""
        self._reach()
        at = utc_milliseconds(now)
        found = [(each.over_at, each.id, each) for each in self._outages.values() if each.over_at]
        past = [row for row in sorted(found, key=lambda row: row[:2], reverse=True) if row[0] <= at]
        if before is not None:
            last = (utc_milliseconds(before[0]), before[1])
            past = [row for row in past if row[:2] < last]
        return [each for _, _, each in past[: max(limit, 0)]]
