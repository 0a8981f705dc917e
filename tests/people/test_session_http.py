"""``/api/session`` and the guard, as a browser and as somebody worse would use them."""

import gzip
import json
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from hub.demo.people import DEMO_OPERATORS
from hub.http.session import CSRF_HEADER
from hub.people.sessions import COOKIE
from hub.settings import Settings
from storage.model.people import Role
from tests.doors import PASSWORD, PUBLIC_URL, Browser, Hub

GOOD = {"login": "anna", "password": PASSWORD}


async def test_in_and_out(hub: Hub, browser: Browser) -> None:
    await hub.hire("anna", Role.SUPERVISOR, teams=("support", "sales"))

    status, answer = await browser.log_in()
    assert status == 200
    assert answer["ok"] is True
    assert answer["data"]["operator"] == {
        "id": "id-anna",
        "login": "anna",
        "name": "Anna",
        "role": "supervisor",
        "teams": ["support", "sales"],
    }
    assert await browser.ask("GET", "/api/session") == (200, answer)

    status, _ = await browser.ask("DELETE", "/api/session")
    assert status == 200
    status, answer = await browser.ask("GET", "/api/session")
    assert (status, answer["error"]["code"]) == (401, "unauthenticated")


async def test_the_cookie_is_out_of_reach_of_scripts(hub: Hub, browser: Browser) -> None:
    await hub.hire("anna")

    async with browser.client.post("/api/session", json=GOOD) as response:
        cookie = response.cookies[COOKIE]
        body = await response.text()

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert not cookie["secure"]
    assert cookie.value not in body


class TestBehindTls:
    @pytest.fixture
    def hub_settings(self) -> Settings:
        return Settings(demo=False, public_url="https://chat.example")

    async def test_the_cookie_never_travels_in_the_clear(self, hub: Hub, browser: Browser) -> None:
        await hub.hire("anna")

        async with browser.client.post("/api/session", json=GOOD) as response:
            assert response.cookies[COOKIE]["secure"] is True


async def test_logging_in_again_ends_the_session_before(hub: Hub, browser: Browser) -> None:
    await hub.hire("anna")
    await browser.log_in()
    first = next(cookie.value for cookie in browser.client.session.cookie_jar if cookie.key == COOKIE)
    await browser.log_in()

    browser.client.session.cookie_jar.clear()
    status, _ = await browser.ask("GET", "/api/session", cookies={COOKIE: first})
    assert status == 401


async def test_wrong_passwords_and_unknown_logins_look_alike(hub: Hub, browser: Browser) -> None:
    await hub.hire("anna")
    await hub.hire("gone", active=False)

    answers = [
        await browser.log_in("anna", "wrong"),
        await browser.log_in("nobody", "wrong"),
        await browser.log_in("gone", PASSWORD),
    ]

    assert {status for status, _ in answers} == {401}
    assert len({json.dumps(answer) for _, answer in answers}) == 1


async def test_guessing_is_answered_with_when_to_come_back(hub: Hub, browser: Browser) -> None:
    await hub.hire("anna")
    for _ in range(5):
        await browser.log_in("anna", "guess")

    async with browser.client.post("/api/session", json=GOOD) as response:
        answer = await response.json()

    assert response.status == 429
    assert response.headers["Retry-After"] == "1"
    assert answer["error"]["code"] == "rate_limited"
    assert answer["error"]["retryable"] is True
    assert answer["error"]["retry_after"] == 1


async def test_the_cookie_of_a_disabled_operator_is_worth_nothing(hub: Hub, browser: Browser) -> None:
    anna = await hub.hire("anna")
    await browser.log_in()
    hub.change(anna, active=False)

    assert (await browser.ask("GET", "/api/session"))[0] == 401
    assert (await browser.ask("GET", "/api/catalogue"))[0] == 401


class TestDemo:
    @pytest.fixture
    def hub_settings(self) -> Settings:
        return Settings(demo=True, public_url=PUBLIC_URL)

    async def test_visitors_of_a_demo_are_told_the_accounts(self, browser: Browser) -> None:
        status, answer = await browser.ask("GET", "/api/session")

        assert status == 401
        assert answer["error"]["details"]["demo"] is True
        assert answer["error"]["details"]["accounts"][0] == {
            "login": "anna",
            "password": "linka-anna",
            "name": DEMO_OPERATORS[0].name,
            "role": "operator",
        }


