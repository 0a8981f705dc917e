"""The hub's pages, its visitors' sessions and its health, over HTTP."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, web
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs
from yarl import URL

from hub import app as app_module
from hub.app import build_app
from hub.http import pages
from hub.http.middlewares import errors
from hub.nlu import NoNlu
from hub.settings import Settings
from storage.memory import MemoryStorage
from tests.realtime.house import WITHIN, House, furnish


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Front ends as a build leaves them, and a secret beside them."""
    for name, files in {
        "widget": ("loader.js", "index.html", "assets/app.js"),
        "panel": ("index.html", "favicon.svg", "assets/app.js"),
        "demo": ("index.html", "site.css"),
    }.items():
        for file in files:
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{name} {file}")
        monkeypatch.setattr(pages, name.upper(), tmp_path / name)
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path


async def get(house: House, path: str, **options: Any) -> tuple[int, str, Any]:
    url = URL(house.url + path, encoded=True)
    async with house.http.get(url, allow_redirects=False, **options) as response:
        return response.status, await response.text(), response.headers


async def test_only_an_inboxs_own_sites_frame_its_widget(house: House, built: Path) -> None:
    status, text, headers = await get(house, "/widget/demo/")
    assert (status, text) == (200, "widget index.html")
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://site.example" in policy
    assert "default-src 'none'" in policy
    assert "object-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy
    for unknown in ("/widget/nowhere/", "/widget/telegram/", "/widget/%00/", "/widget/$ne/"):
        assert (await get(house, unknown))[0] == 404


async def test_nobody_frames_the_panel(house: House, built: Path) -> None:
    for path in ("/panel/", "/panel/conversations/x", "/panel/a.b/c"):
        status, text, headers = await get(house, path)
        assert (status, text) == (200, "panel index.html")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Server" not in headers
    assert (await get(house, "/panel/favicon.svg"))[1] == "panel favicon.svg"


@pytest.mark.parametrize("root", ["/demo/", "/panel/", "/panel/assets/", "/widget/assets/"])
@pytest.mark.parametrize(
    "path",
    ["../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "..%5csecret.txt", "%2e%2e%2f%2e%2e%2fsecret.txt",
     "....//secret.txt", ".env", "x%00.html", "%2fetc%2fpasswd", "/etc/passwd"],
)  # fmt: skip
async def test_no_way_out_of_the_built_folders(house: House, built: Path, root: str, path: str) -> None:
    status, text, _ = await get(house, root + path)
    assert text != "secret"
    assert "root:" not in text
    assert status in (200, 302, 400, 404)
    assert status != 200 or text == "panel index.html"


async def test_what_was_not_built_says_so(house: House, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PANEL", built / "nothing")
    status, text, _ = await get(house, "/panel/")
    assert status == 404
    assert "make run" in text


async def test_the_demo_can_be_switched_off(built: Path) -> None:
    storage = MemoryStorage()
    await furnish(storage)
    app = build_app(Settings(port=0, rasa_url="off", demo=False), storage=storage, nlu=NoNlu())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        house = House(url, storage, app, runner, None)  # type: ignore[arg-type]
        import aiohttp

        async with aiohttp.ClientSession() as http:
            house.http = http
            assert (await get(house, "/demo/"))[0] == 404
            assert (await get(house, "/"))[2]["Location"] == "/panel/"
    finally:
        await runner.cleanup()


async def test_a_visitor_begins(house: House) -> None:
    token, conversation = await house.visitor()
    assert len(token) == 43
    assert await house.storage.conversations.get(conversation) is not None


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"inbox_id": "nowhere"}, 404, "not_found"),
        ({"inbox_id": "telegram"}, 404, "not_found"),
        ({"inbox_id": {"$ne": ""}}, 400, "bad_request"),
        ({"inbox_id": ["demo"]}, 400, "bad_request"),
        ({"inbox_id": "demo", "role": "admin"}, 400, "bad_request"),
        ({"inbox_id": "demo", "language": "<script>"}, 400, "bad_request"),
        ({}, 400, "bad_request"),
        ([], 400, "bad_request"),
        ({"inbox_id": "x" * 2_000}, 413, "too_large"),
    ],
)
async def test_a_visitor_who_asks_wrongly(house: House, body: Any, status: int, code: str) -> None:
    async with house.http.post(f"{house.url}/widget-api/sessions", json=body) as response:
        assert response.status == status
        assert (await response.json())["error"]["code"] == code


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (b'{"inbox_id": "demo"}', "text/plain"),
        ('{"inbox_id": "demo"}'.encode("utf-16"), "application/json"),
        ('{"inbox_id": "demo"}'.encode("utf-16"), "application/json; charset=utf-16"),
        (b"{", "application/json"),
        (b"", "application/json"),
        (b"[" * 1_000, "application/json"),
        (b"inbox_id=demo", "application/x-www-form-urlencoded"),
    ],
)
async def test_a_body_of_another_kind(house: House, raw: bytes, content_type: str) -> None:
    url = f"{house.url}/widget-api/sessions"
    async with house.http.post(url, data=raw, headers={"Content-Type": content_type}) as response:
        assert response.status == 400
        assert (await response.json())["error"]["code"] == "bad_request"


