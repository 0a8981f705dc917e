"""The workshop over HTTP: what it asks for is sent, what it refuses has a name, and what is no workshop is away."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from hub.workshop.client import (
    HttpWorkshop,
    ModelPlaces,
    NotLoadedYet,
    NotThere,
    Rejected,
    WorkshopAway,
    WorkshopBusy,
    WorkshopNotReached,
)


class Answers:
    """What the other side says next, and what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body: Any = {}
        self.raw: str | None = None
        self.asked: list[tuple[str, str, Any, str | None]] = []

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json() if request.body_exists else None
        self.asked.append((request.method, request.raw_path, body, request.headers.get("Authorization")))
        if self.raw is not None:
            return web.Response(text=self.raw, content_type="text/html")
        return web.json_response(self.body, status=self.status)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
async def workshop(answers: Answers) -> AsyncIterator[HttpWorkshop]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answers.answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        yield HttpWorkshop(str(server.make_url("")).rstrip("/"), "token", http)


async def test_what_is_asked(workshop: HttpWorkshop, answers: Answers) -> None:
    await workshop.train("t/1", {"data/a.yml": "č"}, {"r": "účet"}, None)
    await workshop.training("t/1")
    await workshop.cancel("t/1")
    await workshop.forget("fay:draft:t")
    answers.body = {"model": "/m/a.tar.gz", "exists": False, "served": None}
    assert await workshop.places({}, "b.tar.gz") == ModelPlaces("/m/a.tar.gz", False, None)
    answers.body = {"rows": [[1.0]], "understood": [{"topic": "greet"}]}
    assert await workshop.likeness(["a"]) == [[1.0]]
    assert await workshop.understood("/m/a.tar.gz", {}, ["a"], "und") == [{"topic": "greet"}]
    first, *others = answers.asked
    assert first == (
        "POST",
        "/trainings",
        {
            "id": "t/1",
            "files": {"data/a.yml": "č"},
            "sentences": [{"id": "r", "text": "účet"}],
            "published": None,
        },
        "Bearer token",
    )
    assert [(method, path) for method, path, *_ in others[:3]] == [
        ("GET", "/trainings/t%2F1"),
        ("DELETE", "/trainings/t%2F1"),
        ("DELETE", "/talk/fay:draft:t"),
    ]


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, Rejected),
        (404, NotThere),
        (409, WorkshopBusy),
        (413, Rejected),
        (503, NotLoadedYet),
        (500, WorkshopAway),
        (401, WorkshopAway),
        (302, WorkshopAway),
    ],
)
async def test_what_is_refused_has_a_name(
    workshop: HttpWorkshop, answers: Answers, status: int, failure: type[Exception]
) -> None:
    answers.status, answers.body = status, {"error": "why"}
    with pytest.raises(failure, match="why"):
        await workshop.training("t")


@pytest.mark.parametrize("raw", ["<html>a proxy's page</html>", "[]", "", "1"])
async def test_something_else_is_no_workshop(workshop: HttpWorkshop, answers: Answers, raw: str) -> None:
    answers.raw = raw
    with pytest.raises(WorkshopAway):
        await workshop.training("t")


async def test_nobody_there(unused_tcp_port: int) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(WorkshopNotReached):
            await HttpWorkshop(f"http://127.0.0.1:{unused_tcp_port}", "token", http).training("t")