async def test_outside_of_a_demo_nothing_is_told_and_its_passwords_are_dead(
    hub: Hub, browser: Browser
) -> None:
    anna = await hub.hire("anna")
    hub.change(anna, password_hash=await hub.passwords.hash("linka-anna"))

    status, answer = await browser.ask("GET", "/api/session")
    assert (status, answer["error"].get("details")) == (401, None)
    assert (await browser.log_in("anna", "linka-anna"))[0] == 401


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400),
        ({"login": "anna"}, 400),
        ({"login": {"$ne": ""}, "password": {"$ne": ""}}, 400),
        ({"login": "anna", "password": {"$gt": ""}}, 400),
        ({"login": ["anna"], "password": PASSWORD}, 400),
        ({"login": 1, "password": 2}, 400),
        ({"login": "anna", "password": None}, 400),
        ({"login": "", "password": ""}, 400),
        ({**GOOD, "role": "admin"}, 400),
        ([GOOD], 400),
        ("anna", 400),
        (None, 400),
        ({"login": "a" * 201, "password": PASSWORD}, 400),
        ({"login": "anna", "password": "x" * 257}, 400),
        ({"login": "anna", "password": "x" * 1_000_000}, 413),
        ({"login": {"$where": "sleep(1000)"}, "password": "x"}, 400),
    ],
)
async def test_hostile_json(hub: Hub, browser: Browser, body: Any, code: int) -> None:
    await hub.hire("anna")

    status, answer = await browser.ask("POST", "/api/session", json=body)

    assert status == code
    assert answer["ok"] is False
    assert PASSWORD not in json.dumps(answer)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[" * 4_000, "application/json"),
        (b'{"login": "\\ud800", "password": "x"}', "application/json"),
        (b'{"login": "anna", "password": "\\ud800"}', "application/json"),
        (b"\xff\xfe{\x00}\x00", "application/json"),
        (json.dumps(GOOD).encode("utf-16"), "application/json"),
        (json.dumps(GOOD).encode("utf-16"), "application/json; charset=utf-16"),
        (json.dumps(GOOD).encode(), "application/json; charset=nonsense"),
        (json.dumps(GOOD).encode(), "text/plain"),
        (json.dumps(GOOD).encode(), "application/json-patch+json"),
        (b"login=anna&password=correct+horse", "application/x-www-form-urlencoded"),
        (b'{"login":' + b"9" * 3_900 + b"}", "application/json"),
        (b'{"login": "anna", "login": {"$ne": 1}, "password": "x"}', "application/json"),
        (b"null", "application/json"),
        (b"NaN", "application/json"),
    ],
)
async def test_hostile_bodies(hub: Hub, browser: Browser, data: bytes, content_type: str) -> None:
    await hub.hire("anna")

    status, answer = await browser.ask(
        "POST", "/api/session", data=data, headers={"Content-Type": content_type}
    )

    assert (status, answer["error"]["code"]) == (400, "bad_request")


async def test_a_compressed_body_is_not_unpacked(hub: Hub, browser: Browser) -> None:
    bomb = gzip.compress(b" " * 5_000_000)

    status, _ = await browser.ask(
        "POST",
        "/api/session",
        data=bomb,
        headers={"Content-Type": "application/json", "Content-Encoding": "gzip"},
    )

    assert status in {400, 413}


