"""What may be asked of the places where the service is, and of outages there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from storage.model.outages import Outage
from storage.model.places import Area


class AreaStore(Protocol):
    """Where the service is: a list that is replaced whole."""

    async def all(self) -> Sequence[Area]:
        """By town."""

    async def put_all(self, areas: Sequence[Area]) -> None: ...


class OutageStore(Protocol):
    """Outages, each with its history."""

    async def put_new(self, outage: Outage) -> Outage:
        """Insert, or return the outage with this id."""

    async def get(self, outage_id: str) -> Outage | None: ...

    async def put_next(self, outage: Outage) -> bool:
        """Put it in place of the version before its own; False if that is not what is stored."""

    async def not_over(self, now: datetime, limit: int) -> Sequence[Outage]:
        """Those that are on or to come; those that end soonest first, those without an end last."""

    async def over(
        self, now: datetime, limit: int, *, before: tuple[datetime, str] | None = None
    ) -> Sequence[Outage]:
        """Those that are over, last ended first; ``before`` are the end and id of the last one that was seen."""
