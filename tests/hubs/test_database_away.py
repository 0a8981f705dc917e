"""A database that is killed or frozen for ten seconds, under every kind of sender; and one that is away at first."""

import asyncio
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from hub.app import build_app
from hub.nlu import NoNlu
from hub.settings import Settings
from storage.mongo import open_storage
from tests.mongod import running_mongod, start_mongod, stop_mongod
from tests.realtime.house import INBOXES, Client, Refused, furnish, key, open_house
from tests.waiting import until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

AWAY_FOR = 10.0  # seconds
BACK_WITHIN = 30.0
MESSAGES = 12  # of each sender


@dataclass
class Server:
    """A mongod of this test's own."""

    uri: str
    port: int
    data: Path
    process: subprocess.Popen[bytes]

    def go(self, how: str) -> None:
        if how == "killed":
            self.process.kill()
            self.process.wait()
        else:
            self.process.send_signal(signal.SIGSTOP)

    def come_back(self, how: str) -> None:
        if how == "killed":
            self.process = start_mongod(self.data, self.port)
        else:
            self.process.send_signal(signal.SIGCONT)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running_mongod(tmp_path) as (uri, port, process):
        server = Server(uri, port, tmp_path, process)
        yield server
        server.process.send_signal(signal.SIGCONT)
        stop_mongod(server.process)


async def persistently(client: Client, event: str, data: dict[str, Any], refusals: list[Any]) -> Any:
    """As the outboxes do it: the same again until there is an answer that is none of waiting."""
    while True:
        answer = await client.answer(event, data)
        if answer["ok"]:
            return answer["data"]
        error = answer["error"]
        assert error["code"] == "unavailable", error
        assert error["retryable"]
        assert error["retry_after"] > 0
        refusals.append(error)
        await asyncio.sleep(error["retry_after"])


async def update(bot: Client, person: str, n: int, refusals: list[Any]) -> None:
    """One Telegram update, until the hub has it."""
    sent = {
        "client_id": f"telegram:{n}",
        "contact": {"external_id": person, "name": "Tom"},
        "content": {"kind": "text", "text": f"{n}"},
    }
    while True:
        answer = await bot.answer("updates.append", {"updates": [sent]})
        result = answer["data"]["results"][0] if answer["ok"] else answer
        if result["ok"]:
            return
        assert result["error"]["code"] == "unavailable", result
        refusals.append(result["error"])
        await asyncio.sleep(result["error"]["retry_after"])


