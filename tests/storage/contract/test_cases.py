"""The contract of cases, over memory, Motor and PyMongo."""

import asyncio
from dataclasses import replace

import pytest

from storage.errors import AlreadyExists
from storage.ports import Storage
from tests.storage.making import case


async def test_cases(storage: Storage) -> None:
    assert await storage.cases.put_new(case()) == case()
    assert await storage.cases.get("k1") == case()
    assert await storage.cases.get("k2") is None


async def test_a_case_is_opened_once(storage: Storage) -> None:
    first = await storage.cases.put_new(case())
    assert await storage.cases.put_new(case(number="9999999")) == first
    assert await storage.cases.put_new(case("k2", "9999999"))


async def test_a_number_is_given_once(storage: Storage) -> None:
    await storage.cases.put_new(case())
    with pytest.raises(AlreadyExists):
        await storage.cases.put_new(case("k2"))
    rivals = [storage.cases.put_new(case(f"r{each}", "5555555")) for each in range(6)]
    got = await asyncio.gather(*rivals, return_exceptions=True)
    assert sorted(type(each).__name__ for each in got) == ["AlreadyExists"] * 5 + ["Case"]


async def test_cases_of_a_contact_newest_first(storage: Storage) -> None:
    for each in range(3):
        await storage.cases.put_new(case(f"k{each}", f"{each}", opened=each))
    await storage.cases.put_new(replace(case("other", "9"), contact_id="petr"))
    assert [each.id for each in await storage.cases.of_contact("jana", 2)] == ["k2", "k1"]
    assert [each.id for each in await storage.cases.of_contact("jana", 0)] == []


async def test_unannounced_cases_oldest_first(storage: Storage) -> None:
    for each in range(3):
        await storage.cases.put_new(case(f"k{each}", f"{each}", opened=-each))
    await storage.cases.put_new(case("told", "9", announced=True))
    await storage.cases.mark_announced("k1")
    await storage.cases.mark_announced("k1")
    await storage.cases.mark_announced("nothing")
    assert [each.id for each in await storage.cases.unannounced(10)] == ["k2", "k0"]
    assert [each.id for each in await storage.cases.unannounced(1)] == ["k2"]
    announced = await storage.cases.get("k1")
    assert announced is not None
    assert announced.announced
