"""What is read of a message, and what a turn leaves behind."""

from typing import Any

import pytest
from actions.content import Content
from actions.language import LanguageGuesser
from actions.turn import Turn, turn_of

from tests.nlu.talk import Talk


@pytest.fixture
def read(content: Content, guesser: LanguageGuesser) -> Any:
    def turn(text: str, remembered: str | None = None, page: str | None = None) -> Turn:
        message = {"text": text, "metadata": {"language": page}}
        return turn_of(
            "c:1", message, {"memory": {"language": remembered}}, content, guesser, frozenset(), 0.0
        )

    return turn


def test_a_message_without_anything(content: Content, guesser: LanguageGuesser) -> None:
    turn = turn_of("", {}, {}, content, guesser, frozenset(), 0.0)

    assert (turn.text, turn.intent, turn.confidence, turn.language) == ("", "nlu_fallback", 0.0, "cs")


def test_the_language_of_words_then_of_memory_then_of_the_page(read: Any) -> None:
    assert read("where is my order", "cs").language == "en"
    assert read("1234-5671", "en", "cs").language == "en"
    assert read("1234-5671", None, "en-GB").language == "en"
    assert read("1234-5671", None, "xx").language == "cs"
    assert read("/ask_tariffs", "en").language == "en"


@pytest.mark.parametrize(
    ("sender", "conversation"),
    [("a-b:3", "a-b"), ("a:b:12", "a:b"), ("a:b", "a:b"), ("alone", "alone"), (":1", ":1")],
)
def test_the_conversation_is_the_sender_without_the_episode(
    sender: str, conversation: str, content: Content, guesser: LanguageGuesser
) -> None:
    assert turn_of(sender, {}, {}, content, guesser, frozenset(), 0.0).conversation == conversation


def test_a_guarded_slash_is_typed(read: Any) -> None:
    turn = read("\u2060/greet")

    assert not turn.pressed
    assert turn.typed == "/greet"


async def test_first_rephrase_then_a_person(talk: Talk) -> None:
    first = await talk.says("brm brm", guesses=("did_not_help", "ask_tariffs", "ask_contacts", "complaint"))
    assert first.answer == "not_understood"
    assert list(first.buttons.values()) == ["/ask_tariffs", "/ask_contacts", "/request_human"]

    second = await talk.says("brm")
    assert second.handoff is not None
    assert (second.handoff["reason"], second.handoff["team"]) == ("not_understood", "support")
    assert talk.memory.misunderstood == 0


async def test_what_is_understood_starts_the_count_again(talk: Talk) -> None:
    await talk.says("brm brm")
    await talk.says("díky", "thanks")

    assert (await talk.says("brm brm")).handoff is None


async def test_what_is_clearly_out_of_scope_is_told_as_often_as_it_is_asked(talk: Talk) -> None:
    for text in ("jaké bude zítra počasí", "kdo vyhrál ligu mistrů", "what's the capital of France"):
        assert (await talk.says(text, "out_of_scope", 0.95)).answer == "out_of_scope"
    assert (await talk.says("brm")).answer == "not_understood"


@pytest.mark.parametrize(("text", "confidence"), [("jaké bude počasí", 0.7), ("asdkjh qwe", 0.96)])
async def test_a_guess_and_words_that_nobody_says_are_not_understood(
    text: str, confidence: float, talk: Talk
) -> None:
    guesses = ("out_of_scope", "ask_tariffs", "ask_contacts")
    said = await talk.says(text, "out_of_scope", confidence, guesses=guesses)
    assert said.answer == "not_understood"
    assert list(said.buttons.values()) == ["/ask_tariffs", "/ask_contacts", "/request_human"]
    assert (await talk.says(text, "out_of_scope", confidence)).answer == "handoff_not_understood"


async def test_what_was_not_understood_carries_the_best_guess(talk: Talk) -> None:
    said = await talk.says("brm brm", confidence=0.25, guesses=("ask_tariffs",))

    assert said.understood == {
        "intent": "nlu_fallback",
        "confidence": 0.1,
        "entities": {},
        "language": "cs",
        "guess": "ask_tariffs",
    }


async def test_only_a_button_is_certain(talk: Talk) -> None:
    assert (await talk.says("ahoj", "greet", 0.9999)).understood["confidence"] == 0.999
    assert (await talk.says("/greet")).understood["confidence"] == 1.0


async def test_an_intent_without_an_answer_is_not_understood(talk: Talk) -> None:
    assert (await talk.says("?", "an_intent_of_tomorrow")).answer == "not_understood"


async def test_topics_are_remembered_once_and_manners_are_none(talk: Talk) -> None:
    for text, intent in (
        ("jaké máte tarify", "ask_tariffs"),
        ("dík", "thanks"),
        ("kde sídlíte", "ask_contacts"),
        ("a ty tarify", "ask_tariffs"),
        ("ahoj", "greet"),
    ):
        await talk.says(text, intent)

    assert talk.memory.tried == ("ask_contacts", "ask_tariffs")
    assert talk.memory.topic == "ask_tariffs"


async def test_marked_facts_are_known_and_buttons_mark_none(talk: Talk) -> None:
    await talk.says("bydlím v Blansku, volejte odpoledne", "greet", town="Blansku", time="odpoledne")
    await talk.says('/call_me_back{"time": "*"}')

    assert talk.memory.known == {"town": "Blansku", "time": "odpoledne"}