@pytest.mark.parametrize(("how", "driver"), [("killed", "motor"), ("frozen", "pymongo")])
async def test_all_senders_are_told_to_wait_and_nothing_is_lost(
    server: Server, how: str, driver: str
) -> None:
    async with open_storage(server.uri, "linka", driver) as storage:
        await storage.prepare()
        await furnish(storage)
        async with open_house(storage) as house:
            widget, conversation = await house.waiting()
            token, _ = await house.visitor()
            anna = await house.panel("anna")
            bot = await house.carrier()
            await anna.ask("conversation.open", {"conversation_id": conversation})
            await anna.ask("conversation.take", {"conversation_id": conversation, "client_id": key()})
            refusals: dict[str, list[Any]] = {"widget": [], "panel": [], "bot": []}

            async def customer() -> None:
                for n in range(MESSAGES):
                    sent = {"client_id": key(), "text": f"c{n}"}
                    await persistently(widget, "message.send", sent, refusals["widget"])

            async def operator() -> None:
                for n in range(MESSAGES):
                    sent = {"conversation_id": conversation, "client_id": key(), "text": f"o{n}"}
                    await persistently(anna, "message.send", sent, refusals["panel"])

            async def telegram() -> None:
                for n in range(MESSAGES):
                    await update(bot, "4711", n, refusals["bot"])

            server.go(how)
            began = time.monotonic()
            senders = [asyncio.create_task(work()) for work in (customer, operator, telegram)]
            async with house.http.get(f"{house.url}/health/live") as response:
                assert response.status == 200
            async with house.http.get(f"{house.url}/health/ready") as response:
                assert response.status == 503
            async with house.http.post(
                f"{house.url}/widget-api/sessions", json={"inbox_id": "demo"}
            ) as response:
                assert response.status == 503
                assert int(response.headers["Retry-After"]) > 0
                assert (await response.json())["error"]["code"] == "unavailable"
            with pytest.raises(Refused) as refused:
                await house.widget(token)
            assert refused.value.error["data"]["code"] == "unavailable"
            assert refused.value.error["data"]["retry_after"] > 0
            await asyncio.sleep(max(0.0, AWAY_FOR - (time.monotonic() - began)))
            assert [task.exception() for task in senders if task.done()] == []
            server.come_back(how)
            async with asyncio.timeout(BACK_WITHIN):
                await asyncio.gather(*senders)
            assert all(refusals.values()), "each was told to wait"
            assert not any(client.closed.is_set() for client in (widget, anna, bot)), "nobody was cut off"

            for client, seen in ((widget, "o"), (anna, "c")):
                await client.until(
                    lambda event, data, seen=seen: (
                        event == "timeline.appended"
                        and data["entries"][0]["body"].get("text") == f"{seen}{MESSAGES - 1}"
                    )
                )
            page = await anna.ask("timeline.read", {"conversation_id": conversation, "after_seq": 0})
            assert [entry["seq"] for entry in page["entries"]] == list(range(1, len(page["entries"]) + 1))
            said = [entry["body"].get("text", "") for entry in page["entries"]]
            for who in "co":
                assert [text for text in said if text[:1] == who and text[1:].isdecimal()] == [
                    f"{who}{n}" for n in range(MESSAGES)
                ]

            async def ready() -> bool:
                async with house.http.get(f"{house.url}/health/ready") as response:
                    return response.status == 200

            await until(ready, BACK_WITHIN)
            again = await house.widget(token)
            assert (await again.ask("timeline.read", {}))["entries"] == []


async def test_a_hub_without_its_database_says_so_until_it_comes(server: Server) -> None:
    async with open_storage(server.uri, "linka", "motor") as storage:
        await storage.prepare()
        await furnish(storage)
    server.go("killed")
    settings = Settings(port=0, rasa_url="off", mongodb_uri=server.uri, mongodb_database="linka")
    runner = web.AppRunner(build_app(settings, nlu=NoNlu()), access_log=None, shutdown_timeout=0.2)
    began = time.monotonic()
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        assert time.monotonic() - began < 5.0, "it listens before the database is there"
        host, port = runner.addresses[0][:2]
        url = f"http://{host}:{port}"
        async with aiohttp.ClientSession() as http:
            async with http.get(f"{url}/health/live") as response:
                assert response.status == 200
            async with http.get(f"{url}/health/ready") as response:
                assert response.status == 503
                assert (await response.json())["data"]["storage"] in ("down", "starting")
            for path in ("/widget/demo/", "/widget-api/inboxes/demo", "/api/session", "/socket.io/?EIO=4"):
                async with http.get(url + path) as response:
                    assert response.status == 503, path
                    assert int(response.headers["Retry-After"]) > 0
                    assert (await response.json())["error"]["code"] == "unavailable"
            async with http.get(f"{url}/panel/", headers={"Accept": "text/html"}) as response:
                assert (response.status, response.headers["Refresh"]) == (503, "3")
            server.come_back("killed")

            async def ready() -> bool:
                async with http.get(f"{url}/health/ready") as response:
                    return response.status == 200

            await until(ready, BACK_WITHIN)
            async with http.get(f"{url}/widget-api/inboxes/demo") as response:
                assert (await response.json())["data"]["name"] == INBOXES[0].name
    finally:
        await runner.cleanup()
