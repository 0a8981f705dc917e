"""How mistyped words are read, and that all others are left alone; how sentences get slips to be judged by."""

import re

import pytest
from actions.plain import plain
from components.spelling import LEAST, Spelling
from evaluation.slips import hurried
from hypothesis import given
from hypothesis import strategies as st

SENTENCES = (
    "kolik stojí tarify měsíčně",
    "tarify a ceny",
    "jaká je cena",
    "kde je moje objednávka",
    "where is my order",
    "what are the prices",
    "what can I order",
    "V Brně nejde internet",
)
SPELLING = Spelling.of(SENTENCES)
KNOWN = sorted(SPELLING.known)
LETTERS = "abcdefghijklmnopqrstuvwxyz"

anything = st.text(max_size=60) | st.lists(st.sampled_from(KNOWN) | st.text(max_size=9)).map(" ".join)


def _said(**often: int) -> Spelling:
    return Spelling({word: (times, word) for word, times in often.items()})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kolik stoji tarfiy mesicne", "kolik stojí tarify měsíčně"),  # changed places; without diacritics
        ("TARFY! Jaka objednvka?", "TARIFY! Jaká objednávka?"),  # left out; capitals and signs
        ("wheree is my ordr", "where is my order"),  # twice; left out
        ("objednvkaa", "objednávka"),  # two slips in a long word; written as in most sentences
        ("ordre", "order"),
        ("cna", "cna"),  # too short to tell
        ("ozdra", "ozdra"),  # two slips in a short word
        ("1234 tarfiy_x", "1234 tarify_x"),
        ("te\u030cchnik, Me\u030csi\u0301cne\u030c", "te\u030cchnik, Me\u030csi\u0301cne\u030c"),
        ("", ""),
    ],
)
def test_a_word_is_read_as_its_nearest(typed: str, meant: str) -> None:
    assert SPELLING.read(typed) == meant


def test_the_commoner_of_two_that_are_as_near_is_meant() -> None:
    spelling = _said(kolik=5, kolek=1, kolikk=9, xolik=50)

    assert spelling.read("kolyk") == "kolik"  # not "kolek", which is rarer
    assert spelling.read("kolix") == "kolik"  # not "xolik": two slips


def test_a_common_word_is_right_though_it_was_not_learnt() -> None:
    assert Spelling.of(["where is my spade"], ["Spare"]).read("spare spadde") == "spare spade"
    assert Spelling.of(["you could do it"], ["couldn't"]).read("I couldn't, couldx") == "I couldn't, could"


def test_the_first_letter_is_seldom_wrong() -> None:
    assert _said(modem=1, rodem=9).read("mdoem modmem") == "modem modem"
    assert _said(platba=1, slatba=9).read("pllatba") == "platba"
    assert _said(zavolejte=9).read("odvolejte favolejte") == "odvolejte zavolejte"


def test_what_is_named_stays_as_it_is() -> None:
    text = "internte Ordre a ordre"

    assert SPELLING.read(text, [(9, 14)]) == "internet Ordre a order"


def test_who_writes_nothing_but_unknown_words_is_soon_left_alone() -> None:
    foreign = " ".join(f"qqqq{a}{b}qqq" for a in LETTERS for b in LETTERS)

    assert SPELLING.read(f"{foreign} tarfiy") == f"{foreign} tarfiy"


@given(anything)
def test_reading_twice_changes_nothing_more(text: str) -> None:
    once = SPELLING.read(text)
    assert SPELLING.read(once) == once


@given(st.lists(st.sampled_from(KNOWN)))
def test_known_words_are_never_changed(words: list[str]) -> None:
    text = ", ".join(words)
    assert plain(SPELLING.read(text)) == text


@given(anything)
def test_all_but_words_stays_in_its_place(text: str) -> None:
    def signs(it: str) -> list[str]:
        return re.split(r"(?:[^\W\d_][\u0300-\u036f]*)+", it)

    assert signs(SPELLING.read(text)) == signs(text)


@given(st.sampled_from([word for word in KNOWN if len(word) >= LEAST]), st.data())
def test_one_slip_leads_to_a_word_as_near(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    slip = data.draw(st.sampled_from(LETTERS))
    before, after = word[:place], word[place:]
    typed = data.draw(st.sampled_from([before + after[1:], before + slip + after, before + slip + after[1:]]))
    if len(typed) >= LEAST:
        assert plain(SPELLING.read(typed)) in SPELLING.known


@given(anything)
def test_a_hurried_sentence_is_always_the_same(text: str) -> None:
    assert hurried(text, 2) == hurried(text, 2)
    assert hurried(text, 0) == plain(text)


@given(st.lists(st.text(LETTERS, min_size=4, max_size=9), min_size=1, max_size=5), st.integers(0, 3))
def test_slips_keep_words_apart_and_their_first_letters(words: list[str], slips: int) -> None:
    typed = hurried(" ".join(words), slips).split(" ")

    assert [word[0] for word in typed] == [word[0] for word in words]
    assert sum(one != other for one, other in zip(typed, words, strict=True)) <= slips
    assert all(abs(len(one) - len(other)) <= 1 for one, other in zip(typed, words, strict=True))
