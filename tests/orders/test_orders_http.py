"""Catalogue, quote and orders over HTTP."""

import json
from typing import Any
from uuid import UUID

import pytest

from hub.demo.catalogue import EQUIPMENT, TARIFFS
from hub.orders.numbers import parse
from hub.protocol.operator import OrderView
from storage.errors import StorageUnavailable
from storage.model.conversation import Queued
from storage.model.people import Role
from tests.doors import Browser, Hub, with_operator
from tests.orders.forms import GOOD, form

KEY = str(UUID(int=7))
BODY = {"client_id": KEY, **GOOD}
PLACE = "/api/conversations/c1/orders"


@pytest.fixture
async def panel(hub: Hub, browser: Browser) -> Browser:
    """Anna's, who answers in conversation c1."""
    anna = await hub.hire("anna")
    await browser.log_in()
    await hub.converse("c1", with_operator(anna), language="en")
    return browser


async def test_the_catalogue_is_complete(panel: Browser) -> None:
    status, answer = await panel.ask("GET", "/api/catalogue")

    assert status == 200
    catalogue = answer["data"]
    assert [tariff["code"] for tariff in catalogue["tariffs"]] == [tariff.code for tariff in TARIFFS]
    assert catalogue["tariffs"][2] == {
        "code": "optik-500",
        "name": "Optik 500",
        "description": TARIFFS[2].description,
        "download_mbps": 500,
        "upload_mbps": 250,
        "price": {"amount": 49_900, "currency": "CZK"},
        "includes": {language: list(texts) for language, texts in TARIFFS[2].includes.items()},
    }
    assert catalogue["equipment"][0] == {
        "code": "router-wifi6",
        "name": EQUIPMENT[0].name,
        "price": {"amount": 99_900, "currency": "CZK"},
    }
    assert catalogue["time_windows"][0] == {"starts": "08:00", "ends": "10:00"}
    assert catalogue["installation"] == {"amount": 50_000, "currency": "CZK"}


async def test_a_quote(panel: Browser) -> None:
    asked = {"tariff_code": "optik-500", "equipment": ["router-wifi6"]}

    status, answer = await panel.ask("POST", "/api/quote", json=asked)

    assert status == 200
    assert answer["data"] == {
        "due": {"amount": 149_900, "currency": "CZK"},
        "monthly": {"amount": 49_900, "currency": "CZK"},
    }


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({}, {"tariff_code": "required"}),
        ({"tariff_code": {"$ne": ""}}, {"tariff_code": "wrong_type"}),
        ({"tariff_code": "x", "equipment": ["y", {}]}, None),
        ({"tariff_code": "optik-100", "equipment": {}}, {"equipment": "wrong_type"}),
        ({"tariff_code": "optik-100", "sort": "password"}, {"sort": "extra_forbidden"}),
    ],
)
async def test_a_quote_for_what_is_not_on_offer(
    panel: Browser, asked: dict[str, Any], fields: dict[str, str] | None
) -> None:
    status, answer = await panel.ask("POST", "/api/quote", json=asked)

    assert (status, answer["error"]["code"]) == (400, "bad_request")
    found = {path: error["code"] for path, error in answer["error"]["details"]["fields"].items()}
    assert found == (
        fields
        or {"tariff_code": "tariff_unknown", "equipment.0": "equipment_unknown", "equipment.1": "wrong_type"}
    )


async def test_an_order_is_placed(hub: Hub, panel: Browser) -> None:
    status, answer = await panel.ask("POST", PLACE, json=BODY)

    assert status == 201
    view = OrderView.model_validate(answer["data"])
    assert view.phone == "+420601234567"
    assert view.operator_name == "Anna"
    assert view.equipment[0].name == "Wi-Fi 6 router"
    stored = await hub.storage.orders.get(view.id)
    assert stored is not None
    assert stored.number == parse(view.number)
    assert stored.conversation_id == "c1"
    assert [order.id for order in hub.announced.orders] == [view.id]


async def test_a_repeated_request_gets_the_first_answer(hub: Hub, panel: Browser) -> None:
    first = await panel.ask("POST", PLACE, json=BODY)
    second = await panel.ask("POST", PLACE, json=BODY)

    assert first == second
    assert len(await hub.storage.orders.of_contact("contact-of-c1", 10)) == 1


async def test_a_colleagues_retry_keeps_the_first_operators_name(hub: Hub, panel: Browser) -> None:
    await panel.ask("POST", PLACE, json=BODY)
    await hub.hire("sara", Role.SUPERVISOR)
    await panel.log_in("sara")

    status, answer = await panel.ask("POST", PLACE, json=BODY)

    assert (status, answer["data"]["operator_name"]) == (201, "Anna")


async def test_another_form_under_the_same_key_is_a_conflict(panel: Browser) -> None:
    await panel.ask("POST", PLACE, json=BODY)

    status, answer = await panel.ask("POST", PLACE, json={**BODY, "phone": "601 234 568"})

    assert (status, answer["error"]["code"]) == (409, "conflict")


