"""The actions' way to the hub, over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from inspect import iscoroutinefunction, signature
from typing import Any

import pytest
import pytest_asyncio
from actions.hours import parse_hours
from actions.hub import Hub, HubUnavailable, NoOrderNumber, NoSuchOrder, PhoneNeeded, TooManyTries
from actions.order_numbers import OrderNumber
from actions.places import parse_availability, parse_outages
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.nlu.talk import FakeHub

NUMBER = OrderNumber("12345671")
ORDER = {
    "number": "1234-5671",
    "state": "done",
    "state_text": "Hotovo",
    "tariff": "Optik 500",
    "visit": {"text": "včera"},
    "amount": {"text": "1 Kč"},
}


class Answers:
    """What the hub answers, to whom, and what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body: Any = {"ok": True, "data": ORDER}
        self.asked: list[tuple[str, str, Any]] = []
        self.connections: set[object] = set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        assert request.headers["Authorization"] == "Bearer secret"
        self.asked.append(
            (request.method, request.path_qs, await request.json() if request.can_read_body else None)
        )
        self.connections.add(request.transport)
        if isinstance(self.body, bytes):
            return web.Response(body=self.body, content_type="text/html", status=self.status)
        if self.status == 302:
            return web.Response(status=302, headers={"Location": "/elsewhere"})
        return web.json_response(self.body, status=self.status)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest_asyncio.fixture
async def server(answers: Answers) -> AsyncIterator[TestServer]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answers.answer)
    server = TestServer(application)
    await server.start_server()
    yield server
    await server.close()


@pytest_asyncio.fixture
async def client(server: TestServer) -> AsyncIterator[Hub]:
    client = Hub(str(server.make_url("/")), "secret")
    yield client
    await client.close()


async def test_an_order(client: Hub, answers: Answers) -> None:
    order = await client.order("c 1", NUMBER, "+420 777", "cs")

    assert order.state_text == "Hotovo"
    path = "/internal/orders/12345671?conversation=c+1&phone=%2B420+777&language=cs"
    assert answers.asked == [("GET", path, None)]


async def test_what_fails_tells_neither_the_token_nor_a_phone(client: Hub, answers: Answers) -> None:
    answers.body = b"<h1>Welcome to a proxy</h1>"

    with pytest.raises(HubUnavailable) as failed:
        await client.order("c", NUMBER, "+420777123456", "cs")

    told = f"{failed.value!r} {failed.value}"
    assert "ContentTypeError" in told
    assert not [part for part in ("777123456", "secret", "Bearer") if part in told]


async def test_connections_are_kept(client: Hub, answers: Answers) -> None:
    for _ in range(5):
        await client.order("c", NUMBER, "", "cs")

    assert len(answers.connections) == 1


async def test_a_connection_that_was_closed_meanwhile_is_no_failure(client: Hub, answers: Answers) -> None:
    await client.order("c", NUMBER, "", "cs")
    [transport] = answers.connections
    transport.close()  # type: ignore[attr-defined]

    await client.order("c", NUMBER, "", "cs")
    assert len(answers.asked) == 2


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (400, NoOrderNumber),
        (403, PhoneNeeded),
        (404, NoSuchOrder),
        (429, TooManyTries),
        (401, HubUnavailable),
        (302, HubUnavailable),
        (500, HubUnavailable),
        (503, HubUnavailable),
    ],
)
async def test_refusals_of_an_order(
    status: int, refusal: type[Exception], client: Hub, answers: Answers
) -> None:
    answers.status, answers.body = status, {"ok": False}

    with pytest.raises(refusal):
        await client.order("c", NUMBER, "", "cs")
    assert len(answers.asked) == 1


async def test_a_case(client: Hub, answers: Answers) -> None:
    answers.status, answers.body = 201, {"ok": True, "data": {"number": "000-0017"}}

    assert await client.open_case("c", "m", "wish", "slova", "cs") == "000-0017"
    sent = {"conversation": "c", "message_id": "m", "category": "wish", "words": "slova", "language": "cs"}
    assert answers.asked == [("POST", "/internal/cases", sent)]


def test_the_hub_of_the_other_tests_is_asked_alike() -> None:
    asked = {name: signature(call) for name, call in vars(FakeHub).items() if iscoroutinefunction(call)}

    assert asked == {name: signature(getattr(Hub, name)) for name in asked}


CALLS: list[Callable[[Hub], Awaitable[object]]] = [
    lambda hub: hub.catalogue("cs"),
    lambda hub: hub.order("c", NUMBER, "", "cs"),
    lambda hub: hub.own_orders("c", "cs"),
    lambda hub: hub.hours("cs"),
    lambda hub: hub.availability("Brno", "", "cs"),
    lambda hub: hub.outages("", "", "cs"),
    lambda hub: hub.open_case("c", "m", "wish", "x", "cs"),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("body", [None, [], "x", {"ok": False}, {"ok": True}, {"ok": True, "data": [3]}])
async def test_what_is_not_of_the_agreed_form(
    body: Any, call: Callable[[Hub], Awaitable[object]], client: Hub, answers: Answers
) -> None:
    answers.body = body

    with pytest.raises(HubUnavailable):
        await call(client)


@pytest.mark.parametrize("call", CALLS)
async def test_nobody_there(
    call: Callable[[Hub], Awaitable[object]], client: Hub, server: TestServer
) -> None:
    await server.close()

    with pytest.raises(HubUnavailable):
        await asyncio.wait_for(call(client), 5)


@pytest.mark.parametrize(
    "data", [None, {}, [], {"open": "yes"}, {"verdict": 1}, {"outages": 3, "town": None}]
)
@pytest.mark.parametrize("parse", [parse_hours, parse_availability, parse_outages])
def test_nor_are_hours_and_places_read_out_of_anything_else(parse: Any, data: Any) -> None:
    with pytest.raises(ValueError, match=r"^no "):
        parse(data)
