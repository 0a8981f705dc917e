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


def parse_tariffs(data: Any) -> tuple[Tariff, ...]:
    """The tariffs in the hub's answer. Raises ``ValueError`` when it is not of the agreed form."""
    try:
        return tuple(
            Tariff(
                code=str(raw["code"]),
                name=str(raw["name"]),
                description=str(raw["description"]),
                download_mbps=int(raw["download_mbps"]),
                upload_mbps=int(raw["upload_mbps"]),
                price_amount=int(raw["price"]["amount"]),
                price_text=str(raw["price"]["text"]),
                includes=tuple(map(str, raw["includes"])),
            )
            for raw in data["tariffs"]
        )
    except (KeyError, TypeError) as wrong:
        raise ValueError(f"no catalogue: {wrong!r}") from wrong


def fastest(tariffs: Sequence[Tariff]) -> Tariff:
    """The highest download speed, then upload, then the lower price."""
    return max(tariffs, key=lambda tariff: (tariff.download_mbps, tariff.upload_mbps, -tariff.price_amount))


def cheapest(tariffs: Sequence[Tariff]) -> Tariff:
    """The lowest price, then the higher speed."""
    return min(tariffs, key=lambda tariff: (tariff.price_amount, -tariff.download_mbps))


def by_code(tariffs: Sequence[Tariff], code: str | None) -> Tariff | None:
    """The tariff of a code, if there is one."""
    return next((tariff for tariff in tariffs if tariff.code == code), None)


def mentioned(
    text: str, tariffs: Sequence[Tariff], spoken_numbers: Mapping[str, str]
) -> tuple[tuple[Tariff, ...], bool]:
    """The tariffs that a text names, and whether it names one that does not exist.

    People leave out the part that all names share ("the 500") or glue it on ("optik500"); ``spoken_numbers`` says
    which beginnings of words stand for which number.
    """
    parts = _parts(text)
    said = set(parts) | {
        number for part in parts for stem, number in spoken_numbers.items() if part.startswith(stem)
    }
    names = {tariff.code: set(_parts(tariff.name)) for tariff in tariffs}
    shared = set.intersection(*names.values()) if len(names) > 1 else set()
    named = tuple(tariff for tariff in tariffs if _is_named(names[tariff.code] - shared, said))
    unknown = any(
        first.startswith(word) and second.isdigit() for first, second in pairwise(parts) for word in shared
    )
    return named, unknown and not named


def speed(mbps: int, words: Words) -> str:
    """``500 Mb/s``, ``1 Gb/s``, ``2,5 Gb/s``."""
    if mbps < _GIGABIT:
        return words.fill(words.formats["megabits"], {"n": str(mbps)})
    gigabits = f"{mbps / _GIGABIT:g}".replace(".", words.formats["decimal_mark"])
    return words.fill(words.formats["gigabits"], {"n": gigabits})


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
    return "\n".join(words.fill(words.formats["tariff_line"], values_of(tariff, words)) for tariff in tariffs)


def described(tariffs: Sequence[Tariff], words: Words) -> str:
    """A paragraph for each tariff, with what is included."""
    return "\n\n".join(
        words.fill(
            words.formats["tariff_details"],
            values_of(tariff, words) | {"includes": _included(tariff, words)},
        )
        for tariff in tariffs
    )


def _included(tariff: Tariff, words: Words) -> str:
    line = words.formats["include_line"]
    return "\n".join(words.fill(line, {"include": include}) for include in tariff.includes)


def _is_named(own: set[str], said: set[str]) -> bool:
    return bool(own) and own <= said


def _parts(text: str) -> list[str]:
    return _PART.findall(plain(text))
