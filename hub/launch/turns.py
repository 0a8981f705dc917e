"""One at a time: two starts from one checkout must not install or build into the same folders together."""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hub.launch.errors import LaunchError
from hub.launch.layout import Layout
from hub.launch.terminal import Terminal

_LOOK_EVERY_SECONDS = 0.2


@asynccontextmanager
async def one_at_a_time(what: str, layout: Layout, terminal: Terminal) -> AsyncIterator[None]:
    """Hold the checkout's turn for `what`; the kernel gives it back however this process ends.

    Raises `LaunchError` when the checkout cannot be written to.
    """
    path = layout.root / ".tools" / f"{what}.lock"
    try:
        path.parent.mkdir(exist_ok=True)
        file = path.open("a")
    except OSError as error:
        raise LaunchError(f"Cannot write {path} ({error.strerror}): give yourself the right to.") from None
    with file:
        waiting = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not waiting:
                    terminal.note(f"Waiting for another start of Linka that works on the {what}")
                waiting = True
                await asyncio.sleep(_LOOK_EVERY_SECONDS)
        yield
