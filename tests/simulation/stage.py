"""The process around a world: its clocks, its chance, its log and its garbage belong to the simulation for a while."""

import asyncio
import gc
import logging
import random as chance
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from types import SimpleNamespace
from typing import Any

import structlog

from hub.unanswered.lessons import Rules
from tests.simulation.loop import VirtualLoop


@contextmanager
def foreseen(loop: VirtualLoop, random: Random) -> Iterator[list[str]]:
    """The clocks, the chance and the log of the process are those of the simulation for a while."""
    errors: list[str] = []

    def catch(_: Any, method: str, event: dict[str, Any]) -> Any:
        if method in ("error", "exception", "critical") and not loop.after_death:
            what, trace = event.pop("event"), event.pop("exception", "")
            errors.append(f"{loop.time():.3f} {what} {event} {trace[-600:]}")
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, catch],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        cache_logger_on_first_use=False,
    )
    clock = SimpleNamespace(monotonic=loop.time, time=loop.time, perf_counter=loop.time)
    state = chance.getstate()
    chance.seed(random.getrandbits(64))
    patched: list[tuple[Any, str, Any]] = []

    def patch(module: Any, name: str, value: Any) -> None:
        patched.append((module, name, getattr(module, name)))
        setattr(module, name, value)

    for name, module in list(sys.modules.items()):
        if name.startswith("hub.") and getattr(module, "time", None) is time:
            patch(module, "time", clock)
    supervisor, accounts = sys.modules["hub.supervisor"], sys.modules["hub.people.accounts"]
    patch(supervisor, "Random", lambda: Random(chance.getrandbits(64)))
    patch(accounts, "Passwords", lambda: None)  # nobody logs in here, and hashing takes real time
    # The bot's text is on disk, and read in a thread: nobody knows when it would be done.
    patch(sys.modules["hub.unanswered.knowing"].FromText, "rules", _no_rules)
    patch(sys.modules["hub.unanswered.harvest"], "EVERY", 10.0)  # seconds: each step takes its real time
    try:
        yield errors
    finally:
        for module, name, value in reversed(patched):
            setattr(module, name, value)
        chance.setstate(state)
        structlog.configure(**before)


async def _no_rules(_: Any) -> Rules:
    return Rules()


@contextmanager
def undisturbed() -> Iterator[None]:
    """The collector of garbage ends what a killed process left behind; not while a seed runs, and without a word."""
    enabled, hook = gc.isenabled(), sys.unraisablehook
    gc.disable()
    gc.freeze()  # what was there before need not be looked through
    try:
        yield
    finally:
        sys.unraisablehook = lambda _: None
        gc.collect()
        gc.unfreeze()
        sys.unraisablehook = hook
        if enabled:
            gc.enable()


def bury(loop: VirtualLoop) -> None:
    """End what still runs, the dead too, so that nothing of this seed reaches into the next."""
    loop.raise_the_dead()
    for _ in range(20):
        left = [task for task in loop.tasks if not task.done()]
        if not left:
            break
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.sleep(1.0))
    loop.tasks.clear()
