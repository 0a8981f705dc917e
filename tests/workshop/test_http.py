"""The doors: who may come in, what is asked, and how it is refused."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from hub.http import knowledge
from hub.http.keys import DRAFTS, ROOM
from storage.model.people import Operator, Role
from tests.doors import Browser, Hub
from tests.workshop.bench import Bench, open_bench


@pytest.fixture
async def bench(hub: Hub, tmp_path: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path / "knowledge", hub.storage) as bench:
        await bench.room.keeper.look()
        hub.app[ROOM] = bench.room
        hub.app[DRAFTS] = bench.drafts
        hub.app.add_routes(knowledge.routes)
        yield bench


@pytest.fixture
async def fay(bench: Bench, hub: Hub, browser: Browser) -> Operator:
    """Logged in."""
    fay = await hub.hire("fay", Role.FAQ_MAINTAINER)
    await browser.log_in("fay")
    return fay


async def posted(browser: Browser, path: str, **body: Any) -> tuple[int, Any]:
    status, answer = await browser.ask("POST", f"/api/knowledge/{path}", json=body)
    return status, answer.get("data") or answer.get("error")


async def read(browser: Browser, path: str) -> Any:
    status, answer = await browser.ask("GET", f"/api/knowledge/{path}")
    assert status == 200, answer
    return answer["data"]


async def changed(bench: Bench, path: str, old: str, new: str) -> None:
    """By hand."""
    text = (await asyncio.to_thread(bench.disk))[path]
    assert old in text
    await asyncio.to_thread(bench.by_hand, path, text.replace(old, new, 1))


async def test_from_the_draft_to_customers_and_back(bench: Bench, browser: Browser, fay: Operator) -> None:
    assert await read(browser, "trainings/current") is None
    version = await bench.teach(who=fay)
    status, training = await posted(browser, "trainings", version=version)
    assert (status, training["state"], training["by"]) == (202, "training", "Fay")
    bench.workshop.end()
    done = await read(browser, "trainings/current")
    assert (done["state"], done["outdated"], done["result"]["worse"]) == ("done", False, False)
    talk = str(uuid4())
    status, said = await posted(browser, "try", model="draft", talk=talk, text="ahoj")
    assert (status, said["outdated"]) == (200, False)
    status, both = await posted(browser, "understood", texts=["ahoj"])
    assert status == 200
    assert both["draft"] is not None
    status, published = await posted(browser, "publish", training=done["id"], client_id=str(uuid4()))
    assert (status, published["number"], published["current"]) == (200, 2, True)
    assert [edit["kind"] for edit in published["edits"]] == ["add_sentence"]
    shown = await read(browser, "versions/2")
    assert shown["changes"][0]["path"] == "data/nlu/cs/money.yml"
    assert "+    - chci vidět účet" in shown["changes"][0]["diff"]
    status, undone = await posted(browser, "undo", to=1, client_id=str(uuid4()))
    assert (status, undone["kind"], undone["to"]) == (200, "undone", 1)
    assert [each["current"] for each in await read(browser, "versions")] == [True, False, False]
    status, _ = await browser.ask("DELETE", f"/api/knowledge/try/{talk}")
    assert status == 200


async def test_a_worse_one_comes_with_its_figures(bench: Bench, browser: Browser, fay: Operator) -> None:
    bench.workshop.ends["result"] = {"worse": True, "draft": {}, "published": {}}
    await posted(browser, "trainings", version=await bench.teach(who=fay))
    bench.workshop.end()
    training = (await read(browser, "trainings/current"))["id"]
    status, error = await posted(browser, "publish", training=training, client_id=str(uuid4()))
    assert (status, error["code"], error["details"]["why"]) == (409, "conflict", "worse")
    assert error["details"]["result"]["worse"] is True
    status, _ = await posted(browser, "publish", training=training, client_id=str(uuid4()), confirm=True)
    assert status == 200


async def test_mistakes_are_not_published(bench: Bench, browser: Browser, fay: Operator) -> None:
    await changed(bench, "content/words/cs.yml", "tady {company}", "tady {slot.__class__}")
    await posted(browser, "trainings", version=await bench.teach(who=fay))
    bench.workshop.end()
    training = (await read(browser, "trainings/current"))["id"]
    before = await asyncio.to_thread(bench.disk)
    status, error = await posted(browser, "publish", training=training, client_id=str(uuid4()), confirm=True)
    assert (status, error["code"], error["details"]["why"]) == (409, "conflict", "findings")
    assert error["details"]["findings"][0]["severity"] == "error"
    assert (await asyncio.to_thread(bench.disk), len(await read(browser, "versions"))) == (before, 1)


async def test_a_pattern_that_may_take_for_ever_is_not_even_trained(
    bench: Bench, browser: Browser, fay: Operator
) -> None:
    regex = "- regex: endless\n  examples: |\n    - (a+)+$\n"
    await changed(bench, "data/nlu/cs/money.yml", "nlu:\n", "nlu:\n" + regex)
    status, error = await posted(browser, "trainings", version=await bench.teach(who=fay))
    assert (status, error["details"]["why"]) == (409, "findings")
    assert [each["kind"] for each in error["details"]["findings"]] == ["bad_pattern"]
    assert bench.workshop.trainings == {}


@pytest.mark.parametrize(("role", "reads", "edits"), [
    (Role.FAQ_MAINTAINER, True, True),
    (Role.ADMIN, True, True),
    (Role.SUPERVISOR, True, False),
    (Role.OPERATOR, False, False),
])  # fmt: skip
@pytest.mark.usefixtures("bench")
async def test_who_may(hub: Hub, browser: Browser, role: Role, reads: bool, edits: bool) -> None:
    await hub.hire("somebody", role)
    await browser.log_in("somebody")
    for path in ("trainings/current", "versions", "versions/1"):
        status, _ = await browser.ask("GET", f"/api/knowledge/{path}")
        assert (status == 200) is reads
    for path, body in (
        ("trainings", {"version": 0}),
        ("trainings/x/cancel", {}),
        ("publish", {"training": "x", "client_id": str(uuid4())}),
        ("undo", {"to": 1, "client_id": str(uuid4())}),
    ):
        status, _ = await posted(browser, path, **body)
        assert (status != 403) is edits, path


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("trainings", {"version": -1}),
        ("trainings", {"version": "1"}),
        ("understood", {"texts": []}),
        ("understood", {"texts": ["x"] * 21}),
        ("understood", {"texts": ["x" * 1001]}),
        ("try", {"model": "other", "talk": "1", "text": "x"}),
        ("publish", {"training": "t"}),
        ("undo", {"to": 0, "client_id": "k"}),
    ],
)
@pytest.mark.usefixtures("fay")
async def test_what_is_no_request(browser: Browser, path: str, body: Any) -> None:
    status, _ = await posted(browser, path, **body)
    assert status == 400


@pytest.mark.parametrize("number", ["9", "x", "-1", "99999999999", "1.0"])
@pytest.mark.usefixtures("fay")
async def test_no_such_version(browser: Browser, number: str) -> None:
    status, _ = await browser.ask("GET", f"/api/knowledge/versions/{number}")
    assert status == 404
