"""The contact's card."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.customers.card import contact_view, read_changes, rename
from hub.errors import Refusal
from storage.memory import MemoryStorage
from storage.model.contacts import Contact
from storage.model.conversation import Channel

JANA = Contact(
    id="jana",
    inbox_id="telegram",
    channel=Channel.TELEGRAM,
    created_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
    external_id="4711",
    name="jana99",
    phone="+420601234567",
    username="jana",
    language="cs",
)


@pytest.fixture
async def storage() -> MemoryStorage:
    storage = MemoryStorage()
    await storage.contacts.put_new(JANA)
    return storage


def test_the_card_keeps_the_channels_address_to_itself() -> None:
    view = contact_view(JANA).model_dump()

    assert view == {
        "id": "jana",
        "name": "jana99",
        "phone": "+420601234567",
        "username": "jana",
        "language": "cs",
        "since": JANA.created_at,
    }


@pytest.mark.parametrize(
    ("name", "phone", "changes"),
    [
        (None, None, {}),
        ("  Jana \n Nováková ", None, {"name": "Jana Nováková"}),
        (None, "601 234 568", {"phone": "+420601234568"}),
        ("", " ", {"name": None, "phone": None}),
        ("J", "+421 905 123 456", {"name": "J", "phone": "+421905123456"}),
        ("Žofie 😀", None, {"name": "Žofie 😀"}),
    ],
)
def test_what_changes(name: str | None, phone: str | None, changes: dict[str, str | None]) -> None:
    assert read_changes(name, phone) == changes


@pytest.mark.parametrize(
    ("name", "phone", "codes"),
    [
        ("a" * 121, None, {"name": "too_long"}),
        ("Jana\u202e", None, {"name": "unreadable"}),
        ("\u200b", None, {"name": "unreadable"}),
        (None, "123", {"phone": "phone_invalid"}),
        ("\x07", "abc", {"name": "unreadable", "phone": "phone_invalid"}),
    ],
)
def test_what_is_refused(name: str | None, phone: str | None, codes: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        read_changes(name, phone)

    assert refused.value.code == "bad_request"
    assert refused.value.details is not None
    assert {field: error["code"] for field, error in refused.value.details["fields"].items()} == codes


async def test_only_what_is_given_is_changed(storage: MemoryStorage) -> None:
    changed = await rename(storage.contacts, "jana", name="Jana Nováková", phone=None)

    assert (changed.name, changed.phone) == ("Jana Nováková", "+420601234567")
    assert await storage.contacts.get("jana") == changed


async def test_a_field_can_be_cleared(storage: MemoryStorage) -> None:
    assert (await rename(storage.contacts, "jana", name=None, phone="")).phone is None


async def test_nothing_given_changes_nothing(storage: MemoryStorage) -> None:
    assert await rename(storage.contacts, "jana", name=None, phone=None) == JANA


async def test_half_a_mistake_changes_nothing(storage: MemoryStorage) -> None:
    with pytest.raises(Refusal):
        await rename(storage.contacts, "jana", name="Good Name", phone="bad")

    assert await storage.contacts.get("jana") == JANA


@pytest.mark.parametrize("name", [None, "Somebody"])
async def test_a_contact_that_is_not_there(storage: MemoryStorage, name: str | None) -> None:
    with pytest.raises(Refusal) as refused:
        await rename(storage.contacts, "nobody", name=name, phone=None)

    assert refused.value.code == "not_found"


@given(st.none() | st.text(), st.none() | st.text())
def test_no_text_breaks_it(name: str | None, phone: str | None) -> None:
    try:
        changes = read_changes(name, phone)
    except Refusal:
        return
    assert all(value is None or value.encode() for value in changes.values())
