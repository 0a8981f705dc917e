"""The tariffs as the hub tells them: which is the fastest, which one somebody means, how to show them. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from actions.content import Words
from actions.plain import plain

_PART = re.compile(r"[a-z]+|\d+")
_GIGABIT = 1000
MINOR_UNITS = 100
"""How many of the smallest unit of money make a whole one."""


@dataclass(frozen=True)
class Tariff:
    """One tariff in one language; ``price_amount`` in the smallest unit of money."""

    code: str
    name: str
    description: str
    download_mbps: int
    upload_mbps: int
    price_amount: int
    price_text: str
    includes: tuple[str, ...]


@dataclass(frozen=True)
class Promotion:
    """A special offer of today; ``until`` is its last day, if it has one."""

    text: str
    until: str | None


@dataclass(frozen=True)
class Equipment:
    """A thing that the technician brings, at a price that is paid once."""

    name: str
    price_text: str


@dataclass(frozen=True)
class Catalogue:
    """What the business sells, in one language; ``installation`` is what the set-up costs, once."""

    tariffs: tuple[Tariff, ...]
    promotions: tuple[Promotion, ...]
    installation: str
    equipment: tuple[Equipment, ...]


def parse_catalogue(data: Any) -> Catalogue:
    """The catalogue in the hub's answer. Raises ``ValueError`` when it is not of the agreed form."""
    try:
        return Catalogue(
            tariffs=tuple(map(_tariff, data["tariffs"])),
            promotions=tuple(
                Promotion(str(raw["text"]), str(raw["until_text"]) if raw["until_text"] else None)
                for raw in data["promotions"]
            ),
            installation=str(data["installation"]["text"]),
            equipment=tuple(
                Equipment(str(raw["name"]), str(raw["price"]["text"])) for raw in data["equipment"]
            ),
        )
    except (KeyError, TypeError) as wrong:
        raise ValueError(f"no catalogue: {wrong!r}") from wrong


def _tariff(raw: Any) -> Tariff:
    return Tariff(
        code=str(raw["code"]),
        name=str(raw["name"]),
        description=str(raw["description"]),
        download_mbps=int(raw["download_mbps"]),
        upload_mbps=int(raw["upload_mbps"]),
        price_amount=int(raw["price"]["amount"]),
        price_text=str(raw["price"]["text"]),
        includes=tuple(map(str, raw["includes"])),
    )


def fastest(tariffs: Sequence[Tariff]) -> Tariff:
    """The highest download speed, then upload, then the lower price."""
    return max(tariffs, key=lambda tariff: (tariff.download_mbps, tariff.upload_mbps, -tariff.price_amount))


def cheapest(tariffs: Sequence[Tariff]) -> Tariff:
    """The lowest price, then the higher speed."""
    return min(tariffs, key=lambda tariff: (tariff.price_amount, -tariff.download_mbps))


def called(tariffs: Sequence[Tariff], name: str | None) -> Tariff | None:
    """The tariff of a name or a code, if there is one."""
    return next((tariff for tariff in tariffs if name in (tariff.name, tariff.code)), None)


def mentioned(
    text: str, tariffs: Sequence[Tariff], numbers: Mapping[str, str]
) -> tuple[tuple[Tariff, ...], bool]:
    """The tariffs that a text names, and whether it names one that does not exist.

    People leave out the part that all names share ("the 500") or glue it on ("optik500"); ``numbers`` says
    which beginnings of words stand for which number.
    """
    parts = _parts(text)
    said = words_of(text, numbers)
    names = {tariff.code: set(_parts(tariff.name)) for tariff in tariffs}
    shared = set.intersection(*names.values()) if len(names) > 1 else set()
    named = tuple(tariff for tariff in tariffs if _is_named(names[tariff.code] - shared, said))
    unknown = any(
        first.startswith(word) and second.isdigit() for first, second in pairwise(parts) for word in shared
    )
    return named, unknown and not named


def words_of(text: str, numbers: Mapping[str, str]) -> set[str]:
    """What a text may call a tariff by: its words and numbers, and the numbers that its words stand for."""
    parts = _parts(text)
    return {*parts, *(number for part in parts for stem, number in numbers.items() if part.startswith(stem))}


def speed(mbps: int, words: Words) -> str:
    """``500 Mb/s``, ``1 Gb/s``, ``2,5 Gb/s``."""
    if mbps < _GIGABIT:
        return words.form("megabits", n=str(mbps))
    gigabits = f"{mbps / _GIGABIT:g}".replace(".", words.formats["decimal_mark"])
    return words.form("gigabits", n=gigabits)


def values_of(tariff: Tariff, words: Words) -> dict[str, str]:
    """What templates may say of a tariff."""
    return {
        "name": tariff.name,
        "description": tariff.description,
        "download": speed(tariff.download_mbps, words),
        "upload": speed(tariff.upload_mbps, words),
        "price": tariff.price_text,
    }


def listed(tariffs: Sequence[Tariff], words: Words) -> str:
    """One line for each tariff."""
    return "\n".join(words.form("tariff_line", **values_of(tariff, words)) for tariff in tariffs)


def described(tariffs: Sequence[Tariff], words: Words) -> str:
    """A paragraph for each tariff, with what is included."""
    return "\n\n".join(
        words.form("tariff_details", **values_of(tariff, words), includes=included(tariff.includes, words))
        for tariff in tariffs
    )


def included(includes: Sequence[str], words: Words) -> str:
    """One line for each thing that comes with a tariff."""
    return "\n".join(words.form("include_line", include=include) for include in includes)


def money(amount: int, words: Words) -> str:
    """An amount in the smallest unit, as the language writes it: ``1 499 Kč``."""
    whole, rest = divmod(amount, MINOR_UNITS)
    mark = words.formats["thousand"].strip("01")
    text = f"{whole:,}".replace(",", mark)
    return words.form("money", n=f"{text}{words.formats['decimal_mark']}{rest:02}" if rest else text)


def _is_named(own: set[str], said: set[str]) -> bool:
    return bool(own) and own <= said


def _parts(text: str) -> list[str]:
    return _PART.findall(plain(text))
