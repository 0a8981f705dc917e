"""How often somebody may be wrong. Pure but for the time given to it.

Kept in each hub's memory: actions ask one hub, and what a restart forgets is five more tries at a thousand million
phone numbers.
"""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

MOST_WRONG = 5
WITHIN = timedelta(hours=1)
MOST_KEYS = 10_000
"""Who was wrong longest ago is forgotten first."""


class WrongTries:
    """``MOST_WRONG`` wrong tries ``WITHIN`` any such time, for each key. Bounded in memory."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()

    def take(self, key: str, now: datetime) -> float | None:
        """A try is made: None if it may be, else the seconds until one may."""
        tries = self._tries.setdefault(key, deque())
        while tries and tries[0] <= now - WITHIN:
            tries.popleft()
        if len(tries) >= MOST_WRONG:
            return (tries[0] + WITHIN - now).total_seconds()
        tries.append(now)
        self._tries.move_to_end(key)
        while len(self._tries) > MOST_KEYS:
            self._tries.popitem(last=False)
        return None

    def give_back(self, key: str) -> None:
        """The newest try was not wrong."""
        tries = self._tries.get(key)
        if tries:
            tries.pop()
