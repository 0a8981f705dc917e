"""How long to wait before trying again, and waiting that a stop cuts short."""

import asyncio
import random
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Backoff:
    """Doubling delays in seconds with full jitter on the upper half, so that many do not return at once."""

    first: float = 0.5
    cap: float = 30.0
    tries: int = field(default=0, init=False)

    def next(self) -> float:
        """The next delay: between half and all of ``first * 2**tries``, at most ``cap``."""
        whole = min(self.cap, self.first * 2.0 ** min(self.tries, 32))
        self.tries += 1
        return whole * random.uniform(0.5, 1.0)

    def soon(self) -> float:
        """A short delay that is not counted: half to all of ``first``."""
        return self.first * random.uniform(0.5, 1.0)

    def reset(self) -> None:
        """Success: begin with ``first`` again."""
        self.tries = 0


async def pause(seconds: float, stop: asyncio.Event) -> bool:
    """Wait; True when ``stop`` ended it early."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return stop.is_set()
    return True


async def unless_stopped(work: Coroutine[Any, Any, T], stop: asyncio.Event) -> T | None:
    """The result of ``work``, or None when ``stop`` came first (``work`` is cancelled then)."""
    task = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        return None
    finally:
        for waiting in (task, stopping):
            waiting.cancel()
        await asyncio.gather(task, stopping, return_exceptions=True)
