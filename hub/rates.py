"""Token buckets: how often somebody may ask. Pure but for the time given to it."""

from collections import OrderedDict
from dataclasses import dataclass


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

    def take(self, key: str, now: float) -> float | None:
        """None if it may go on, else the seconds until it may. ``now`` is monotonic."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._burst, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._per_second)
        bucket.at = now
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / self._per_second
        bucket.tokens -= 1
        return None
