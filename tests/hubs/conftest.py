"""Two hubs on one real MongoDB and one real Redis."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
import structlog

from hub.http.keys import BUS
from storage.mongo import open_storage
from tests.doors import CHEAP
from tests.realtime.house import WITHIN, House, furnish, open_house
from tests.redis_server import RedisServer
from tests.waiting import until

Houses = tuple[House, House]


@pytest.fixture(autouse=True)
def _brief_logs() -> Iterator[None]:
    """By default a traceback is drawn with all it holds: seconds of work when every job meets the same trouble."""
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.stdlib.add_log_level, renderer])
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody logs in by a password here."""
    monkeypatch.setattr("hub.people.passwords.PasswordHasher", lambda: CHEAP)


async def both_listen(*houses: House) -> None:
    """Return when each hub hears what is said on Redis."""
    buses = [house.app[BUS] for house in houses]
    await until(lambda: all(bus is not None and bus.listening for bus in buses), WITHIN)


@pytest_asyncio.fixture
async def houses(mongod_uri: str, mongo_database: str, redis_server: RedisServer) -> AsyncIterator[Houses]:
    """Both hubs hear each other before the test begins."""
    async with AsyncExitStack() as stack:
        storages = [
            await stack.enter_async_context(open_storage(mongod_uri, mongo_database, "motor"))
            for _ in range(2)
        ]
        await storages[0].prepare()
        await furnish(storages[0])
        one, two = [
            await stack.enter_async_context(open_house(storage, redis_url=redis_server.url))
            for storage in storages
        ]
        await both_listen(one, two)
        yield one, two
