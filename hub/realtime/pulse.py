"""Whether the other side of a line is there and keeps up. A pure rule: the line looks once an interval."""

from enum import Enum

TAKE_WITHIN = 120.0  # seconds in which whatever was said must have been taken: a large page at 10 KB a second


class Verdict(Enum):
    """What comes of a look."""

    ALIVE = "alive"
    SILENT = "silent"
    BEHIND = "too far behind"


class Pulse:
    """Each look is followed by a ping. Any frame is a sign of life. Who slowly takes what was said before a ping cannot
    have had that ping yet: taking is a sign of life as well."""

    __slots__ = ("_behind", "_interval", "_mark", "_taken", "_timeout", "unanswered")

    def __init__(self, interval: float, timeout: float) -> None:
        """``timeout``: seconds that a ping may stay unanswered."""
        self._interval = interval
        self._timeout = timeout
        self.unanswered = 0  # pings since the last sign of life; whoever hears one sets it to 0
        self._taken = 0  # bytes, at the last look
        self._mark = 0  # what had been said when all said before the last mark was taken
        self._behind = 0.0  # seconds since then

    def look(self, said: int, taken: int, busy: bool) -> Verdict:
        """``said``, ``taken``: bytes since the line began. ``busy``: they wait for us, not we for them."""
        if busy or self._taken < min(self._mark, taken):
            self.unanswered = 0
        self._taken = taken
        if taken >= self._mark:
            self._mark, self._behind = said, 0.0
        else:
            self._behind += self._interval
        if self._behind >= TAKE_WITHIN:
            return Verdict.BEHIND
        if self.unanswered and self.unanswered * self._interval >= self._timeout:
            return Verdict.SILENT
        self.unanswered += 1
        return Verdict.ALIVE
