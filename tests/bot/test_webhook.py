"""Telegram brings updates: 200 only for what the hub has, and no harm from whoever else knocks."""

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest

from bot.app import Pace, run
from bot.settings import Settings, SettingsError, load_settings
from bot.webhook import MAX_BODY, SECRET_HEADER
from hub.protocol.common import Error
from storage.mongo import open_storage
from tests.bot.conftest import QUICK, Logs, RunningBot
from tests.bot.fake_bot_api import TOKEN, FakeBotApi, Refusal
from tests.bot.fake_hub import AWAY, SERVICE_TOKEN, FakeHub, offering
from tests.bot.test_hubs import A_SECOND, Crowd, hub_process
from tests.realtime.house import SERVICE_TOKEN as HOUSE_TOKEN
from tests.realtime.house import furnish

SECRET = "the-secret-of-these-tests"
PACE = replace(QUICK, webhook_check=0.3)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Door:
    """The webhook as seen from outside."""

    url: str
    http: aiohttp.ClientSession
    bot: RunningBot

    async def knocks(self, body: Any = b"", secret: str | None = SECRET, **options: Any) -> tuple[int, Any]:
        """POST; the status and the headers."""
        headers = {} if secret is None else {SECRET_HEADER: secret}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.http.post(self.url, data=data, headers=headers, **options) as answer:
            return answer.status, answer.headers


def settings_of(
    api: FakeBotApi, hubs: str, url: str, port: int, token: str = SERVICE_TOKEN, **more: Any
) -> Settings:
    return Settings.model_validate(
        {
            "telegram_token": TOKEN,
            "telegram_api_url": api.url,
            "hub_url": hubs,
            "service_token": token,
            "telegram_mode": "webhook",
            "telegram_webhook_url": url,
            "telegram_webhook_port": port,
            "telegram_webhook_secret": SECRET,
            **more,
        }
    )


@asynccontextmanager
async def serving(
    api: FakeBotApi, hubs: str, pace: Pace = PACE, token: str = SERVICE_TOKEN, port: int | None = None
) -> AsyncIterator[Door]:
    port = port or free_port()
    url = f"http://127.0.0.1:{port}/telegram/hook"
    stop = asyncio.Event()
    settings = settings_of(api, hubs, url, port, token)
    bot = RunningBot(stop, asyncio.create_task(run(settings, stop, pace)))
    try:
        await api.until(lambda: api.webhook == url)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            yield Door(url, http, bot)
    finally:
        await bot.ends()


@pytest.fixture
async def door(api: FakeBotApi, hub: FakeHub) -> AsyncIterator[Door]:
    async with serving(api, hub.url) as door:
        await hub.until(lambda: any(name == "delivery.claim" for name, _ in hub.requests))
        yield door


def update(number: int, text: str = "ahoj", user: int = 5001) -> dict[str, Any]:
    """As Telegram sends it."""
    who = {"id": user, "is_bot": False, "first_name": "Jana"}
    chat = {"id": user, "type": "private"}
    message = {"message_id": number, "date": 1_790_000_000, "chat": chat, "from": who, "text": text}
    return {"update_id": number, "message": message}


async def test_telegram_brings_what_was_written_in_order(api: FakeBotApi, hub: FakeHub, door: Door) -> None:
    for number in range(60):
        api.customer(number % 3 + 1).writes(f"{number}")
    await api.until(lambda: len(api.confirmed) == 60)
    for user in (1, 2, 3):
        assert hub.texts(str(user)) == [str(number) for number in range(user - 1, 60, 3)]
    assert set(api.pusher.answers) == {200}
    [call] = api.calls_of("setWebhook")
    assert call.form["secret_token"] == SECRET
    assert call.form["allowed_updates"] == ["message", "edited_message", "callback_query"]
    assert not api.polls


async def test_many_chats_share_requests_to_the_hub(api: FakeBotApi, hub: FakeHub, door: Door) -> None:
    hub.delays["updates.append"] = 0.2
    answers = await asyncio.gather(*(door.knocks(update(number, user=number)) for number in range(1, 41)))
    assert [status for status, _ in answers] == [200] * 40
    requests = [data for name, data in hub.requests if name == "updates.append"]
    assert len(requests) <= 3, "while one is under way the next one gathers"


