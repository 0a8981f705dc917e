"""A third language is data only: a folder of sentences and a file of words."""

import shutil
from pathlib import Path

import pytest
import yaml
from actions.library import read_content, read_learnt
from actions.order_numbers import OrderNumber
from actions.orders import Order
from actions.tariffs import Catalogue
from components.entities.finder import Finder

from hub.wording.languages import LANGUAGES
from tests.nlu.conftest import NLU
from tests.nlu.talk import PHONE, FakeHub, Talk

SENTENCES = """
  saluton
  kiom kostas la interreto ĉe vi
  kiujn tarifojn vi havas
  mi volas plendi pri la teknikisto
  kie estas mia mendo
  bonvolu telefoni al mi morgaŭ matene
  mi volas paroli kun homo
  kiu estas la plej malmultekosta
  ĉu vi havas reton en mia urbo
"""


class ListeningHub(FakeHub):
    """Keeps the languages that it was asked to answer in."""

    def __init__(self) -> None:
        super().__init__()
        self.languages: list[str] = []

    async def catalogue(self, language: str) -> Catalogue:
        self.languages.append(language)
        return await super().catalogue(language)

    async def order(self, conversation: str, number: OrderNumber, phone: str, language: str) -> Order:
        self.languages.append(language)
        return await super().order(conversation, number, phone, language)


@pytest.fixture
def hub() -> ListeningHub:
    """A hub that knows a few things."""
    return ListeningHub()


@pytest.fixture
def talk(tmp_path: Path, hub: FakeHub, finder: Finder) -> Talk:
    """The bot has learnt some Esperanto."""
    content, data = tmp_path / "content", tmp_path / "data"
    shutil.copytree(NLU / "content", content)
    shutil.copytree(NLU / "data" / "nlu", data)
    words = yaml.safe_load((content / "words" / "en.yml").read_text(encoding="utf-8"))
    words["language"] = "Esperanto"
    words["answers"] |= {
        "tariffs_fitting": "Jen:\n{tariffs}",
        "order_ask_phone": "Kiu estas la telefono de la mendo {number}?",
        "complaint_ask_words": "Kio okazis?",
        "complaint_taken": "Mi notis: {case}.",
    }
    words["formats"] |= {"tariff_line": "- {name} por {price}"}
    words["listens"] |= {"asks": ["mi", "volas", "plend*"], "numbers": {"kvincent": 500}}
    words["listens"]["measures"] |= {"at_most": ["ĝis"], "money": ["kron"]}
    (content / "words" / "eo.yml").write_text(yaml.safe_dump(words, allow_unicode=True), encoding="utf-8")
    (data / "eo").mkdir()
    examples = "".join(f"- {line.strip()}\n" for line in SENTENCES.strip().splitlines())
    taught = {"version": "3.1", "nlu": [{"intent": "greet", "examples": examples}]}
    (data / "eo" / "all.yml").write_text(yaml.safe_dump(taught, allow_unicode=True), encoding="utf-8")
    return Talk(read_content(content), *read_learnt(data), finder, hub, language="cs")


async def test_it_is_spoken_and_listened_to(talk: Talk, hub: ListeningHub) -> None:
    said = await talk.says("kiujn tarifojn vi havas ĝis kvincent", "ask_tariffs")
    assert said.text.startswith("Jen:\n- Optik 300 por 429 Kč")
    assert "Optik 1000" not in said.text
    assert talk.memory.language == "eo"

    assert (await talk.says("1234-5671")).text == "Kiu estas la telefono de la mendo 1234-5671?"
    assert (await talk.says(PHONE)).answer == "order_scheduled"
    assert set(hub.languages) == {"eo"}
    assert len(hub.languages) > 1

    assert (await talk.says("mi volas plendi", "complaint")).text == "Kio okazis?"
    said = await talk.says("la teknikisto ne venis")
    assert said.text.startswith("Mi notis: ")
    assert said.handoff is not None
    assert said.handoff["language"] == "eo"
    assert hub.cases[0][-1] == "eo"


async def test_the_others_stay_as_they_were(talk: Talk) -> None:
    assert "Tohle by sedělo" in (await talk.says("jaké máte tarify do 450 korun", "ask_tariffs")).text


def test_no_code_knows_a_language() -> None:
    stems = (
        NLU / "components" / "entities" / "stems.py"
    )  # of the names of the country's towns, whoever asks for them
    for folder in ("actions", "components"):
        for file in sorted((NLU / folder).rglob("*.py")):
            code = file.read_text(encoding="utf-8")
            known = [language for language in LANGUAGES if f'"{language}"' in code]
            assert known == [] or file == stems, file.name


def test_the_hub_and_the_bot_speak_the_same_languages() -> None:
    assert {file.stem for file in (NLU / "content" / "words").glob("*.yml")} == set(LANGUAGES)
    assert {file.name for file in (NLU / "data" / "nlu").iterdir() if file.is_dir()} == set(LANGUAGES)
