"""Who is told of an order: the contact it was made with, and whoever knows its phone. Nobody else learns of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.demo.order import NUMBER, demo_contact, demo_order
from hub.orders.numbers import number_of
from hub.orders.tries import MOST_KEYS, MOST_WRONG, WITHIN, WrongTries
from storage.model.conversation import Channel, Conversation
from tests.doors import SERVICE_TOKEN, Browser, Clock, Hub

TOKEN = {"Authorization": f"Bearer {SERVICE_TOKEN}"}
NOBODYS = number_of(5)


@pytest.fixture(autouse=True)
async def orders(hub: Hub) -> None:
    """Seven of the contact of ``theirs``, the oldest of which is the demo order; one of another contact."""
    now = hub.clock.now()
    contact = demo_contact(now)
    first = demo_order(contact, "id-anna", now)
    await hub.storage.orders.put_new(first)
    for n in range(1, 7):
        later = replace(
            first, id=f"o{n}", client_id=f"o{n}", number=number_of(n * 10), placed_at=now + timedelta(hours=n)
        )
        await hub.storage.orders.put_new(later)
    another = replace(first, id="x", client_id="x", number=number_of(9_999), contact_id="another")
    await hub.storage.orders.put_new(another)
    await hub.storage.conversations.save_many(
        [
            Conversation("theirs", "demo", contact.id, Channel.WEBCHAT),
            Conversation("strangers", "demo", "a stranger", Channel.WEBCHAT),
        ]
    )


async def ask(browser: Browser, number: str, **query: str) -> tuple[int, Any]:
    return await browser.ask("GET", f"/internal/orders/{number}", headers=TOKEN, params=query)


async def own(browser: Browser, query: Mapping[str, str]) -> list[str]:
    status, answer = await browser.ask("GET", "/internal/orders", headers=TOKEN, params=query)
    assert status == 200
    return [order["number"] for order in answer["data"]["orders"]]


async def test_a_contact_is_told_of_their_newest_orders(browser: Browser) -> None:
    numbers = await own(browser, {"conversation": "theirs", "language": "cs"})

    assert numbers == [f"{number_of(n * 10)[:4]}-{number_of(n * 10)[4:]}" for n in (6, 5, 4, 3, 2)]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"conversation": ""},
        {"conversation": "strangers"},
        {"conversation": "there is none"},
        {"conversation": "$ne"},
        {"conversation": "x" * 5_000},
        {"conversation": "\x00"},
    ],
)
async def test_others_have_no_orders(browser: Browser, query: dict[str, str]) -> None:
    assert await own(browser, query) == []


async def test_the_same_contact_needs_no_proof(browser: Browser) -> None:
    status, answer = await ask(browser, NUMBER, conversation="theirs")

    assert (status, answer["data"]["number"]) == (200, "1234-5671")


@pytest.mark.parametrize("conversation", ["strangers", "", "there is none"])
async def test_a_number_alone_opens_nothing_and_tells_nothing(browser: Browser, conversation: str) -> None:
    somebodys = await ask(browser, NUMBER, conversation=conversation)
    nobodys = await ask(browser, NOBODYS, conversation=conversation)

    assert somebodys == nobodys
    status, answer = nobodys
    assert (status, answer["error"]["code"]) == (403, "forbidden")
    assert answer["error"]["details"] == {"proof": "phone"}


@pytest.mark.parametrize(
    "phone",
    ["+420601234567", "601234567", "601 234 567", "00420 601 234 567", "(+420) 601-234-567", "420601234567"],
)
async def test_the_orders_phone_opens_it_in_any_form(browser: Browser, phone: str) -> None:
    status, answer = await ask(browser, NUMBER, conversation="strangers", phone=phone)

    assert (status, answer["data"]["number"]) == (200, "1234-5671")


@pytest.mark.parametrize("phone", ["602234567", "x", "1", "$ne", "6" * 5_000, "\x00", "+420601234568"])
async def test_a_wrong_phone_is_answered_like_a_number_that_nobody_has(browser: Browser, phone: str) -> None:
    somebodys = await ask(browser, NUMBER, conversation="strangers", phone=phone)
    nobodys = await ask(browser, NOBODYS, conversation="strangers", phone=phone)

    assert somebodys == nobodys
    assert (nobodys[0], nobodys[1]["error"]["code"]) == (404, "not_found")


async def test_blanks_are_no_phone(browser: Browser) -> None:
    assert (await ask(browser, NUMBER, conversation="strangers", phone="  "))[0] == 403


async def test_wrong_tries_are_bounded_in_a_conversation(browser: Browser, hub: Hub) -> None:
    for _ in range(MOST_WRONG):
        assert (await ask(browser, NOBODYS, conversation="strangers", phone="602234567"))[0] == 404

    status, answer = await ask(browser, NUMBER, conversation="strangers", phone="601234567")
    assert (status, answer["error"]["code"]) == (429, "rate_limited")
    assert answer["error"]["retry_after"] == WITHIN.total_seconds()

    assert (await ask(browser, NUMBER, conversation="strangers"))[0] == 403
    assert (await ask(browser, NUMBER, conversation="theirs", phone="602234567"))[0] == 200
    assert (await ask(browser, NUMBER, conversation="other", phone="601234567"))[0] == 200
    hub.clock.forward(hours=1)
    assert (await ask(browser, NUMBER, conversation="strangers", phone="601234567"))[0] == 200


async def test_right_tries_do_not_count(browser: Browser) -> None:
    for _ in range(MOST_WRONG * 3):
        assert (await ask(browser, NUMBER, conversation="strangers", phone="601234567"))[0] == 200


def test_the_bound_is_over_any_hour_and_by_key() -> None:
    tries, clock = WrongTries(), Clock()
    for _ in range(MOST_WRONG):
        assert tries.take("a", clock.now()) is None
        clock.forward(minutes=10)

    assert tries.take("a", clock.now()) == 600.0
    assert tries.take("b", clock.now()) is None
    clock.forward(minutes=10)
    assert tries.take("a", clock.now()) is None
    assert tries.take("a", clock.now()) == 600.0


def test_who_is_kept_is_bounded() -> None:
    tries, clock = WrongTries(), Clock()
    for n in range(MOST_KEYS + 10):
        tries.take(str(n), clock.now())

    assert len(tries._tries) == MOST_KEYS
