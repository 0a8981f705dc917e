"""The text of the shipped bot and of a small one, and the doors to the small one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from hub.http.keys import DRAFTS, KNOWLEDGE
from hub.http.knowledge import overview, text
from hub.knowledge.drafts import Drafts
from hub.knowledge.files import Files
from hub.knowledge.knowledge import Knowledge
from hub.knowledge.source import Source
from storage.model.people import Role
from tests.doors import Browser, Hub, browser, hub, hub_settings
from tests.knowledge.texts import NLU, TINY, put

__all__ = ["browser", "hub", "hub_settings"]


@pytest.fixture(scope="session")
def shipped() -> Files:
    """The files of the checkout."""
    return Source(NLU).read()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small bot on disk."""
    put(tmp_path, TINY)
    return tmp_path


@pytest.fixture
def workshop(hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """The hub with the doors to that folder, and none of those beside."""
    monkeypatch.setattr(overview, "PARTS", ())
    hub.app[DRAFTS] = Drafts(hub.storage.drafts, hub.storage.done_edits, Source(folder), hub.clock)
    hub.app[KNOWLEDGE] = Knowledge(hub.app[DRAFTS], hub.storage.done_edits)
    hub.app.add_routes(text.routes)
    return hub


@pytest.fixture
async def fany(workshop: Hub, browser: Browser) -> Browser:
    """The panel of an FAQ maintainer."""
    await workshop.hire("fany", Role.FAQ_MAINTAINER)
    await browser.log_in("fany")
    return browser


@pytest.fixture
async def filip(workshop: Hub) -> AsyncIterator[Browser]:
    """The panel of another one."""
    await workshop.hire("filip", Role.FAQ_MAINTAINER)
    async with TestClient(TestServer(workshop.app)) as client:
        other = Browser(client)
        await other.log_in("filip")
        yield other
