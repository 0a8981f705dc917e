"""Numbers in digits and in words: "300", "1,5 tisíce", "dvě stě padesát", "two hundred and fifty". Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from actions.plain import plain
from actions.vocabulary import Vocabulary

_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,2})[ \u00a0\u202f.,](\d{3})(?![\d.,]?\d)")
_PART = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+|[-/](?= ?\d)|,(?= )")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2012\u2013\u2014\u2212", "-"))
_SCALES = {"hundreds": 100, "thousands": 1000}
_LONGEST = 9  # digits of a number that is worth a thought
_ADDS_FROM = 20  # "twenty five" is one number, "two five" are two


@dataclass(frozen=True)
class Numeral:
    """A number, and where in the parts of the text it begins and what is behind it begins."""

    number: float
    start: int
    after: int


def parts_of(text: str) -> list[str]:
    """Its numbers and plain words; of its marks only commas, and a dash or a slash before a number."""
    return _PART.findall(plain(_THOUSANDS.sub(r"\1\2", text)).translate(_DASHES))


def numerals(parts: Sequence[str], vocabulary: Vocabulary) -> Iterator[Numeral]:
    """All numbers, in their order."""
    at = 0
    while at < len(parts):
        found = _numeral(parts, at, vocabulary)
        if found is not None:
            yield found
        at = found.after if found else at + 1


def is_number(part: str, vocabulary: Vocabulary) -> bool:
    """Whether a part is a number by itself."""
    return _simple(part, vocabulary) is not None


def following(parts: Sequence[str], at: int, phrases: Sequence[Sequence[str]]) -> int:
    """How many parts from a place on are one of these phrases, the longest; 0 if none is."""
    return max((len(phrase) for phrase in phrases if list(phrase) == parts[at : at + len(phrase)]), default=0)


def _numeral(parts: Sequence[str], at: int, vocabulary: Vocabulary) -> Numeral | None:
    found = _scaled(parts, at, vocabulary)
    if found is None:
        return None
    number, after = found.number, found.after
    while more := _added(parts, number, after, vocabulary):
        number, after = number + more.number, more.after
    return Numeral(number, at, after)


def _added(parts: Sequence[str], number: float, at: int, vocabulary: Vocabulary) -> Numeral | None:
    """What is said at a place of the same number, in words: "fifty" after "two hundred"."""
    if at == len(parts) or number < _ADDS_FROM or parts[at - 1][0].isdecimal():
        return None
    joined = at + following(parts, at, vocabulary.measures["number_joint"])
    for place in (at, joined):
        if place < len(parts) and not parts[place][0].isdecimal():
            more = _scaled(parts, place, vocabulary)
            if more and more.number.is_integer() and number % _next_power(more.number) == 0:
                return more
    return None


def _next_power(number: float) -> int:
    """The smallest power of ten that is greater."""
    return int(10 ** len(str(int(number))))


def _scaled(parts: Sequence[str], at: int, vocabulary: Vocabulary) -> Numeral | None:
    """A number of one word with its hundreds and thousands: "pět set tisíc"."""
    number = _simple(parts[at], vocabulary)
    if number is None:
        return None
    after = at + 1
    for name, times in _SCALES.items():
        if length := following(parts, after, vocabulary.measures[name]):
            number, after = number * times, after + length
    return Numeral(float(number), at, after)


def _simple(part: str, vocabulary: Vocabulary) -> float | None:
    if part[0].isdecimal():
        return float(part.replace(",", ".")) if len(part) <= _LONGEST else None
    return vocabulary.numbers.get(part)