async def test_nothing_is_answered_200_before_the_hub_has_it(
    api: FakeBotApi, hub: FakeHub, door: Door
) -> None:
    hub.errors["telegram:7"].extend([AWAY.model_copy(update={"retry_after": 2.5})])
    status, headers = await door.knocks(update(7))
    assert (status, headers["Retry-After"]) == (503, "3")
    assert hub.taken == {}
    assert (await door.knocks(update(7)))[0] == 200
    assert hub.texts() == ["ahoj"]


async def test_what_came_behind_one_that_must_wait_does_not_overtake(
    api: FakeBotApi, hub: FakeHub, door: Door
) -> None:
    hub.delays["updates.append"] = 0.2
    hub.errors["telegram:2"].append(AWAY)
    other = asyncio.create_task(door.knocks(update(1, user=2)))  # keeps the hub busy
    await hub.until(lambda: any(name == "updates.append" for name, _ in hub.requests))
    first = asyncio.create_task(door.knocks(update(2, "první")))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(door.knocks(update(3, "druhá")))
    assert [(await each)[0] for each in (other, first, second)] == [200, 503, 503]
    assert hub.texts("5001") == []
    for number, text in ((2, "první"), (3, "druhá")):
        assert (await door.knocks(update(number, text)))[0] == 200
    assert hub.texts("5001") == ["první", "druhá"]


async def test_hub_away_is_503_and_telegram_comes_again(api: FakeBotApi, hub: FakeHub, door: Door) -> None:
    port = hub.port
    await hub.stop()
    api.customer().writes("za výpadku")
    api.customer().writes("a ještě")
    await api.until(lambda: 503 in api.pusher.answers)
    status, headers = await door.knocks(update(7))
    assert (status, headers["Retry-After"]) == (503, "1")
    await hub.start(port)
    await api.until(lambda: len(api.confirmed) == 2)
    assert hub.texts() == ["za výpadku", "a ještě"]


async def test_too_much_waiting_is_503_and_bounded(api: FakeBotApi, hub: FakeHub, door: Door) -> None:
    hub.delays["updates.append"] = 0.5
    answers = await asyncio.gather(*(door.knocks(update(number, user=number)) for number in range(1, 301)))
    statuses = [status for status, _ in answers]
    assert set(statuses) == {200, 503}
    assert statuses.count(200) >= 100
    taken = {f"telegram:{number}" for number, status in enumerate(statuses, 1) if status == 200}
    assert taken == set(hub.taken)


@pytest.mark.parametrize("parallel", [True, False])
async def test_same_update_forty_times_is_one_entry_and_one_answer(
    api: FakeBotApi, hub: FakeHub, door: Door, parallel: bool
) -> None:
    jana = api.customer()
    for body in (update(7), update(8, "/start")):
        if parallel:
            answers = await asyncio.gather(*(door.knocks(body) for _ in range(40)))
        else:
            answers = [await door.knocks(body) for _ in range(40)]
        assert {status for status, _ in answers} == {200}
    await jana.hears("Dobrý den")
    await door.bot.ends()
    assert hub.texts() == ["ahoj"]
    assert sum(name == "updates.append" for name, _ in hub.requests) == 1
    assert len(jana.chat) == 1


@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET.upper(), SECRET + "x", SECRET[:-1], "žluťoučký-kůň-úpěl"]
)
async def test_stranger_is_refused(
    api: FakeBotApi, hub: FakeHub, door: Door, secret: str | None, logs: Logs
) -> None:
    forwarded = {"X-Forwarded-For": "149.154.167.220", "X-Real-IP": "149.154.167.220"}
    for _ in range(3):
        assert (await door.knocks(update(7), secret))[0] == 401
    async with door.http.post(door.url, json=update(7), headers=forwarded) as answer:
        assert answer.status == 401
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with door.http.post(door.url, data=io.BytesIO(b"x" * 5_000_000), headers=headers) as answer:
        assert answer.status == 401
    assert not any(name == "updates.append" for name, _ in hub.requests)
    said = [line for line in logs.lines if "without Telegram's secret" in line["event"]]
    assert len(said) == 1, "not a line for each"
    assert SECRET not in str(logs.lines)


