"""Numbers that people say, with what they count and how they limit it: "aspoň 300 mega", "up to 500". Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from actions.plain import plain, plain_words
from actions.vocabulary import Vocabulary

_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,2})[ \u00a0\u202f.,](\d{3})(?![\d.,]?\d)")
_PART = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+")
_GIGABIT = 1000
_TELLING_FROM = 100  # fewer, without a unit, are people or rooms, never a speed or a price
_UNITS = {"megabits": "mbps", "gigabits": "mbps", "money": "money"}
_BOUNDS = ("at_least", "at_most", "at_price", "between")
_LONGEST = 9  # digits of a number that is worth a thought


@dataclass(frozen=True)
class Quantity:
    """``unit``: ``mbps``, ``money`` (in whole crowns) or nothing.

    ``bound``: ``at_least``, ``at_most``, ``at_price`` (at most, if it is a price), ``between`` (this and the next) or
    nothing.
    """

    amount: float
    unit: str | None = None
    bound: str | None = None


@dataclass(frozen=True)
class _Spoken:
    """A number with the ``measure`` that follows it, and the place ``after`` both in the text."""

    number: float
    measure: str | None
    bound: str | None
    after: int

    @property
    def quantity(self) -> Quantity:
        amount = self.number * (_GIGABIT if self.measure == "gigabits" else 1)
        return Quantity(amount, _UNITS[self.measure] if self.measure else None, self.bound)


@dataclass(frozen=True)
class Limits:
    """What somebody asks of a tariff: speeds in Mb/s, the price in whole units of money."""

    least_mbps: float | None = None
    most_mbps: float | None = None
    most_money: float | None = None

    def __bool__(self) -> bool:
        return self != Limits()


def quantities(text: str, vocabulary: Vocabulary) -> Iterator[Quantity]:
    """Every number in a text, written in digits or in words."""
    spoken = list(_spoken(_parts(text), vocabulary))
    for each, following in zip(spoken, [*spoken, None][1:], strict=True):
        if each.bound == "between" and each.measure is None and following is not None:
            yield replace(each, measure=following.measure).quantity  # "between 1 and 2 gigabits"
        else:
            yield each.quantity


def limits(text: str, vocabulary: Vocabulary) -> Limits:
    """What the numbers of a text ask of a tariff.

    A number without a unit is a price after "up to" and a speed after "at least"; a price without either is the most
    that somebody would pay, a speed the least that they want.
    """
    asked: dict[str, float] = {}
    bound_before = None
    for each in quantities(text, vocabulary):
        at_most = each.bound == "at_most" or (bound_before == "between" and each.bound is None)
        bound_before = each.bound
        if each.unit == "mbps" and at_most:
            asked["most_mbps"] = each.amount
        elif each.unit == "mbps" or (not each.unit and each.bound == "at_least" and _tells(each)):
            asked["least_mbps"] = each.amount
        elif each.unit == "money" or (
            not each.unit and each.bound in ("at_most", "at_price") and _tells(each)
        ):
            asked["most_money"] = each.amount
    return Limits(**asked)


def people(text: str, vocabulary: Vocabulary, *, asked: bool) -> int | None:
    """How many people somebody speaks of: all whom they count ("two adults and three children"), else the first number.

    A number that counts nobody is one of people only where it was ``asked`` for.
    """
    if not asked and not vocabulary.people.within(plain_words(text)):
        return None
    parts = _parts(text)
    numbers = [
        each
        for each in _spoken(parts, vocabulary)
        if each.measure is None and 1 <= each.number < _TELLING_FROM
    ]
    counting = [each for each in numbers if _counts_people(parts[each.after : each.after + 2], vocabulary)]
    return int(sum(each.number for each in counting or numbers[:1])) or None


def use(text: str, vocabulary: Vocabulary) -> str | None:
    """What the internet is for; the most demanding of what is named."""
    words = plain_words(text)
    named = [name for name, signs in vocabulary.uses.items() if signs.within(words)]
    return named[-1] if named else None


def _parts(text: str) -> list[str]:
    return _PART.findall(plain(_THOUSANDS.sub(r"\1\2", text)))


def _spoken(parts: Sequence[str], vocabulary: Vocabulary) -> Iterator[_Spoken]:
    at = 0
    while at < len(parts):
        number = _number(parts[at], vocabulary)
        start, at = at, at + 1
        if number is None:
            continue
        if _follows(parts, at, vocabulary.measures["hundreds"]):
            number, at = number * 100, at + 1
        measures = vocabulary.measures
        measure = next((name for name in _UNITS if _follows(parts, at, measures[name])), None)
        bound = next((name for name in _BOUNDS if _precedes(parts, start, measures[name])), None)
        yield _Spoken(number, measure, bound, at)


def _counts_people(following: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether a number stands before people, or one word before them: "three small children", "five of us"."""
    for word in following:
        if _number(word, vocabulary) is not None:
            return False
        if word in vocabulary.people:
            return True
    return False


def _tells(quantity: Quantity) -> bool:
    return quantity.amount >= _TELLING_FROM


def _number(part: str, vocabulary: Vocabulary) -> float | None:
    if part[0].isdecimal():
        return float(part.replace(",", ".")) if len(part) <= _LONGEST else None
    return vocabulary.numbers.get(part)


def _follows(parts: Sequence[str], at: int, phrases: Sequence[Sequence[str]]) -> bool:
    return any(list(phrase) == parts[at : at + len(phrase)] for phrase in phrases)


def _precedes(parts: Sequence[str], at: int, phrases: Sequence[Sequence[str]]) -> bool:
    return any(list(phrase) == parts[at - len(phrase) : at] for phrase in phrases if len(phrase) <= at)
