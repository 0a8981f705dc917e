"""Outages as supervisors write them, over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from aiohttp.test_utils import TestClient, TestServer

from hub.wording.languages import LANGUAGES
from storage.model.people import Role
from storage.model.places import Area, AreaState
from tests.doors import SERVICE_TOKEN, Browser, Hub
from tests.places.making import hours, outage

KEY = str(UUID(int=7))
AREAS = (Area("Brno", AreaState.AVAILABLE, (), ("Líšeň",)), Area("Praha", AreaState.AVAILABLE))
FORM = {
    "kind": "fault",
    "towns": ["brno"],
    "streets": ["Líšeň"],
    "starts": hours(-1).isoformat(),
    "expected_until": hours(2).isoformat(),
    "words": {"cs": "Kabel.", "en": "A cable."},
}
NEW = {"client_id": KEY, **FORM}
WRITES = (
    ("POST", "/api/outages", NEW),
    ("POST", "/api/outages/preview", FORM),
    ("PUT", "/api/outages/u1", {"version": 1, **FORM}),
    ("POST", "/api/outages/u1/end", {"version": 1}),
    ("POST", "/api/outages/u1/reopen", {"version": 1}),
)
READS = ("/api/outages", "/api/outages/over", "/api/outages/places", "/api/outages/u1")


@pytest.fixture
async def sara(hub: Hub, browser: Browser) -> Browser:
    """A supervisor's panel."""
    await hub.storage.areas.put_all(AREAS)
    await hub.hire("sara", Role.SUPERVISOR)
    await browser.log_in("sara")
    return browser


@pytest.fixture
async def olga(hub: Hub) -> AsyncIterator[Browser]:
    """Another supervisor's panel."""
    await hub.hire("olga", Role.SUPERVISOR)
    async with TestClient(TestServer(hub.app)) as client:
        other = Browser(client)
        await other.log_in("olga")
        yield other


async def data(browser: Browser, method: str, path: str, body: Any = None) -> Any:
    status, answer = await browser.ask(method, path, **({} if body is None else {"json": body}))
    assert status in (200, 201), answer
    return answer["data"]


async def refusal(browser: Browser, method: str, path: str, body: Any) -> Any:
    status, answer = await browser.ask(method, path, json=body)
    assert status >= 400, answer
    return answer["error"]


async def told(browser: Browser, town: str = "Brno") -> list[str]:
    """What the bot is told."""
    headers = {"Authorization": f"Bearer {SERVICE_TOKEN}"}
    _, answer = await browser.ask("GET", f"/internal/outages?language=en&town={town}", headers=headers)
    return [each["text"] for each in answer["data"]["outages"]]


async def test_from_writing_to_reopening_the_bot_follows_at_once(hub: Hub, sara: Browser) -> None:
    made = await data(sara, "POST", "/api/outages", NEW)
    assert (made["towns"], made["phase"], made["overdue"], made["version"]) == (["Brno"], "now", False, 1)
    assert made["told"]["texts"]["en"].startswith("Fault: Brno (Líšeň). Began today")
    assert await told(sara) == [made["told"]["texts"]["en"]]
    path = f"/api/outages/{made['id']}"

    hub.clock.forward(minutes=10)
    changed = await data(sara, "PUT", path, {"version": 1, **FORM, "words": {"en": "Two cables."}})
    assert changed["version"] == 2
    assert (await told(sara))[0].endswith("Two cables.")

    ended = await data(sara, "POST", f"{path}/end", {"version": 2})
    assert (ended["phase"], ended["ended_at"]) == ("over", "2026-11-23T12:10:00+00:00")
    assert await told(sara) == []

    reopened = await data(sara, "POST", f"{path}/reopen", {"version": 3})
    assert (reopened["phase"], reopened["ended_at"]) == ("now", None)
    assert len(await told(sara)) == 1
    assert [(line["deed"], line["by"], line["fields"]) for line in reopened["history"]] == [
        ("reopened", "Sara", []),
        ("ended", "Sara", []),
        ("changed", "Sara", ["words"]),
        ("created", "Sara", []),
    ]
    assert await data(sara, "GET", path) == reopened
    assert hub.news.told == 4


