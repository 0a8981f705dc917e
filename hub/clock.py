"""Time, as something that can be passed in."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the hub gets the time from."""

    def now(self) -> datetime:
        """Aware, in UTC."""


class SystemClock:
    """The real one, cut to milliseconds: that is what MongoDB keeps, and a retry must be the identical document."""

    def now(self) -> datetime:
        at = datetime.now(UTC)
        return at.replace(microsecond=at.microsecond // 1000 * 1000)
