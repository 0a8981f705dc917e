"""How often somebody may be wrong. Pure but for the time given to it.

Kept in each hub's memory: actions ask one hub, and what a restart forgets is a few more tries at a thousand million
phone numbers. Who would push a key out of it has to be wrong under ten thousand others, which tells more than that key.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

WITHIN = timedelta(hours=1)
MOST_KEYS = 10_000
"""Who was wrong longest ago is forgotten first."""


class WrongTries:
    """``most`` wrong tries ``WITHIN`` any such time, for each key. Bounded in memory.

    What was tried already counts no more: the answer to it is known.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._tries: OrderedDict[str, dict[str, datetime]] = OrderedDict()

    def wait(self, key: str, what: str, now: datetime) -> float:
        """The seconds until ``what`` may be tried; 0 if it may be now."""
        tries = self._of(key, now)
        if what in tries or len(tries) < self._most:
            return 0
        return (next(iter(tries.values())) + WITHIN - now).total_seconds()

    def count(self, key: str, what: str, now: datetime) -> None:
        """``what`` was tried, and wrong."""
        tries = self._of(key, now)
        if what in tries:
            return
        tries[what] = now
        self._tries[key] = tries
        self._tries.move_to_end(key)
        while len(self._tries) > MOST_KEYS:
            self._tries.popitem(last=False)

    def _of(self, key: str, now: datetime) -> dict[str, datetime]:
        """The tries that still count, the oldest first."""
        tries = self._tries.get(key, {})
        for what in [what for what, at in tries.items() if at <= now - WITHIN]:
            del tries[what]
        return tries
