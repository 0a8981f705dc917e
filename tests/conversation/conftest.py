"""A storage in memory with one blank conversation, and a hub over it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from storage.memory import MemoryStorage
from tests.conversation.bench import Bench, Clock, hub, memory


@pytest_asyncio.fixture
async def storage() -> MemoryStorage:
    return await memory()


@pytest_asyncio.fixture
async def bench(storage: MemoryStorage) -> AsyncIterator[Bench]:
    async with hub(storage, Clock()) as bench:
        yield bench