async def test_too_many_new_visitors_from_one_address(house: House) -> None:
    statuses: list[int] = []
    for _ in range(40):
        async with house.http.post(
            f"{house.url}/widget-api/sessions",
            json={"inbox_id": "demo"},
            headers={"X-Forwarded-For": f"10.0.0.{len(statuses)}"},
        ) as response:
            statuses.append(response.status)
            if response.status == 429:
                assert int(response.headers["Retry-After"]) >= 1
    assert statuses.count(429) >= 5
    assert statuses[0] == 201


async def test_how_an_inbox_looks(house: House) -> None:
    status, text, headers = await get(house, "/widget-api/inboxes/demo")
    assert status == 200
    assert '"id":"demo"' in text
    assert headers["Cache-Control"] == "no-store"
    for unknown in ("nowhere", "telegram", "%24ne", "a%00b"):
        status, text, _ = await get(house, f"/widget-api/inboxes/{unknown}")
        assert status in (400, 404)
        assert '"ok":false' in text


async def test_health_with_and_without_the_database(house: House) -> None:
    assert isinstance(house.storage, MemoryStorage)
    status, text, _ = await get(house, "/health/ready")
    assert status == 200
    assert '"storage":"ready"' in text
    assert '"nlu":"off"' in text
    house.storage.go_away()
    status, text, _ = await get(house, "/health/ready")
    assert status == 503
    assert '"storage":"down"' in text
    assert (await get(house, "/health/live"))[0] == 200
    async with house.http.post(f"{house.url}/widget-api/sessions", json={"inbox_id": "demo"}) as response:
        assert response.status == 503
        assert (await response.json())["error"]["retryable"]
        assert response.headers["Retry-After"]
    house.storage.come_back()
    assert (await get(house, "/health/ready"))[0] == 200


async def test_after_the_database_is_back_people_go_on(house: House) -> None:
    assert isinstance(house.storage, MemoryStorage)
    widget, _ = await house.waiting()
    house.storage.go_away()
    sent = {"client_id": "00000000-0000-4000-8000-000000000001", "text": "while it was away"}
    sending = asyncio.create_task(widget.answer("message.send", sent))
    await asyncio.sleep(0)
    house.storage.come_back()
    answer = await sending
    if not answer["ok"]:
        assert answer["error"]["retryable"]
        answer = await widget.answer("message.send", sent)
    assert answer["ok"]


async def test_metrics_name_what_was_asked(house: House) -> None:
    widget, _ = await house.waiting()
    await widget.answer("made-up-" + "x" * 100, {})
    status, text, _ = await get(house, "/metrics")
    assert status == 200
    assert 'event="message.send"' in text
    assert "made-up" not in text, "what strangers make up is not a label"
    assert "linka_journal_batch_entries" in text


async def test_a_hub_waits_for_its_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "PREPARE_AGAIN", 0.01)
    storage = MemoryStorage()
    storage.go_away()
    app = build_app(Settings(port=0, rasa_url="off"), storage=storage, nlu=NoNlu())
    runner = web.AppRunner(app)
    asked = asyncio.Event()
    prepare = storage.prepare

    async def noted() -> None:
        asked.set()
        await prepare()

    monkeypatch.setattr(storage, "prepare", noted)
    starting = asyncio.create_task(runner.setup())
    await asyncio.wait_for(asked.wait(), WITHIN)
    assert not starting.done()
    storage.come_back()
    await asyncio.wait_for(starting, WITHIN)
    await runner.cleanup()


async def test_an_unknown_api_path_is_an_error_object(house: House) -> None:
    status, text, _ = await get(house, "/widget-api/nothing")
    assert status == 404
    assert '"code":"not_found"' in text


async def test_who_leaves_in_the_middle_is_no_error_of_ours() -> None:
    async def leave(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return await web.WebSocketResponse().prepare(request)  # type: ignore[return-value]

    async def fail(_: web.Request) -> web.StreamResponse:
        raise ConnectionResetError("somebody else's connection")

    app = web.Application(middlewares=[errors])
    app.add_routes([web.get("/leave", leave), web.get("/fail", fail)])
    async with TestClient(TestServer(app)) as client:
        with capture_logs() as logs, suppress(ClientError):
            await client.ws_connect("/leave")
        assert [line["event"] for line in logs] == ["who asked has gone"]
        with capture_logs() as logs:
            assert (await client.get("/fail")).status == 500
        assert [line["event"] for line in logs] == ["request failed"]
