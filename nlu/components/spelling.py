"""Mistyped words and words without their diacritics, read as the known words that they are likeliest to be. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from actions.plain import plain

LEAST = 4  # letters of a word that may be mistyped: shorter ones have too many neighbours
LONG = 8  # letters; such a word may have two slips
SHORTEST = 3  # letters of a word that a mistyped one is read as
MOST = 20  # unknown words that are looked up: whoever writes more of them writes something else

_WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")  # letters, whose diacritics may be signs of their own


class Spelling:
    """The words that are known. Capitals and diacritics tell no two of them apart.

    `known` has plain words to read others as, how often each is said and how it is mostly written; `common` has plain
    words that are right as well.
    """

    def __init__(self, known: Mapping[str, tuple[int, str]], common: Iterable[str] = ()) -> None:
        self.known = known
        self.common = frozenset(common)
        self._near = lru_cache(self._of_about_that_length)

    @classmethod
    def of(cls, sentences: Iterable[str], common: Iterable[str] = ()) -> Spelling:
        """The words of sentences; `common` ones may be as they are written."""
        written: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for sentence in sentences:
            for word in _WORD.findall(sentence):
                written[plain(word)][word.lower()] += 1
        known = {word: (ways.total(), ways.most_common(1)[0][0]) for word, ways in written.items()}
        parts = {plain(part) for word in common for part in _WORD.findall(word)}  # couldn't
        return cls(known, parts - known.keys())

    def read(self, text: str, named: Collection[tuple[int, int]] = ()) -> str:
        """The text with known words in the place of those that are a slip away from them, or two if they are long.

        Known words without diacritics get those that they are mostly written with. What is `named`, from a start up
        to an end, stays as it is; so does everything that is no word.
        """
        left = MOST

        def meant(match: re.Match[str]) -> str:
            nonlocal left
            typed = match[0]
            word = plain(typed)
            if _within(match, named):
                return typed
            if word in self.known:
                written = self.known[word][1]
                return typed if written == word or typed.lower() != word else _like(typed, written)
            if len(word) < LEAST or word in self.common or left == 0:
                return typed
            left -= 1
            nearest = self._nearest(word)
            return typed if nearest is None else _like(typed, self.known[nearest][1])

        return _WORD.sub(meant, text)

    def _nearest(self, word: str) -> str | None:
        found = process.extract(
            word, self._near(len(word)), scorer=OSA.distance, score_cutoff=_slips(len(word)), limit=None
        )
        # Whoever slips seldom does so at the first letter: with another slip beside it is another word.
        ranked = (
            (slips, other[0] != word[0], -self.known[other][0], other)
            for other, slips, _ in found
            if slips == 1 or other[0] == word[0]
        )
        return min(ranked, default=(None,))[-1]

    def _of_about_that_length(self, length: int) -> list[str]:
        shortest, longest = max(SHORTEST, length - _slips(length)), length + _slips(length)
        return [word for word in self.known if shortest <= len(word) <= longest]


def _slips(length: int) -> int:
    """As many as a word of so many letters may have."""
    return 2 if length >= LONG else 1


def _like(typed: str, word: str) -> str:
    """The word with capitals where they were typed."""
    if typed.isupper() and len(typed) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if typed[:1].isupper() else word


def _within(match: re.Match[str], named: Collection[tuple[int, int]]) -> bool:
    return any(match.start() < end and start < match.end() for start, end in named)
