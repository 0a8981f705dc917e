"""Numbers that people say, with what they count and how they limit it: "aspoň 300 mega", "300 to 500 Mb/s". Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from actions.numerals import following, is_number, numerals, parts_of
from actions.plain import plain_words
from actions.vocabulary import Vocabulary

_GIGABIT = 1000
_TELLING_FROM = 100  # fewer, without a unit, are people or rooms, never a speed or a price
_UNITS = {"megabits": "mbps", "gigabits": "mbps", "money": "money"}
_BOUNDS = ("at_least", "at_most", "at_price", "between", "apart", "unwanted")
_UNITS_OF_BOUNDS: Mapping[str | None, str] = {"at_least": "mbps", "at_most": "money", "at_price": "money"}
"""What a number without a unit counts."""

_SPEEDS = ("megabits", "gigabits")
_SLASH = ("/",)
_NEAR = 1  # words between a number and what says that it is the speed of the way up
_REACH = 3  # as many stand before a lower limit: "the upload should be at least 200"
_LOWER = ("at_least", "between")
_PRICES = ("at_most", "at_price")


@dataclass(frozen=True)
class Quantity:
    """``unit``: ``mbps``, ``money`` (in whole crowns) or nothing.

    ``bound``: ``at_least``, ``at_most``, ``at_price`` (at most, if it is a price), ``from`` (the lower end of a range;
    the next is the upper one), ``unwanted``, ``apart`` (only told from another) or nothing. ``upload``: of the way up.
    """

    amount: float
    unit: str | None = None
    bound: str | None = None
    upload: bool = False

    @property
    def is_limit(self) -> bool:
        """Whether it limits a choice for sure: "up to 500", "at least 300 megabits"."""
        return self.bound == "at_most" or (
            self.bound in ("at_least", "from") and bool(self.unit or self.upload)
        )


@dataclass(frozen=True)
class _Spoken:
    """A number with the ``measure`` that follows it; ``after`` both goes on what is said.

    ``joint``: all that stands between it and the number before.
    """

    number: float
    measure: str | None
    bound: str | None
    after: int
    joint: tuple[str, ...]
    upload: bool

    @property
    def quantity(self) -> Quantity:
        amount = self.number * (_GIGABIT if self.measure == "gigabits" else 1)
        return Quantity(amount, _UNITS[self.measure] if self.measure else None, self.bound, self.upload)


@dataclass(frozen=True)
class Limits:
    """What somebody asks of a tariff: speeds in Mb/s, the price in whole units of money."""

    least_mbps: float | None = None
    most_mbps: float | None = None
    least_upload_mbps: float | None = None
    least_money: float | None = None
    most_money: float | None = None

    def __bool__(self) -> bool:
        return self != Limits()


def quantities(text: str, vocabulary: Vocabulary) -> Iterator[Quantity]:
    """Every number in a text, written in digits or in words."""
    spoken = list(_spoken(parts_of(text), vocabulary))
    at = 0
    while at < len(spoken):
        pair = _pair(spoken[at], spoken[at + 1], vocabulary) if at + 1 < len(spoken) else ()
        yield from pair or (spoken[at].quantity,)
        at += len(pair) or 1


def limits(text: str, vocabulary: Vocabulary) -> Limits:
    """What the numbers of a text ask of a tariff.

    A number without a unit is a price after "up to" and a speed after "at least"; a price without either is the most
    that somebody would pay, a speed the least that they want.
    """
    return _together(quantities(text, vocabulary))


def bounds(text: str, vocabulary: Vocabulary) -> Limits:
    """The same, but only what is said to be a limit: "up to 500", not "500 crowns"."""
    return _together(each for each in quantities(text, vocabulary) if each.bound)


def people(text: str, vocabulary: Vocabulary, *, asked: bool) -> int | None:
    """How many people somebody speaks of: all whom they count ("two adults and three children"), else the first number.

    A number that counts nobody is one of people only where it was ``asked`` for.
    """
    if not asked and not vocabulary.people.within(plain_words(text)):
        return None
    parts = parts_of(text)
    numbers = [
        each
        for each in _spoken(parts, vocabulary)
        if each.measure is None and 1 <= each.number < _TELLING_FROM
    ]
    counting = [each for each in numbers if _counts_people(parts[each.after : each.after + 2], vocabulary)]
    if asked and (alone := sum(word in vocabulary.each_one for word in plain_words(text))):
        return alone + int(sum(each.number for each in counting))  # "me and two kids"
    return int(sum(each.number for each in counting or numbers[:1])) or None


def use(text: str, vocabulary: Vocabulary) -> str | None:
    """What the internet is for; the most demanding of what is named."""
    words = plain_words(text)
    named = [name for name, signs in vocabulary.uses.items() if signs.within(words)]
    return named[-1] if named else None


def _counts_people(behind: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether a number stands before people, or one word before them: "three small children", "five of us"."""
    for word in behind:
        if is_number(word, vocabulary):
            return False
        if word in vocabulary.people:
            return True
    return False


