"""The terms on which the business takes orders, as long as they are the same for every order."""

from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Self
from zoneinfo import ZoneInfo

from storage.model.orders import Money


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """When the technician may come, in the business's time zone."""

    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Terms:
    """``furthest_days``: how far ahead a visit can be agreed. ``most_due``: more than that is a slip of the finger."""

    time_zone: ZoneInfo
    installation: Money
    windows: tuple[TimeWindow, ...]
    furthest_days: int
    most_due: Money
    most_equipment: int

    @property
    def currency(self) -> str:
        """All prices are in it."""
        return self.installation.currency

    def local(self, at: datetime) -> datetime:
        """An instant as the clocks of the business show it."""
        return at.astimezone(self.time_zone)

    def in_zone(self, time_zone: ZoneInfo) -> Self:
        """The same terms where clocks show another time."""
        return replace(self, time_zone=time_zone)


TERMS = Terms(
    time_zone=ZoneInfo("Europe/Prague"),
    installation=Money(50_000, "CZK"),
    windows=tuple(TimeWindow(time(hour), time(hour + 2)) for hour in range(8, 18, 2)),
    furthest_days=90,
    most_due=Money(10_000_000, "CZK"),
    most_equipment=10,
)
