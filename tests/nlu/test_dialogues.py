"""Golden dialogues through the real hub and the real Rasa, in both languages."""

from collections import Counter
from collections.abc import Iterator

import pytest
import yaml
from evaluation.twins import MANNERS, Sentence, twins

from storage.model.cases import Case, CaseCategory
from storage.model.entry import HandoffSummary
from tests.doors import Clock
from tests.nlu.conftest import NLU
from tests.nlu.dialogue import Dialogue, Turn, check, hold, read_dialogues
from tests.nlu.heard import Heard
from tests.nlu.line import Line
from tests.nlu.test_understanding import LANGUAGES, training

DIALOGUES = list(read_dialogues())
FEWEST = {"cs": 40, "en": 40}
REASONS = {"requested", "topic", "anger", "not_understood"}  # a failure needs a broken hub: see test_failures


def _turns() -> Iterator[Turn]:
    return (turn for dialogue in DIALOGUES for turn in dialogue.turns)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("dialogue", DIALOGUES, ids=[dialogue.name for dialogue in DIALOGUES])
@pytest.mark.usefixtures("doors", "bot")
async def test_dialogue(dialogue: Dialogue, line: Line) -> None:
    await line.bot_is_ready()
    await hold(dialogue, line)


def test_there_are_enough_in_each_language() -> None:
    counts = Counter(dialogue.language for dialogue in DIALOGUES)
    assert {language: counts[language] for language in FEWEST if counts[language] < FEWEST[language]} == {}
    names = Counter(dialogue.name for dialogue in DIALOGUES)
    assert [name for name, count in names.items() if count > 1] == []


def test_together_they_cover_every_topic_and_every_way_to_a_person() -> None:
    intents = yaml.safe_load((NLU / "domain" / "intents.yml").read_text(encoding="utf-8"))["intents"]
    checked = {turn["intent"] for turn in _turns() if "intent" in turn}
    assert set(intents) - checked == set()
    assert {turn["handoff"]["reason"] for turn in _turns() if "handoff" in turn} >= REASONS
    assert {turn["handoff"]["team"] for turn in _turns() if "handoff" in turn} == {
        "support",
        "sales",
        "billing",
    }


def test_no_sentence_is_a_twin_of_one_that_was_learnt() -> None:
    """Short answers ("ano", "1234-5671") are what they are."""
    learnt = [Sentence(text, MANNERS) for language in LANGUAGES for _, text in training(language)]
    said = [turn["say"] for turn in _turns() if len(turn.get("say", "").split()) > 3]
    assert list(twins([Sentence(text, MANNERS) for text in said], learnt)) == []


HEARD = Heard(
    text="Zapsal jsem to jako stížnost číslo 123-4567.",
    buttons=(("Tarify", "/ask_tariffs"),),
    understood={"intent": "complaint", "confidence": 0.9, "entities": {"town": "Brně"}},
    handoff={"reason": "topic", "team": "support"},
    summary=HandoffSummary("cs", "complaint", {"town": "Brně"}, ("ask_outage",)),
    cases=(Case("1", "1234567", "c", "k", "m", CaseCategory.COMPLAINT, "pozdě", "cs", Clock().now()),),
)
TRUE: Turn = {
    "hears": ["stížnost číslo"],
    "not": ["přání"],
    "buttons": ["Tarify"],
    "intent": "complaint",
    "entities": {"town": "Brně"},
    "handoff": {"reason": "topic", "team": "support"},
    "summary": {
        "topic": "complaint",
        "language": "cs",
        "known": {"town": "Brn"},
        "unknown": ["phone"],
        "tried": ["ask_outage"],
    },
    "case": {"complaint": "pozdě"},
}


def test_what_is_true_passes() -> None:
    check(TRUE, HEARD)


@pytest.mark.parametrize(
    "untrue",
    [
        {"hears": ["přání"]},
        {"not": ["stížnost"]},
        {"buttons": ["Kontakty"]},
        {"intent": "wish"},
        {"entities": {"town": "Praze"}},
        {"handoff": {"reason": "topic", "team": "sales"}},
        {"handoff": None},
        {"summary": {"topic": "wish"}},
        {"summary": {"language": "en"}},
        {"summary": {"known": {"town": "Praze"}}},
        {"summary": {"known": {"phone": ""}}},
        {"summary": {"unknown": ["town"]}},
        {"summary": {"tried": ["ask_tariffs"]}},
        {"case": {"wish": "pozdě"}},
        {"case": {"complaint": "brzy"}},
        {"case": {}},
    ],
)
def test_what_is_untrue_fails(untrue: Turn) -> None:
    with pytest.raises(AssertionError):
        check(TRUE | untrue, HEARD)
