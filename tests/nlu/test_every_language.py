"""Each language that there are files of: the hub writes it, and the bot listens and answers in it."""

from collections.abc import AsyncIterator
from itertools import islice

import pytest
import yaml
from actions.content import Content
from actions.hub import Hub as HubClient
from actions.library import Learnt
from aiohttp.test_utils import TestServer
from components.entities.finder import Finder

from hub.demo.order import NUMBER, demo_contact, demo_order
from hub.wording.languages import LANGUAGES as WRITTEN
from storage.model.conversation import Channel, Conversation
from storage.model.places import Area, AreaState
from tests.doors import SERVICE_TOKEN, Hub, hub_settings
from tests.doors import hub as real_hub
from tests.nlu.conftest import NLU
from tests.nlu.talk import Talk
from tests.nlu.test_understanding import LANGUAGES, training
from tests.places.making import outage

__all__ = ["hub_settings", "real_hub"]

CONVERSATION = "c1"  # that of ``Talk``


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Every one of them."""
    return str(request.param)


@pytest.fixture
async def talk(
    real_hub: Hub,
    language: str,
    content: Content,
    learnt: Learnt,
    finder: Finder,
) -> AsyncIterator[Talk]:
    """The real actions before a real hub, over HTTP; the customer's page is in another language than they write."""
    now = real_hub.clock.now()
    contact = demo_contact(now)
    await real_hub.storage.orders.put_new(demo_order(contact, "id-anna", now))
    await real_hub.storage.conversations.save_many(
        [Conversation(CONVERSATION, "demo", contact.id, Channel.WEBCHAT)]
    )
    await real_hub.storage.areas.put_all([Area("Brno", AreaState.AVAILABLE)])
    await real_hub.storage.outages.put_new(outage("u1", -1, 3, words={language: f"<{language}>"}))
    page = next(other for other in LANGUAGES if other != language)
    async with TestServer(real_hub.app) as server:
        client = HubClient(str(server.make_url("")), SERVICE_TOKEN)
        yield Talk(content, *learnt, finder, client, page)
        await client.close()


def sentence(language: str, intent: str) -> str:
    """One that the bot has learnt, and that is long enough to tell its language."""
    return max((text for learnt, text in training(language) if learnt == intent), key=len)


def beginning(content: Content, language: str, answer: str) -> str:
    """The words of an answer before its first gap."""
    return content.words[language].answers[answer][0].partition("{")[0].strip()


def test_the_hub_and_the_bot_have_files_of_the_same() -> None:
    assert {file.stem for file in (NLU / "content" / "words").glob("*.yml")} == set(WRITTEN)
    assert {file.stem for file in (NLU / "tests" / "understanding").glob("*.yml")} == set(WRITTEN)
    assert set(LANGUAGES) == set(WRITTEN)


async def test_it_is_spoken(talk: Talk, language: str, content: Content) -> None:
    said = await talk.says(sentence(language, "ask_tariffs"), "ask_tariffs")
    assert said.text.startswith(beginning(content, language, "tariffs"))
    assert talk.memory.language == language

    said = await talk.says(f"{NUMBER[:4]}-{NUMBER[4:]}")
    assert WRITTEN[language].order_states["scheduled"] in said.text
    assert "499\u00a0" in said.text

    said = await talk.says(sentence(language, "ask_opening_hours"), "ask_opening_hours")
    assert WRITTEN[language].hours.every_day in said.text

    said = await talk.says("Brno?", "ask_outage")
    assert f"{WRITTEN[language].outages.titles['fault']}: Brno." in said.text
    assert f"<{language}>" in said.text


async def test_it_is_listened_to(talk: Talk, language: str, content: Content) -> None:
    """Amounts and limits, by the language's own words for them."""
    measures = content.words[language].listens.measures
    limit = f"{' '.join(measures['at_most'][0])} 400 {' '.join(measures['money'][0])}"

    said = await talk.says(f"{sentence(language, 'ask_tariffs')} {limit}", "ask_tariffs")

    assert said.text.startswith(beginning(content, language, "tariffs_fitting"))
    assert "Optik 500" not in said.text


async def test_a_person_is_told_of_it(talk: Talk, language: str) -> None:
    said = await talk.says(sentence(language, "request_human"), "request_human")

    assert said.handoff is not None
    assert said.handoff["language"] == language


def test_its_days_are_known(language: str, finder: Finder) -> None:
    tables = yaml.safe_load((NLU / "data" / "nlu" / language / "when.yml").read_text(encoding="utf-8"))["nlu"]
    [days] = [table["examples"] for table in tables if table.get("lookup") == "weekday"]
    for line in islice(days.splitlines(), 7):
        day = line.removeprefix("- ")
        assert [(found.entity, day[start:end]) for found, start, end in finder.find(day)] == [("date", day)]
