"""The contract of orders, the catalogue and inboxes, over memory, Motor and PyMongo."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from storage.errors import AlreadyExists
from storage.ports import Storage
from tests.storage.making import equipment, inbox, order, promotion, tariff


async def test_orders(storage: Storage) -> None:
    assert await storage.orders.put_new(order()) == order()
    assert await storage.orders.get("o1") == order()
    assert await storage.orders.by_number("12345674") == order()
    assert await storage.orders.get("o2") is None
    assert await storage.orders.by_number("00000000") is None


async def test_a_doubled_click_is_one_order(storage: Storage) -> None:
    first = await storage.orders.put_new(order())
    assert await storage.orders.put_new(order(number="99999999")) == first
    assert await storage.orders.by_number("99999999") is None


async def test_a_number_is_given_once(storage: Storage) -> None:
    await storage.orders.put_new(order())
    with pytest.raises(AlreadyExists):
        await storage.orders.put_new(order("o2"))
    rivals = [storage.orders.put_new(order(f"r{each}", "55555555")) for each in range(6)]
    got = await asyncio.gather(*rivals, return_exceptions=True)
    assert sorted(type(each).__name__ for each in got) == ["AlreadyExists"] * 5 + ["Order"]


async def test_orders_of_a_contact_newest_first(storage: Storage) -> None:
    for each in range(3):
        await storage.orders.put_new(order(f"o{each}", f"{each}", placed=each))
    await storage.orders.put_new(replace(order("other", "9"), contact_id="petr"))
    assert [each.id for each in await storage.orders.of_contact("jana", 2)] == ["o2", "o1"]


async def test_unannounced_orders_oldest_first(storage: Storage) -> None:
    for each in range(3):
        await storage.orders.put_new(order(f"o{each}", f"{each}", placed=-each))
    await storage.orders.put_new(order("told", "9", announced=True))
    await storage.orders.mark_announced("o1")
    await storage.orders.mark_announced("o1")
    await storage.orders.mark_announced("nothing")
    assert [each.id for each in await storage.orders.unannounced(10)] == ["o2", "o0"]
    assert [each.id for each in await storage.orders.unannounced(1)] == ["o2"]
    announced = await storage.orders.get("o1")
    assert announced is not None
    assert announced.announced


async def test_the_catalogue(storage: Storage) -> None:
    assert list(await storage.catalogue.tariffs()) == []
    assert list(await storage.catalogue.equipment()) == []
    await storage.catalogue.put_tariffs([tariff("b", 2), tariff("a", 2), tariff("c", 1)])
    await storage.catalogue.put_equipment([equipment("router"), equipment("box")])
    assert list(await storage.catalogue.tariffs()) == [tariff("c", 1), tariff("a", 2), tariff("b", 2)]
    assert list(await storage.catalogue.equipment()) == [equipment("router"), equipment("box")]
    await storage.catalogue.put_tariffs([tariff("a", 1)])
    assert list(await storage.catalogue.tariffs()) == [tariff("a", 1)]
    assert list(await storage.catalogue.equipment()) == [equipment("router"), equipment("box")]


async def test_promotions(storage: Storage) -> None:
    await storage.catalogue.put_tariffs([tariff("a", 1)])
    assert list(await storage.catalogue.promotions()) == []
    spring = promotion("spring", tariffs=("a",), from_day=date(2027, 3, 1), until_day=date(2027, 5, 31))
    await storage.catalogue.put_promotions([spring, promotion("always")])
    assert list(await storage.catalogue.promotions()) == [spring, promotion("always")]
    await storage.catalogue.put_promotions([])
    assert list(await storage.catalogue.promotions()) == []
    assert list(await storage.catalogue.tariffs()) == [tariff("a", 1)]


async def test_inboxes(storage: Storage) -> None:
    await storage.inboxes.put(inbox("web"))
    await storage.inboxes.put(inbox("tg"))
    await storage.inboxes.put(replace(inbox("web"), name="New"))
    assert await storage.inboxes.get("web") == replace(inbox("web"), name="New")
    assert await storage.inboxes.get("nothing") is None
    assert [each.id for each in await storage.inboxes.all()] == ["tg", "web"]
