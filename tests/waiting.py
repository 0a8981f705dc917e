"""Waiting for what comes true by itself, somewhere else."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable

LOOK_EVERY = 0.02  # seconds


async def until(true: Callable[[], bool | Awaitable[bool]], within: float) -> None:
    """Return when something is true. Raises ``TimeoutError`` if it is not within so many seconds."""
    async with asyncio.timeout(within):
        while not await _is(true()):
            await asyncio.sleep(LOOK_EVERY)


async def _is(value: bool | Awaitable[bool]) -> bool:
    return await value if isawaitable(value) else bool(value)
