"""The contract of contacts, visitors' tokens and read cursors, over memory, Motor and PyMongo."""

import asyncio

import pytest

from storage.errors import AlreadyExists, Unstorable
from storage.ports import Storage
from tests.storage.making import contact, token


async def test_contacts(storage: Storage) -> None:
    jana = contact("jana", name="Jana")
    assert await storage.contacts.put_new(jana) == jana
    assert await storage.contacts.get("jana") == jana
    assert await storage.contacts.get("nobody") is None
    await storage.contacts.put_new(contact("petr"))
    assert await storage.contacts.get_many(["jana", "petr", "nobody"]) == {
        "jana": jana,
        "petr": contact("petr"),
    }
    assert await storage.contacts.get_many([]) == {}


async def test_the_first_contact_of_an_id_stays(storage: Storage) -> None:
    first = await storage.contacts.put_new(contact("jana", name="Jana"))
    assert await storage.contacts.put_new(contact("jana", name="Another")) == first
    both = await asyncio.gather(*(storage.contacts.put_new(contact("eva", name=str(n))) for n in range(8)))
    assert len(set(both)) == 1


async def test_a_contact_is_updated_field_by_field(storage: Storage) -> None:
    await storage.contacts.put_new(contact("jana", name="Jana", phone="+420601234567"))
    changed = await storage.contacts.update("jana", name="Jana Nová", phone=None, language="cs", username="j")
    assert changed == contact("jana", name="Jana Nová", language="cs", username="j")
    assert await storage.contacts.get("jana") == changed
    assert await storage.contacts.update("jana") == changed
    assert await storage.contacts.update("nobody", name="x") is None
    with pytest.raises(ValueError, match="inbox_id"):
        await storage.contacts.update("jana", inbox_id="other")
    with pytest.raises(Unstorable):
        await storage.contacts.update("jana", name="\ud800")


async def test_tokens(storage: Storage) -> None:
    await storage.contacts.add_token(token("a"))
    with pytest.raises(AlreadyExists):
        await storage.contacts.add_token(token("a"))
    assert await storage.contacts.by_token("a") == token("a")
    assert await storage.contacts.by_token("b") is None


async def test_cursors_only_move_on(storage: Storage) -> None:
    advance = storage.cursors.advance
    assert await advance("c1", "contact:jana", 3)
    assert not await advance("c1", "contact:jana", 3)
    assert not await advance("c1", "contact:jana", 2)
    assert await advance("c1", "contact:jana", 4)
    assert await advance("c1", "operator:olga", 1)
    assert await advance("c2", "contact:jana", 9)
    assert await storage.cursors.of("c1") == {"contact:jana": 4, "operator:olga": 1}
    assert await storage.cursors.of("c3") == {}
    assert await storage.cursors.of_many(["c1", "c2", "c3"]) == {
        "c1": {"contact:jana": 4, "operator:olga": 1},
        "c2": {"contact:jana": 9},
    }
    assert await storage.cursors.of_many([]) == {}


async def test_of_many_cursors_at_once_the_furthest_stays(storage: Storage) -> None:
    await asyncio.gather(*(storage.cursors.advance("c1", "contact:jana", seq) for seq in (3, 9, 1, 7, 5)))
    assert await storage.cursors.of("c1") == {"contact:jana": 9}
