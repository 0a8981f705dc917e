"""Streets: a name beside *ulice* or *street*, or one before a house number. Pure."""

import re
from collections.abc import Iterator

from components.entities.reading import Found, Reading, Word
from components.entities.tables import Tables
from components.entities.towns import Towns

_HOUSE = re.compile(r" (\d{1,4}(?:/\d{1,4})?[a-d]?)(?![\w/]|[.,:]\d|-\d)")
_LONGEST = 3  # words of a name
_SHORT = 3  # letters of what is short for a square or a street


class Streets:
    """Knows the words for streets, and what is no house number."""

    def __init__(self, tables: Tables, towns: Towns) -> None:
        self._towns = towns
        self._generic = frozenset(tables.folded("street_word"))
        self._part_of_name = frozenset(tables.folded("square_word"))
        self._on = frozenset(tables.folded("before_street"))
        self._begins = frozenset(tables.folded("street_begins"))
        self._units = frozenset(tables.folded("no_house"))
        self._endings = tables.folded("street_ending")
        self._never = tables.common | frozenset(tables.folded("no_town")) | self._on

    def find(self, reading: Reading) -> Iterator[Found]:
        """By the house number first, then by the word for a street, then by the word *na* alone."""
        words = reading.words
        for place in range(len(words)):
            if found := self._numbered(reading, place):
                yield found
        for place, word in enumerate(words):
            if word.text in self._generic | self._part_of_name:
                yield from self._beside(reading, place)
        for place, word in enumerate(words[1:], 1):
            if words[place - 1].text in self._on and self._is_alone(reading, place):
                yield Found("street", word.start, word.end)

    def _is_alone(self, reading: Reading, place: int) -> bool:
        """Whether one word by its capital and form is a street: *na Lidické*, not *na Horní Lhotě*."""
        words = reading.words
        if place + 1 < len(words) and words[place + 1].capital and reading.between(place) == " ":
            return False
        word = words[place]
        is_like = word.capital and self._is_name(word) and word.text.endswith(self._endings)
        return is_like and not self._towns.listed(reading, place)

    def _numbered(self, reading: Reading, place: int) -> Found | None:
        """The name that begins at a place, if a house number follows it."""
        words = reading.words
        first = words[place]
        if first.text in self._generic:
            return None
        if self._towns.listed(reading, place) and not first.text.endswith(self._endings):
            return None
        begun = first.text in self._part_of_name or (first.capital and first.text in self._begins)
        if not (begun or self._may_be(first)):
            return None
        for last in range(place, min(place + _LONGEST, len(words))):
            if last > place and not (words[last].capital or begun):
                return None
            number = _HOUSE.match(reading.folded, words[last].end)
            if number and (last > place or not begun):
                behind = next((word.text for word in words if word.start >= number.end()), "")
                return None if behind in self._units else Found("street", first.start, number.end())
            if last + 1 == len(words) or reading.between(last) not in {" ", ". "}:
                return None
        return None

    def _beside(self, reading: Reading, place: int) -> Iterator[Found]:
        words, generic = reading.words, reading.words[place]
        start = end = place + 1
        if len(generic.text) <= _SHORT and not (end < len(words) and self._is_shortened(reading, place)):
            return
        if end < len(words) and words[end].capital and words[end].text in self._begins:
            end += 1
        while end < len(words) and end - place < _LONGEST and self._is_name(words[end]):
            if end > start and not words[end].capital:
                break
            end += 1
        if end > start and not self._towns.listed(reading, start):
            number = _HOUSE.match(reading.folded, words[end - 1].end)
            first = generic if generic.text in self._part_of_name else words[start]
            yield Found("street", first.start, number.end() if number else words[end - 1].end)
        elif place and self._is_name(words[place - 1]):
            begun = place > 1 and words[place - 2].capital and words[place - 2].text in self._begins
            yield Found("street", words[place - 2 if begun else place - 1].start, words[place - 1].end)

    def _is_shortened(self, reading: Reading, place: int) -> bool:
        """*nám. Míru*, *nam Miru*; but *nám* is also *to us*."""
        return reading.between(place).startswith(".") or reading.words[place + 1].capital

    def _may_be(self, word: Word) -> bool:
        """A name by its capital, or by its form."""
        return self._is_name(word) and (word.capital or word.text.endswith(self._endings))

    def _is_name(self, word: Word) -> bool:
        return word.text.isalpha() and len(word.text) > 2 and word.text not in self._never