async def test_a_body_without_a_length_is_bounded(hub: Hub, browser: Browser) -> None:
    async def endless() -> Any:
        for _ in range(1_000):
            yield b" " * 1_000

    status, answer = await browser.ask(
        "POST", "/api/session", data=endless(), headers={"Content-Type": "application/json"}
    )

    assert (status, answer["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": PUBLIC_URL}, 200),
        ({"Origin": PUBLIC_URL, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": f"{PUBLIC_URL}.evil.example"}, 403),
        ({"Origin": "http://localhost:8701"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": PUBLIC_URL, "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
async def test_nobody_is_logged_in_by_a_foreign_page(
    hub: Hub, browser: Browser, headers: dict[str, str], status: int
) -> None:
    await hub.hire("anna")

    assert (await browser.log_in(headers=headers))[0] == status


async def test_the_page_may_be_opened_by_another_name_of_the_machine(hub: Hub, browser: Browser) -> None:
    await hub.hire("anna")
    origin = str(browser.client.make_url("/").origin())  # 127.0.0.1 and a port, not the public address

    assert (await browser.log_in(headers={"Origin": origin}))[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "[", "localhost@evil.example", "127.0.0.1.evil.example", ""]
)
async def test_a_name_that_only_the_host_header_claims_is_not_ours(
    hub: Hub, browser: Browser, host: str
) -> None:
    await hub.hire("anna")

    assert (await browser.log_in(headers={"Host": host, "Origin": f"http://{host}"}))[0] == 403


@pytest.mark.parametrize("method", ["DELETE", "POST", "PUT", "PATCH"])
@pytest.mark.parametrize("token", [None, "", "wrong", "é", "x" * 7_000])
async def test_no_write_without_the_csrf_token(
    hub: Hub, browser: Browser, method: str, token: str | None
) -> None:
    await hub.hire("anna")
    await browser.log_in()
    browser.csrf = ""

    path = "/api/session" if method == "DELETE" else "/api/quote"
    status, answer = await browser.ask(
        method, path, headers={} if token is None else {CSRF_HEADER: token}, json={}
    )

    assert (status, answer["error"]["code"]) == (403, "forbidden")


async def test_the_csrf_token_of_somebody_else_is_no_token(hub: Hub, browser: Browser) -> None:
    await hub.hire("anna")
    await hub.hire("petr")
    await browser.log_in("petr")
    petrs = browser.csrf
    await browser.log_in("anna")

    status, _ = await browser.ask("DELETE", "/api/session", headers={CSRF_HEADER: petrs})

    assert status == 403


async def test_a_write_whose_handler_reads_no_body_is_no_exception(hub: Hub, browser: Browser) -> None:
    await hub.hire("anna")
    await browser.log_in()

    status, _ = await browser.ask("DELETE", "/api/session", data=b"x", headers={"Content-Type": "text/plain"})

    assert status == 400
    assert (await browser.ask("GET", "/api/session"))[0] == 200


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
async def test_no_write_by_a_plain_form(hub: Hub, browser: Browser, content_type: str) -> None:
    await hub.hire("anna")
    await browser.log_in()

    status, answer = await browser.ask(
        "POST", "/api/quote", data=b'{"tariff_code": "optik-500"}', headers={"Content-Type": content_type}
    )

    assert (status, answer["error"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    "path", ["/api/catalogue", "/api/quote", "/api/conversations/c1/orders", "/api/nothing", "/api/"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "HEAD"])
async def test_nothing_is_open_to_strangers(browser: Browser, method: str, path: str) -> None:
    async with browser.client.request(
        method, path, json=None if method in {"GET", "HEAD"} else {}
    ) as response:
        assert response.status == 401


async def test_a_route_added_tomorrow_is_guarded(hub: Hub) -> None:
    async def careless(_: web.Request) -> web.Response:
        return web.Response(text="open")

    hub.app.router.add_get("/api/tomorrow", careless)
    async with TestClient(TestServer(hub.app)) as client, client.get("/api/tomorrow") as response:
        assert response.status == 401


@pytest.mark.parametrize("cookie", ["", "x", "a" * 43, "a" * 7_000, '"; Path=/', "%00"])
async def test_strange_cookies(browser: Browser, cookie: str) -> None:
    status, answer = await browser.ask("GET", "/api/session", headers={"Cookie": f"{COOKIE}={cookie}"})

    assert (status, answer["error"]["code"]) == (401, "unauthenticated")


async def test_without_a_database_the_answer_is_unavailable_and_not_unauthenticated(
    hub: Hub, browser: Browser
) -> None:
    await hub.hire("anna")
    await browser.log_in()
    hub.storage.go_away()

    for method, path, body in [("GET", "/api/session", None), ("POST", "/api/session", GOOD)]:
        status, answer = await browser.ask(method, path, json=body)
        assert (status, answer["error"]["code"]) == (503, "unavailable")
        assert answer["error"]["retryable"] is True