async def test_other_methods_are_refused(door: Door) -> None:
    for method in ("GET", "PUT", "DELETE"):
        async with door.http.request(method, door.url, headers={SECRET_HEADER: SECRET}) as answer:
            assert answer.status == 405
        async with door.http.request(method, door.url) as answer:
            assert answer.status == 401


STRANGE = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b"7",
    b'"text"',
    b"{",
    b"<html>",
    b"\xff\xfe\x00",
    b'{"update_id": "7"}',
    b'{"update_id": -1, "message": {}}',
    b'{"update_id": 1e400}',
    b'{"update_id": ' + b"9" * 5_000 + b"}",
    b"[" * 100_000,
    b'{"message": {"text": "half \\ud800"}}',
    b'{"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "x"}}',
    b"x" * (MAX_BODY + 1),
]


async def test_what_can_never_be_taken_is_kept_and_not_brought_for_a_day(
    api: FakeBotApi, hub: FakeHub, door: Door
) -> None:
    for body in STRANGE:
        assert (await door.knocks(body))[0] == 200
        assert (await door.knocks(body))[0] == 200
    assert len(hub.dead) == len(STRANGE)
    assert hub.taken == {}
    assert (await door.knocks(update(100)))[0] == 200
    assert hub.texts() == ["ahoj"]


@pytest.mark.parametrize("number", ["5", -5, True, 2**60])
async def test_command_with_a_strange_number_is_answered_once(
    api: FakeBotApi, door: Door, number: object
) -> None:
    jana = api.customer()
    for _ in range(2):
        assert (await door.knocks(update(7, "/start", jana.id) | {"update_id": number}))[0] == 200
    await api.until(lambda: len(api.calls_of("sendMessage")) == 1)


async def test_update_refused_for_good_becomes_a_dead_letter(
    api: FakeBotApi, hub: FakeHub, door: Door
) -> None:
    hub.errors["telegram:7"].append(Error(code="bad_request", message="no", retryable=False))
    jana = api.customer()
    assert (await door.knocks(update(7)))[0] == 200
    assert list(hub.dead) == ["telegram:7"]
    await jana.hears("nepodařilo předat")


async def test_body_that_ends_in_the_middle_harms_nobody(api: FakeBotApi, hub: FakeHub, door: Door) -> None:
    port = int(door.url.split(":")[2].split("/")[0])
    for _ in range(5):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST / HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 500\r\n\r\n"
        writer.write(head.encode() + b'{"update_id": 7, ')
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    assert (await door.knocks(update(8)))[0] == 200
    assert list(hub.taken) == ["telegram:8"]


async def test_press_is_answered(api: FakeBotApi, hub: FakeHub, door: Door) -> None:
    jana = api.customer()
    await hub.owe(jana.id, offering("Vyberte", ("Ano", "/yes")))
    question = await jana.hears("Vyberte")
    query = jana.presses(question, "Ano")
    await api.until(lambda: query in api.answered)
    assert hub.texts() == ["Ano"]


async def test_webhook_that_somebody_changed_is_set_again_and_said(
    api: FakeBotApi, hub: FakeHub, door: Door, logs: Logs
) -> None:
    await api._set_webhook("http://127.0.0.1:9/elsewhere", "x")
    await logs.say("somebody else changed this bot's webhook")
    await api.until(lambda: api.webhook == door.url)


async def test_trouble_that_telegram_has_with_us_is_said(
    api: FakeBotApi, hub: FakeHub, door: Door, logs: Logs
) -> None:
    api.pusher.trouble = {"last_error_date": 4_000_000_000, "last_error_message": "SSL error: no certificate"}
    await logs.say("SSL error: no certificate")


async def test_registration_is_tried_until_it_holds(api: FakeBotApi, hub: FakeHub, logs: Logs) -> None:
    bad = Refusal(400, "Bad Request: bad webhook: IP address 127.0.0.1 is reserved")
    api.next("setWebhook", Refusal.too_many(0), bad, Refusal(401, "Unauthorized"))
    async with serving(api, hub.url):
        await logs.say("IP address 127.0.0.1 is reserved")


