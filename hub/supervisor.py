"""Long-lived jobs and short errands of a hub, under one roof: none is lost, none dies unseen."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

import structlog

from storage.errors import StorageUnavailable

log = structlog.get_logger(__name__)

T = TypeVar("T")

FIRST_PAUSE = 0.2  # seconds before a crashed job starts again; doubled each time
LONGEST_PAUSE = 3.0  # a database that was away is back for all jobs within moments
CANCEL_AGAIN = 0.2  # seconds until what still runs at the end is cancelled once more
HELD_WITHIN = 1.0  # seconds that a held task gets at the end


@dataclass(slots=True)
class JobState:
    """What /health/ready tells of a job."""

    running: bool = False
    crashes: int = 0


class Supervisor:
    """Holds a TaskGroup inside one task. ``run`` ends when ``stop`` is called."""

    def __init__(self, random: Random | None = None) -> None:
        self.jobs: dict[str, JobState] = {}
        self._group: asyncio.TaskGroup | None = None
        self._main: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._random = random or Random()
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Return when jobs and errands can be given."""
        ready = asyncio.Event()
        self._main = asyncio.create_task(self._hold(ready), name="supervisor")
        await ready.wait()

    async def _hold(self, ready: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            self._group = group
            ready.set()
            await self._stopping.wait()
            while self._tasks:  # again and again: a library may swallow a cancellation
                for task in self._tasks:
                    task.cancel()
                await asyncio.wait(self._tasks, timeout=CANCEL_AGAIN)

    async def stop(self) -> None:
        """Let held tasks end (within ``HELD_WITHIN``), cancel the jobs, and wait for them."""
        if self._held:
            _, late = await asyncio.wait(self._held, timeout=HELD_WITHIN)
            for task in late:
                task.cancel()
        self._stopping.set()
        if self._main is not None:
            await self._main

    def job(self, name: str, work: Callable[[], Awaitable[None]], *, may_end: bool = False) -> None:
        """Run ``work`` for as long as the hub lives; a crash is logged, counted, and answered by a new start.

        So is an end, unless it ``may_end``: then it was told to by whoever else holds it.
        """
        self.jobs[name] = JobState()
        self._spawn(self._again_and_again(name, work, may_end), name)

    def errand(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Run something once, in the background. A failure is logged and counted."""
        if self._stopping.is_set():
            work.close()
            return
        self._spawn(self._once(name, work), name)

    def hold(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task that must come to its end although whoever waits for it may give up. Its outcome is the waiter's."""
        task = asyncio.create_task(work)
        self._held.add(task)
        task.add_done_callback(self._let_go)
        return task

    def _let_go(self, task: asyncio.Task[Any]) -> None:
        self._held.discard(task)
        if not task.cancelled():
            task.exception()  # seen: the waiter may be gone

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        if self._group is None:
            work.close()
            raise RuntimeError("the supervisor has not been started")
        task = self._group.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _once(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            self.jobs.setdefault(name, JobState()).crashes += 1
            log.exception("errand failed", job=name)

    async def _again_and_again(self, name: str, work: Callable[[], Awaitable[None]], may_end: bool) -> None:
        state = self.jobs[name]
        pause = FIRST_PAUSE
        while True:
            state.running = True
            began = asyncio.get_running_loop().time()
            try:
                await work()
                if may_end:
                    return
                log.warning("job ended and is started again", job=name)
            except (Exception, asyncio.CancelledError) as failure:
                task = asyncio.current_task()
                if isinstance(failure, asyncio.CancelledError) and task is not None and task.cancelling():
                    raise  # by us; else something inside the job was cancelled, and the job must go on
                state.crashes += 1
                log.warning(
                    "job failed and is started again",
                    job=name,
                    failure=repr(failure),
                    # An outage is no riddle; of anything else the first time tells the whole story.
                    exc_info=state.crashes == 1 and not isinstance(failure, StorageUnavailable),
                )
            finally:
                state.running = False
            if asyncio.get_running_loop().time() - began > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            await asyncio.sleep(pause * (0.5 + self._random.random()))
            pause = min(pause * 2, LONGEST_PAUSE)
