"""One Rasa for the whole folder: starting it takes longer than all of its dialogues."""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio
import yaml

from hub.launch.ports import free_port
from hub.settings import PROJECT_ROOT
from tests.doors import SERVICE_TOKEN, Clock
from tests.nlu.bot import Bot, Programs, Setup
from tests.nlu.doors import Doors, Mood
from tests.nlu.line import Line, open_line

NLU = PROJECT_ROOT / "nlu"
sys.path.insert(0, str(NLU))  # the actions are a package of the Rasa project, not of ours

from actions.content import Content  # noqa: E402
from actions.examples import annotated  # noqa: E402
from actions.language import LanguageGuesser  # noqa: E402
from actions.library import Learnt, read_content, read_learnt  # noqa: E402
from components.entities.finder import Finder  # noqa: E402
from components.entities.tables import Tables  # noqa: E402

from tests.nlu.talk import FakeHub, Talk  # noqa: E402


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts Rasa can be left out."""
    for item in items:
        if "setup" in getattr(item, "fixturenames", ()):
            item.add_marker("integration")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def setup(tmp_path_factory: pytest.TempPathFactory) -> Setup:
    """How the bot is started, and where its actions find the hub."""
    return Setup.beside(tmp_path_factory.mktemp("bot"), f"http://127.0.0.1:{free_port()}")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def line(setup: Setup, mongod_uri: str) -> AsyncIterator[Line]:
    """The hub on a Monday in November 2026, 13:00 in Prague, until a dialogue says otherwise."""
    async with open_line(mongod_uri, setup.url, Clock().now(), SERVICE_TOKEN) as line:
        yield line


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def open_doors(setup: Setup, line: Line) -> AsyncIterator[Doors]:
    """The way from the actions to that hub."""
    doors = Doors(line.house.url)
    await doors.open(setup.hub_port)
    try:
        yield doors
    finally:
        await doors.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def model(setup: Setup) -> Path:
    """The trained model: the launcher's, or trained now."""
    return await setup.rasa.prepare()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def programs(setup: Setup, model: Path) -> AsyncIterator[Programs]:
    """Rasa and its action server, both running."""
    programs = Programs(setup, model)
    try:
        await programs.start_actions()
        await programs.start_rasa()
        yield programs
    finally:
        await programs.stop_all()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bot(setup: Setup, programs: Programs) -> AsyncIterator[Bot]:
    """The bot, as the hub speaks to it."""
    async with aiohttp.ClientSession() as session:
        yield Bot(session, setup.url)


@pytest.fixture
def doors(open_doors: Doors) -> Iterator[Doors]:
    """The doors in good mood, whatever the test before did to them."""
    doors = open_doors
    doors.mood = Mood.WELL
    doors.asked.clear()
    yield doors
    doors.mood = Mood.WELL


@pytest.fixture
def sender() -> str:
    """A new conversation."""
    return f"{uuid4()}:1"


@pytest.fixture(scope="session")
def content() -> Content:
    """What the bot says."""
    return read_content(NLU / "content")


@pytest.fixture(scope="session")
def learnt() -> Learnt:
    """What the actions take from the training sentences."""
    return read_learnt(NLU / "data" / "nlu")


@pytest.fixture(scope="session")
def guesser(learnt: Learnt) -> LanguageGuesser:
    """Tells the languages of the training sentences."""
    return learnt.guesser


@pytest.fixture(scope="session")
def finder() -> Finder:
    """Out of the real data, without Rasa."""
    lookups: list[tuple[str, list[str]]] = []
    texts: list[str] = []
    for file in sorted((NLU / "data" / "nlu").rglob("*.yml")):
        parsed = yaml.safe_load(file.read_text(encoding="utf-8"))
        lookups += [
            (item["lookup"], [line.removeprefix("- ") for line in item["examples"].splitlines()])
            for item in parsed["nlu"]
            if "lookup" in item
        ]
        texts += [_blanked(text, marks) for _, text, marks in annotated(parsed)]
    return Finder(Tables.of(lookups, texts), ["team"])


def _blanked(text: str, marks: list[tuple[str, int, int]]) -> str:
    for _, start, end in marks:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


@pytest.fixture
def hub() -> FakeHub:
    """A hub that knows a few things."""
    return FakeHub()


@pytest.fixture
def talk(content: Content, learnt: Learnt, finder: Finder, hub: FakeHub) -> Talk:
    """A new conversation with the actions alone."""
    return Talk(content, *learnt, finder, hub)
