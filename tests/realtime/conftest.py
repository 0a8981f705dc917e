"""A running hub over the storage in memory, without a bot."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from hub.realtime import server
from tests.doors import CHEAP
from tests.realtime.house import House, open_house


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody logs in by a password here, and nobody waits to be looked after."""
    monkeypatch.setattr("hub.people.passwords.PasswordHasher", lambda: CHEAP)
    monkeypatch.setattr(server, "LOOK_EVERY", 0.1)


@pytest_asyncio.fixture
async def house() -> AsyncIterator[House]:
    async with open_house() as house:
        yield house
