"""When two sentences are so alike that whoever has learnt one has as good as seen the other. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from rapidfuzz.distance.Levenshtein import distance

from actions.plain import plain

MANNERS = frozenset(
    "prosim vas prosimvas dobry den ahoj dekuji diky hele bych me mi "  # noqa: SIM905
    "please pls hello hi thanks thank you hey the a an".split()
)
TARIFFS = re.compile(r"optik\w*|gigab\w+|gigac\w*|\w*stov[kc]\w*|tisicov[kc]\w*|hundred|thousand")

_WORD = re.compile(r"\w+")
_SMALL_CHANGE = 0.15  # of the letters: an ending, a diacritic, a slip of the hand
_SHORT = 8  # letters; below that two words are twins only when they are the same
_FEW = 3  # words; with fewer, their order says nothing


class Sentence:
    """A sentence and what is left of it without its names, numbers and manners.

    ``named``: start and end of what it names (a town, a date), which is a name however it is written. ``tariffs``: what
    matches is the name of a tariff.
    """

    def __init__(
        self,
        text: str,
        manners: frozenset[str],
        named: Collection[tuple[int, int]] = (),
        tariffs: re.Pattern[str] | None = None,
    ) -> None:
        self.text = text
        without = text
        for start, end in named:
            without = without[:start] + " " * (end - start) + without[end:]
        words = _WORD.findall(without)
        first = next(iter(_WORD.findall(text)), "")
        kept = [
            plain(word)
            for word in words
            if not (word[:1].isupper() and word != first)
            and not any(char.isdigit() for char in word)
            and not (tariffs and tariffs.fullmatch(plain(word)))
        ]
        said = [word for word in kept if word not in manners]
        self.bare = "".join(said)
        self.words = tuple(sorted(said)) if len(said) >= _FEW else ()


def twins(judged: Iterable[Sentence], learnt: Iterable[Sentence]) -> Iterator[tuple[str, str]]:
    """Pairs that differ in names, numbers, manners, diacritics, the order of words or a few letters only."""
    known = [sentence for sentence in learnt if sentence.bare]
    for one in judged:
        for other in known:
            if one.bare and _alike(one, other):
                yield one.text, other.text


def families(sentences: Sequence[Sentence]) -> list[int]:
    """The number of the family of each: its twins, their twins, and so on. Who has no twin is one by itself."""
    above = list(range(len(sentences)))

    def eldest(number: int) -> int:
        while above[number] != number:
            number = above[number]
        return number

    shortest_first = sorted(
        (number for number, it in enumerate(sentences) if it.bare), key=lambda it: len(sentences[it].bare)
    )
    for place, number in enumerate(shortest_first):
        one = sentences[number]
        for other in reversed(shortest_first[:place]):
            if len(one.bare) - len(sentences[other].bare) > _small_change(one, one):
                break
            if _alike(one, sentences[other]):
                above[eldest(number)] = eldest(other)
    return [eldest(number) for number in range(len(sentences))]


def _alike(one: Sentence, other: Sentence) -> bool:
    if one.bare == other.bare or (one.words and one.words == other.words):
        return True
    most = _small_change(one, other)
    if most == 0 or abs(len(one.bare) - len(other.bare)) > most:
        return False
    return distance(one.bare, other.bare, score_cutoff=most) <= most


def _small_change(one: Sentence, other: Sentence) -> int:
    """How many letters may differ."""
    longer = max(len(one.bare), len(other.bare))
    return 0 if longer < _SHORT else int(longer * _SMALL_CHANGE)
