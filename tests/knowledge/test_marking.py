"""Rasa's markup and text with marks are the same, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.knowledge.edits import Mark
from hub.knowledge.files import Files
from hub.knowledge.marking import Sentence, Unmarkable, markup, read_markup
from hub.knowledge.project import read_project


def mark(start: int, end: int, entity: str = "town", value: str | None = None) -> Mark:
    return Mark(start=start, end=end, entity=entity, value=value)


@pytest.mark.parametrize(
    ("line", "text", "marks"),
    [
        ("nic", "nic", ()),
        ("v [Brně](town)", "v Brně", (mark(2, 6),)),
        ("[Brno](town) a [Aš](town)", "Brno a Aš", (mark(0, 4), mark(7, 9))),
        ('v [Brně]{"entity": "town", "value": "Brno"}', "v Brně", (mark(2, 6, "town", "Brno"),)),
        ("v [Brně](town:Brno)", "v Brně", (mark(2, 6, "town", "Brno"),)),
        (
            '[a][{"entity": "town"}, {"entity": "date", "value": "x"}]',
            "a",
            (mark(0, 1), mark(0, 1, "date", "x")),
        ),
        ("😀 [Brno](town)", "😀 Brno", (mark(2, 6),)),
        ("v [Brně", "v [Brně", ()),
        ("[a](b", "[a](b", ()),
        ("v [Brně] (town)", "v [Brně] (town)", ()),
        ('[a]{"entity": }', "a", ()),
    ],
)
def test_reading(line: str, text: str, marks: tuple[Mark, ...]) -> None:
    found = read_markup(line)
    assert (found.text, found.marks) == (text, marks)


def test_what_holds_more_than_we_show_is_known() -> None:
    assert not read_markup('z [Brna]{"entity": "town", "role": "from"}').simple
    assert not read_markup('[a]{"entity": }').simple
    assert read_markup('v [Brně]{"entity": "town", "value": "Brno"}').simple


TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="[]"), min_size=1, max_size=30
)
VALUES = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="}]"), min_size=1),
)


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    text = draw(TEXTS)
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    marks = []
    for start, end in zip(edges[::2], edges[1::2], strict=False):
        if text[start:end].strip():
            entities = draw(
                st.lists(st.sampled_from(["town", "date", "team"]), min_size=1, max_size=2, unique=True)
            )
            marks += [mark(start, end, entity, draw(VALUES)) for entity in entities]
    return Sentence(text, tuple(marks))


@given(sentences())
def test_there_and_back(sentence: Sentence) -> None:
    assert read_markup(markup(sentence.text, sentence.marks)) == sentence


def test_all_that_is_shipped_goes_there_and_back(shipped: Files) -> None:
    for topic in read_project(shipped).topics.values():
        for sentence in (each for found in topic.sentences.values() for each in found):
            assert read_markup(markup(sentence.text, sentence.marks)) == sentence


@pytest.mark.parametrize(
    ("text", "marks", "says"),
    [
        ("kde je [a](b", (), "brackets"),
        ("v ]", (), "brackets"),
        ("v Brně", (mark(2, 5), mark(3, 6, "date")), "overlap"),
        ("v Brně", (mark(2, 9),), "no words"),
        ("v  Brně", (mark(1, 3),), "no words"),
        ("v Brně", (mark(2, 6), mark(2, 6)), "twice"),
        ("v Brně", (mark(2, 6, value="}"),), "brackets"),
    ],
)
def test_what_has_no_form(text: str, marks: tuple[Mark, ...], says: str) -> None:
    with pytest.raises(Unmarkable, match=says):
        markup(text, marks)
