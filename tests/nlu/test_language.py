"""Which language a text is in."""

import pytest
from actions.language import LanguageGuesser

from tests.nlu.test_understanding import LANGUAGES, unseen


@pytest.mark.parametrize("language", LANGUAGES)
def test_unseen_sentences(guesser: LanguageGuesser, language: str) -> None:
    sentences = [text for _, text in unseen(language) if any(char.isalpha() for char in text)]

    guesses = {text: guesser.guess(text) for text in sentences}

    assert [text for text, guess in guesses.items() if guess not in (None, language)] == []
    assert sum(guess is None for guess in guesses.values()) <= 0.02 * len(guesses)


@pytest.mark.parametrize("text", ["", "1234-5671", "👍", "?!", "500", "\u2060"])
def test_what_does_not_tell(guesser: LanguageGuesser, text: str) -> None:
    assert guesser.guess(text) is None
    assert guesser.guess(text, "cs") is None


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("super", "cs"),
        ("operator", "cs"),
        ("router", "cs"),
        ("asdf qwer", "cs"),
        ("Optik 500", "en"),
        ("My name is Jana Nováková", "en"),
        ("Praha", "en"),
        ("a do 350?", "cs"),
    ],
)
def test_a_loanword_or_a_name_changes_nothing(guesser: LanguageGuesser, text: str, present: str) -> None:
    assert guesser.guess(text, present) in (None, present)


@pytest.mark.parametrize(
    ("text", "present", "language"),
    [
        ("kde je moje objednavka", "en", "cs"),
        ("jaké máte ceny", "en", "cs"),
        ("where is my order", "cs", "en"),
        ("I do not speak Czech", "cs", "en"),
    ],
)
def test_a_sentence_changes_the_language(
    guesser: LanguageGuesser, text: str, present: str, language: str
) -> None:
    assert guesser.guess(text, present) == language


def test_a_third_language_is_data() -> None:
    samples = {
        "cs": ["dobrý den", "jaké máte tarify", "kde je moje objednávka"],
        "en": ["good morning", "which tariffs do you have", "where is my order"],
        "de": ["guten Morgen", "welche Tarife haben Sie", "wo ist meine Bestellung"],
    }
    guesser = LanguageGuesser(samples)

    assert guesser.guess("wo ist die Bestellung") == "de"
    assert guesser.guess("kde je ta objednavka") == "cs"
    assert guesser.guess("where is the order") == "en"


def test_a_language_without_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="sample"):
        LanguageGuesser({"cs": ["ahoj"], "en": []})


def test_a_long_text_is_cheap(guesser: LanguageGuesser) -> None:
    assert guesser.guess("kde je moje objednávka " * 100_000) == "cs"
