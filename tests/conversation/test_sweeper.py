"""Snapshots that lag are found, whatever cannot be looked at."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from hub.conversation import sweeper as sweeping
from hub.conversation.backlog import Backlog
from hub.conversation.commands import SendMessage
from hub.conversation.snapshots import Snapshots
from hub.conversation.sweeper import SLICE, Sweeper
from storage.errors import StorageUnavailable
from storage.memory import MemoryStorage
from storage.model.conversation import Conversation
from tests.conversation.bench import JANA, NOON, Bench, Clock, blank, hub, memory


async def seq_of(storage: MemoryStorage, conversation_id: str = "c1") -> int:
    snapshot = await storage.conversations.get(conversation_id)
    assert snapshot is not None
    return snapshot.seq


async def test_the_sweeper_repairs_what_lags_once(bench: Bench, storage: MemoryStorage) -> None:
    await bench.do(JANA, SendMessage("a"), "a")
    snapshots = Snapshots(storage)
    sweeper = Sweeper(storage, snapshots, bench.clock)
    assert await sweeper.sweep() == 1
    await snapshots.flush()
    assert await seq_of(storage) == 1
    assert await sweeper.sweep() == 0
    await bench.do(JANA, SendMessage("b"), "b")
    assert await sweeper.sweep() == 1


async def test_a_sweep_that_failed_is_made_up_for(
    bench: Bench, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.do(JANA, SendMessage("a"), "a")
    snapshots = Snapshots(storage)
    sweeper = Sweeper(storage, snapshots, bench.clock)

    async def away(_: object) -> dict[str, tuple[int, int]]:
        raise StorageUnavailable("planted")

    with monkeypatch.context() as patch:
        patch.setattr(storage.conversations, "versions", away)
        with pytest.raises(StorageUnavailable):
            await sweeper.sweep()
    assert await sweeper.sweep() == 1


async def test_a_sweep_does_not_undo_what_is_newer(
    storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    async with hub(storage, clock) as bench:
        await bench.do(JANA, SendMessage("a"), "a")
        snapshots = Snapshots(storage)
        sweeper = Sweeper(storage, snapshots, clock)
        load = sweeper._timelines.load

        async def slow(conversation_id: str) -> Conversation:
            """While it reads, the conversation goes on."""
            old = await load(conversation_id)
            accepted = await bench.do(JANA, SendMessage("b"), "b")
            assert accepted.conversation is not None
            snapshots.note(accepted.entry, accepted.conversation)
            return old

        monkeypatch.setattr(sweeper._timelines, "load", slow)
        await sweeper.sweep()
        await snapshots.flush()
        assert await seq_of(storage) == 2


async def test_a_long_history_is_looked_at_in_slices_newest_first(
    storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    looks: list[timedelta] = []
    recorded_since = storage.entries.recorded_since

    async def watched(
        at: datetime, limit: int, *, before: datetime | None = None
    ) -> Sequence[tuple[str, int]]:
        looks.append((before or clock.now()) - at)
        if len(looks) == 3:
            raise StorageUnavailable("planted")
        return await recorded_since(at, limit, before=before)

    async with hub(storage, clock) as bench:
        await bench.do(JANA, SendMessage("a"), "a")
    clock.forward(23 * 3600)
    snapshots = Snapshots(storage)
    sweeper = Sweeper(storage, snapshots, clock)
    monkeypatch.setattr(storage.entries, "recorded_since", watched)
    with pytest.raises(StorageUnavailable):
        await sweeper.sweep()
    repaired = 0
    for _ in range(25):
        clock.forward(2)
        repaired += await sweeper.sweep()
    assert repaired == 1
    assert max(looks) <= SLICE
    assert len(looks) < 400, "what was looked at is not looked at again"


NEAR = timedelta(seconds=1)

Look = Callable[[datetime, datetime | None], bool]


class Dear:
    """Some looks at what was recorded fail."""

    def __init__(self, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch, fails: Look) -> None:
        recorded_since = storage.entries.recorded_since

        async def look(
            at: datetime, limit: int, *, before: datetime | None = None
        ) -> Sequence[tuple[str, int]]:
            if fails(at, before):
                raise StorageUnavailable("planted")
            return await recorded_since(at, limit, before=before)

        monkeypatch.setattr(storage.entries, "recorded_since", look)


async def spread(storage: MemoryStorage, clock: Clock, ids: Sequence[str], apart: float) -> None:
    """One message in each conversation, one after the other; no snapshot is written."""
    async with hub(storage, clock) as bench:
        for conversation_id in ids:
            await bench.do(JANA, SendMessage("a"), "a", conversation_id)
            clock.forward(apart)


async def swept(sweeper: Sweeper, clock: Clock, times: int) -> int:
    """Sweep again and again, whatever fails. How many were repaired, as far as the sweeps can tell."""
    repaired = 0
    for _ in range(times):
        clock.forward(2)
        with suppress(StorageUnavailable):
            repaired += await sweeper.sweep()
    return repaired


async def lagging(storage: MemoryStorage, snapshots: Snapshots, ids: Sequence[str]) -> list[str]:
    await snapshots.flush()
    return [each for each in ids if await seq_of(storage, each) == 0]


@pytest.mark.parametrize("bearable", [timedelta(0), timedelta(minutes=1)])
async def test_a_stretch_that_cannot_be_looked_at_keeps_nobody_from_the_others(
    monkeypatch: pytest.MonkeyPatch, bearable: timedelta
) -> None:
    """One that was merely too much at once is looked at in smaller pieces."""
    ids = ["old", "dear", "new"]
    storage, clock = await memory(*map(blank, ids)), Clock()
    await spread(storage, clock, ids, 3600)
    dear = NOON + timedelta(hours=1)

    def fails(begin: datetime, end: datetime | None) -> bool:
        end = end or clock.now()
        return begin - NEAR <= dear <= end + NEAR and end - begin > bearable

    Dear(storage, monkeypatch, fails)
    snapshots = Snapshots(storage)
    await swept(Sweeper(storage, snapshots, clock), clock, 60)
    assert await lagging(storage, snapshots, ids) == ([] if bearable else ["dear"])


async def test_what_is_new_and_cannot_be_looked_at_keeps_nobody_from_what_is_older(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    storage, clock = await memory(blank()), Clock()
    await spread(storage, clock, ["c1"], 3600)
    Dear(storage, monkeypatch, lambda _, before: before is None)
    snapshots = Snapshots(storage)
    await swept(Sweeper(storage, snapshots, clock), clock, 5)
    assert await lagging(storage, snapshots, ["c1"]) == []


async def test_what_came_while_nothing_could_be_looked_at_is_looked_at_when_it_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = [f"c{n}" for n in range(600)]
    storage, clock, away = await memory(*map(blank, ids)), Clock(), True
    snapshots = Snapshots(storage)
    sweeper = Sweeper(storage, snapshots, clock)
    with monkeypatch.context() as patch:
        Dear(storage, patch, lambda *_: away)
        for each in ids:
            await spread(storage, clock, [each], 0)
            await swept(sweeper, clock, 1)
    await swept(sweeper, clock, 30)
    assert await lagging(storage, snapshots, ids) == []


@pytest.mark.parametrize("later", [0, 3600])
async def test_more_than_one_look_takes_in_is_looked_at_all_the_same(
    monkeypatch: pytest.MonkeyPatch, later: float
) -> None:
    monkeypatch.setattr(sweeping, "MOST_SWEPT", 3)
    ids = [f"c{n}" for n in range(20)]
    storage, clock = await memory(*map(blank, ids)), Clock()
    await spread(storage, clock, ids, 0.01)
    clock.forward(later)
    snapshots = Snapshots(storage)
    await swept(Sweeper(storage, snapshots, clock), clock, 15)
    assert await lagging(storage, snapshots, ids) == []


async def test_one_that_cannot_be_read_keeps_nobody_from_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = ["a", "broken", "c"]
    storage, clock = await memory(*map(blank, ids)), Clock()
    await spread(storage, clock, ids, 1)
    snapshots = Snapshots(storage)
    sweeper = Sweeper(storage, snapshots, clock)
    load = sweeper._timelines.load

    async def read(conversation_id: str) -> Conversation:
        if conversation_id == "broken":
            raise ValueError("planted")
        return await load(conversation_id)

    monkeypatch.setattr(sweeper._timelines, "load", read)
    with capture_logs() as logs:
        assert await sweeper.sweep() == 2
    assert await lagging(storage, snapshots, ids) == ["broken"]
    assert [line["conversation_id"] for line in logs] == ["broken"]


@given(
    stretches=st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 5_000)), max_size=6),
    answers=st.lists(st.sampled_from(["done", "narrow", "put off"]), max_size=60),
)
def test_a_backlog_forgets_nothing(stretches: list[tuple[int, int]], answers: list[str]) -> None:
    """Whatever becomes of the looks, in the end each millisecond was looked at."""
    backlog = Backlog(timedelta(milliseconds=64))
    wanted: set[int] = set()
    for begin, end in stretches:
        backlog.add(NOON + timedelta(milliseconds=begin), NOON + timedelta(milliseconds=end))
        wanted |= set(range(begin, end))
    seen: set[int] = set()
    for answer in [*answers, *["done"] * 100_000]:
        piece = backlog.next()
        if piece is None:
            break
        begin, end = ((at - NOON) // timedelta(milliseconds=1) for at in piece)  # cut as the storage does
        if answer == "put off":
            backlog.put_off()
        elif answer == "done" or not backlog.narrow():
            seen |= set(range(begin, end))
            backlog.done()
    assert seen == wanted
    assert backlog.next() is None
