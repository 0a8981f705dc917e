"""How well sentences are understood that the bot was never trained on."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from actions.examples import annotated
from actions.plain import plain
from evaluation.twins import MANNERS, TARIFFS, Sentence, families, twins

from tests.nlu.bot import Bot
from tests.nlu.conftest import NLU
from tests.nlu.dialogue import read_dialogues

LANGUAGES = tuple(sorted(folder.name for folder in (NLU / "data" / "nlu").iterdir() if folder.is_dir()))
MISTYPED = tuple(sorted(file.stem for file in (NLU / "tests" / "mistyped").glob("*.yml")))
LEAST_RIGHT = 0.90  # of the sentences within scope
LEAST_MISTYPED_RIGHT = 0.88  # of sentences with slips, of those within scope
LEAST_REFUSED = 0.87  # of those out of scope
LEAST_EXAMPLES = 15
LEAST_JUDGED = 6  # sentences of an intent and a language
LEAST_OUT_OF_SCOPE = 60
OUT_OF_SCOPE = {"out_of_scope", "nlu_fallback"}


def _read(*files: Path) -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
    """Intents, sentences, and where something is named in them."""
    for file in files:
        for intent, text, marks in annotated(yaml.safe_load(file.read_text(encoding="utf-8"))):
            yield intent, text, [(start, end) for _, start, end in marks]


def _key(sentence: str) -> str:
    return "".join(char for char in plain(sentence) if char.isalnum())


def _learnt(language: str) -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
    return _read(*sorted((NLU / "data" / "nlu" / language).glob("*.yml")))


def _judged(language: str, folder: str = "understanding") -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
    return _read(NLU / "tests" / folder / f"{language}.yml")


def training(language: str) -> list[tuple[str, str]]:
    """Intents and sentences that the bot learns from."""
    return [(intent, text) for intent, text, _ in _learnt(language)]


def unseen(language: str) -> list[tuple[str, str]]:
    """Intents and sentences that it is judged by."""
    return [(intent, text) for intent, text, _ in _judged(language)]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("language", "folder", "least_right"),
    [
        *((language, "understanding", LEAST_RIGHT) for language in LANGUAGES),
        *((language, "mistyped", LEAST_MISTYPED_RIGHT) for language in MISTYPED),
    ],
)
async def test_unseen_sentences(language: str, folder: str, least_right: float, bot: Bot) -> None:
    wrong: list[str] = []
    right: Counter[bool] = Counter()
    refused: Counter[bool] = Counter()
    for intent, sentence, _ in _judged(language, folder):
        parsed = await bot.parses(sentence)
        name = parsed["intent"]["name"]
        if intent == "out_of_scope":
            refused[name in OUT_OF_SCOPE] += 1
        else:
            right[name == intent] += 1
        if name != intent:
            wrong.append(f"{sentence}: {name} instead of {intent} ({parsed['intent']['confidence']:.2f})")
        assert parsed["text"] == sentence

    story = "\n".join([f"{language}: {right} {refused}", *wrong])
    assert right[True] / right.total() >= least_right, story
    assert refused[True] / refused.total() >= LEAST_REFUSED, story


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_enough_examples(language: str) -> None:
    counts = Counter(intent for intent, _ in training(language))
    intents = yaml.safe_load((NLU / "domain" / "intents.yml").read_text(encoding="utf-8"))["intents"]

    assert {intent: counts[intent] for intent in intents if counts[intent] < LEAST_EXAMPLES} == {}
    assert set(counts) == set(intents)


def test_no_sentence_is_there_twice() -> None:
    """Nor as a twin that differs in diacritics, case or punctuation only."""
    counts = Counter(
        _key(sentence)
        for language in LANGUAGES
        for intent, sentence in training(language)
        if intent != "give_order_number"
    )
    assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bot_is_judged_by_sentences_it_has_not_seen(language: str) -> None:
    """Nor any twin of theirs: the same but for names, numbers, manners, diacritics or a slip of the hand."""
    assert _twins_of_learnt(language, "understanding") == []


def test_czech_and_english_are_judged_mistyped_too() -> None:
    assert set(MISTYPED) >= {"cs", "en"}


@pytest.mark.parametrize("language", MISTYPED)
def test_nor_has_it_seen_those_that_are_mistyped(language: str) -> None:
    assert _twins_of_learnt(language, "mistyped") == []


def _twins_of_learnt(language: str, folder: str) -> list[tuple[str, str]]:
    learnt, judged = (
        [
            Sentence(text, MANNERS, named, TARIFFS)
            for intent, text, named in sentences
            if intent != "give_order_number"
        ]
        for sentences in (_learnt(language), _judged(language, folder))
    )
    return list(twins(judged, learnt))


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_enough_to_judge_by(language: str) -> None:
    counts = Counter(intent for intent, _, _ in _judged(language))

    assert set(counts) == {intent for intent, _ in training(language)}
    assert {intent: count for intent, count in counts.items() if count < LEAST_JUDGED} == {}
    assert counts["out_of_scope"] >= LEAST_OUT_OF_SCOPE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kdy přijede technik", "kdy prijede technik?"),
        ("stav objednávky 1234-5671 prosím", "stav objednavky 8821-0046"),
        ("máte pokrytí v Brně", "máte pokrytí v Olomouci?"),
        ("co je v pětistovce", "co je v tisícovce"),
        ("prosím vás kdy technik přijede", "kdy přijede technik"),
        ("my internet is not working", "my intrenet is not working"),
        ("please cancel my order", "cancel my order"),
    ],
)
def test_twins_are_found(one: str, other: str) -> None:
    pair = [Sentence(text, MANNERS, tariffs=TARIFFS) for text in (one, other)]
    assert list(twins(pair[:1], pair[1:])) == [(one, other)]


def test_a_town_without_a_capital_is_a_name_too() -> None:
    one, other = Sentence("vypadek brno", MANNERS, [(8, 12)]), Sentence("výpadek olomouc", MANNERS, [(8, 15)])
    assert list(twins([one], [other])) == [("vypadek brno", "výpadek olomouc")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kdy přijede technik", "v kolik dorazí montér"),
        ("chci změnit tarif", "chci zrušit objednávku"),
        ("ano", "no"),
    ],
)
def test_strangers_are_no_twins(one: str, other: str) -> None:
    assert list(twins([Sentence(one, MANNERS)], [Sentence(other, MANNERS)])) == []


def test_twins_of_twins_are_one_family() -> None:
    texts = [
        "kdy přijede technik",
        "stav objednávky",
        "kdy prijde technik",
        "kde prijde technik?",
        "ano",
        "ne",
    ]
    of = families([Sentence(text, MANNERS) for text in texts])

    assert of[0] == of[2] == of[3]
    assert len(set(of)) == 4


def test_most_turns_of_the_dialogues_are_unseen() -> None:
    """Single words ("ano", "1234-5671") are what they are; whole sentences must be new."""
    learnt = {_key(sentence) for language in LANGUAGES for _, sentence in training(language)}
    said = [turn["say"] for dialogue in read_dialogues() for turn in dialogue.turns if "say" in turn]

    assert [text for text in said if len(text.split()) > 2 and _key(text) in learnt] == []
