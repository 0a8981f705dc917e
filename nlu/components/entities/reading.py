"""A text as the finders read it, and what they find in it. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Word:
    """A run of letters and digits: as folded, and where it stands in the folded text."""

    text: str
    start: int
    end: int
    capital: bool


@dataclass(frozen=True)
class Found:
    """Something that the text names: from ``start`` up to ``end`` of the folded text.

    ``value`` is what it comes to in one spelling; None where that is what the customer wrote.
    """

    entity: str
    start: int
    end: int
    value: str | None = None


class Reading:
    """A text folded: lower case, no diacritics, one kind of digit, space and dash."""

    def __init__(self, text: str) -> None:
        self.text = text
        letters: list[str] = []
        places: list[int] = []
        for place, char in enumerate(text):
            for letter in _folded(char):
                letters.append(letter)
                places.append(place)
        self.folded = "".join(letters)
        self._places = places
        self.words = [
            Word(match.group(), match.start(), match.end(), text[places[match.start()]].isupper())
            for match in _WORD.finditer(self.folded)
        ]

    def written(self, word: Word) -> str:
        """A word as it was written."""
        return self.text[self._places[word.start] : self._places[word.end - 1] + 1]

    def between(self, place: int) -> str:
        """What stands between the word at a place and the next one."""
        return self.folded[self.words[place].end : self.words[place + 1].start]

    def original(self, found: Found) -> tuple[int, int]:
        """Where it stands in the text as it was written."""
        start, end = self._places[found.start], self._places[found.end - 1] + 1
        while end < len(self.text) and unicodedata.combining(self.text[end]):
            end += 1
        return start, end


def fold(text: str) -> str:
    """``Příští`` → ``pristi``."""
    return "".join(letter for char in text for letter in _folded(char))


def alternatives(phrases: Iterable[str]) -> str:
    """A pattern for any of some folded phrases, the longest first; for nothing at all if there is none."""
    longest_first = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(re.escape(phrase) for phrase in longest_first) + ")" if longest_first else "(?!)"


def apart(found: Iterable[Found]) -> list[Found]:
    """Those that do not overlap one that comes before them, in the order of the text."""
    kept: list[Found] = []
    for one in found:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def matches(pattern: re.Pattern[str], entity: str, folded: str) -> Iterator[Found]:
    """What a pattern finds: its group ``it``, or all of it."""
    group: int | str = "it" if "it" in pattern.groupindex else 0
    for match in pattern.finditer(folded):
        yield Found(entity, match.start(group), match.end(group))


def before(words: Sequence[Word], place: int) -> str:
    """The word before the one at a place, or nothing."""
    return words[place - 1].text if place else ""


def _folded(char: str) -> str:
    if unicodedata.category(char) == "Pd" or char == "\u2212":
        return "-"
    apart = unicodedata.normalize("NFKD", char.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
