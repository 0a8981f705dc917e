"""Publishing and going back: all of it happens, or nothing does."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hub.errors import Refusal
from hub.knowledge.files import Files
from hub.knowledge.source import Source
from hub.workshop.releasing import HELD_FOR
from storage.errors import StorageUnavailable
from storage.model.people import Operator
from storage.model.versions import Version, VersionKind, VersionState
from tests.knowledge.texts import TINY
from tests.workshop.bench import FAY, MAX, Bench, Killed, model_of, open_bench, said


async def refusal(work: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        await work
    return refused.value


async def test_what_the_bot_serves_is_the_first_version(bench: Bench) -> None:
    current = await bench.room.versions.current()
    assert current is not None
    assert (current.number, current.kind, current.by) == (1, VersionKind.FIRST, None)
    assert current.model == model_of(TINY)
    assert bench.workshop.held == [model_of(TINY)]
    assert await bench.room.versions.files(current) == TINY
    await bench.room.keeper.look()
    assert len(await bench.room.versions.newest()) == 1


async def test_a_published_draft_is_on_disk_served_and_out_of_the_draft(bench: Bench) -> None:
    await bench.teach()
    training = await bench.train()
    version = await bench.room.publishing.publish(FAY, training, "k1", confirm=False)
    assert (version.number, version.state, version.figures is not None) == (2, VersionState.PUBLISHED, True)
    assert "chci vidět účet" in bench.disk()["data/nlu/cs/money.yml"]
    assert bench.serve == [model_of(bench.disk())] * 2
    assert version.model in bench.workshop.held
    assert (await bench.drafts.of(FAY)).edits == ()
    (done,) = await bench.storage.done_edits.of_place("topic:ask_bill", 5)
    assert (done.version, done.by.name) == (2, "Fay")
    changes = await bench.room.versions.changes(version)
    assert [change.path for change in changes] == ["data/nlu/cs/money.yml"]


async def test_the_same_request_again_is_the_same_version(bench: Bench) -> None:
    await bench.teach()
    training = await bench.train()
    first = await bench.room.publishing.publish(FAY, training, "k1", confirm=False)
    again = await bench.room.publishing.publish(FAY, training, "k1", confirm=False)
    assert again == await bench.room.versions.one(first.number)
    assert bench.bots[0].loads == [first.model]


async def test_what_has_changed_since_it_was_trained_is_not_published(bench: Bench) -> None:
    await bench.teach()
    training = await bench.train()
    await bench.teach("pošlete mi účet")
    refused = await refusal(bench.room.publishing.publish(FAY, training, "k1", confirm=True))
    assert (refused.code, refused.details) == ("conflict", {"why": "outdated"})
    assert bench.disk() == TINY


async def test_a_worse_one_needs_to_be_confirmed(bench: Bench) -> None:
    bench.workshop.ends["result"] = {"worse": True, "draft": {"held_out": {"right": 1, "of": 10}}}
    await bench.teach()
    training = await bench.train()
    refused = await refusal(bench.room.publishing.publish(FAY, training, "k1", confirm=False))
    assert refused.details is not None
    assert refused.details["why"] == "worse"
    assert refused.details["result"]["draft"]["held_out"]["right"] == 1
    assert (await bench.room.publishing.publish(FAY, training, "k2", confirm=True)).number == 2


async def test_a_training_that_is_not_ones_own_or_not_done_is_not_published(bench: Bench) -> None:
    version = await bench.teach()
    shown = await bench.room.trainings.begin(FAY, version)
    publish = bench.room.publishing.publish
    assert (await refusal(publish(FAY, shown.training.id, "k1", confirm=False))).code == "invalid_state"
    assert (await refusal(publish(MAX, shown.training.id, "k2", confirm=False))).code == "not_found"
    assert (await refusal(publish(FAY, "nothing", "k3", confirm=False))).code == "not_found"


async def test_undo_brings_back_files_and_model_as_a_new_version(bench: Bench) -> None:
    await bench.teach()
    published = await bench.room.publishing.publish(FAY, await bench.train(), "k1", confirm=False)
    undone = await bench.room.publishing.undo(MAX, 1, "k2")
    assert (undone.number, undone.kind, undone.to) == (3, VersionKind.UNDONE, 1)
    assert bench.disk() == TINY
    assert bench.serve == [model_of(TINY)] * 2
    assert (await refusal(bench.room.publishing.undo(FAY, 3, "k3"))).code == "invalid_state"
    again = await bench.room.publishing.undo(FAY, 2, "k4")
    assert (again.number, again.to, again.figures) == (4, 2, published.figures)
    assert bench.serve == [published.model] * 2


async def test_what_was_edited_by_hand_is_a_version_and_not_lost_by_undo(bench: Bench) -> None:
    await bench.teach()
    await bench.room.publishing.publish(FAY, await bench.train(), "k1", confirm=False)
    words = bench.disk()["content/words/cs.yml"] + "# by hand\n"
    bench.by_hand("content/words/cs.yml", words)
    current = await bench.room.versions.current()
    assert await bench.room.versions.by_hand(current, bench.disk()) == ["content/words/cs.yml"]
    await bench.room.publishing.undo(FAY, 1, "k2")
    assert bench.disk() == TINY
    newest = await bench.room.versions.newest()
    assert [each.kind.value for each in newest] == ["undone", "by_hand", "published", "first"]
    assert (await bench.room.versions.files(newest[1]))["content/words/cs.yml"] == words
    back = await bench.room.publishing.undo(FAY, newest[1].number, "k3")
    assert bench.disk()["content/words/cs.yml"] == words
    assert back.number == 5


async def test_what_was_edited_by_hand_is_trained_and_published_without_a_draft(bench: Bench) -> None:
    text = bench.disk()["data/nlu/cs/money.yml"].replace("    - kde je", "    - účtenka\n    - kde je", 1)
    bench.by_hand("data/nlu/cs/money.yml", text)
    training = await bench.train()
    published = await bench.room.publishing.publish(FAY, training, "k1", confirm=False)
    assert bench.serve == [model_of(bench.disk())] * 2
    kinds = [each.kind.value for each in await bench.room.versions.newest()]
    assert kinds == ["published", "by_hand", "first"]
    assert (await bench.room.versions.changes(published)) == []
    again = bench.room.publishing.publish(FAY, training, "k2", confirm=False)
    assert (await refusal(again)).code == "invalid_state"


async def test_two_publish_at_once_and_one_is_told_who_is_at_it(bench: Bench) -> None:
    await bench.teach()
    mine = await bench.train()
    await bench.teach("kolik platím", MAX)
    theirs = await bench.train(MAX)
    gate = bench.bots[0].gate = asyncio.Event()
    first = asyncio.create_task(bench.room.publishing.publish(FAY, mine, "k1", confirm=False))
    await bench.bots[0].asked.wait()
    bench.by_hand("tests/understanding/cs.yml", TINY.get("tests/understanding/cs.yml", "nlu: []\n"))
    other = bench.hub("hub-2").publishing
    refused = await refusal(other.undo(MAX, 1, "k2"))
    assert refused.details == {"why": "busy", "by": "Fay"}
    assert "Fay is publishing just now" in refused.message
    gate.set()
    assert (await first).number == 2
    refused = await refusal(other.publish(MAX, theirs, "k3", confirm=True))
    assert refused.details == {"why": "outdated"}
    assert bench.serve == [(await first).model] * 2


@pytest.mark.parametrize("which", [0, 1])
async def test_a_bot_that_refuses_the_model_leaves_all_as_it_was(bench: Bench, which: int) -> None:
    await bench.teach()
    training = await bench.train()
    stored = await bench.storage.trainings.get(training)
    assert stored is not None
    assert stored.model is not None
    bench.bots[which].refuses.add(stored.model)
    refused = await refusal(bench.room.publishing.publish(FAY, training, "k1", confirm=False))
    assert refused.code == "unavailable"
    assert "as it was before" in refused.message
    await still_the_first(bench)
    assert len((await bench.drafts.of(FAY)).edits) == 1
    bench.bots[which].refuses.clear()
    assert (await bench.room.publishing.publish(FAY, training, "k2", confirm=False)).number == 3


async def test_a_model_that_is_gone_is_not_published(bench: Bench) -> None:
    await bench.teach()
    training = await bench.train()
    bench.workshop.missing.add((await bench.storage.trainings.get(training)).model or "")  # type: ignore[union-attr]
    refused = await refusal(bench.room.publishing.publish(FAY, training, "k1", confirm=False))
    assert refused.code == "invalid_state"
    await still_the_first(bench, failed=0)


async def test_a_process_that_is_away_gets_the_model_when_it_is_back(tmp_path: Path) -> None:
    async with open_bench(tmp_path, bots=1) as bench:
        await bench.room.keeper.look()
        await bench.teach()
        published = await bench.room.publishing.publish(FAY, await bench.train(), "k1", confirm=False)
        bench.bots[0].model = model_of(TINY)  # it was started again, with what it began with
        await bench.room.keeper.look()
        assert bench.serve == [published.model]


async def test_a_bot_that_was_started_on_files_changed_by_hand_keeps_its_model(bench: Bench) -> None:
    text = bench.disk()["data/nlu/cs/money.yml"].replace("examples: |\n", "examples: |\n      - účtenka\n", 1)
    bench.by_hand("data/nlu/cs/money.yml", text)
    model = model_of(bench.disk())
    for bot in bench.bots:
        bot.model = model
    await bench.room.keeper.look()
    current = await bench.room.versions.current()
    assert current is not None
    assert (current.kind, current.model) == (VersionKind.BY_HAND, model)
    assert bench.bots[0].loads == []
    assert await bench.room.versions.by_hand(current, bench.disk()) == []


@pytest.mark.parametrize("taught", [FAY, MAX])
async def test_who_publishes_while_another_one_looks_is_told(bench: Bench, taught: Operator) -> None:
    other = MAX if taught is FAY else FAY
    await bench.teach(who=taught)
    await bench.reword("Jinak.", other)
    mine, theirs = await bench.train(FAY), await bench.train(MAX)
    hold = bench.workshop.hold

    async def slow(model: str) -> None:
        bench.workshop.hold = hold  # type: ignore[method-assign]
        await hold(model)
        assert (await bench.hub("hub-2").publishing.publish(MAX, theirs, "k2", confirm=False)).number == 2

    bench.workshop.hold = slow  # type: ignore[method-assign]
    refused = await refusal(bench.room.publishing.publish(FAY, mine, "k1", confirm=False))
    assert refused.details == {"why": "busy", "by": None}
    current = await bench.room.versions.current()
    assert current is not None
    assert (current.number, await bench.room.versions.by_hand(current, bench.disk())) == (2, [])
    assert bench.serve == [model_of(bench.disk())] * 2
    assert len((await bench.drafts.of(FAY)).edits) == 1


async def test_a_file_that_is_changed_by_hand_at_the_last_moment_is_not_passed_over(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.teach()
    training = await bench.train()
    words = bench.disk()["content/words/cs.yml"] + "# by hand\n"
    put_new = bench.storage.versions.put_new

    async def late(version: Version) -> bool:
        bench.by_hand("content/words/cs.yml", words)
        return await put_new(version)

    monkeypatch.setattr(bench.storage.versions, "put_new", late)
    refused = await refusal(bench.room.publishing.publish(FAY, training, "k1", confirm=False))
    assert refused.details == {"why": "outdated"}
    assert bench.disk() == {**TINY, "content/words/cs.yml": words}


@pytest.mark.parametrize("failing", ["hold", "load"])
async def test_a_publishing_that_fails_leaves_what_was_changed_by_hand_as_not_trained(
    bench: Bench, failing: str
) -> None:
    path = "data/nlu/cs/money.yml"
    bench.by_hand(path, bench.disk()[path].replace("    - kde je", "    - účtenka\n    - kde je", 1))
    training = await bench.train()
    model = model_of(bench.disk())
    refusing = [bench.workshop.missing] if failing == "hold" else [bot.refuses for bot in bench.bots]
    for number, _ in enumerate("ab"):
        for each in refusing:
            each.add(model)
        await refusal(bench.room.publishing.publish(FAY, training, f"k{number}", confirm=False))
    current = await bench.room.versions.current()
    assert current is not None
    assert (current.kind, await bench.room.versions.by_hand(current, bench.disk())) == ("first", [path])
    assert len([each for each in await bench.room.versions.newest() if each.kind == "by_hand"]) <= 1
    for each in refusing:
        each.clear()
    for bot in bench.bots:
        bot.model = model  # it was started again, on what is on disk
    await bench.room.keeper.look()
    current = await bench.room.versions.current()
    assert current is not None
    assert (current.kind, current.model, bench.serve) == ("by_hand", model, [model] * 2)


async def test_a_keeper_that_looks_while_somebody_begins_to_publish_notes_nothing(bench: Bench) -> None:
    await bench.teach()
    training = await bench.train()
    gate = bench.bots[1].gate = asyncio.Event()
    work = []
    unlisted = bench.storage.versions.unlisted

    async def later(limit: int) -> Any:
        bench.storage.versions.unlisted = unlisted  # type: ignore[method-assign]
        work.append(asyncio.create_task(bench.room.publishing.publish(FAY, training, "k", confirm=False)))
        await bench.bots[1].asked.wait()
        return await unlisted(limit)

    bench.storage.versions.unlisted = later  # type: ignore[method-assign]
    await bench.hub("hub-2").keeper.look()
    assert [each.kind.value for each in await bench.room.versions.newest()] == ["published", "first"]
    gate.set()
    assert (await work[0]).number == 2


class Step:
    """Something that is done in publishing, before or after which the hub is killed."""

    def __init__(self, owner: Any, name: str, *, after: bool, times: int = 1) -> None:
        self.owner, self.name, self.after, self.left = owner, name, after, times
        self.real = getattr(owner, name)

    async def asynchronous(self, *args: Any, **more: Any) -> Any:
        done = await self.real(*args, **more) if self.after else None
        self._die()
        return done if self.after else await self.real(*args, **more)

    def blocking(self, *args: Any, **more: Any) -> Any:
        done = self.real(*args, **more) if self.after else None
        self._die()
        return done if self.after else self.real(*args, **more)

    def _die(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed


class HalfWritten(Source):
    """A disk on which the hub dies between two files."""

    def write(self, changes: Mapping[str, str | None], *, expected: Files | None = None) -> None:
        first = min(changes)
        super().write({first: changes[first]}, expected=expected)
        raise Killed


STEPS = [
    (name, after)
    for name in ("put_new", "write", "hold", "load", "load of the second", "settle")
    for after in (False, True)
    if (name, after) not in {("put_new", False), ("settle", True)}
]


@pytest.mark.parametrize(("step", "after"), STEPS)
async def test_a_hub_that_is_killed_before_the_commit_leaves_nothing_of_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    await bench.teach()
    await bench.reword("Jinak.")
    training = await bench.train()
    killed_at(bench, monkeypatch, step, after=after)
    with pytest.raises(Killed):
        await bench.room.publishing.publish(FAY, training, "k1", confirm=False)
    monkeypatch.undo()
    other = bench.hub("hub-2")
    await other.keeper.look()  # too early: the first may still be at it
    assert await bench.storage.versions.publishing() is not None
    bench.clock.forward(seconds=HELD_FOR.total_seconds() + 1)
    await other.keeper.look()
    await other.keeper.look()
    await still_the_first(bench)
    assert len((await bench.drafts.of(FAY)).edits) == 2
    assert (await other.publishing.publish(FAY, training, "k2", confirm=False)).number == 3


async def test_a_hub_that_is_killed_between_two_files_leaves_nothing_of_it(bench: Bench) -> None:
    await bench.teach()
    await bench.reword("Jinak.")
    training = await bench.train()
    dying = bench.hub("hub-dying", HalfWritten(bench.source.folder))
    with pytest.raises(Killed):
        await dying.publishing.publish(FAY, training, "k1", confirm=False)
    assert bench.disk() != TINY
    bench.clock.forward(seconds=HELD_FOR.total_seconds() + 1)
    await bench.room.keeper.look()
    await still_the_first(bench)


async def test_what_is_edited_by_hand_meanwhile_stays_when_a_publishing_is_put_back(bench: Bench) -> None:
    await bench.reword("Jinak.")
    training = await bench.train()
    bench.bots[0].refuses.add((await bench.storage.trainings.get(training)).model or "")  # type: ignore[union-attr]
    gate = bench.bots[0].gate = asyncio.Event()
    work = asyncio.create_task(bench.room.publishing.publish(FAY, training, "k1", confirm=False))
    await bench.bots[0].asked.wait()
    mine = bench.disk()["content/words/cs.yml"] + "# by hand\n"
    bench.by_hand("content/words/cs.yml", mine)
    gate.set()
    await refusal(work)
    assert bench.disk()["content/words/cs.yml"] == mine


async def test_a_hub_that_is_killed_after_the_commit_has_published(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.teach()
    training = await bench.train()
    killed_at(bench, monkeypatch, "settle", after=True)
    with pytest.raises(Killed):
        await bench.room.publishing.publish(FAY, training, "k1", confirm=False)
    monkeypatch.undo()
    assert len((await bench.drafts.of(FAY)).edits) == 1
    await bench.hub("hub-2").keeper.look()
    current = await bench.room.versions.current()
    assert current is not None
    assert (current.number, current.listed) == (2, True)
    assert bench.serve == [current.model] * 2
    assert (await bench.drafts.of(FAY)).edits == ()
    assert (await bench.room.publishing.publish(FAY, training, "k1", confirm=False)).number == 2


@pytest.mark.parametrize("applied", [False, True])
async def test_an_answer_of_the_database_that_was_lost(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, applied: bool
) -> None:
    await bench.teach()
    training = await bench.train()
    settle = bench.storage.versions.settle

    async def lossy(*args: Any) -> bool:
        if applied or args[2] is VersionState.FAILED:
            await settle(*args)
        if args[2] is VersionState.PUBLISHED:
            raise StorageUnavailable("lost")
        return True

    monkeypatch.setattr(bench.storage.versions, "settle", lossy)
    publishing = bench.room.publishing.publish(FAY, training, "k1", confirm=False)
    if applied:
        assert (await publishing).state is VersionState.PUBLISHED
        assert bench.serve == [model_of(bench.disk())] * 2
    else:
        with pytest.raises(StorageUnavailable):
            await publishing
        await still_the_first(bench)


@pytest.mark.parametrize("keeper", ["hub-1", "hub-2"])
async def test_a_hub_that_was_taken_for_dead_publishes_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, keeper: str
) -> None:
    """Its own keeper may do so, too: the files are put back, and the record is about to be settled."""
    await bench.teach()
    training = await bench.train()
    gate = bench.bots[1].gate = asyncio.Event()
    work = asyncio.create_task(bench.room.publishing.publish(FAY, training, "k1", confirm=False))
    await bench.bots[1].asked.wait()
    bench.clock.forward(seconds=HELD_FOR.total_seconds() + 1)
    bench.bots[1].gate = None
    settle, late = bench.storage.versions.settle, asyncio.Event()

    async def slow(*args: Any) -> bool:
        if args[2] is VersionState.FAILED:
            gate.set()
            await late.wait()
        return await settle(*args)

    monkeypatch.setattr(bench.storage.versions, "settle", slow)
    other = bench.room if keeper == "hub-1" else bench.hub(keeper)
    keeping = asyncio.create_task(other.keeper.look())
    assert (await refusal(work)).code == "unavailable"
    late.set()
    await keeping
    await other.keeper.look()
    await still_the_first(bench)


async def test_a_commit_that_is_stored_after_its_answer_was_given_up_comes_to_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.teach()
    training = await bench.train()
    settle, under_way = bench.storage.versions.settle, list[tuple[Any, ...]]()

    async def slow(*args: Any) -> bool:
        if args[2] is VersionState.PUBLISHED:
            under_way.append(args)
            raise StorageUnavailable("no answer")
        for each in under_way:
            await settle(*each)
        return await settle(*args)

    monkeypatch.setattr(bench.storage.versions, "settle", slow)
    with pytest.raises(StorageUnavailable):
        await bench.room.publishing.publish(FAY, training, "k1", confirm=False)
    await still_the_first(bench)


async def test_a_hub_with_many_slow_processes_is_not_taken_for_dead(bench: Bench) -> None:
    await bench.teach()
    training = await bench.train()
    gates = [asyncio.Event(), asyncio.Event()]
    for bot, gate in zip(bench.bots, gates, strict=True):
        bot.gate = gate
    work = asyncio.create_task(bench.room.publishing.publish(FAY, training, "k1", confirm=False))
    other = bench.hub("hub-2")
    for bot, gate in zip(bench.bots, gates, strict=True):
        await bot.asked.wait()
        bench.clock.forward(seconds=HELD_FOR.total_seconds() * 0.7)
        await other.keeper.look()
        gate.set()
    assert (await work).state is VersionState.PUBLISHED


def killed_at(bench: Bench, monkeypatch: pytest.MonkeyPatch, step: str, *, after: bool) -> None:
    owners: dict[str, tuple[Any, str, int]] = {
        "put_new": (bench.storage.versions, "put_new", 1),
        "write": (bench.source, "write", 1),
        "hold": (bench.storage.versions, "hold", 1),
        "load": (bench.doors[0], "load", 1),
        "load of the second": (bench.doors[1], "load", 1),
        "settle": (bench.storage.versions, "settle", 1),
    }
    owner, name, times = owners[step]
    killing = Step(owner, name, after=after, times=times)
    monkeypatch.setattr(owner, name, killing.blocking if step == "write" else killing.asynchronous)


async def still_the_first(bench: Bench, failed: int = 1) -> None:
    """Files, models and the version are what they were, and nobody is at anything."""
    assert bench.disk() == TINY
    assert bench.serve == [model_of(TINY)] * 2
    current = await bench.room.versions.current()
    assert current is not None
    assert current.number == 1
    assert await bench.storage.versions.publishing() is None
    states = [each.state for each in await bench.room.versions.newest()]
    assert states == [VersionState.FAILED] * failed + [VersionState.PUBLISHED]
    assert said(bench.disk()) == said(TINY)
