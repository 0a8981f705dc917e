"""The children of one `linka run`: kept running while it lasts, ended in the reverse order when it ends."""

import asyncio
import time
from collections.abc import Awaitable
from enum import IntEnum
from typing import Any

from hub.launch.errors import LaunchError
from hub.launch.processes import Child, Program, describe_exit, last_words
from hub.launch.terminal import Terminal, duration

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 30.0
_STEADY_AFTER_SECONDS = 60.0


class Tier(IntEnum):
    """Who stands on whom: a higher tier is ended before a lower one. The values are their places."""

    DATABASE = 0
    HUB = 1
    AROUND_HUB = 2


STOP_SECONDS = {Tier.AROUND_HUB: 3.0, Tier.HUB: 8.0, Tier.DATABASE: 3.0}
"""How long each tier may take to end; together they stay under 15 seconds."""


class Children:
    """Starts programs and starts them again, ever more slowly, when they end by themselves."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._kept: list[_Kept] = []
        self._stopping = False

    async def start(
        self, program: Program, tier: Tier, *, ready: Awaitable[None] | None = None, within: float = 0.0
    ) -> Child:
        """Start a program, wait for `ready` if given, and keep the program running from then on.

        Raises `LaunchError` when it ends first, or is not ready `within` seconds.
        """
        child = await Child.start(program)
        kept = _Kept(child, tier)
        self._kept.append(kept)
        if ready is not None:
            await _until_ready(child, asyncio.ensure_future(ready), within)
        kept.task = asyncio.create_task(self._keep(kept), name=f"keep {program.name}")
        return child

    async def stop(self) -> None:
        """End all children, the last tier first."""
        self._stopping = True
        for tier in sorted(Tier, reverse=True):
            members = [kept for kept in self._kept if kept.tier is tier]
            await asyncio.gather(*(self._stop_one(kept) for kept in members))
        self._kept.clear()

    def kill(self) -> None:
        """End all children at once, without asking; for a person who will not wait."""
        for kept in self._kept:
            kept.child.kill()

    async def _stop_one(self, kept: "_Kept") -> None:
        if kept.task is not None:
            kept.task.cancel()
            await asyncio.gather(kept.task, return_exceptions=True)
        if not await kept.child.stop(STOP_SECONDS[kept.tier]):
            name = kept.child.program.name
            self._terminal.warning(
                f"{name} did not end within {STOP_SECONDS[kept.tier]:.0f} s and was killed"
            )

    async def _keep(self, kept: "_Kept") -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not self._stopping:
            began = time.monotonic()
            code = await kept.child.wait()
            if time.monotonic() - began > _STEADY_AFTER_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            program = kept.child.program
            self._terminal.warning(
                f"{program.name} stopped ({describe_exit(code)}), starting it again in {duration(pause)}; "
                f"see {program.log}"
            )
            await kept.child.stop(0)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            kept.child = await Child.start(program)


class _Kept:
    def __init__(self, child: Child, tier: Tier) -> None:
        self.child = child
        self.tier = tier
        self.task: asyncio.Task[None] | None = None


async def _until_ready(child: Child, ready: asyncio.Future[None], within: float) -> None:
    ended: asyncio.Future[int] = asyncio.ensure_future(child.wait())
    try:
        waiting: list[asyncio.Future[Any]] = [ended, ready]
        await asyncio.wait(waiting, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            ready.result()
            return
        program = child.program
        reason = describe_exit(ended.result()) if ended.done() else f"no answer in {duration(within)}"
        words = last_words(program.log)
        raise LaunchError(
            f"{program.name} did not start ({reason}){': ' + words if words else ''}. See {program.log}"
        )
    finally:
        for waiter in (ended, ready):
            waiter.cancel()