async def test_the_list(hub: Hub, sara: Browser) -> None:
    for each in (
        outage("old", -4, -3),
        outage("fresh", -1, 5),
        outage("later", 30, 31, planned=True),
        outage("soon", 20, 21, planned=True),
        outage("gone", -9, -8, planned=True),
    ):
        await hub.storage.outages.put_new(each)

    listed = await data(sara, "GET", "/api/outages")

    assert [(each["id"], each["overdue"]) for each in listed["now"]] == [("old", True), ("fresh", False)]
    assert [each["id"] for each in listed["planned"]] == ["soon", "later"]
    assert listed["may_edit"] is True
    assert listed["languages"] == list(LANGUAGES)
    assert [each["id"] for each in (await data(sara, "GET", "/api/outages/over"))["outages"]] == ["gone"]


async def test_what_is_over_page_by_page(hub: Hub, sara: Browser) -> None:
    for number in range(45):
        ends = -1 - number // 2  # two at a time
        await hub.storage.outages.put_new(outage(f"u{number:02}", -99, ends, planned=True))

    seen: list[str] = []
    mark: str | None = ""
    while mark is not None:
        page = await data(sara, "GET", f"/api/outages/over?before={mark.replace('+', '%2B')}")
        seen += [each["id"] for each in page["outages"]]
        mark = page["next"]

    assert len(seen) == len(set(seen)) == 45
    assert seen[:3] == ["u01", "u00", "u03"]


@pytest.mark.parametrize("mark", ["x", "2026-11-23T12:00:00~u", "~", "2026-11-23T12:00:00Z~", "9" * 300])
async def test_a_mark_that_no_page_ended_with(sara: Browser, mark: str) -> None:
    status, answer = await sara.ask("GET", f"/api/outages/over?before={mark}")

    assert (status, answer["error"]["code"]) == (400, "bad_request")


async def test_places_to_choose_from(sara: Browser) -> None:
    assert await data(sara, "GET", "/api/outages/places") == [
        {"town": "Brno", "streets": ["Líšeň"]},
        {"town": "Praha", "streets": []},
    ]


async def test_a_preview_in_every_language_stores_nothing(hub: Hub, sara: Browser) -> None:
    works = {
        **FORM,
        "kind": "planned",
        "starts": hours(240).isoformat(),
        "expected_until": hours(243).isoformat(),
    }

    shown = await data(sara, "POST", "/api/outages/preview", works)

    assert shown["texts"]["cs"].startswith("Plánovaná odstávka: Brno (Líšeň).")
    assert shown["texts"]["en"].endswith("A cable.")
    assert shown["told_from"] == hours(240 - 7 * 24).isoformat()
    assert (await data(sara, "POST", "/api/outages/preview", FORM))["told_from"] is None
    assert await hub.storage.outages.not_over(hub.clock.now(), 9) == []
    assert hub.news.told == 0


async def test_a_preview_of_an_overdue_fault(hub: Hub, sara: Browser) -> None:
    await hub.storage.outages.put_new(outage("u1", -5, -1))
    form = {**FORM, "starts": hours(-5).isoformat(), "expected_until": hours(-1).isoformat()}

    assert (await refusal(sara, "POST", "/api/outages/preview", form))["code"] == "bad_request"
    shown = await data(sara, "POST", "/api/outages/preview", {"outage_id": "u1", **form})
    assert "longer than we expected" in shown["texts"]["en"]


async def test_words_in_a_language_that_is_not_spoken_any_more_are_kept(hub: Hub, sara: Browser) -> None:
    await hub.storage.outages.put_new(outage("u1", -1, 3, words={"cs": "Kabel.", "xx": "Kablo."}))
    form = {**FORM, "words": {"cs": "Dva kabely.", "xx": "Kablo."}}

    shown = await data(sara, "POST", "/api/outages/preview", {"outage_id": "u1", **form})
    assert list(shown["texts"]) == list(LANGUAGES)
    changed = await data(sara, "PUT", "/api/outages/u1", {"version": 1, **form})
    assert changed["words"] == form["words"]
    error = await refusal(sara, "POST", "/api/outages", {"client_id": KEY, **form})
    assert set(error["details"]["fields"]) == {"words.xx"}


