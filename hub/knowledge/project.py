"""The whole project as maintainers see it: topics with their sentences, answers, tables. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from hub.knowledge.content import (
    DIALOGUE,
    Dialogue,
    Spoken,
    language_of_words,
    read_dialogue,
    read_words,
)
from hub.knowledge.examples import read_items
from hub.knowledge.files import Files
from hub.knowledge.marking import Sentence, read_markup
from hub.knowledge.nicknames import NICKNAMES, entry_of
from hub.knowledge.yaml import Listing, Scalar, Table, Tree, Unreadable, read_yaml

INTENTS = "domain/intents.yml"
FALLBACK = "nlu_fallback"
"""What Rasa calls it when nothing was understood."""

_DATA = "data/nlu/"
_JUDGED = ("tests/understanding/", "tests/mistyped/")
_DOMAIN = "domain/"
_RULES = "data/rules/"
T = TypeVar("T")


class UnreadableFile(ValueError):
    """A file was made unusable by hand."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}, line {line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Topic:
    """``group`` is the name of the files that hold its sentences; ``paths`` are those files by language."""

    name: str
    group: str
    sentences: Mapping[str, tuple[Sentence, ...]]


@dataclass(frozen=True, slots=True)
class LookupTable:
    """The words of one kind, in one language."""

    language: str
    name: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression of the training data."""

    path: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Project:
    """``languages``: the default one first. ``topics``: in the order of the domain, then those it does not declare.

    ``ruled``: the topics that a rule leads to an action.
    """

    languages: tuple[str, ...]
    dialogue: Dialogue
    words: Mapping[str, Spoken]
    topics: Mapping[str, Topic]
    entities: tuple[str, ...]
    tables: Mapping[tuple[str, str], LookupTable]
    patterns: tuple[Pattern, ...]
    declared: frozenset[str]
    ruled: frozenset[str]


def data_path(language: str, group: str) -> str:
    """Where a language's sentences of a group are."""
    return f"{_DATA}{language}/{group}.yml"


def language_of_data(path: str) -> str | None:
    """The language whose sentences a file holds; None if it holds none."""
    parts = path.removeprefix(_DATA).split("/")
    return parts[0] if path.startswith(_DATA) and len(parts) > 1 else None


def is_training_data(path: str) -> bool:
    """Whether a file holds sentences, to learn from or to be judged by."""
    return language_of_data(path) is not None or path.startswith(_JUDGED)


def group_of(path: str) -> str:
    """The name of a file of sentences."""
    return path.rpartition("/")[2].removesuffix(".yml")


def reading(path: str, reader: Callable[[str], T], files: Files) -> T:
    """What a reader makes of a file. Raises ``UnreadableFile``, also when it is not there."""
    text = files.get(path)
    if text is None:
        raise UnreadableFile(path, 1, "this file is missing")
    try:
        return reader(text)
    except Unreadable as wrong:
        raise UnreadableFile(path, wrong.line, wrong.reason) from wrong


def read_project(files: Files) -> Project:
    """Everything, out of the files. Raises ``UnreadableFile``."""
    dialogue = reading(DIALOGUE, read_dialogue, files)
    words = {
        language: reading(path, read_words, files)
        for path in sorted(files)
        if (language := language_of_words(path))
    }
    sentences: dict[str, dict[str, tuple[Sentence, ...]]] = {}
    groups: dict[str, str] = {}
    tables: dict[tuple[str, str], LookupTable] = {}
    patterns = list[Pattern]()
    default = dialogue.default_language
    paths = sorted(
        (path for path in files if language_of_data(path)),
        key=lambda path: (language_of_data(path) != default, path),
    )
    for path in paths:
        language = language_of_data(path) or ""
        learnt = reading(path, _learnt, files)
        for intent, found in learnt.intents.items():
            there = sentences.setdefault(intent, {})
            there[language] = there.get(language, ()) + found
            groups.setdefault(intent, group_of(path))
        for name, entries in learnt.tables.items():
            before = tables.get((language, name))
            tables[language, name] = LookupTable(language, name, (before.entries if before else ()) + entries)
        patterns += [Pattern(path, name, text) for name, text in learnt.patterns]
    for language, spoken in words.items():
        called = tuple(entry_of(word, number) for word, number in spoken.nicknames.items())
        tables[language, NICKNAMES] = LookupTable(language, NICKNAMES, called)
    declared, entities = _domain(files)
    others = [each for each in sentences if each not in declared]
    return Project(
        languages=tuple(sorted(words, key=lambda name: (name != default, name))),
        dialogue=dialogue,
        words=words,
        topics={
            name: Topic(name, groups.get(name, ""), sentences.get(name, {})) for name in (*declared, *others)
        },
        entities=entities,
        tables=tables,
        patterns=tuple(patterns),
        declared=frozenset(declared),
        ruled=frozenset(_ruled(files)),
    )


@dataclass(frozen=True, slots=True)
class _Learnt:
    intents: Mapping[str, tuple[Sentence, ...]]
    tables: Mapping[str, tuple[str, ...]]
    patterns: tuple[tuple[str, str], ...]


@lru_cache(maxsize=256)
def _learnt(text: str) -> _Learnt:
    intents: dict[str, tuple[Sentence, ...]] = {}
    tables: dict[str, tuple[str, ...]] = {}
    patterns = list[tuple[str, str]]()
    for item in read_items(text):
        match item.kind:
            case "intent":
                found = tuple(read_markup(line.text) for line in item.lines)
                intents[item.name] = intents.get(item.name, ()) + found
            case "lookup":
                tables[item.name] = tables.get(item.name, ()) + tuple(line.text for line in item.lines)
            case "regex":
                patterns += [(item.name, line.text) for line in item.lines]
    return _Learnt(intents, tables, tuple(patterns))


def _domain(files: Files) -> tuple[list[str], tuple[str, ...]]:
    """The intents and entities that the domain declares."""
    intents, entities = list[str](), list[str]()
    for path in sorted(path for path in files if path.startswith(_DOMAIN)):
        root = reading(path, read_yaml, files)
        if isinstance(root, Table):
            intents += _declared(root.get("intents"))
            entities += _declared(root.get("entities"))
    return intents, tuple(entities)


def _ruled(files: Files) -> Iterator[str]:
    for path in sorted(path for path in files if path.startswith(_RULES)):
        yield from _intents(reading(path, read_yaml, files))


def _intents(tree: Tree) -> Iterator[str]:
    """Whatever stands as an intent anywhere in it."""
    match tree:
        case Table():
            if isinstance(named := tree.get("intent"), Scalar):
                yield named.text
            for _, value in tree.pairs:
                yield from _intents(value)
        case Listing():
            for item in tree.items:
                yield from _intents(item)


def _declared(tree: Tree | None) -> list[str]:
    items = tree.items if isinstance(tree, Listing) else ()
    named = [item.pairs[0][0] if isinstance(item, Table) and item.pairs else item for item in items]
    return [item.text for item in named if isinstance(item, Scalar)]
