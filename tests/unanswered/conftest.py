"""A house in memory, an inbox over a small bot's text, and the hub's HTTP doors with both behind them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.figures.reading import Figures
from hub.http.keys import FIGURES, INBOX, SUPERVISOR
from hub.http.knowledge import unanswered
from hub.knowledge.drafts import Drafts
from hub.knowledge.source import Source
from hub.supervisor import Supervisor
from hub.unanswered.furnishing import learning
from storage.memory import MemoryStorage
from tests.doors import Hub, browser, hub_settings
from tests.doors import hub as bare_hub
from tests.knowledge.texts import TINY
from tests.unanswered.house import Desk, House

__all__ = ["bare_hub", "browser", "hub_settings"]


@pytest.fixture
def house() -> House:
    return House(MemoryStorage())


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """A small bot's text on disk."""
    for path, words in TINY.items():
        file = tmp_path / "knowledge" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(words, encoding="utf-8")
    return tmp_path / "knowledge"


@pytest.fixture
def desk(house: House, text: Path) -> Desk:
    """Two maintainers before their drafts and the inbox."""
    drafts = Drafts(house.storage.drafts, house.storage.done_edits, Source(text), house.clock)
    return Desk(house, drafts)


@pytest.fixture
async def hub(bare_hub: Hub, text: Path) -> AsyncIterator[Hub]:
    """With the doors to the inbox and the figures."""
    storage, clock = bare_hub.storage, bare_hub.clock
    zone = bare_hub.settings.hours.zone
    drafts = Drafts(storage.drafts, storage.done_edits, Source(text), clock)
    tasks = bare_hub.app[SUPERVISOR] = Supervisor()
    bare_hub.app[INBOX] = learning(storage, drafts, None, clock, zone, "hub").inbox
    bare_hub.app[FIGURES] = Figures(storage.episodes, clock, zone)
    bare_hub.app.add_routes(unanswered.routes)
    await tasks.start()
    yield bare_hub
    await tasks.stop()
