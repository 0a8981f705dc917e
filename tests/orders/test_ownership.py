"""Who is told of an order: the contact it was made with, and whoever knows its phone. Nobody else learns of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.demo.order import NUMBER, demo_contact, demo_order
from hub.orders.numbers import number_of
from hub.orders.ownership import MOST_WRONG, MOST_WRONG_OF_NUMBER
from hub.orders.tries import MOST_KEYS, WITHIN, WrongTries
from storage.model.contacts import Contact
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


async def guess(browser: Browser, number: str, conversations: int) -> None:
    """Wrong phones for a number, no two alike, from so many conversations; as many as each may try."""
    for n in range(conversations * MOST_WRONG):
        phone = f"7{n:08}"
        status, _ = await ask(browser, number, conversation=f"{number} {n // MOST_WRONG}", phone=phone)
        assert status == 404


async def test_wrong_tries_are_bounded_in_a_conversation(browser: Browser, hub: Hub) -> None:
    for n in range(MOST_WRONG):
        assert (await ask(browser, NOBODYS, conversation="strangers", phone=f"60223456{n}"))[0] == 404

    status, answer = await ask(browser, NUMBER, conversation="strangers", phone="601234567")
    assert (status, answer["error"]["code"]) == (429, "rate_limited")
    assert answer["error"]["retry_after"] == WITHIN.total_seconds()

    assert (await ask(browser, NUMBER, conversation="strangers"))[0] == 403
    assert (await ask(browser, NUMBER, conversation="theirs", phone="602234567"))[0] == 200
    assert (await ask(browser, NUMBER, conversation="other", phone="601234567"))[0] == 200
    hub.clock.forward(hours=1)
    assert (await ask(browser, NUMBER, conversation="strangers", phone="601234567"))[0] == 200


async def test_the_same_wrong_phone_again_is_no_further_try(browser: Browser) -> None:
    for phone in ("602234567", "602 234 567", "+420602234567", "x", "x ") * MOST_WRONG:
        assert (await ask(browser, NUMBER, conversation="strangers", phone=phone))[0] == 404
    for number in (number_of(7), number_of(8), number_of(9)):
        assert (await ask(browser, number, conversation="strangers", phone="602234567"))[0] == 404

    assert (await ask(browser, NOBODYS, conversation="strangers", phone="602234567"))[0] == 429
    assert (await ask(browser, NUMBER, conversation="strangers", phone="602234567"))[0] == 404


async def test_wrong_tries_of_a_number_are_bounded_whoever_tries(browser: Browser, hub: Hub) -> None:
    for number in (NUMBER, NOBODYS):
        await guess(browser, number, MOST_WRONG_OF_NUMBER // MOST_WRONG)

    somebodys = await ask(browser, NUMBER, conversation="strangers", phone="601234567")
    nobodys = await ask(browser, NOBODYS, conversation="strangers", phone="601234567")
    assert somebodys == nobodys
    assert (somebodys[0], somebodys[1]["error"]["retry_after"]) == (429, WITHIN.total_seconds())
    assert (await ask(browser, number_of(10), conversation="strangers", phone="602234567"))[0] == 404

    hub.clock.forward(hours=1)
    assert (await ask(browser, NUMBER, conversation="strangers", phone="601234567"))[0] == 200


async def test_guessing_shuts_nobody_out_whom_we_know(browser: Browser, hub: Hub) -> None:
    await guess(browser, NUMBER, MOST_WRONG_OF_NUMBER // MOST_WRONG)
    kept = Contact("kept", "demo", Channel.WEBCHAT, hub.clock.now(), phone="+420601234567")
    await hub.storage.contacts.put_new(kept)
    told = Contact("told", "telegram", Channel.TELEGRAM, hub.clock.now(), "42", phone="00420 601 234 567")
    await hub.storage.contacts.put_new(told)
    another = await hub.storage.orders.by_number(number_of(9_999))
    assert another is not None
    await hub.storage.orders.put_new(
        replace(another, id="y", client_id="y", number=number_of(8_888), contact_id="ordered")
    )
    await hub.storage.conversations.save_many(
        [
            Conversation(contact, "demo", contact, Channel.WEBCHAT)
            for contact in ("kept", "told", "ordered", "another", "unknown")
        ]
    )

    assert (await ask(browser, NUMBER, conversation="theirs"))[0] == 200
    for known in ("kept", "told", "ordered", "another"):
        assert (await ask(browser, NUMBER, conversation=known, phone="601234567"))[0] == 200, known
        assert (await ask(browser, NUMBER, conversation=known, phone="602234567"))[0] == 429, known
        assert (await ask(browser, NUMBER, conversation=known))[0] == 403, known
    assert (await ask(browser, NUMBER, conversation="unknown", phone="601234567"))[0] == 429


async def test_tries_that_come_together_are_counted_one_by_one(browser: Browser) -> None:
    asked = [
        ask(browser, NUMBER, conversation="strangers", phone=f"60223456{n}") for n in range(MOST_WRONG * 2)
    ]
    statuses = sorted([status for status, _ in await asyncio.gather(*asked)])

    assert statuses == [404] * MOST_WRONG + [429] * MOST_WRONG


async def test_right_tries_do_not_count(browser: Browser) -> None:
    for _ in range(MOST_WRONG * 3):
        assert (await ask(browser, NUMBER, conversation="strangers", phone="601234567"))[0] == 200


def test_the_bound_is_over_any_hour_and_by_key() -> None:
    tries, clock = WrongTries(5), Clock()
    for n in range(5):
        assert tries.wait("a", str(n), clock.now()) == 0
        tries.count("a", str(n), clock.now())
        clock.forward(minutes=10)

    assert tries.wait("a", "6", clock.now()) == 600.0
    assert tries.wait("a", "3", clock.now()) == 0
    assert tries.wait("b", "6", clock.now()) == 0
    clock.forward(minutes=10)
    assert tries.wait("a", "6", clock.now()) == 0
    tries.count("a", "6", clock.now())
    assert tries.wait("a", "7", clock.now()) == 600.0


def test_who_is_kept_is_bounded() -> None:
    tries, clock = WrongTries(5), Clock()
    for n in range(MOST_KEYS + 10):
        tries.count(str(n), "x", clock.now())

    assert len(tries._tries) == MOST_KEYS
