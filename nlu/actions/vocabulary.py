"""What one language calls numbers, limits and uses of the internet: the words that the bot listens for. Pure.

Words are compared in lower case and, but for those of fury, without diacritics. A word that ends in ``*`` stands for
all that begin like it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.checking import ContentError, lists, mapping, names, section
from actions.plain import plain

_PARTS = {
    *(
        "tariff_numbers",
        "numbers",
        "measures",
        "upload",
        "people",
        "uses",
        "orders",
        "ordinals",
        "moves_to",
        "qualifies",
        "comes_from",
        "asks",
        "fury",
        "tariffs",
        "but",
        "waiting",
        "goes_on",
        "matters",
        "extras",
        "line",
        "everywhere",
        "teams",
        "each_one",
        "at_once",
        "best",
        "any_time",
    ),
}
_MEASURES = {
    *("hundreds", "thousands", "number_joint"),
    *("at_least", "at_most", "at_price", "between", "range", "apart", "unwanted"),
    *("megabits", "gigabits", "money"),
}
_MATTERS = {"visit", "contract", "ending", "invoice", "coverage", "owning", "step", "price"}
_LINE = {"wired", "wireless", "alike", "fine", "tried"}


@dataclass(frozen=True)
class Signs:
    """Words that are listened for."""

    whole: frozenset[str]
    beginnings: tuple[str, ...]

    def __contains__(self, word: str) -> bool:
        return word in self.whole or word.startswith(self.beginnings)

    def within(self, words: Iterable[str]) -> bool:
        """Whether there is any of them."""
        return any(word in self for word in words)


@dataclass(frozen=True)
class Phrases:
    """Words in a row that are listened for."""

    each: tuple[tuple[str, ...], ...]

    def end(self, words: Sequence[str]) -> bool:
        """Whether the words end in one of them."""
        return any(tuple(words[-len(phrase) :]) == phrase for phrase in self.each)

    def within(self, words: Sequence[str]) -> bool:
        """Whether there is any of them."""
        return any(self.end(words[:place]) for place in range(1, len(words) + 1))


@dataclass(frozen=True)
class Spelt:
    """Words that only their diacritics tell from decent ones: who leaves these out may mean them all the same."""

    pattern: re.Pattern[str]

    def within(self, words: Iterable[str]) -> bool:
        """Whether there is any of them among words as they were written."""
        return any(self.pattern.fullmatch(word) for word in words)


@dataclass(frozen=True)
class Vocabulary:
    """``tariff_numbers``: beginnings of what people call tariffs; ``numbers``: words that count; ``measures``: phrases
    of units and limits by their names; ``upload``: words for the way up; ``people``: those who share a line; ``uses``
    of the internet, from the least demanding on; ``orders``: how people speak of an order; ``ordinals``: words that
    count off what was listed, from 1 on, or from the end with -1; ``moves_to``: phrases before a new date;
    ``qualifies``: with these a day that is named may be one that does not suit; ``comes_from``: phrases before a town
    that somebody leaves; ``asks``: what only says that somebody wants to say something; ``fury``: what nobody writes
    who is calm; ``waiting``: what those say who would rather stay in the queue; ``tariffs``: what makes an amount of
    money a price; ``but``: what makes a yes one that is not to be taken up yet; ``goes_on``: what those say beside a
    place who ask the same of it as of another before; ``matters``: what words name by themselves, so that it need not
    be guessed from the talk; ``extras``: groups of words, each for one thing that may come with a tariff; ``line``:
    what is said of a connection by cable and without; ``everywhere``: that no one place is meant;
    ``teams``: words for what is surely a team's; ``each_one``: words that each stand for one person; ``at_once``: a
    time that is now, ``any_time`` that every one is right; ``best``: what asks for one tariff above all others.
    """

    tariff_numbers: Mapping[str, str]
    numbers: Mapping[str, float]
    measures: Mapping[str, tuple[tuple[str, ...], ...]]
    upload: Signs
    people: Signs
    uses: Mapping[str, Signs]
    orders: Signs
    ordinals: Mapping[str, int]
    moves_to: Phrases
    qualifies: Phrases
    comes_from: Phrases
    asks: Signs
    fury: Spelt
    waiting: Signs
    tariffs: Signs
    but: Signs
    goes_on: Signs
    matters: Mapping[str, Signs]
    extras: Mapping[str, Signs]
    line: Mapping[str, Signs]
    everywhere: Signs
    teams: Mapping[str, Signs]
    each_one: Signs
    at_once: Signs
    best: Signs
    any_time: Phrases

    def names_tariff(self, word: str) -> bool:
        """Whether a tariff may be called so."""
        return word.startswith(tuple(self.tariff_numbers))


def parse_vocabulary(raw: Any, where: str, uses: Sequence[str]) -> Vocabulary:
    """Make a vocabulary of the parsed section ``listens``. ``uses``: those of dialogue.yml, in their order.

    Raises:
        ContentError: something is missing, unknown or misspelt.
    """
    body = section(raw, where, _PARTS)
    measures = lists(body["measures"], f"{where}: measures", _MEASURES)
    signs_of_uses = lists(body["uses"], f"{where}: uses", set(uses))
    return Vocabulary(
        tariff_numbers={
            word: f"{number:g}"
            for word, number in _numbers(body["tariff_numbers"], f"{where}: tariff_numbers")
        },
        numbers=dict(_numbers(body["numbers"], f"{where}: numbers")),
        measures={name: _phrases(phrases) for name, phrases in measures.items()},
        upload=_signs(body["upload"], f"{where}: upload"),
        people=_signs(body["people"], f"{where}: people"),
        uses={use: _signs(signs_of_uses[use], f"{where}: uses: {use}") for use in uses},
        orders=_signs(body["orders"], f"{where}: orders"),
        ordinals={word: int(at) for word, at in _numbers(body["ordinals"], f"{where}: ordinals")},
        moves_to=Phrases(_phrases(names(body["moves_to"], f"{where}: moves_to"))),
        qualifies=Phrases(_phrases(names(body["qualifies"], f"{where}: qualifies"))),
        comes_from=Phrases(_phrases(names(body["comes_from"], f"{where}: comes_from"))),
        asks=_signs(body["asks"], f"{where}: asks"),
        fury=_spelt(body["fury"], f"{where}: fury"),
        waiting=_signs(body["waiting"], f"{where}: waiting"),
        tariffs=_signs(body["tariffs"], f"{where}: tariffs"),
        but=_signs(body["but"], f"{where}: but"),
        goes_on=_signs(body["goes_on"], f"{where}: goes_on"),
        matters=_groups(section(body["matters"], f"{where}: matters", _MATTERS), f"{where}: matters"),
        extras=_groups(body["extras"], f"{where}: extras"),
        line=_groups(section(body["line"], f"{where}: line", _LINE), f"{where}: line"),
        everywhere=_signs(body["everywhere"], f"{where}: everywhere"),
        teams=_groups(body["teams"], f"{where}: teams"),
        each_one=_signs(body["each_one"], f"{where}: each_one"),
        at_once=_signs(body["at_once"], f"{where}: at_once"),
        best=_signs(body["best"], f"{where}: best"),
        any_time=Phrases(_phrases(names(body["any_time"], f"{where}: any_time"))),
    )


def _groups(raw: Any, where: str) -> dict[str, Signs]:
    return {str(name): _signs(words, f"{where}: {name}") for name, words in mapping(raw, where).items()}


def _phrases(phrases: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(plain(phrase).split()) for phrase in phrases)


def _signs(raw: Any, where: str) -> Signs:
    words = [plain(word) for word in _words(raw, where)]
    return Signs(
        frozenset(word for word in words if not word.endswith("*")),
        tuple(word[:-1] for word in words if word.endswith("*")),
    )


def _spelt(raw: Any, where: str) -> Spelt:
    each = [unicodedata.normalize("NFC", word.casefold()) for word in _words(raw, where)]
    return Spelt(re.compile("|".join("".join(map(_letter, word)) for word in each)))


def _letter(letter: str) -> str:
    return r"\w*" if letter == "*" else f"[{re.escape(letter + plain(letter))}]"


def _words(raw: Any, where: str) -> list[str]:
    words = names(raw, where)
    if "*" in words:
        raise ContentError(f"{where}: * alone is every word")
    return words


def _numbers(raw: Any, where: str) -> list[tuple[str, float]]:
    for word, number in mapping(raw, where).items():
        if not isinstance(word, str) or isinstance(number, bool) or not isinstance(number, int | float):
            raise ContentError(f"{where}: {word}: not a number")
    return [(plain(word), number) for word, number in raw.items()]
