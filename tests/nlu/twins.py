"""When two sentences are so alike that whoever has learnt one has as good as seen the other. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from actions.plain import plain

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
        self.letters = Counter(self.bare)
        self.words = tuple(sorted(said)) if len(said) >= _FEW else ()


def twins(judged: Iterable[Sentence], learnt: Iterable[Sentence]) -> Iterator[tuple[str, str]]:
    """Pairs that differ in names, numbers, manners, diacritics, the order of words or a few letters only."""
    known = [sentence for sentence in learnt if sentence.bare]
    for one in judged:
        for other in known:
            if one.bare and _alike(one, other):
                yield one.text, other.text


def _alike(one: Sentence, other: Sentence) -> bool:
    if one.bare == other.bare or (one.words and one.words == other.words):
        return True
    longer = max(len(one.bare), len(other.bare))
    most = int(longer * _SMALL_CHANGE)
    if longer < _SHORT or most == 0 or abs(len(one.bare) - len(other.bare)) > most:
        return False
    apart = (one.letters - other.letters).total() + (other.letters - one.letters).total()
    return apart <= 2 * most and distance(one.bare, other.bare) <= most


def distance(one: str, other: str) -> int:
    """How many letters must be put in, left out or changed to make one of the other."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, its in enumerate(other, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (letter != its))
    return row[-1]
