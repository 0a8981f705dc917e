"""Short ways to make outages. Noon is Monday, 23. 11. 2026, 13:00 in Prague."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from storage.model.outages import Outage, OutageChange, OutageDeed, OutageKind, Writer

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Prague")
SARA = Writer("id-sara", "Sara")


def hours(count: float) -> datetime:
    """Noon and so many hours."""
    return NOON + timedelta(hours=count)


def outage(
    name: str, starts: float, until: float | None = None, *, planned: bool = False, **fields: Any
) -> Outage:
    """In Brno, from and until so many hours after noon."""
    given: dict[str, Any] = {"towns": ("Brno",), **fields}
    return Outage(
        id=name,
        kind=OutageKind.PLANNED if planned else OutageKind.FAULT,
        starts=hours(starts),
        version=1,
        created_at=NOON,
        updated_at=NOON,
        history=(OutageChange(1, OutageDeed.CREATED, SARA, NOON),),
        expected_until=None if until is None else hours(until),
        **given,
    )