async def test_wrong_fields_are_named(sara: Browser) -> None:
    body = {"client_id": KEY, "kind": "planned", "towns": ["Praha 4"], "starts": "x", "words": {"cs": 5}}

    error = await refusal(sara, "POST", "/api/outages", body)

    assert error["code"] == "bad_request"
    assert {path: field["code"] for path, field in error["details"]["fields"].items()} == {
        "towns": "town_known",
        "starts": "time_invalid",
        "words.cs": "wrong_type",
    }


async def test_a_doubled_click_is_one_outage(hub: Hub, sara: Browser) -> None:
    first = await data(sara, "POST", "/api/outages", NEW)
    hub.clock.forward(hours=5)  # its expected end has passed when the retry comes
    again = await data(sara, "POST", "/api/outages", NEW)

    assert again["id"] == first["id"]
    assert len(await hub.storage.outages.not_over(hub.clock.now(), 9)) == 1
    assert hub.news.told == 1
    other = await refusal(sara, "POST", "/api/outages", {**NEW, "towns": ["Praha"]})
    assert (other["code"], other["details"]["outage"]["id"]) == ("conflict", first["id"])


async def test_of_two_editors_the_slower_is_told_what_has_changed(
    hub: Hub, sara: Browser, olga: Browser
) -> None:
    await hub.storage.outages.put_new(outage("u1", -1, 3))
    await data(olga, "PUT", "/api/outages/u1", {"version": 1, **FORM, "streets": ["Židenice"]})

    error = await refusal(sara, "PUT", "/api/outages/u1", {"version": 1, **FORM})

    assert error["code"] == "conflict"
    details = error["details"]
    assert (details["by"], details["deeds"]) == ("Olga", ["changed"])
    assert details["fields"] == ["expected_until", "streets", "words"]
    assert (details["outage"]["version"], details["outage"]["streets"]) == (2, ["Židenice"])
    assert (await data(sara, "PUT", "/api/outages/u1", {"version": 2, **FORM}))["version"] == 3


async def test_two_editors_at_the_same_moment(hub: Hub, sara: Browser, olga: Browser) -> None:
    await hub.storage.outages.put_new(outage("u1", -1, 3))

    answers = await asyncio.gather(
        sara.ask("PUT", "/api/outages/u1", json={"version": 1, **FORM, "towns": ["Praha"]}),
        olga.ask("PUT", "/api/outages/u1", json={"version": 1, **FORM, "towns": ["Zlín"]}),
        sara.ask("POST", "/api/outages/u1/end", json={"version": 1}),
    )

    assert sorted(status for status, _ in answers) == [200, 409, 409]
    stored = await hub.storage.outages.get("u1")
    assert stored is not None
    assert (stored.version, len(stored.history)) == (2, 2)


async def test_a_lost_answer_is_given_again(hub: Hub, sara: Browser, olga: Browser) -> None:
    await hub.storage.outages.put_new(outage("u1", -1, 3))
    change = {"version": 1, **FORM}

    assert await data(sara, "PUT", "/api/outages/u1", change) == await data(
        sara, "PUT", "/api/outages/u1", change
    )
    for deed, version in (("end", 2), ("reopen", 3)):
        first = await data(sara, "POST", f"/api/outages/u1/{deed}", {"version": version})
        assert await data(sara, "POST", f"/api/outages/u1/{deed}", {"version": version}) == first
        other = await refusal(olga, "POST", f"/api/outages/u1/{deed}", {"version": version})
        assert other["code"] == "conflict"
    assert hub.news.told == 3


async def test_a_change_that_changes_nothing_is_no_version(hub: Hub, sara: Browser) -> None:
    made = await data(sara, "POST", "/api/outages", NEW)

    assert (await data(sara, "PUT", f"/api/outages/{made['id']}", {"version": 1, **FORM}))["version"] == 1
    assert hub.news.told == 1


