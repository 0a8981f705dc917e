"""What each hub gave away of a shared limit, told to the others over Redis; without Redis each hub limits alone."""

import asyncio
import time
from contextlib import suppress
from itertools import islice
from typing import Any

from hub.bus import Bus
from hub.rates import Rates

CHANNEL = "linka.rates"
TELL_EVERY = 0.15  # seconds
MOST_AT_ONCE = 500  # keys in one word
MOST_TAKEN = 100_000  # of one key in one word; more is none of ours


class Gossip:
    """Shares any number of limits, by name."""

    def __init__(self, bus: Bus, hub_id: str) -> None:
        self._bus = bus
        self._hub_id = hub_id
        self._limits: dict[str, Rates] = {}
        self._soon = asyncio.Event()
        bus.subscribe(CHANNEL, self._hear)

    def share(self, name: str, rates: Rates) -> None:
        """The limit that all hubs call by this name."""
        self._limits[name] = rates
        rates.share(self._soon.set)

    async def tell_for_ever(self) -> None:
        """The job."""
        while True:
            with suppress(TimeoutError):
                # Not wait_for, which in Python 3.11 may swallow a cancellation that comes with the news.
                async with asyncio.timeout(TELL_EVERY):
                    await self._soon.wait()
            self._soon.clear()
            self.tell()

    def tell(self) -> None:
        """Tell the others what was taken here since the last time."""
        for name, rates in self._limits.items():
            taken = iter(rates.untold().items())
            while part := dict(islice(taken, MOST_AT_ONCE)):
                word = {"hub": self._hub_id, "limit": name, "taken": part}
                self._bus.publish(CHANNEL, word)

    def _hear(self, word: Any) -> None:
        match word:
            case {"hub": str(hub_id), "limit": str(name), "taken": dict(taken)} if hub_id != self._hub_id:
                limit = self._limits.get(name)
                if limit is not None:
                    now = time.monotonic()
                    for key, count in taken.items():
                        if isinstance(count, int) and 0 < count <= MOST_TAKEN:
                            limit.pay(key, count, now)
