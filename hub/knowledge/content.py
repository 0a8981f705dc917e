"""What the bot says, out of ``content/``: the rules of answers and, by language, their words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from hub.knowledge.nicknames import LISTENS, NICKNAMES
from hub.knowledge.yaml import Listing, Scalar, Table, Tree, Unreadable, read_yaml

DIALOGUE = "content/dialogue.yml"
_WORDS = "content/words/"


def words_path(language: str) -> str:
    """Where a language's words are."""
    return f"{_WORDS}{language}.yml"


def language_of_words(path: str) -> str | None:
    """The language whose words a file holds; None if it is another file."""
    name = path.removeprefix(_WORDS).removesuffix(".yml")
    return name if path == words_path(name) and "/" not in name else None


@dataclass(frozen=True, slots=True)
class Handing:
    """The conversation goes to a team, always."""

    team: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What goes with an answer in every language."""

    buttons: tuple[str, ...]
    values: tuple[str, ...]
    handoff: Handing | None
    offer: str | None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """``teams_of``: whose a topic is. ``payloads``: what a button sends. ``guessable``: buttons that may be guesses."""

    default_language: str
    teams: tuple[str, ...]
    teams_of: Mapping[str, str]
    payloads: Mapping[str, str]
    guessable: tuple[str, ...]
    answers: Mapping[str, Rules]

    def buttons_for(self, topic: str) -> list[str]:
        """The buttons that stand for a topic and nothing else, guessable ones first."""
        found = [name for name, payload in self.payloads.items() if payload == f"/{topic}"]
        return sorted(found, key=lambda name: name not in self.guessable)

    def buttons_to(self, topic: str) -> list[str]:
        """The buttons that lead to a topic, also those that say more."""
        return [name for name, payload in self.payloads.items() if topic_of_payload(payload) == topic]


def topic_of_payload(payload: str) -> str:
    """The topic that a button leads to."""
    return payload.removeprefix("/").partition("{")[0]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One language: its own name, facts, titles of buttons, answers in their variants, and nicknames of tariffs."""

    name: str
    facts: Mapping[str, str]
    buttons: Mapping[str, str]
    answers: Mapping[str, tuple[str, ...]]
    nicknames: Mapping[str, str]


@lru_cache(maxsize=64)
def read_dialogue(text: str) -> Dialogue:
    """Raises ``Unreadable``."""
    root = _Section(text, read_yaml(text), "the file")
    answers = root.section("answers")
    return Dialogue(
        default_language=root.word("default_language") or "",
        teams=root.words("teams"),
        teams_of={
            topic: team
            for team in root.section("topics").names()
            for topic in root.section("topics").words(team)
        },
        payloads=root.section("buttons").all_words(),
        guessable=root.words("guessable"),
        answers={name: _rules(answers.section(name)) for name in answers.names()},
    )


@lru_cache(maxsize=64)
def read_words(text: str) -> Spoken:
    """Raises ``Unreadable``."""
    root = _Section(text, read_yaml(text), "the file")
    answers = root.section("answers")
    return Spoken(
        name=root.word("language") or "",
        facts=root.section("facts").all_words(),
        buttons=root.section("buttons").all_words(),
        answers={name: answers.variants(name) for name in answers.names()},
        nicknames=root.section(LISTENS).section(NICKNAMES).all_words(),
    )


def _rules(body: "_Section") -> Rules:
    handoff = body.section("handoff") if body.has("handoff") else None
    return Rules(
        buttons=body.words("buttons"),
        values=body.words("values"),
        handoff=Handing(handoff.word("team") or "", handoff.word("reason") or "") if handoff else None,
        offer=body.word("offer"),
    )


class _Section:
    """A table of a file, read with the place of what is wrong."""

    def __init__(self, text: str, tree: Tree, name: str) -> None:
        self._text = text
        self._name = name
        if not isinstance(tree, Table):
            raise self._wrong(tree.start, "is no table")
        self._table = tree

    def names(self) -> list[str]:
        return self._table.names()

    def has(self, name: str) -> bool:
        return self._table.get(name) is not None

    def section(self, name: str) -> "_Section":
        tree = self._table.get(name)
        if tree is None:
            raise self._wrong(self._table.start, f"has no {name}")
        return _Section(self._text, tree, name)

    def word(self, name: str) -> str | None:
        tree = self._table.get(name)
        if tree is not None and not isinstance(tree, Scalar):
            raise self._wrong(tree.start, f"{name} is no text")
        return tree.text if tree else None

    def words(self, name: str) -> tuple[str, ...]:
        tree = self._table.get(name)
        if tree is None:
            return ()
        if not isinstance(tree, Listing):
            raise self._wrong(tree.start, f"{name} is no list")
        return self._texts(tree, name)

    def all_words(self) -> dict[str, str]:
        return {name: self.word(name) or "" for name in self.names()}

    def variants(self, name: str) -> tuple[str, ...]:
        tree = self._table.get(name)
        return self._texts(tree, name) if isinstance(tree, Listing) else (self.word(name) or "",)

    def _texts(self, tree: Listing, name: str) -> tuple[str, ...]:
        found = [item.text for item in tree.items if isinstance(item, Scalar)]
        if len(found) < len(tree.items):
            raise self._wrong(tree.start, f"{name} is no list of texts")
        return tuple(found)

    def _wrong(self, at: int, reason: str) -> Unreadable:
        return Unreadable(self._text.count("\n", 0, at) + 1, f"{self._name} {reason}")
