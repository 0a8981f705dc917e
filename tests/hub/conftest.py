"""Nothing may block the loop; a running hub over the storage in memory."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from blockbuster import BlockBuster, blockbuster_ctx

from tests.doors import CHEAP
from tests.realtime.house import House, open_house


@pytest.fixture(autouse=True)
def blockbuster() -> Iterator[BlockBuster]:
    """A blocking call of the hub's own code inside the loop fails the test."""
    with blockbuster_ctx("hub") as guard:
        for call in guard.functions.values():
            call.can_block_in(
                "structlog/_base.py", "_proxy_to_logger"
            )  # reads the source to show a traceback
            call.can_block_in("prometheus_client/process_collector.py", "collect")  # reads /proc
        # Whether a built page is there: one look at a local disk.
        guard.functions["os.stat"].can_block_in("hub/http/pages.py", {"_file", "panel"})
        yield guard


@pytest_asyncio.fixture
async def house(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr("hub.people.passwords.PasswordHasher", lambda: CHEAP)
    async with open_house() as house:
        yield house
