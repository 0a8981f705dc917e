"""A bench whose first version has been taken down, as it is when a hub has seen its bot."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.doors import browser, hub, hub_settings
from tests.workshop.bench import Bench, open_bench

__all__ = ["bench", "browser", "hub", "hub_settings"]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path / "knowledge", bots=2) as bench:
        await bench.room.keeper.look()
        yield bench
