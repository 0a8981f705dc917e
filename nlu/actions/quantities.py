"""Numbers that people say, with what they count and how they limit it: "aspoň 300 mega", "up to 500". Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from actions.plain import plain, plain_words
from actions.vocabulary import Vocabulary

_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,2})[ \u00a0\u202f.,](\d{3})(?![\d.,]?\d)")
_PART = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+")
_GIGABIT = 1000
_TELLING_FROM = 100  # fewer, without a unit, are people or rooms, never a speed or a price
_LONGEST = 9  # digits of a number that is worth a thought


@dataclass(frozen=True)
class Quantity:
    """``unit``: ``mbps``, ``money`` (in whole crowns) or nothing; ``bound``: ``at_least``, ``at_most`` or nothing."""

    amount: float
    unit: str | None = None
    bound: str | None = None


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
    parts = _PART.findall(plain(_THOUSANDS.sub(r"\1\2", text)))
    at = 0
    while at < len(parts):
        amount = _number(parts[at], vocabulary)
        start, at = at, at + 1
        if amount is None:
            continue
        if _follows(parts, at, vocabulary.measures["hundreds"]):
            amount, at = amount * 100, at + 1
        unit = None
        for name in ("megabits", "gigabits", "money"):
            if _follows(parts, at, vocabulary.measures[name]):
                unit = "money" if name == "money" else "mbps"
                amount *= _GIGABIT if name == "gigabits" else 1
                break
        bound = next(
            (name for name in ("at_least", "at_most") if _precedes(parts, start, vocabulary.measures[name])),
            None,
        )
        yield Quantity(amount, unit, bound)


def limits(text: str, vocabulary: Vocabulary) -> Limits:
    """What the numbers of a text ask of a tariff.

    A number without a unit is a price after "up to" and a speed after "at least"; a price without either is the most
    that somebody would pay, a speed the least that they want.
    """
    asked: dict[str, float] = {}
    for each in quantities(text, vocabulary):
        if each.unit == "mbps" and each.bound == "at_most":
            asked["most_mbps"] = each.amount
        elif each.unit == "mbps" or (not each.unit and each.bound == "at_least" and _tells(each)):
            asked["least_mbps"] = each.amount
        elif each.unit == "money" or (not each.unit and each.bound == "at_most" and _tells(each)):
            asked["most_money"] = each.amount
    return Limits(**asked)


def people(text: str, vocabulary: Vocabulary, *, asked: bool) -> int | None:
    """How many people somebody speaks of; a bare number counts only where it was ``asked`` for."""
    if not asked and not vocabulary.people.within(plain_words(text)):
        return None
    return next(
        (
            int(each.amount)
            for each in quantities(text, vocabulary)
            if each.unit is None and 1 <= each.amount < _TELLING_FROM
        ),
        None,
    )


def use(text: str, vocabulary: Vocabulary) -> str | None:
    """What the internet is for; the most demanding of what is named."""
    words = plain_words(text)
    named = [name for name, signs in vocabulary.uses.items() if signs.within(words)]
    return named[-1] if named else None


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
