"""The queue at a glance."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.queue import board as module
from hub.queue.board import Board, number
from hub.queue.teams import TEAMS
from hub.supervisor import Supervisor
from storage.memory import MemoryStorage
from storage.model.conversation import Conversation, Queued, WithOperator
from storage.ports import Counts
from tests.conversation.bench import NOON, Clock, blank

TEAMS_IN_LINE = ("support", "sales", "support", "support")


def waiting(name: str, team: str, minute: int, priority: int = 0) -> Conversation:
    return Conversation(
        name, "demo", f"contact-of-{name}", blank().channel, seq=1, episode=1,
        responder=Queued(team, NOON + timedelta(minutes=minute), priority), updated_at=NOON,
    )  # fmt: skip


def test_places_are_counted_within_a_team() -> None:
    lengths, places = number([("a", "support"), ("b", "sales"), ("c", "support")])
    assert lengths == {"support": 2, "sales": 1}
    assert places == {"a": 1, "b": 1, "c": 2}


async def test_a_point_of_priority_is_worth_a_minute() -> None:
    storage = MemoryStorage()
    await storage.conversations.save_many(
        [waiting("early", "support", 0), waiting("urgent", "support", 4, 5)]
    )
    board = Board(storage, Clock(), "support")
    await board.count()
    assert (board.place("urgent"), board.place("early"), board.place("nobody")) == (1, 2, None)
    assert board.context().queue_lengths == {"support": 2}


async def test_followers_hear_of_changes_only() -> None:
    storage = MemoryStorage()
    board = Board(storage, Clock(), "support")
    heard: list[int] = []
    board.follow(lambda: heard.append(board.counts.queued))
    await board.count()
    assert heard == []
    await storage.conversations.save_many([waiting("a", "support", 0)])
    await board.count()
    await board.count()
    assert heard == [1]
    anna = WithOperator("anna", "Anna", "support", NOON)
    busy = replace(waiting("b", "support", 0), responder=anna)
    await storage.conversations.save_many([busy])
    await board.count()
    assert board.in_hand == {"anna": 1}
    assert board.counts.open == 2


async def test_who_comes_behind_the_places_that_are_told_still_learns_a_length(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_PLACES", 2)
    storage = MemoryStorage()
    line = [
        waiting(name, team, minute)
        for minute, (name, team) in enumerate(zip("abcd", TEAMS_IN_LINE, strict=True))
    ]
    await storage.conversations.save_many(line)
    board = Board(storage, Clock(), "support")
    await board.count()
    assert {**dict.fromkeys(TEAMS, 0), "support": 3, "sales": 1} == board.context().queue_lengths
    assert (board.place("b"), board.place("c")) == (1, None)


async def test_a_written_snapshot_makes_it_count_again() -> None:
    storage = MemoryStorage()
    board = Board(storage, Clock(), "support")
    tasks = Supervisor()
    await tasks.start()
    counted = asyncio.Event()
    board.follow(counted.set)
    try:
        tasks.job("board", board.watch)
        conversation = waiting("a", "support", 0)
        await storage.conversations.save_many([conversation])
        board.note(conversation)
        await asyncio.wait_for(counted.wait(), 5)
        assert board.place("a") == 1
    finally:
        await tasks.stop()


async def test_each_sees_the_counts_of_their_teams() -> None:
    storage = MemoryStorage()
    board = Board(storage, Clock(), "support")
    heard: list[int] = []
    board.follow(lambda: heard.append(board.counts_of(["sales"]).queued))
    line = [waiting("a", "support", 0), waiting("b", "sales", 1), waiting("c", "sales", 2)]
    await storage.conversations.save_many(line)
    await board.include(["sales"])
    await board.include(None)
    assert board.counts_of(["sales"]).queued == 2
    await board.count()
    assert board.counts_of(None).queued == 3
    assert board.counts_of(["support"]).queued == 0  # nobody of them is here
    moved = replace(line[2], seq=2, responder=Queued("support", NOON))
    await storage.conversations.save_many([moved])
    await board.count()
    assert heard[-1] == 1


async def test_nothing_is_counted_for_teams_that_nobody_here_is_of(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = MemoryStorage()
    board = Board(storage, Clock(), "support")
    here = {frozenset(["sales"])}
    board.count_for(lambda: here)
    counted: list[object] = []
    counts = storage.conversations.counts

    async def noted(teams: Sequence[str] | None, most: int) -> Counts:
        counted.append(teams)
        return await counts(teams, most)

    monkeypatch.setattr(storage.conversations, "counts", noted)
    await storage.conversations.save_many([waiting("a", "sales", 0)])
    await board.include(["support"])  # who left again
    await board.include(["sales"])
    counted.clear()
    await board.count()
    assert counted == [None, ["sales"]]
    assert board.counts_of(["sales"]).queued == 1
    assert board.counts_of(["support"]).queued == 0
    here.clear()
    await board.count()
    counted.clear()
    await board.count()
    assert counted == [None]
