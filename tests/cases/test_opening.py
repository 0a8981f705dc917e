"""Opening a case: once for a message, durable before it is announced, announced in the end."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.cases.numbers import COUNT, number_of, shown
from hub.cases.opening import Opening
from hub.errors import Refusal
from hub.orders.numbers import is_valid, parse
from storage.errors import StorageUnavailable
from storage.model.cases import Case, CaseCategory
from storage.mongo import open_storage
from tests.doors import SERVICE_TOKEN, AnnouncedCases, Browser, Clock, Draws, Hub
from tests.storage.making import conversation

TOKEN = {"Authorization": f"Bearer {SERVICE_TOKEN}"}
ASKED = {
    "conversation": "c1",
    "message_id": "m1",
    "category": "complaint",
    "words": " Nikdo nepřišel. ",
    "language": "cs-CZ",
}


@pytest.fixture
async def _conversation(hub: Hub) -> None:
    await hub.converse()


def opening(hub: Hub, announced: AnnouncedCases, *draws: int) -> Opening:
    return Opening(hub.storage.cases, hub.storage.conversations, hub.clock, announced, Draws(*draws))


async def complain(opening_: Opening, message_id: str = "m1") -> Case:
    return await opening_.open("c1", message_id, CaseCategory.COMPLAINT, "Nikdo nepřišel.", "cs")


@pytest.mark.usefixtures("_conversation")
async def test_a_case_is_stored_and_announced(hub: Hub) -> None:
    announced = AnnouncedCases()
    case = await complain(opening(hub, announced, 7))

    stored = await hub.storage.cases.get(case.id)
    assert stored == replace(case, announced=True)
    assert announced.cases == [case]
    assert (case.number, case.contact_id, case.opened_at) == (number_of(7), "contact-of-c1", hub.clock.now())
    assert await hub.storage.cases.of_contact("contact-of-c1", 10) == [stored]


@pytest.mark.usefixtures("_conversation")
async def test_a_message_makes_one_case(hub: Hub) -> None:
    announced = AnnouncedCases()
    service = opening(hub, announced)
    first = await complain(service)

    assert (await complain(service)).number == first.number
    assert (await complain(service, "m2")).number != first.number
    assert len(announced.cases) == 2


@pytest.mark.usefixtures("_conversation")
async def test_what_could_not_be_announced_is_announced_later(hub: Hub) -> None:
    announced = AnnouncedCases(failure=StorageUnavailable("away"))
    service = opening(hub, announced)
    case = await complain(service)
    assert await service.announce_missing() == 0

    announced.failure = None
    assert await service.announce_missing() == 1
    assert await service.announce_missing() == 0
    assert [each.id for each in announced.cases] == [case.id]


@pytest.mark.usefixtures("_conversation")
async def test_a_number_that_is_taken_is_drawn_again(hub: Hub) -> None:
    service = opening(hub, AnnouncedCases(), 3, 3, 4)

    assert [(await complain(service, key)).number for key in ("m1", "m2")] == [number_of(3), number_of(4)]


@pytest.mark.usefixtures("_conversation")
async def test_without_a_free_number_it_is_to_be_tried_again(hub: Hub) -> None:
    service = opening(hub, AnnouncedCases(), *[3] * 20)
    await complain(service)

    with pytest.raises(Refusal) as refusal:
        await complain(service, "m2")
    assert refusal.value.code == "unavailable"


@pytest.mark.integration
async def test_hubs_that_open_it_at_once_open_one(mongod_uri: str, mongo_database: str) -> None:
    async with open_storage(mongod_uri, mongo_database, "motor") as storage:
        await storage.prepare()
        await storage.conversations.save_many([conversation()])
        hubs = [
            Opening(
                storage.cases,
                storage.conversations,
                Clock(),
                AnnouncedCases(),
                Draws(*range(first, first + 99)),
            )
            for first in (1, 1_000)
        ]

        cases = await asyncio.gather(*(complain(hub) for hub in hubs * 5))

        assert len({case.number for case in cases}) == 1
        assert await storage.cases.unannounced(10) == []


@pytest.mark.usefixtures("_conversation")
async def test_through_the_door(hub: Hub, browser: Browser) -> None:
    status, answer = await browser.ask("POST", "/internal/cases", headers=TOKEN, json=ASKED)
    again = await browser.ask("POST", "/internal/cases", headers=TOKEN, json={**ASKED, "category": "wish"})

    assert (status, set(answer["data"])) == (201, {"number", "category"})
    assert answer["data"]["category"] == "complaint"
    assert again == (status, answer)
    [case] = await hub.storage.cases.of_contact("contact-of-c1", 10)
    assert (case.words, case.language, shown(case.number)) == (
        "Nikdo nepřišel.",
        "cs",
        answer["data"]["number"],
    )


@pytest.mark.usefixtures("_conversation")
@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"conversation": "c2"}, 404),
        ({"conversation": ""}, 400),
        ({"conversation": {"$ne": 1}}, 400),
        ({"conversation": "x" * 65}, 400),
        ({"message_id": None}, 400),
        ({"message_id": "ž"}, 400),
        ({"category": "praise"}, 400),
        ({"words": "x" * 4_001}, 400),
        ({"more": 1}, 400),
    ],
)
async def test_what_cannot_be_a_case(browser: Browser, change: dict[str, Any], status: int) -> None:
    answer = await browser.ask("POST", "/internal/cases", headers=TOKEN, json={**ASKED, **change})

    assert answer[0] == status


@given(st.integers(0, COUNT - 1))
def test_numbers_cannot_be_taken_for_those_of_orders(drawn: int) -> None:
    number = number_of(drawn)

    assert len(number) == 7
    assert parse(shown(number)) is None
    assert parse(number) is None
    assert not is_valid(number)


def test_numbers_as_people_see_them() -> None:
    assert shown(number_of(0)) == "C-100-000" + number_of(0)[-1]
    for drawn in (-1, COUNT):
        with pytest.raises(ValueError, match="draw"):
            number_of(drawn)
