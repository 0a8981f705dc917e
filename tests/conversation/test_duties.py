"""What is due happens once, whichever hub fires it."""

from datetime import timedelta

import pytest

from hub.conversation.commands import HandOff, SendMessage, Snooze, Take
from hub.conversation.duties import Duties
from hub.conversation.snapshots import Snapshots
from hub.conversation.sweeper import Sweeper
from hub.errors import Refusal
from storage.errors import StorageUnavailable
from storage.memory import MemoryStorage
from storage.model.conversation import Open, Queued
from storage.model.entry import HandedOff, HandoffReason, SnoozeEnded
from tests.conversation.bench import ANNA, BOT, JANA, Bench, Clock, blank, hub, memory


async def written(bench: Bench, conversation_id: str = "c1") -> None:
    """The snapshot, as the writer would have written it."""
    conversation = await bench.dispatcher._timelines.load(conversation_id)
    await bench.storage.conversations.save_many([conversation])


def duties_of(bench: Bench) -> Duties:
    return Duties(bench.storage, bench.dispatcher.submit, bench.clock, "support")


async def test_an_answer_that_does_not_come_queues_the_customer_after_eight_seconds(bench: Bench) -> None:
    await bench.do(JANA, SendMessage("Hello"), "a")
    await written(bench)
    bench.clock.forward(7.9)
    await duties_of(bench).fire()
    assert len(await bench.timeline()) == 1
    bench.clock.forward(0.1)
    await duties_of(bench).fire()
    timeline = await bench.timeline()
    assert isinstance(timeline[-1].body, HandedOff)
    assert timeline[-1].body.reason is HandoffReason.BOT_TIMEOUT
    assert timeline[-1].client_id == "timer:bot_answer:1"
    state = await bench.dispatcher._timelines.load("c1")
    assert isinstance(state.responder, Queued)


async def test_an_answer_in_time_is_no_timeout_even_if_the_snapshot_lags(bench: Bench) -> None:
    await bench.do(JANA, SendMessage("Hello"), "a")
    await written(bench)
    await bench.do(BOT, SendMessage("Good day", answers=1, last=True), "bot:1:0")
    bench.clock.forward(9)
    await duties_of(bench).fire()
    assert len(await bench.timeline()) == 2


async def test_two_hubs_fire_the_same_duty_once(storage: MemoryStorage) -> None:
    clock = Clock()
    async with hub(storage, clock) as one, hub(storage, clock) as two:
        await one.do(JANA, SendMessage("Hello"), "a")
        await one.do(JANA, SendMessage("Hello?"), "b")
        await written(one)
        clock.forward(10)
        for bench in (one, two, one, two):
            await duties_of(bench).fire()
        assert [type(entry.body).__name__ for entry in await one.timeline()] == [
            "Message",
            "Message",
            "HandedOff",
        ]


async def test_a_snooze_ends(bench: Bench) -> None:
    await bench.do(JANA, SendMessage("Hello"), "a")
    await bench.do(ANNA, Take(), "t")
    await bench.do(ANNA, Snooze(bench.clock.now() + timedelta(minutes=5)), "z")
    await written(bench)
    bench.clock.forward(300)
    await duties_of(bench).fire()
    await duties_of(bench).fire()
    timeline = await bench.timeline()
    assert isinstance(timeline[-1].body, SnoozeEnded)
    assert len(timeline) == 4
    assert isinstance((await bench.dispatcher._timelines.load("c1")).status, Open)


@pytest.mark.parametrize(
    "failure",
    [
        Refusal("unavailable", "busy"),
        Refusal("conflict", "odd"),
        StorageUnavailable("the outcome is unknown"),
    ],
)
async def test_one_duty_that_is_stuck_holds_up_no_other(failure: Exception) -> None:
    storage = await memory(blank("c1"), blank("c2"))
    clock = Clock()
    async with hub(storage, clock) as bench:
        for conversation_id in ("c1", "c2"):
            await bench.do(JANA, SendMessage("Hello"), "a", conversation_id)
            await written(bench, conversation_id)
            clock.forward(1)
        clock.forward(10)
        asked: list[HandOff] = []

        async def submit(conversation_id, command):  # type: ignore[no-untyped-def]
            if conversation_id == "c1":
                raise failure
            asked.append(command.action)
            return await bench.dispatcher.submit(conversation_id, command)

        await Duties(storage, submit, clock, "support").fire()
        assert len(asked) == 1
        assert isinstance((await bench.timeline("c2"))[-1].body, HandedOff)


async def test_a_hub_that_died_before_its_snapshot_leaves_nobody_in_silence(storage: MemoryStorage) -> None:
    """kill -9 between the entry and its snapshot; the next hub comes up minutes later."""
    clock = Clock()
    async with hub(storage, clock) as dead:
        await dead.do(JANA, SendMessage("Anybody?"), "a")
    clock.forward(600)
    async with hub(storage, clock) as bench:
        snapshots = Snapshots(storage)
        assert await Sweeper(storage, snapshots, clock).sweep() == 1
        await snapshots.flush()
        await duties_of(bench).fire()
        assert isinstance((await bench.timeline())[-1].body, HandedOff)