def _together(each_said: Iterable[Quantity]) -> Limits:
    asked = {_limit(each): each.amount for each in each_said}
    return Limits(**{name: amount for name, amount in asked.items() if name})


def _limit(each: Quantity) -> str | None:
    """Which of the limits a number is, if it is one."""
    if each.bound in ("unwanted", "apart"):
        return None
    if each.upload:
        return None if each.bound == "at_most" else "least_upload_mbps"
    unit = each.unit or (_UNITS_OF_BOUNDS.get(each.bound) if _tells(each.amount) else None)
    if unit == "mbps":
        return "most_mbps" if each.bound == "at_most" else "least_mbps"
    if unit == "money":
        return "least_money" if each.bound in ("from", "at_least") else "most_money"
    return None


def _tells(amount: float) -> bool:
    return amount >= _TELLING_FROM


def _spoken(parts: Sequence[str], vocabulary: Vocabulary) -> Iterator[_Spoken]:
    measures, behind = vocabulary.measures, 0
    found = list(numerals(parts, vocabulary))
    for place, each in enumerate(found):
        lengths = {name: following(parts, each.after, measures[name]) for name in _UNITS}
        measure = max(lengths, key=lambda name: lengths[name])
        after = each.after + lengths[measure]
        last = place + 1 == len(found)
        joint, ahead = parts[behind : each.start], parts[after : None if last else found[place + 1].start]
        said = measure if lengths[measure] else None
        bound, led = _bound(joint, vocabulary)
        costs = said == "money" or (said is None and bound in _PRICES)  # no speed, whatever is beside it
        upload = not costs and (
            _leads_to_upload(led, bound, not place, vocabulary) or _tells_of_upload(ahead, last, vocabulary)
        )
        yield _Spoken(each.number, said, bound, after, tuple(word for word in joint if word != ","), upload)
        behind = after


def _leads_to_upload(before: Sequence[str], bound: str | None, first: bool, vocabulary: Vocabulary) -> bool:
    """Whether the way up is named shortly before a number and its limit, and no nearer to the number before that."""
    reach = _REACH if bound in _LOWER else _NEAR
    return any(
        word in vocabulary.upload
        and len(before) - 1 - place <= (reach if first else min(reach, place))
        and "," not in before[place:-1]
        for place, word in enumerate(before)
    )


def _tells_of_upload(behind: Sequence[str], last: bool, vocabulary: Vocabulary) -> bool:
    """Whether the way up is named shortly behind a number, and nearer to it than to the next one."""
    return any(
        word in vocabulary.upload and (last or place < len(behind) - 1 - place)
        for place, word in enumerate(behind[: _NEAR + 1])
    )


def _pair(first: _Spoken, second: _Spoken, vocabulary: Vocabulary) -> tuple[Quantity, ...]:
    """Two numbers that say one thing together; nothing if they do not."""
    measure = second.measure or first.measure
    both_ways = second.joint == _SLASH or (second.upload and not first.upload and _tells(first.number))
    if both_ways and measure in _SPEEDS:
        down, up = replace(first, measure=first.measure or measure), replace(second, measure=measure)
        return down.quantity, replace(up.quantity, upload=True)
    if first.bound == "unwanted" and second.measure is None and second.bound in (None, "at_least"):
        return first.quantity, replace(second, measure=first.measure).quantity
    if first.bound not in ("between", "apart") and second.joint not in vocabulary.measures["range"]:
        return ()
    return _range(first, second, measure)


def _range(first: _Spoken, second: _Spoken, measure: str | None) -> tuple[Quantity, ...]:
    """From one number to the other, whichever is the greater; nothing if they are not of one kind."""
    if measure is None:
        if first.bound is None or not (_tells(first.number) and _tells(second.number)):
            return ()
        measure = "money" if _UNITS_OF_BOUNDS.get(first.bound) == "money" else "megabits"
    of_first = first.measure or measure
    if of_first == "gigabits" and first.measure is None and _tells(first.number):
        of_first = "megabits"  # "500 to 1 gig"
    ends = [replace(first, measure=of_first).quantity, replace(second, measure=measure).quantity]
    if ends[0].unit != ends[1].unit:
        return ()
    low, high = sorted(ends, key=lambda end: end.amount)
    upload = low.upload or high.upload
    if first.bound == "apart":
        return replace(low, bound="apart"), replace(high, bound="apart")
    return replace(low, bound="from", upload=upload), replace(high, bound="at_most", upload=upload)


def _bound(before: Sequence[str], vocabulary: Vocabulary) -> tuple[str | None, Sequence[str]]:
    """The limit in the last words before a number, and what is before it.

    Of several phrases the longest: "no more than" is not "more than".
    """
    lengths = {
        name: max(
            (len(phrase) for phrase in vocabulary.measures[name] if list(phrase) == before[-len(phrase) :]),
            default=0,
        )
        for name in _BOUNDS
    }
    longest = max(lengths, key=lambda name: lengths[name])
    return (longest, before[: -lengths[longest]]) if lengths[longest] else (None, before)
