"""When people answer: a week of opening hours in a time zone, with public holidays. Pure.

Hours are told by the clock on the wall and compared as instants, so that they hold on the days when clocks change: an
opening that is said twice that night is the first one, a closing the second, and a time that clocks skip is as much
later as they skip.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60  # minutes
HOLIDAYS = 7
"""The index of public holidays, behind the seven days of the week."""

_FURTHEST = 400  # days that are looked through for the next opening
_LONGEST = timedelta(days=8)  # open for longer than that is open for ever

Instants = tuple[datetime, datetime]
IsHoliday = Callable[[date], bool]


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Open from ``opens`` until before ``closes``, in minutes of the day; ``DAY`` is its end."""

    opens: int
    closes: int


Week = tuple[tuple[Stretch, ...], ...]
"""The stretches of Monday to Sunday and of public holidays, each in order and apart from each other."""


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """``is_holiday`` tells the days on which the hours of holidays hold; None: no notice is taken of holidays."""

    week: Week
    zone: ZoneInfo
    is_holiday: IsHoliday | None = None

    def of_day(self, day: date) -> tuple[Stretch, ...]:
        """When it is open on a day."""
        if self.is_holiday is not None and self.is_holiday(day):
            return self.week[HOLIDAYS]
        return self.week[day.weekday()]

    def is_open(self, at: datetime) -> bool:
        """Whether somebody answers at this instant."""
        return any(starts <= at < ends for starts, ends in self._runs(at, days=2))

    def closes_at(self, at: datetime) -> datetime | None:
        """The end of the hours that ``at`` is in (UTC). None outside of hours, and when they do not end."""
        for starts, ends in self._runs(at, days=_LONGEST.days + 2):
            if starts <= at < ends:
                return ends if ends - at <= _LONGEST else None
        return None

    def opens_at(self, at: datetime) -> datetime | None:
        """When somebody will answer again (UTC). None within hours, and when nobody ever will."""
        for starts, ends in self._runs(at, days=_FURTHEST):
            if starts <= at < ends:
                return None
            if starts > at:
                return starts
        return None

    def local(self, at: datetime) -> datetime:
        """An instant as the clocks of the business show it."""
        return at.astimezone(self.zone)

    def _runs(self, at: datetime, days: int) -> Iterator[Instants]:
        """Hours from the day before ``at`` on, in order; those that touch are one."""
        begin = self.local(at).date() - timedelta(days=1)
        run: Instants | None = None
        for ahead in range(days + 1):
            day = begin + timedelta(days=ahead)
            for stretch in self.of_day(day):
                starts, ends = self._instants(day, stretch)
                if run is None:
                    run = (starts, ends)
                elif starts <= run[1]:
                    run = (run[0], max(run[1], ends))
                else:
                    yield run
                    run = (starts, ends)
        if run is not None:
            yield run

    def _instants(self, day: date, stretch: Stretch) -> Instants:
        ends = self._wall(day, stretch.closes)
        return _instant(self._wall(day, stretch.opens)), max(_instant(ends), _instant(ends.replace(fold=1)))

    def _wall(self, day: date, minutes: int) -> datetime:
        if minutes == DAY:
            day, minutes = day + timedelta(days=1), 0
        return datetime.combine(day, time(minutes // 60, minutes % 60), self.zone)


def _instant(wall: datetime) -> datetime:
    return wall.astimezone(UTC)
