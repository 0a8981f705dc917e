"""YAML is read with the place of each part, and nothing but plain data is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.knowledge.files import Files
from hub.knowledge.yaml import Listing, Scalar, Table, Tree, Unreadable, read_yaml
from tests.knowledge.texts import TINY, data_of


def as_text(tree: Tree) -> object:
    """The data of a tree, all of it as text."""
    match tree:
        case Scalar():
            return tree.text
        case Listing():
            return [as_text(item) for item in tree.items]
        case Table():
            return {key.text: as_text(value) for key, value in tree.pairs}


def texts_of(parsed: object) -> object:
    """What another reader found, all of it as text as far as it is."""
    match parsed:
        case dict():
            return {str(key): texts_of(value) for key, value in parsed.items()}
        case list():
            return [texts_of(item) for item in parsed]
        case bool():
            return str(parsed).lower()
    return "" if parsed is None else str(parsed)


def parts(tree: Tree) -> list[Tree]:
    match tree:
        case Listing():
            return [tree, *(part for item in tree.items for part in parts(item))]
        case Table():
            return [tree, *(part for key, value in tree.pairs for part in (key, *parts(value)))]
    return [tree]


@pytest.mark.parametrize("path", sorted(TINY))
def test_it_is_the_data_that_other_readers_find(path: str) -> None:
    assert as_text(read_yaml(TINY[path])) == texts_of(data_of(TINY[path]))


def test_so_it_is_of_all_that_is_shipped(shipped: Files) -> None:
    for text in shipped.values():
        assert as_text(read_yaml(text)) == texts_of(data_of(text))


def test_each_part_stands_where_it_says(shipped: Files) -> None:
    for text in (*shipped.values(), *TINY.values()):
        for part in parts(read_yaml(text)):
            said = text[part.start : part.end]
            assert said == said.rstrip()
            match part:
                case Scalar(style=""):
                    assert " ".join(said.split()) == " ".join(part.text.split())
                case Scalar(style="'" | '"'):
                    assert said[0] == said[-1] == part.style
                case Listing(flow=True):
                    assert said[0] + said[-1] == "[]"
                case Table(flow=True):
                    assert said[0] + said[-1] == "{}"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: !!python/object/apply:os.system [ls]", 2, "tags"),
        ("a: !local x", 1, "tags"),
        ("a: 1\nb: &x [1]\nc: [*x, *x]", 2, "anchors"),
        ("a: &x [lol]\nb: &y [*x, *x]\nc: [*y, *y]", 1, "anchors"),
        ("a: *nowhere", 1, "undefined alias"),
        ("a: 1\nb: 2\na: 3", 3, "twice"),
        ("x: {a: 1, a: 2}", 1, "twice"),
        ("[" * 5000, 1, "deep"),
        ("a: [1", 1, "expected"),
        ("a:\n\t- 1", 2, "\\t"),
        ("[a]: 1", 1, "a name must be a word"),
        ("a: 1\n--- \nb: 1", 2, "another document"),
        ("", 1, "empty"),
        ("# nothing", 1, "empty"),
        ("a: \x00", 1, "special characters"),
        ("a: [" + "1," * 100_000 + "1]", 1, "too many entries"),
        ("a:\n" + "- 1\n" * 12_000, 9_999, "too many entries"),
    ],
)
def test_what_is_not_read(text: str, line: int, says: str) -> None:
    with pytest.raises(Unreadable) as wrong:
        read_yaml(text)
    assert wrong.value.line == line
    assert says in wrong.value.reason


@given(st.text(st.characters(codec="utf-8")))
def test_whatever_is_written_it_is_read_or_refused(text: str) -> None:
    try:
        tree = read_yaml(text)
    except Unreadable:
        return
    assert all(0 <= part.start <= part.end <= len(text) for part in parts(tree))


def test_lines_of_another_kind_and_a_mark_of_the_encoding() -> None:
    text = "a: 1\r\nb: |\r\n  x\r\n  y\r\nc: z\r\n"
    tree = read_yaml(text)
    assert as_text(tree) == {"a": "1", "b": "x\ny\n", "c": "z"}
    assert isinstance(tree, Table)
    value = tree.get("c")
    assert value is not None
    assert text[value.start : value.end] == "z"
