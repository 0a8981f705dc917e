"""Time jumps, the seed mixes, and the dead stay dead."""

import asyncio
from random import Random

import pytest

from tests.simulation.loop import Process, Stuck, VirtualLoop


@pytest.fixture
def loop() -> VirtualLoop:
    return VirtualLoop(Random(1))


def test_an_hour_is_over_at_once(loop: VirtualLoop) -> None:
    loop.run_until_complete(asyncio.sleep(3600))
    assert loop.time() == 3600
    loop.close()


def test_what_can_never_happen_is_noticed(loop: VirtualLoop) -> None:
    with pytest.raises(Stuck):
        loop.run_until_complete(loop.create_future())
    loop.close()


def test_a_killed_process_never_runs_again(loop: VirtualLoop) -> None:
    done: list[str] = []
    process = Process("hub")

    async def work() -> None:
        try:
            await asyncio.sleep(1)
            done.append("slept")
            await asyncio.sleep(1)
        finally:
            done.append("tidied up")

    async def watch() -> None:
        process.spawn(work())
        await asyncio.sleep(1.5)
        process.kill()
        await asyncio.sleep(10)

    loop.run_until_complete(watch())
    assert done == ["slept"]
    loop.close()


def test_the_seed_mixes_processes_and_nothing_within_one() -> None:
    def order(seed: int) -> list[str]:
        loop, done = VirtualLoop(Random(seed)), []
        processes = [Process(name) for name in "abc"]
        for number in range(3):
            for process in processes:
                loop.call_soon(done.append, f"{process.name}{number}", context=process.context)
        loop.run_until_complete(asyncio.sleep(2))
        loop.close()
        return done

    orders = [order(seed) for seed in range(20)]
    assert order(3) == orders[3]
    assert len({tuple(each) for each in orders}) > 10
    for each in orders:
        for name in "abc":
            assert [what for what in each if what[0] == name] == [f"{name}{number}" for number in range(3)]
