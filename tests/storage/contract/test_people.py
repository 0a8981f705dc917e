"""The contract of operators, sessions, presence and loads, over memory, Motor and PyMongo."""

import asyncio
from dataclasses import replace

import pytest

from storage.errors import AlreadyExists, Unstorable
from storage.model.people import Availability
from storage.ports import Storage
from tests.storage.making import NOON, later, operator, session


async def test_operators(storage: Storage) -> None:
    await storage.operators.put_new(operator("petr"))
    await storage.operators.put_new(operator("olga"))
    assert await storage.operators.get("olga") == operator("olga")
    assert await storage.operators.get("nobody") is None
    assert await storage.operators.by_login("petr") == operator("petr")
    assert await storage.operators.by_login("nobody") is None
    assert [each.id for each in await storage.operators.all()] == ["olga", "petr"]


async def test_a_login_is_given_once(storage: Storage) -> None:
    await storage.operators.put_new(operator("olga"))
    with pytest.raises(AlreadyExists):
        await storage.operators.put_new(operator("another", login="olga"))
    with pytest.raises(AlreadyExists):
        await storage.operators.put_new(operator("olga", login="olga2"))


async def test_what_cannot_be_sent_is_found_by_nobody(storage: Storage) -> None:
    with pytest.raises(Unstorable):
        await storage.operators.by_login("\ud800")


async def test_availability(storage: Storage) -> None:
    await storage.operators.put_new(operator("olga"))
    changed = await storage.operators.set_availability("olga", Availability.AWAY)
    assert changed is not None
    assert changed.availability is Availability.AWAY
    assert await storage.operators.get("olga") == changed
    assert await storage.operators.set_availability("nobody", Availability.AWAY) is None


async def test_sessions(storage: Storage) -> None:
    await storage.operators.add_session(session("a"))
    await storage.operators.add_session(session("b"))
    with pytest.raises(AlreadyExists):
        await storage.operators.add_session(session("a", "petr"))
    assert await storage.operators.session("a") == session("a")
    assert await storage.operators.sessions(["b", "nobody's"]) == {"b": session("b")}
    assert await storage.operators.sessions([]) == {}
    await storage.operators.end_session("a")
    await storage.operators.end_session("a")
    assert await storage.operators.session("a") is None
    assert await storage.operators.session("b") == session("b")


async def test_a_session_can_be_extended_but_not_raised_from_the_dead(storage: Storage) -> None:
    await storage.operators.add_session(session("a"))
    await storage.operators.extend_session("a", later(7200))
    assert await storage.operators.session("a") == replace(session("a"), expires_at=later(7200))
    await storage.operators.end_session("a")
    await storage.operators.extend_session("a", later(7200))
    assert await storage.operators.session("a") is None


async def test_failed_logins(storage: Storage) -> None:
    for at in (0, 10, 20):
        await storage.operators.record_failed_login("login:olga", later(at))
    await storage.operators.record_failed_login("login:petr", later(10))
    assert await storage.operators.failed_logins("login:olga", NOON) == 3
    assert await storage.operators.failed_logins("login:olga", later(10)) == 2
    assert await storage.operators.failed_logins("login:nobody", NOON) == 0
    await storage.operators.forget_failed_logins("login:olga")
    assert await storage.operators.failed_logins("login:olga", NOON) == 0
    assert await storage.operators.failed_logins("login:petr", NOON) == 1


async def test_presence(storage: Storage) -> None:
    await storage.presence.beat("hub1", ["olga", "petr"], later(0))
    await storage.presence.beat("hub2", ["olga", "eva"], later(10))
    assert await storage.presence.present(later(0)) == {"olga", "petr", "eva"}
    assert await storage.presence.present(later(1)) == {"olga", "eva"}
    await storage.presence.beat("hub2", ["eva"], later(20))
    assert await storage.presence.present(later(1)) == {"eva"}
    await storage.presence.leave("hub2")
    await storage.presence.leave("hub2")
    assert await storage.presence.present(later(1)) == frozenset()


async def test_loads_end_at_capacity(storage: Storage) -> None:
    assert await storage.loads.get("olga") == frozenset()
    assert await storage.loads.add("olga", "a", 2)
    assert await storage.loads.add("olga", "b", 2)
    assert not await storage.loads.add("olga", "c", 2)
    assert await storage.loads.add("olga", "a", 2), "it is there already"
    assert await storage.loads.get("olga") == {"a", "b"}
    assert await storage.loads.add("petr", "c", 1)
    await storage.loads.remove("olga", "a")
    await storage.loads.remove("olga", "a")
    await storage.loads.remove("nobody", "a")
    assert await storage.loads.add("olga", "c", 2)
    assert await storage.loads.get("olga") == {"b", "c"}


async def test_of_many_at_once_capacity_are_added(storage: Storage) -> None:
    added = await asyncio.gather(*(storage.loads.add("olga", f"c{each}", 3) for each in range(20)))
    assert sum(added) == 3
    assert len(await storage.loads.get("olga")) == 3


async def test_no_capacity(storage: Storage) -> None:
    assert not await storage.loads.add("olga", "a", 0)
    assert await storage.loads.get("olga") == frozenset()


async def test_an_id_that_looks_like_a_field(storage: Storage) -> None:
    assert await storage.loads.add("olga", "$_id", 3)
    assert await storage.loads.get("olga") == {"$_id"}
