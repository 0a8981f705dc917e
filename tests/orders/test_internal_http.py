"""What Rasa's actions ask of the hub."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from hub.demo.catalogue import demo_promotions
from hub.demo.order import NUMBER, demo_contact, demo_order
from hub.http import internal
from hub.orders.numbers import shown
from hub.settings import Settings
from storage.model.conversation import Channel, Conversation
from storage.model.orders import Promotion
from tests.doors import PUBLIC_URL, SERVICE_TOKEN, Browser, Hub

TOKEN = {"Authorization": f"Bearer {SERVICE_TOKEN}"}
EVERY_DOOR = [(route.method, route.path.replace("{number}", NUMBER)) for route in internal.routes]


@pytest.fixture
async def order(hub: Hub) -> None:
    """Of the contact of conversation ``theirs``."""
    now = hub.clock.now()
    contact = demo_contact(now)
    await hub.storage.orders.put_new(demo_order(contact, "id-anna", now))
    await hub.storage.conversations.save_many(
        [
            Conversation("theirs", "demo", contact.id, Channel.WEBCHAT),
            Conversation("strangers", "demo", "another", Channel.WEBCHAT),
        ]
    )


async def test_the_catalogue_in_the_readers_language(browser: Browser) -> None:
    status, answer = await browser.ask("GET", "/internal/catalogue?language=cs", headers=TOKEN)

    assert status == 200
    assert answer["data"]["currency"] == "CZK"
    optik = answer["data"]["tariffs"][2]
    assert optik["name"] == "Optik 500"
    assert optik["price"] == {"amount": 49_900, "currency": "CZK", "text": "499\u00a0Kč"}
    assert optik["includes"][0] == "Neomezená data"
    assert "oblíbenější" in optik["description"]
    assert answer["data"]["installation"]["text"] == "500\u00a0Kč"
    router = answer["data"]["equipment"][0]
    assert (router["name"], router["price"]["text"]) == ("Wi-Fi 6 router", "999\u00a0Kč")

    _, english = await browser.ask("GET", "/internal/catalogue?language=en-GB", headers=TOKEN)
    assert english["data"]["tariffs"][2]["includes"][0] == "Unlimited data"


async def test_promotions_of_today_in_the_readers_language(hub: Hub, browser: Browser) -> None:
    await hub.storage.catalogue.put_promotions(demo_promotions(hub.clock.now().date()))

    _, czech = await browser.ask("GET", "/internal/catalogue?language=cs", headers=TOKEN)
    _, english = await browser.ask("GET", "/internal/catalogue?language=en", headers=TOKEN)

    free, student = czech["data"]["promotions"]
    assert (free["code"], free["tariffs"]) == ("free-installation", ["optik-500"])
    assert free["until_text"] == "31.\u00a012.\u00a02026"
    assert free["text"].startswith("Zřízení zdarma k tarifu Optik 500: 500\u00a0Kč")
    assert (student["code"], student["until_text"], student["tariffs"]) == ("student", None, [])
    assert english["data"]["promotions"][0]["until_text"] == "31\u00a0December\u00a02026"
    assert english["data"]["promotions"][1]["text"].startswith("Student discount")


async def test_a_promotion_is_over_at_midnight_on_the_business_clocks(hub: Hub, browser: Browser) -> None:
    days = {"from_day": date(2026, 11, 24), "until_day": date(2026, 11, 24)}
    await hub.storage.catalogue.put_promotions([Promotion("one-day", {"en": "Today only."}, **days)])

    async def told() -> int:
        _, answer = await browser.ask("GET", "/internal/catalogue", headers=TOKEN)
        return len(answer["data"]["promotions"])

    hub.clock.at = datetime(2026, 11, 23, 22, 59, tzinfo=UTC)  # a minute to midnight in Prague
    assert await told() == 0
    hub.clock.forward(minutes=1)
    assert await told() == 1
    hub.clock.forward(hours=24)
    assert await told() == 0


async def test_a_promotion_without_words_in_the_language_is_not_told(hub: Hub, browser: Browser) -> None:
    await hub.storage.catalogue.put_promotions([Promotion("czech", {"cs": "Sleva.", "en": ""})])

    _, english = await browser.ask("GET", "/internal/catalogue?language=en", headers=TOKEN)
    _, czech = await browser.ask("GET", "/internal/catalogue?language=cs", headers=TOKEN)

    assert (len(english["data"]["promotions"]), len(czech["data"]["promotions"])) == (0, 1)


@pytest.mark.usefixtures("order")
async def test_an_order_by_its_number(browser: Browser) -> None:
    status, answer = await browser.ask(
        "GET", f"/internal/orders/{shown(NUMBER)}?language=cs&conversation=theirs", headers=TOKEN
    )

    assert (status, answer) == (
        200,
        {
            "ok": True,
            "data": {
                "number": "1234-5671",
                "state": "scheduled",
                "state_text": "Naplánováno",
                "tariff": "Optik 500",
                "visit": {
                    "date": "2026-11-30",
                    "from": "10:00",
                    "to": "12:00",
                    "text": "pondělí 30.\u00a011.\u00a02026, 10–12\u00a0h",
                },
                "amount": {"amount": 149_900, "currency": "CZK", "text": "1\u00a0499\u00a0Kč"},
            },
        },
    )


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize("path", ["12345671", "1234%205671", "%23%201234-5671", "1234%E2%80%935671"])
async def test_ways_to_write_the_number(browser: Browser, path: str) -> None:
    path = f"/internal/orders/{path}?conversation=theirs"

    assert (await browser.ask("GET", path, headers=TOKEN))[0] == 200


@pytest.mark.usefixtures("order")
async def test_the_answer_holds_nothing_personal(browser: Browser) -> None:
    _, answer = await browser.ask("GET", f"/internal/orders/{NUMBER}?conversation=theirs", headers=TOKEN)

    assert set(answer["data"]) == {"number", "state", "state_text", "tariff", "visit", "amount"}
    for personal in ("Nováková", "601234567", "Dlouhá", "Brno"):
        assert personal not in str(answer)


@pytest.mark.parametrize("number", ["1234-5672", "x", "1234567", "$ne", "1" * 5_000, "%00", "%ED%A0%80"])
async def test_what_is_no_number(browser: Browser, number: str) -> None:
    status, answer = await browser.ask("GET", f"/internal/orders/{number}", headers=TOKEN)

    assert (status, answer["error"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Bearer {SERVICE_TOKEN}x"},
        {"Authorization": f"Bearer {SERVICE_TOKEN[:-1]}"},
        {"Authorization": f"Basic {SERVICE_TOKEN}"},
        {"Authorization": SERVICE_TOKEN},
        {"Authorization": "Bearer žluťoučký"},
        {"Cookie": f"linka_session={SERVICE_TOKEN}"},
    ],
)
@pytest.mark.parametrize(("method", "path"), EVERY_DOOR)
async def test_nobody_else_may_ask(browser: Browser, headers: dict[str, str], method: str, path: str) -> None:
    status, answer = await browser.ask(method, path, headers=headers)

    assert (status, answer["error"]["code"]) == (401, "unauthenticated")


class TestWithoutSecret:
    @pytest.fixture(params=[None, ""])
    def hub_settings(self, request: pytest.FixtureRequest) -> Settings:
        return Settings(demo=False, service_token=request.param, public_url=PUBLIC_URL)

    @pytest.mark.parametrize("token", ["", "None", "null"])
    async def test_the_door_stays_shut(self, browser: Browser, token: str) -> None:
        headers: dict[str, Any] = {"Authorization": f"Bearer {token}"}

        assert (await browser.ask("GET", "/internal/catalogue", headers=headers))[0] == 401


async def test_operators_sessions_do_not_open_it(hub: Hub, browser: Browser) -> None:
    await hub.hire("anna")
    await browser.log_in()

    assert (await browser.ask("GET", "/internal/catalogue"))[0] == 401
