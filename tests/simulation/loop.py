"""An event loop in which time is a number: it jumps to the next timer, and the seed decides who runs first.

What is ready at one moment belongs to different processes (hubs, clients, the database). Within a process the order
stays as asyncio makes it; between processes the seed mixes. A process that was killed never runs again: no
cancellation, no ``finally``, as after kill -9.
"""

import asyncio
import heapq
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from random import Random
from typing import Any


class Process:
    """Something that runs, and can be killed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.alive = True
        self.context = copy_context()
        self.context.run(_RUNNING.set, self)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """A task of this process; that it failed is told to the loop."""
        task = asyncio.get_running_loop().create_task(work, context=self.context.copy())
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        failure = None if task.cancelled() else task.exception()
        if failure is not None:
            context = {"message": f"a task of {self.name} failed", "exception": failure}
            task.get_loop().call_exception_handler(context)

    def kill(self) -> None:
        """From this moment on nothing of it runs."""
        self.alive = False


_RUNNING: ContextVar[Process | None] = ContextVar("process", default=None)


def running() -> Process | None:
    """Whose code this is."""
    return _RUNNING.get()


class _Task(asyncio.Task):  # type: ignore[type-arg]
    """Hashed by its number: sets of tasks then have the same order in every run."""

    _numbers = iter(range(2**62))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._number = next(_Task._numbers)
        super().__init__(*args, **kwargs)
        self._log_destroy_pending = False  # what a killed process left is no mistake

    def __hash__(self) -> int:
        return self._number


class Stuck(Exception):
    """Nothing is ready and nothing ever will be."""


class VirtualLoop(asyncio.BaseEventLoop):
    """``failures`` collects what went wrong in callbacks and unwatched tasks."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self._now = 0.0
        self._random = random
        self.failures: list[str] = []
        self.after_death = False
        self._dropped: list[asyncio.Handle] = []  # of processes that were dead by then
        self.steps = 0
        self.set_exception_handler(self._failed)
        self.tasks: list[
            asyncio.Task[Any]
        ] = []  # kept: the collector must not end what a killed process left
        self.set_task_factory(self._task)

    def _task(self, _: asyncio.AbstractEventLoop, work: Any, context: Context | None = None) -> "_Task":
        task = _Task(work, loop=self, context=context)
        self.tasks.append(task)
        return task

    def time(self) -> float:
        """Virtual seconds since the beginning."""
        return self._now

    def call_in(self, process: Process, delay: float, what: Callable[..., object], *args: Any) -> None:
        """Call later as a part of ``process``; not at all if it is dead by then."""
        self.call_later(delay, what, *args, context=process.context)

    def _run_once(self) -> None:
        """asyncio's own step, without a selector and with the seed's choice."""
        ready: deque[asyncio.Handle] = self._ready  # type: ignore[attr-defined]
        scheduled: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]
        while scheduled and scheduled[0]._cancelled:
            heapq.heappop(scheduled)._scheduled = False  # type: ignore[attr-defined]
        if not ready and not self._stopping:  # type: ignore[attr-defined]
            if not scheduled:
                raise Stuck
            self._now = max(self._now, scheduled[0].when())
        while scheduled and scheduled[0].when() <= self._now:
            handle = heapq.heappop(scheduled)
            handle._scheduled = False  # type: ignore[attr-defined]
            ready.append(handle)
        batch = self._mixed(ready)
        ready.clear()
        for handle in batch:
            process = handle._context.get(_RUNNING)  # type: ignore[attr-defined]
            if handle._cancelled:
                continue
            if process is None or process.alive or self.after_death:
                self.steps += 1
                handle._run()
            else:
                self._dropped.append(handle)

    def raise_the_dead(self) -> None:
        """At the very end: let what was killed come to its end too."""
        self.after_death = True
        self._ready.extend(self._dropped)  # type: ignore[attr-defined]
        self._dropped.clear()

    def _mixed(self, ready: "deque[asyncio.Handle]") -> list[asyncio.Handle]:
        if len(ready) < 2:
            return list(ready)
        first = ready[0]._context.get(_RUNNING)  # type: ignore[attr-defined]
        if all(handle._context.get(_RUNNING) is first for handle in ready):  # type: ignore[attr-defined]
            return list(ready)
        lines: defaultdict[Process | None, deque[asyncio.Handle]] = defaultdict(deque)
        for handle in ready:
            lines[handle._context.get(_RUNNING)].append(handle)  # type: ignore[attr-defined]
        waiting = list(lines.values())
        mixed = []
        while waiting:
            place = int(self._random.random() * len(waiting))
            mixed.append(waiting[place].popleft())
            if not waiting[place]:
                del waiting[place]
        return mixed

    def _failed(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not self.after_death:
            self.failures.append(f"{self._now:.3f} {context.get('message')}: {context.get('exception')!r}")

    def _process_events(self, event_list: Any) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody calls from another thread."""