async def test_wrong_fields_are_all_named(hub: Hub, panel: Browser) -> None:
    raw = form(phone="123", address__postal_code="1", customer_name="")

    status, answer = await panel.ask("POST", PLACE, json={"client_id": KEY, **raw})

    assert status == 400
    fields = answer["error"]["details"]["fields"]
    assert {path: error["code"] for path, error in fields.items()} == {
        "phone": "phone_invalid",
        "address.postal_code": "postal_code_invalid",
        "customer_name": "required",
    }
    assert all(error["message"] for error in fields.values())
    assert await hub.storage.orders.of_contact("contact-of-c1", 10) == []


@pytest.mark.parametrize(
    "client_id",
    [None, "", 7, "x", {"$ne": ""}, KEY.upper().replace("0", "A"), KEY + "0", "a" * 100_000, f"{KEY}\n"],
)
async def test_bad_keys(hub: Hub, panel: Browser, client_id: Any) -> None:
    status, _ = await panel.ask("POST", PLACE, json={**BODY, "client_id": client_id})

    assert status in {400, 413}
    assert await hub.storage.orders.of_contact("contact-of-c1", 10) == []


@pytest.mark.parametrize(
    "smuggled",
    [
        {"id": "x"},
        {"number": "12345671"},
        {"operator_id": "id-sara"},
        {"contact_id": "x"},
        {"state": "done"},
        {"announced": True},
        {"monthly": {"amount": 0, "currency": "CZK"}},
        {"__proto__": {}},
        {"$where": "1"},
    ],
)
async def test_nothing_is_mass_assigned(panel: Browser, smuggled: dict[str, Any]) -> None:
    status, answer = await panel.ask("POST", PLACE, json={**BODY, **smuggled})

    assert status == 400
    assert {error["code"] for error in answer["error"]["details"]["fields"].values()} == {"unknown_field"}


@pytest.mark.parametrize("field", list(GOOD))
@pytest.mark.parametrize("value", [{"$ne": ""}, {"$regex": ".*"}, [[]], 2**62, -1.5e308, "\x00", "𝕏" * 5_000])
async def test_hostile_values_are_named(panel: Browser, field: str, value: Any) -> None:
    status, answer = await panel.ask("POST", PLACE, json={**BODY, field: value})

    assert status == 400
    assert all(path.startswith(field) for path in answer["error"]["details"]["fields"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"client_id": "' + KEY.encode() + b'", "note": ' + b"[" * 50_000 + b"]" * 10, 400),
        (b'{"client_id": "' + KEY.encode() + b'", "due": {"amount": ' + b"9" * 5_000 + b"}}", 400),
        (b'{"client_id": "' + KEY.encode() + b'", "customer_name": "\\ud800"}', 400),
        (json.dumps(BODY).encode("utf-16"), 400),
        (json.dumps(BODY).encode() + b" " * 70_000, 413),
        (b"[]", 400),
        (b'"x"', 400),
    ],
)
async def test_hostile_bodies(panel: Browser, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json"}

    assert (await panel.ask("POST", PLACE, data=body, headers=headers))[0] == status


@pytest.mark.parametrize(
    "conversation_id", ["c2", "x" * 65, "x" * 5_000, "%24ne", "é", "%00", "..%2f..%2fc1"]
)
async def test_conversations_that_do_not_exist(panel: Browser, conversation_id: str) -> None:
    status, answer = await panel.ask("POST", f"/api/conversations/{conversation_id}/orders", json=BODY)

    assert (status, answer["error"]["code"]) == (404, "not_found")


async def test_another_teams_conversation(hub: Hub, panel: Browser) -> None:
    await hub.converse("sales", Queued("sales", hub.clock.now()))

    status, answer = await panel.ask("POST", "/api/conversations/sales/orders", json=BODY)

    assert (status, answer["error"]["code"]) == (404, "not_found")


async def test_a_colleagues_conversation(hub: Hub, panel: Browser) -> None:
    petr = await hub.hire("petr")
    await hub.converse("petrs", with_operator(petr))

    status, answer = await panel.ask("POST", "/api/conversations/petrs/orders", json=BODY)

    assert (status, answer["error"]["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("role", "placed"),
    [(Role.OPERATOR, 201), (Role.SUPERVISOR, 201), (Role.ADMIN, 201), (Role.FAQ_MAINTAINER, 404)],
)
async def test_roles(hub: Hub, browser: Browser, role: Role, placed: int) -> None:
    await hub.hire("somebody", role)
    await browser.log_in("somebody")
    await hub.converse("c1")

    assert (await browser.ask("POST", PLACE, json=BODY))[0] == placed
    assert (await browser.ask("GET", "/api/catalogue"))[0] == 200


async def test_an_order_is_safe_although_its_announcement_failed(hub: Hub, panel: Browser) -> None:
    hub.announced.failure = StorageUnavailable("away")

    status, answer = await panel.ask("POST", PLACE, json=BODY)

    assert status == 201
    assert [order.id for order in await hub.storage.orders.unannounced(5)] == [answer["data"]["id"]]


async def test_without_a_database(hub: Hub, panel: Browser) -> None:
    hub.storage.go_away()

    status, answer = await panel.ask("POST", PLACE, json=BODY)

    assert (status, answer["error"]["code"]) == (503, "unavailable")
