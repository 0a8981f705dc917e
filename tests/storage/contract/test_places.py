"""The contract of areas and outages, over memory, Motor and PyMongo."""

import asyncio
from dataclasses import replace
from datetime import date

from storage.model.places import AreaState
from storage.ports import Storage
from tests.storage.making import NOON, area, later, outage


async def test_areas(storage: Storage) -> None:
    assert list(await storage.areas.all()) == []
    soon = replace(area("Zlín"), state=AreaState.SOON, from_day=date(2027, 3, 1))
    some = area("Brno", streets=("Dlouhá", "Líšeň"))
    await storage.areas.put_all([soon, some])
    assert list(await storage.areas.all()) == [some, soon]
    await storage.areas.put_all([area("Aš")])
    assert list(await storage.areas.all()) == [area("Aš")]


async def test_outages(storage: Storage) -> None:
    assert await storage.outages.get("u1") is None
    assert await storage.outages.put_new(outage()) == outage()
    assert await storage.outages.get("u1") == outage()


async def test_a_doubled_click_is_one_outage(storage: Storage) -> None:
    first = await storage.outages.put_new(outage())
    assert await storage.outages.put_new(replace(outage(), towns=("Aš",))) == first
    assert await storage.outages.get("u1") == first


async def test_of_two_who_change_a_version_one_wins(storage: Storage) -> None:
    await storage.outages.put_new(outage())
    rivals = [
        storage.outages.put_next(replace(outage(version=2), towns=(f"town {each}",))) for each in range(6)
    ]
    assert sorted(await asyncio.gather(*rivals)) == [False] * 5 + [True]
    stored = await storage.outages.get("u1")
    assert stored is not None
    assert stored.version == 2
    assert stored.towns != outage().towns


async def test_only_the_next_version_is_put(storage: Storage) -> None:
    await storage.outages.put_new(outage())
    assert not await storage.outages.put_next(outage(version=1))
    assert not await storage.outages.put_next(outage(version=3))
    assert not await storage.outages.put_next(outage("u2", version=2))
    assert await storage.outages.get("u1") == outage()
    assert await storage.outages.get("u2") is None


async def test_what_a_change_leaves_out_is_gone(storage: Storage) -> None:
    await storage.outages.put_new(outage(over=60))
    bare = replace(outage(version=2), streets=(), words={}, expected_until=None)
    assert await storage.outages.put_next(bare)
    assert await storage.outages.get("u1") == bare


async def test_what_is_on_or_to_come(storage: Storage) -> None:
    for each in (
        outage("endless"),
        outage("late", over=90),
        outage("early", over=30),
        outage("gone", over=10),
    ):
        await storage.outages.put_new(each)
    await storage.outages.put_new(replace(outage("ended"), ended_at=later(5)))
    found = await storage.outages.not_over(later(10), 10)
    assert [each.id for each in found] == ["early", "late", "endless"]
    assert [each.id for each in await storage.outages.not_over(later(10), 2)] == ["early", "late"]
    assert await storage.outages.not_over(later(10), 0) == []


async def test_a_change_moves_its_end(storage: Storage) -> None:
    await storage.outages.put_new(outage())
    assert await storage.outages.put_next(replace(outage(version=2), ended_at=later(5)))
    assert await storage.outages.not_over(later(5), 5) == []
    assert await storage.outages.put_next(outage(version=3))
    assert [each.version for each in await storage.outages.not_over(later(5), 5)] == [3]
    assert await storage.outages.over(later(5), 5) == []


async def test_what_is_over_page_by_page(storage: Storage) -> None:
    for name, over in (("a", 10), ("c", 20), ("b", 20), ("d", 30), ("on", 99)):
        await storage.outages.put_new(outage(name, over=over))
    seen: list[str] = []
    before = None
    while page := await storage.outages.over(later(60), 2, before=before):
        seen += [each.id for each in page]
        ended = page[-1].over_at
        assert ended is not None
        before = (ended, page[-1].id)
    assert seen == ["d", "c", "b", "a"]
    assert [each.id for each in await storage.outages.over(later(20), 9)] == ["c", "b", "a"]
    assert [each.id for each in await storage.outages.over(later(20), 9, before=(later(60), "a"))] == [
        *("c", "b", "a")
    ]
    assert await storage.outages.over(NOON, 9) == []
