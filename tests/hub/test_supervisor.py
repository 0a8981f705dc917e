"""Jobs that crash come back, held tasks come to their end, and stopping stops everything."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from hub import supervisor as module
from hub.supervisor import Supervisor
from storage.errors import StorageUnavailable

WITHIN = 5.0


class Steady:
    """No luck in pauses."""

    def random(self) -> float:
        return 0.5


@pytest_asyncio.fixture
async def tasks(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Supervisor]:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.004)
    tasks = Supervisor(Steady())  # type: ignore[arg-type]
    await tasks.start()
    yield tasks
    async with asyncio.timeout(WITHIN):
        await tasks.stop()


@pytest.mark.parametrize("failure", [RuntimeError("on purpose"), asyncio.CancelledError(), None])
async def test_a_job_that_ends_in_whatever_way_is_started_again(
    tasks: Supervisor, failure: BaseException | None
) -> None:
    runs, done = 0, asyncio.Event()

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs == 4:
            done.set()
            await asyncio.Event().wait()
        if failure is not None:
            raise failure

    tasks.job("work", work)
    await asyncio.wait_for(done.wait(), WITHIN)
    assert tasks.jobs["work"].running
    assert tasks.jobs["work"].crashes == (3 if failure is not None else 0)


async def test_pauses_grow_to_a_limit(tasks: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    done = asyncio.Event()
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 5:
            done.set()
        await sleep(0)

    async def work() -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(module.asyncio, "sleep", noted)
    tasks.job("work", work)
    await asyncio.wait_for(done.wait(), WITHIN)
    assert pauses[:5] == [0.001, 0.002, 0.004, 0.004, 0.004]


async def test_one_crash_stops_no_other_job(tasks: Supervisor) -> None:
    crashed, steps = asyncio.Event(), 0

    async def crash() -> None:
        crashed.set()
        raise RuntimeError("on purpose")

    async def steady() -> None:
        nonlocal steps
        await crashed.wait()
        steps += 1
        await asyncio.Event().wait()

    tasks.job("steady", steady)
    tasks.job("crash", crash)
    await asyncio.wait_for(crashed.wait(), WITHIN)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert steps == 1
    assert tasks.jobs["steady"].crashes == 0


async def test_an_errands_failure_is_counted(tasks: Supervisor) -> None:
    async def fail() -> None:
        raise RuntimeError("on purpose")

    tasks.errand("errand", fail())
    async with asyncio.timeout(WITHIN):
        while "errand" not in tasks.jobs:
            await asyncio.sleep(0)
    assert tasks.jobs["errand"].crashes == 1


async def test_held_tasks_finish_although_their_waiter_gave_up() -> None:
    tasks = Supervisor()
    await tasks.start()
    go, done = asyncio.Event(), asyncio.Event()

    async def write() -> str:
        await go.wait()
        done.set()
        return "written"

    async def wait() -> None:
        await asyncio.shield(tasks.hold(write()))

    waiter = asyncio.create_task(wait())
    await asyncio.sleep(0)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    stopping = asyncio.create_task(tasks.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    go.set()
    await asyncio.wait_for(stopping, WITHIN)
    assert done.is_set()


async def test_stopping_waits_for_nobody_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HELD_WITHIN", 0.01)
    tasks = Supervisor()
    await tasks.start()
    running = asyncio.Event()

    async def never() -> None:
        running.set()
        await asyncio.Event().wait()

    held = tasks.hold(never())
    tasks.job("job", never)
    await running.wait()
    await asyncio.wait_for(tasks.stop(), WITHIN)
    await asyncio.wait([held], timeout=WITHIN)
    assert held.cancelled()
    assert not tasks.jobs["job"].running


async def test_after_the_end_no_errand_begins() -> None:
    tasks = Supervisor()
    await tasks.start()
    await tasks.stop()

    async def late() -> None:
        pytest.fail("too late")

    tasks.errand("late", late())


async def test_before_the_start_nothing_can_be_given() -> None:
    async def early() -> None:
        pytest.fail("too early")

    with pytest.raises(RuntimeError):
        Supervisor().job("early", early)


async def test_a_swallowed_cancellation_does_not_hold_up_the_end(tasks: Supervisor) -> None:
    began = asyncio.Event()

    async def deaf_once() -> None:
        try:
            began.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.Event().wait()

    tasks.job("deaf", deaf_once)
    await began.wait()
    async with asyncio.timeout(WITHIN):
        await tasks.stop()


async def test_a_job_that_may_end_is_not_started_again(tasks: Supervisor) -> None:
    runs = 0

    async def work() -> None:
        nonlocal runs
        runs += 1

    tasks.job("once", work, may_end=True)
    async with asyncio.timeout(WITHIN):
        while tasks.jobs["once"].running or not runs:
            await asyncio.sleep(0)
    for _ in range(100):
        await asyncio.sleep(0)
    assert runs == 1
    assert tasks.jobs["once"].crashes == 0


@pytest.mark.parametrize(
    ("failure", "told"), [(StorageUnavailable("away"), False), (KeyError("riddle"), True)]
)
async def test_only_a_riddle_is_logged_with_its_whole_story(
    tasks: Supervisor, failure: Exception, told: bool
) -> None:
    again = asyncio.Event()
    failures = [failure]

    async def work() -> None:
        if failures:
            raise failures.pop()
        again.set()
        await asyncio.Event().wait()

    with capture_logs() as logs:
        tasks.job("job", work)
        async with asyncio.timeout(WITHIN):
            await again.wait()
    assert [line["exc_info"] for line in logs if line["event"] == "job failed and is started again"] == [told]
