"""The inbox and the figures over HTTP."""

from typing import Any

import pytest

from storage.model.learning import Standing
from storage.model.people import Role
from tests.doors import Browser, Hub
from tests.storage.making import hearing, sentence

PATH = "/api/knowledge/unanswered"
PLACE = {"version": 0, "topic": "ask_bill", "language": "cs", "text": "Kde je moje faktura?"}


@pytest.fixture
async def mia(hub: Hub, browser: Browser) -> Browser:
    """A maintainer's panel, and two sentences that are alike."""
    await hub.hire("mia", Role.FAQ_MAINTAINER)
    await browser.log_in("mia")
    for each in (1, 2):
        await hub.storage.sentences.hear(hearing(f"h{each}", f"s{each}", each), sentence(f"s{each}", each))
        await hub.storage.sentences.group(f"s{each}", "s1", by_meaning=False)
    return browser


async def data(browser: Browser, method: str, path: str, body: Any = None) -> Any:
    status, answer = await browser.ask(method, path, **({} if body is None else {"json": body}))
    assert status == 200, answer
    return answer["data"]


async def error(browser: Browser, method: str, path: str, body: Any = None) -> Any:
    status, answer = await browser.ask(method, path, **({} if body is None else {"json": body}))
    assert status >= 400, answer
    return answer["error"]


async def test_the_inbox(mia: Browser) -> None:
    page = await data(mia, "GET", PATH)
    (group,) = page["groups"]
    assert (group["id"], page["next"], page["open"]) == ("s1", None, 2)
    assert [each["id"] for each in group["sentences"]] == ["s2", "s1"]
    assert group["sentences"][0] == {
        "id": "s2",
        "text": "words of s2",
        "language": "cs",
        "at": "2099-11-23T12:00:02+00:00",
        "count": 1,
        "reason": "not_understood",
        "guess": None,
        "channel": "webchat",
        "state": "open",
        "placed": None,
    }


async def test_from_placing_to_opening_again(hub: Hub, mia: Browser) -> None:
    placed = await data(mia, "POST", f"{PATH}/s1/place", PLACE)
    assert placed["draft"] == {"version": 1, "edits": 1}
    assert placed["sentence"]["state"] == "placed"
    assert placed["sentence"]["placed"] == {"topic": "ask_bill", "by": "Mia"}
    assert (await data(mia, "GET", f"{PATH}?state=placed"))["open"] == 1
    assert (await data(mia, "POST", f"{PATH}/s2/human"))["state"] == "human"
    assert (await data(mia, "GET", PATH))["groups"] == []
    assert (await data(mia, "POST", f"{PATH}/s2/reopen"))["state"] == "open"
    assert (await data(mia, "POST", f"{PATH}/s1/reopen"))["placed"] is None


async def test_what_is_refused(mia: Browser) -> None:
    assert (await error(mia, "GET", f"{PATH}?state=lost"))["code"] == "bad_request"
    for mark in (
        "x",
        "2026-11-23T12:00:00~s1",
        "2026-11-23T12:00:00+00:00~",
        f"2026-11-23T12:00:00Z~{'s' * 300}",
    ):
        assert (await error(mia, "GET", f"{PATH}?before={mark.replace('+', '%2B')}"))["code"] == "bad_request"
    assert (await error(mia, "POST", f"{PATH}/nothing/place", PLACE))["code"] == "not_found"
    assert (await error(mia, "POST", f"{PATH}/{'s' * 65}/reopen"))["code"] == "not_found"
    assert (await error(mia, "POST", f"{PATH}/s1/place", {**PLACE, "version": 3}))["details"] == {
        "version": 0
    }
    unknown = await error(mia, "POST", f"{PATH}/s1/place", {**PLACE, "topic": "no_such_topic"})
    assert unknown["code"] == "bad_request"
    for wrong in ({"version": "0"}, {"text": ""}, {"language": "Czech"}, {"more": 1}):
        assert (await error(mia, "POST", f"{PATH}/s1/place", {**PLACE, **wrong}))["code"] == "bad_request"
    assert (await data(mia, "GET", PATH))["open"] == 2


async def test_figures(mia: Browser) -> None:
    doing = await data(mia, "GET", "/api/knowledge/figures?days=30")
    assert len(doing["days"]) == 30
    assert doing["days"][-1]["day"] == "2026-11-23"
    assert len((await data(mia, "GET", "/api/knowledge/figures"))["days"]) == 7
    for wrong in ("8", "-7", "x", "%00"):
        assert (await error(mia, "GET", f"/api/knowledge/figures?days={wrong}"))["code"] == "bad_request"


WRITES = (f"{PATH}/s1/place", f"{PATH}/s1/human", f"{PATH}/s1/reopen")


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [(Role.OPERATOR, False, False), (Role.SUPERVISOR, True, False), (Role.ADMIN, True, True)],
)
async def test_who_may(hub: Hub, mia: Browser, role: Role, reads: bool, writes: bool) -> None:
    await hub.hire("eva", role)
    await mia.log_in("eva")
    for path in (PATH, "/api/knowledge/figures"):
        status, _ = await mia.ask("GET", path)
        assert status == (200 if reads else 403)
    for path in WRITES:
        status, _ = await mia.ask("POST", path, json=PLACE)
        assert (status != 403) is writes
    assert await hub.storage.sentences.count(Standing.OPEN, 9) == 2


async def test_a_stranger_gets_nothing(hub: Hub, browser: Browser) -> None:
    for path in (PATH, "/api/knowledge/figures"):
        assert (await browser.ask("GET", path))[0] == 401
    for path in WRITES:
        assert (await browser.ask("POST", path, json=PLACE))[0] in (401, 403)
