"""The contract of trainings and versions, over memory, Motor and PyMongo."""

import asyncio
from dataclasses import replace

import pytest

from storage.errors import AlreadyExists
from storage.model.knowledge import KeptEdit
from storage.model.versions import TrainingState, Version, VersionState
from storage.ports import Storage
from tests.storage.making import NOON, later, training, version

PUBLISHING, PUBLISHED, FAILED = VersionState.PUBLISHING, VersionState.PUBLISHED, VersionState.FAILED


def being_published(number: int = 2) -> Version:
    return version(number, PUBLISHING, holder="hub-1", held_until=later(10))


async def test_a_training_is_begun_once_and_settled_once(storage: Storage) -> None:
    trainings = storage.trainings
    await trainings.put_new(training())
    with pytest.raises(AlreadyExists):
        await trainings.put_new(training())
    assert await trainings.running(5) == [training()]
    done = training(
        state=TrainingState.DONE,
        ended_at=later(90),
        model="/models/a.tar.gz",
        findings=({"kind": "rasa", "severity": "warning", "params": {"message": "…"}},),
        result={"draft": {"held_out": {"right": 9, "of": 10}}, "worse": False},
    )
    assert await trainings.settle(done)
    assert not await trainings.settle(replace(done, state=TrainingState.FAILED))
    assert not await trainings.settle(training("unknown", state=TrainingState.DONE))
    assert await trainings.get("t1") == done
    assert await trainings.running(5) == []


async def test_a_training_that_never_began_is_withdrawn(storage: Storage) -> None:
    trainings = storage.trainings
    await trainings.put_new(training())
    await trainings.withdraw("t1")
    await trainings.withdraw("t1")
    assert await trainings.get("t1") is None
    done = training(state=TrainingState.DONE)
    await trainings.put_new(done)
    await trainings.withdraw("t1")
    assert await trainings.get("t1") == done


async def test_the_newest_training_is_ones_own(storage: Storage) -> None:
    for each in range(3):
        await storage.trainings.put_new(training(f"t{each}", started=-each))
    await storage.trainings.put_new(training("other", "sara", started=9))
    newest = await storage.trainings.newest_of("fay")
    assert newest is not None
    assert newest.id == "t0"
    assert await storage.trainings.newest_of("petr") is None
    assert [each.id for each in await storage.trainings.running(3)] == ["t2", "t1", "t0"]


async def test_versions_by_their_numbers(storage: Storage) -> None:
    versions = storage.versions
    assert await versions.current() is None
    first = version(
        1, edits=(KeptEdit("e1", NOON, {"kind": "add_sentence"}),), figures={"a": 1}, client_id="k"
    )
    assert await versions.put_new(first)
    assert not await versions.put_new(version(1))
    assert await versions.put_new(version(2, FAILED))
    assert await versions.get(1) == first
    assert await versions.get(3) is None
    assert await versions.of_client_id("k") == first
    assert await versions.of_client_id("another") is None
    assert await versions.current() == first
    assert [each.number for each in await versions.newest(5)] == [2, 1]
    assert [each.number for each in await versions.newest(1)] == [2]


async def test_one_version_at_a_time_is_being_published(storage: Storage) -> None:
    versions = storage.versions
    rivals = [versions.put_new(being_published(each + 1)) for each in range(6)]
    assert sorted(await asyncio.gather(*rivals)) == [False] * 5 + [True]
    under_way = await versions.publishing()
    assert under_way is not None
    assert await versions.settle(under_way.number, "hub-1", PUBLISHED, later(3))
    assert await versions.publishing() is None
    current = await versions.current()
    assert current is not None
    assert (current.number, current.at, current.holder) == (under_way.number, later(3), None)
    assert await versions.put_new(being_published(9))


async def test_only_who_is_at_it_goes_on(storage: Storage) -> None:
    versions = storage.versions
    await versions.put_new(being_published())
    assert await versions.hold(2, "hub-1", later(20))
    assert not await versions.hold(2, "hub-2", later(20))
    assert not await versions.take_over(2, later(19), "hub-2", later(60))
    assert await versions.take_over(2, later(20), "hub-2", later(60))
    assert not await versions.hold(2, "hub-1", later(99))
    assert not await versions.settle(2, "hub-1", PUBLISHED, NOON)
    assert await versions.settle(2, "hub-2", FAILED, NOON)
    assert not await versions.take_over(2, later(99), "hub-1", later(100))
    assert not await versions.settle(2, "hub-2", PUBLISHED, NOON)
    assert await versions.current() is None


async def test_who_goes_on_under_another_name_is_not_overtaken_by_what_was_sent_before(
    storage: Storage,
) -> None:
    versions = storage.versions
    await versions.put_new(being_published())
    assert not await versions.hold(2, "hub-2", later(20), heir="hub-2/back")
    assert await versions.hold(2, "hub-1", later(20), heir="hub-1/back")
    assert not await versions.settle(2, "hub-1", PUBLISHED, NOON)
    assert not await versions.take_over(2, later(19), "hub-2", later(60))
    assert await versions.settle(2, "hub-1/back", FAILED, NOON)


async def test_what_is_not_listed_yet(storage: Storage) -> None:
    versions = storage.versions
    for number in (3, 1, 2):
        await versions.put_new(version(number, listed=number == 2))
    await versions.put_new(version(4, FAILED, listed=False))
    assert [each.number for each in await versions.unlisted(5)] == [1, 3]
    await versions.mark_listed(1)
    await versions.mark_listed(1)
    assert [each.number for each in await versions.unlisted(5)] == [3]


async def test_texts_are_kept_by_their_hashes(storage: Storage) -> None:
    await storage.versions.keep_texts({"a": "first", "b": "second"})
    await storage.versions.keep_texts({"a": "other", "c": ""})
    await storage.versions.keep_texts({})
    assert await storage.versions.texts(["a", "c", "x"]) == {"a": "first", "c": ""}
