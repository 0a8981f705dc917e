"""The contract of drafts and of published edits, over memory, Motor and PyMongo."""

import asyncio
from dataclasses import replace

import pytest

from storage.errors import Unstorable
from storage.model.knowledge import KeptEdit
from storage.model.outages import Writer
from storage.ports import Storage
from tests.storage.making import done_edit as done
from tests.storage.making import draft, later

FILIP = Writer("filip", "Filip")


async def test_a_draft(storage: Storage) -> None:
    assert await storage.drafts.get("fany") is None
    assert await storage.drafts.put_next(draft())
    assert await storage.drafts.get("fany") == draft()
    assert await storage.drafts.put_next(draft(version=2, edits=0))
    assert await storage.drafts.get("fany") == draft(version=2, edits=0)


async def test_only_the_next_version_is_put(storage: Storage) -> None:
    assert not await storage.drafts.put_next(draft(version=2))
    assert await storage.drafts.put_next(draft())
    for version in (1, 3):
        assert not await storage.drafts.put_next(draft(version=version, edits=5))
    assert await storage.drafts.get("fany") == draft()


@pytest.mark.parametrize("version", [1, 2])
async def test_of_several_windows_one_wins(storage: Storage, version: int) -> None:
    if version > 1:
        await storage.drafts.put_next(draft())
    rivals = [storage.drafts.put_next(draft(version=version, edits=count)) for count in range(6)]
    assert sorted(await asyncio.gather(*rivals)) == [False] * 5 + [True]
    stored = await storage.drafts.get("fany")
    assert stored is not None
    assert stored.version == version


async def test_open_drafts_are_those_with_edits(storage: Storage) -> None:
    eva = Writer("eva", "Eva")
    for each in (draft(at=1), draft(FILIP, at=3), draft(eva, edits=0, at=2)):
        await storage.drafts.put_next(each)
    assert list(await storage.drafts.open(10)) == [draft(FILIP, at=3), draft(at=1)]
    assert list(await storage.drafts.open(1)) == [draft(FILIP, at=3)]
    assert list(await storage.drafts.open(0)) == []
    await storage.drafts.put_next(draft(FILIP, 2, edits=0, at=4))
    await storage.drafts.put_next(draft(eva, 2, at=5))
    assert list(await storage.drafts.open(10)) == [draft(eva, 2, at=5), draft(at=1)]


async def test_what_cannot_be_stored(storage: Storage) -> None:
    lone = replace(draft(), edits=(KeptEdit("e", later(0), {"text": "\ud800"}),))
    huge = replace(draft(), edits=(KeptEdit("e", later(0), {"text": "x" * 17_000_000}),))
    for each in (lone, huge):
        with pytest.raises(Unstorable):
            await storage.drafts.put_next(each)
    assert await storage.drafts.get("fany") is None


async def test_published_edits_by_what_they_are_about(storage: Storage) -> None:
    first, second = done("e1", "topic:a", "topic:b"), done("e2", "topic:b", at=5, by=FILIP, version=3)
    await storage.done_edits.add([first, second])
    await storage.done_edits.add([])
    assert list(await storage.done_edits.of_place("topic:b", 10)) == [second, first]
    assert list(await storage.done_edits.of_place("topic:b", 1)) == [second]
    assert list(await storage.done_edits.of_place("topic:a", 10)) == [first]
    assert list(await storage.done_edits.of_place("topic:c", 10)) == []
    assert list(await storage.done_edits.of_place("topic:b", 0)) == []


async def test_publishing_again_changes_nothing(storage: Storage) -> None:
    await storage.done_edits.add([done()])
    await storage.done_edits.add([done(version=9), done("e2", at=1)])
    assert [(each.id, each.version) for each in await storage.done_edits.of_place("topic:greet", 10)] == [
        ("e2", 2),
        ("e1", 2),
    ]