async def test_changing_the_mode_loses_and_doubles_nothing(api: FakeBotApi, hub: FakeHub) -> None:
    jana = api.customer()
    port = free_port()
    for number in range(4):
        jana.writes(f"přinesená {number}")
        async with serving(api, hub.url, port=port):
            await api.until(lambda: not api.pending)
        jana.writes(f"vyzvednutá {number}")
        stop = asyncio.Event()
        polling = settings_of(api, hub.url, "http://127.0.0.1:9", port, telegram_mode="polling")
        bot = RunningBot(stop, asyncio.create_task(run(polling, stop, QUICK)))
        await api.until(lambda: not api.pending)
        await bot.ends()
        assert api.webhook is None
    assert hub.texts() == [f"{how} {number}" for number in range(4) for how in ("přinesená", "vyzvednutá")]


async def test_stop_answers_what_has_come(api: FakeBotApi, hub: FakeHub, door: Door) -> None:
    hub.delays["updates.append"] = 0.5
    waiting = asyncio.create_task(door.knocks(update(7)))
    await hub.until(lambda: any(name == "updates.append" for name, _ in hub.requests))
    await door.bot.ends()
    assert (await waiting)[0] == 200
    assert hub.texts() == ["ahoj"]


@pytest.mark.integration
@pytest.mark.timeout(120)
async def test_hub_killed_while_telegram_brings(
    api: FakeBotApi, mongod_uri: str, mongo_database: str, tmp_path: Any
) -> None:
    async with open_storage(mongod_uri, mongo_database, "motor") as storage:
        await storage.prepare()
        await furnish(storage)
        async with (
            hub_process(mongod_uri, mongo_database, tmp_path / "one") as (one, first),
            hub_process(mongod_uri, mongo_database, tmp_path / "two") as (two, _),
            serving(api, f"{one},{two}", token=HOUSE_TOKEN),
        ):
            crowd = Crowd(api)
            writing = asyncio.create_task(crowd.write(5.0))
            await api.until(lambda: len(api.confirmed) > A_SECOND)
            first.kill()
            await writing
            await crowd.is_heard(storage)


def test_secret_is_made_of_the_other_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("LINKA_SERVICE_TOKEN", "one")
    monkeypatch.setenv("LINKA_TELEGRAM_MODE", "webhook")
    monkeypatch.setenv("LINKA_TELEGRAM_WEBHOOK_URL", "https://chat.example.com/telegram")
    first, again = load_settings().webhook, load_settings().webhook
    assert first is not None
    assert first == again, "the same at each start"
    assert len(first.secret.get_secret_value()) == 64
    monkeypatch.setenv("LINKA_SERVICE_TOKEN", "two")
    other = load_settings().webhook
    assert other is not None
    assert other.secret != first.secret
    assert first.secret.get_secret_value() not in repr(load_settings()) + repr(first)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LINKA_TELEGRAM_WEBHOOK_URL", "", "LINKA_TELEGRAM_WEBHOOK_URL: must be set"),
        ("LINKA_TELEGRAM_WEBHOOK_URL", "http://chat.example.com", "by https only"),
        ("LINKA_TELEGRAM_WEBHOOK_URL", "https://chat.example.com:8700", "port 443, 80, 88 or 8443"),
        ("LINKA_TELEGRAM_WEBHOOK_SECRET", "short", "LINKA_TELEGRAM_WEBHOOK_SECRET: must be 16"),
        (
            "LINKA_TELEGRAM_WEBHOOK_SECRET",
            "žluťoučký-kůň-úpěl-ódy",
            "LINKA_TELEGRAM_WEBHOOK_SECRET: must be 16",
        ),
        ("LINKA_TELEGRAM_MODE", "pull", "LINKA_TELEGRAM_MODE"),
        ("LINKA_TELEGRAM_WEBHOOK_PORT", "70000", "LINKA_TELEGRAM_WEBHOOK_PORT"),
    ],
)
def test_webhook_that_cannot_work_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv("LINKA_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("LINKA_SERVICE_TOKEN", "s")
    monkeypatch.setenv("LINKA_TELEGRAM_MODE", "webhook")
    monkeypatch.setenv("LINKA_TELEGRAM_WEBHOOK_URL", "https://chat.example.com/telegram")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert said in str(refused.value)
    assert value not in str(refused.value) or not name.endswith("SECRET") or not value