async def test_what_does_not_fit_its_state(hub: Hub, sara: Browser) -> None:
    await hub.storage.outages.put_new(outage("on", -1, 3))
    await hub.storage.outages.put_new(outage("gone", -3, -1, planned=True))
    await hub.storage.outages.put_new(outage("works", -1, 1, planned=True))

    async def state_of(path: str, version: int) -> str:
        code: str = (await refusal(sara, "POST", f"/api/outages/{path}", {"version": version}))["code"]
        return code

    assert await state_of("on/reopen", 1) == "invalid_state"
    assert await state_of("gone/end", 1) == "invalid_state"
    await data(sara, "POST", "/api/outages/works/end", {"version": 1})
    ended = await refusal(sara, "PUT", "/api/outages/works", {"version": 2, **FORM})
    assert ended["code"] == "invalid_state"
    hub.clock.at += timedelta(hours=2)
    assert await state_of("works/reopen", 2) == "invalid_state"


async def test_works_that_are_over_can_be_prolonged(hub: Hub, sara: Browser) -> None:
    await hub.storage.outages.put_new(outage("gone", -3, -1, planned=True))
    form = {**FORM, "kind": "planned", "starts": hours(-3).isoformat()}

    longer = await data(sara, "PUT", "/api/outages/gone", {"version": 1, **form})

    assert (longer["phase"], longer["over_at"]) == ("now", hours(2).isoformat())


async def test_operators_read_and_do_not_write(hub: Hub, browser: Browser) -> None:
    await hub.storage.outages.put_new(outage("u1", -1, 3))
    await hub.hire("anna")
    await browser.log_in()

    assert (await data(browser, "GET", "/api/outages"))["may_edit"] is False
    for path in READS:
        assert (await browser.ask("GET", path))[0] == 200
    for method, path, body in WRITES:
        assert (await refusal(browser, method, path, body))["code"] == "forbidden"
    assert hub.news.told == 0


async def test_faq_maintainers_see_nothing(hub: Hub, browser: Browser) -> None:
    await hub.hire("filip", Role.FAQ_MAINTAINER)
    await browser.log_in("filip")

    for path in READS:
        assert (await browser.ask("GET", path))[0] == 403
    for method, path, body in WRITES:
        assert (await refusal(browser, method, path, body))["code"] == "forbidden"


async def test_strangers_and_foreign_pages(sara: Browser) -> None:
    sara.csrf = ""
    for method, path, body in WRITES:
        assert (await refusal(sara, method, path, body))["code"] == "forbidden"
    await sara.ask("DELETE", "/api/session")
    sara.client.session.cookie_jar.clear()
    for path in READS:
        assert (await sara.ask("GET", path))[0] == 401


@pytest.mark.parametrize("outage_id", ["nothing", "%00", "ž", "x" * 100, "$ne"])
async def test_no_such_outage(sara: Browser, outage_id: str) -> None:
    assert (await sara.ask("GET", f"/api/outages/{outage_id}"))[0] == 404
    error = await refusal(sara, "POST", f"/api/outages/{outage_id}/end", {"version": 1})
    assert error["code"] == "not_found"


@pytest.mark.parametrize(
    "body", [{}, {"version": "1"}, {"version": 0}, {"version": 2**40}, {"version": 1, "x": 1}, []]
)
async def test_deeds_of_another_form(hub: Hub, sara: Browser, body: Any) -> None:
    await hub.storage.outages.put_new(outage("u1", -1, 3))

    assert (await refusal(sara, "POST", "/api/outages/u1/end", body))["code"] == "bad_request"


async def test_while_the_database_is_away(hub: Hub, sara: Browser) -> None:
    await data(sara, "GET", "/api/outages")  # the session has been looked up once
    hub.storage.go_away()

    status, answer = await sara.ask("POST", "/api/outages", json=NEW)
    assert (status, answer["error"]["retryable"]) == (503, True)
