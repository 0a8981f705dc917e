"""Token buckets: how often somebody may ask. Pure but for the time given to it.

Several hubs share a limit by telling each other what was taken (``hub.gossip``): each takes from its own bucket at
once, and pays later for what others gave away meanwhile.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_UNTOLD = (
    10_000  # keys of which others have not been told yet; of more than that they are not told at all
)
TELL_AT = 1 / 8  # of the burst: so much of one key is told at once


@dataclass(slots=True)
class Bucket:
    tokens: float
    at: float


class Rates:
    """``burst`` requests at once, ``per_second`` in the long run, for each key. Bounded in memory."""

    def __init__(self, burst: float, per_second: float, most_keys: int = 50_000) -> None:
        self._burst = burst
        self._per_second = per_second
        self._most = most_keys
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._untold: dict[str, int] = {}
        self._urge: Callable[[], None] | None = None

    def take(self, key: str, now: float) -> float | None:
        """None if it may go on, else the seconds until it may. ``now`` is monotonic."""
        bucket = self._filled(key, now)
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / self._per_second
        bucket.tokens -= 1
        if self._urge is not None:
            self._note(key, self._urge)
        return None

    def share(self, urge: Callable[[], None]) -> None:
        """From now on remember what others must be told; ``urge()`` says that it should be soon."""
        self._urge = urge

    def untold(self) -> dict[str, int]:
        """What was taken by key since the last call."""
        untold, self._untold = self._untold, {}
        return untold

    def pay(self, key: str, count: int, now: float) -> None:
        """Another hub gave so much away. The debt is never more than a burst."""
        bucket = self._filled(key, now)
        bucket.tokens = max(bucket.tokens - count, -self._burst)

    def _filled(self, key: str, now: float) -> Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._burst, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._per_second)
        bucket.at = now
        return bucket

    def _note(self, key: str, urge: Callable[[], None]) -> None:
        count = self._untold.get(key, 0) + 1
        if count > 1 or len(self._untold) < MOST_UNTOLD:
            self._untold[key] = count
            if count >= self._burst * TELL_AT:
                urge()
