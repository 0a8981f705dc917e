"""A hub process that is killed while it publishes: the next one puts everything back."""

import asyncio
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from hub.http.session import CSRF_HEADER
from hub.people.sessions import COOKIE, Sessions
from hub.settings import inherited_environment
from storage.mongo import open_storage
from tests.hubs.test_deploy import Hub, free_port
from tests.knowledge.texts import TINY
from tests.realtime.house import SERVICE_TOKEN
from tests.waiting import until
from tests.workshop.bench import FAY, Bench, model_of, open_bench

pytestmark = pytest.mark.timeout(150)

PUT_BACK_WITHIN = 70.0  # seconds: a held record is nobody's after 20; the rest is for a busy machine


@pytest.fixture
async def bench(mongod_uri: str, mongo_database: str, tmp_path: Path) -> AsyncIterator[Bench]:
    """What the hub stands on, with a trained draft to be published."""
    async with (
        open_storage(mongod_uri, mongo_database, "motor") as storage,
        open_bench(tmp_path / "knowledge", storage) as bench,
    ):
        await storage.prepare()
        await storage.operators.put_new(FAY)
        await bench.room.keeper.look()
        yield bench


@pytest.fixture
async def holding() -> AsyncIterator[str]:
    """A workshop that has every model."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app, shutdown_timeout=0.1) as server:
        yield str(server.make_url("")).rstrip("/")


async def test_a_killed_hub_leaves_nothing_of_what_it_published(
    bench: Bench, holding: str, mongod_uri: str, mongo_database: str, tmp_path: Path
) -> None:
    await bench.teach()
    await bench.reword("Jinak.")
    training = await bench.train()
    token, session = await Sessions(bench.storage.operators).open(FAY, datetime.now(UTC), "tests")
    environment = inherited_environment() | {
        "LINKA_MONGODB_URI": mongod_uri,
        "LINKA_MONGODB_DATABASE": mongo_database,
        "LINKA_RASA_URL": bench.doors[0].url,
        "LINKA_WORKSHOP_URL": holding,
        "LINKA_KNOWLEDGE": str(bench.source.folder),
        "LINKA_DEMO": "0",
        "LINKA_SERVICE_TOKEN": SERVICE_TOKEN,
        "LINKA_DATA": str(tmp_path),
    }
    hub = Hub(free_port(), environment, tmp_path / "hub.log")
    gate = bench.bots[0].gate = asyncio.Event()
    hub.start()
    assert hub.process is not None
    try:
        async with aiohttp.ClientSession(cookies={COOKIE: token}) as http:
            await hub.until_ready(http)
            asking = asyncio.ensure_future(
                http.post(
                    f"{hub.url}/api/knowledge/publish",
                    json={"training": training, "client_id": str(uuid4())},
                    headers={CSRF_HEADER: session.csrf_token},
                )
            )
            await asyncio.wait(
                [asking, asyncio.ensure_future(bench.bots[0].asked.wait())],
                return_when=asyncio.FIRST_COMPLETED,
            )
            assert not asking.done(), await asking.result().text()
            assert bench.disk() != TINY
            hub.process.send_signal(signal.SIGKILL)
            await asyncio.to_thread(hub.process.wait)
            gate.set()  # the bot does what it was asked: nobody is there to hear of it
            with pytest.raises(aiohttp.ClientError):
                await asking
            hub.start()
            await hub.until_ready(http)

            async def is_put_back() -> bool:
                is_as_before = bench.disk() == TINY and bench.serve == [model_of(TINY)]
                return is_as_before and await bench.storage.versions.publishing() is None

            await until(is_put_back, PUT_BACK_WITHIN)
        current = await bench.room.versions.current()
        assert current is not None
        assert current.number == 1
        assert len((await bench.drafts.of(FAY)).edits) == 2
    except TimeoutError:
        pytest.fail(hub.log.read_text())
    finally:
        hub.process.kill()
        hub.process.wait()
