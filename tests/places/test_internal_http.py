"""What Rasa's actions are told of places."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest

from hub.places.asking import AREAS_KEPT
from storage.model.places import Area, AreaState
from tests.doors import SERVICE_TOKEN, Browser, Hub
from tests.places.making import hours, outage

TOKEN = {"Authorization": f"Bearer {SERVICE_TOKEN}"}
AREAS = (
    Area("Brno", AreaState.AVAILABLE, ("optik-100",)),
    Area("Praha", AreaState.AVAILABLE, ("optik-100",), ("Karlín",)),
    Area("Jihlava", AreaState.SOON, ("optik-300",), (), date(2027, 3, 1)),
)


@pytest.fixture(autouse=True)
async def areas(hub: Hub) -> None:
    await hub.storage.areas.put_all(AREAS)


async def told(browser: Browser, path: str) -> Any:
    status, answer = await browser.ask("GET", f"/internal/{path}", headers=TOKEN)
    assert status == 200, answer
    return answer["data"]


async def test_availability(browser: Browser) -> None:
    assert await told(browser, "availability?town=v%20Brn%C4%9B&language=cs") == {
        "town": "Brno",
        "street": None,
        "suggestions": [],
        "verdict": "available",
        "tariffs": ["optik-100"],
        "from_text": None,
    }


async def test_availability_on_a_street(browser: Browser) -> None:
    assert (await told(browser, "availability?town=Praha"))["verdict"] == "some_streets"
    there = await told(browser, "availability?town=praze&street=karlin%205")
    assert (there["verdict"], there["street"]) == ("available", "Karlín")
    assert (await told(browser, "availability?town=Praha&street=Sokolsk%C3%A1"))["verdict"] == "not_available"


async def test_availability_soon(browser: Browser) -> None:
    soon = await told(browser, "availability?town=Jihlava&language=cs")
    assert (soon["verdict"], soon["from_text"]) == ("soon", "1.\u00a03.\u00a02027")
    english = await told(browser, "availability?town=Jihlava&language=en")
    assert english["from_text"] == "1\u00a0March\u00a02027"


@pytest.mark.parametrize(
    "query", ["", "town=", "town=London", "street=x", "town=%00", "town[$ne]=x", "town=" + "x" * 2_000]
)
async def test_an_unknown_town(browser: Browser, query: str) -> None:
    answer = await told(browser, f"availability?{query}")
    assert (answer["town"], answer["verdict"], answer["tariffs"]) == (None, "unknown_town", [])


async def test_a_town_that_is_only_near(browser: Browser) -> None:
    for door in ("availability", "outages"):
        answer = await told(browser, f"{door}?town=Brnp")
        assert (answer["town"], answer["suggestions"]) == (None, ["Brno"])


async def test_new_areas_are_known_soon(hub: Hub, browser: Browser) -> None:
    assert (await told(browser, "availability?town=Opava"))["verdict"] == "unknown_town"
    await hub.storage.areas.put_all([*AREAS, Area("Opava", AreaState.AVAILABLE, ("optik-100",))])
    hub.clock.forward(seconds=AREAS_KEPT.total_seconds())
    assert (await told(browser, "availability?town=Opava"))["verdict"] == "available"


async def test_outages_of_a_town(hub: Hub, browser: Browser) -> None:
    await hub.storage.outages.put_new(outage("fault", -4, 5, streets=("Líšeň",), words={"cs": "Kabel."}))
    await hub.storage.outages.put_new(outage("works", 91, 95, planned=True))
    await hub.storage.outages.put_new(outage("far", 200, 205, planned=True))
    await hub.storage.outages.put_new(outage("elsewhere", -1, towns=("Praha",)))

    assert await told(browser, "outages?town=do%20Brna&language=cs") == {
        "town": "Brno",
        "street": None,
        "suggestions": [],
        "outages": [
            {
                "kind": "fault",
                "on": True,
                "towns": ["Brno"],
                "streets": ["Líšeň"],
                "from": "2026-11-23T09:00:00+01:00",
                "until": "2026-11-23T18:00:00+01:00",
                "when_text": "začala dnes v\u00a09:00, opravená má být dnes do\u00a018:00",
                "text": "Porucha: Brno (Líšeň). Začala dnes v\u00a09:00, opravená má být dnes do\u00a018:00. Kabel.",
            },
            {
                "kind": "planned",
                "on": False,
                "towns": ["Brno"],
                "streets": [],
                "from": "2026-11-27T08:00:00+01:00",
                "until": "2026-11-27T12:00:00+01:00",
                "when_text": "v pátek 27.\u00a011.\u00a02026 od\u00a08:00 do\u00a012:00",
                "text": "Plánovaná odstávka: Brno. V pátek 27.\u00a011.\u00a02026 od\u00a08:00 do\u00a012:00.",
            },
        ],
    }


async def test_outages_everywhere(hub: Hub, browser: Browser) -> None:
    await hub.storage.outages.put_new(outage("one", -4))
    await hub.storage.outages.put_new(outage("two", -1, towns=("Praha", "Zlín")))

    answer = await told(browser, "outages")

    assert answer["town"] is None
    assert [(each["towns"], each["until"]) for each in answer["outages"]] == [
        (["Brno"], None),
        (["Praha", "Zlín"], None),
    ]


async def test_no_outage(browser: Browser) -> None:
    nothing = {"street": None, "suggestions": [], "outages": []}
    assert await told(browser, "outages?town=Brno") == {"town": "Brno", **nothing}
    assert await told(browser, "outages?town=Londýn") == {"town": None, **nothing}


@pytest.mark.parametrize(
    ("town", "street", "known", "told_of"),
    [
        ("Praha", "lisen", "Líšeň", 2),
        ("Praha", "v líšni", "Líšeň", 2),
        ("Praha", "židenicích", "Židenice", 3),
        ("Praha", "na Karlíně", "Karlín", 1),
        ("Praha-Líšeň", "", "Líšeň", 2),
        ("Praha", "Bystrc", None, 3),
        ("Praha", " ", None, 3),
        ("Brno", "Líšeň", None, 0),
    ],
)
async def test_outages_on_a_street(
    town: str, street: str, known: str | None, told_of: int, hub: Hub, browser: Browser
) -> None:
    for name, streets in (("two", ("Líšeň", "Židenice")), ("one", ("Židenice",)), ("all", ())):
        await hub.storage.outages.put_new(outage(name, -4, towns=("Praha",), streets=streets))

    answer = await told(browser, f"outages?town={town}&street={quote(street)}")
    assert (answer["street"], len(answer["outages"])) == (known, told_of)


async def test_a_town_that_only_an_outage_names(hub: Hub, browser: Browser) -> None:
    await hub.storage.outages.put_new(outage("one", -4, towns=("Dolní Lhota",)))

    answer = await told(browser, "outages?town=v%20doln%C3%AD%20lhot%C4%9B")

    assert (answer["town"], len(answer["outages"])) == ("Dolní Lhota", 1)


async def test_an_outage_is_told_at_once_and_no_longer_than_it_lasts(hub: Hub, browser: Browser) -> None:
    fault = outage("fault", -4)
    await hub.storage.outages.put_new(fault)
    assert len((await told(browser, "outages?town=Brno"))["outages"]) == 1

    await hub.storage.outages.put_next(replace(fault, version=2, ended_at=hours(0)))
    assert (await told(browser, "outages?town=Brno"))["outages"] == []


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
@pytest.mark.parametrize("path", ["/internal/availability?town=Brno", "/internal/outages"])
async def test_nobody_else_may_ask(browser: Browser, headers: dict[str, str], path: str) -> None:
    status, answer = await browser.ask("GET", path, headers=headers)

    assert (status, answer["error"]["code"]) == (401, "unauthenticated")


async def test_while_the_database_is_away(hub: Hub, browser: Browser) -> None:
    hub.storage.go_away()

    for door in ("availability?town=Brno", "outages"):
        status, answer = await browser.ask("GET", f"/internal/{door}", headers=TOKEN)
        assert (status, answer["error"]["code"]) == (503, "unavailable")
