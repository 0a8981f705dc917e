"""All that a text names. Pure."""

import re
from collections.abc import Iterable, Iterator

from components.entities.dates import Dates
from components.entities.numbers import Numbers
from components.entities.reading import Found, Reading, alternatives, apart, matches
from components.entities.streets import Streets
from components.entities.tables import Tables
from components.entities.times import Times
from components.entities.towns import Towns

_LONGEST = 1000  # characters that are looked at


class Finder:
    """Finds what the tables and the patterns know. Where two overlap, the kind that comes first holds."""

    def __init__(self, tables: Tables, listed: Iterable[str]) -> None:
        """``listed``: entities that are nothing but the phrases of the tables of their names."""
        towns = Towns(tables)
        self._finders = (Dates(tables), Numbers(tables), Times(tables), Streets(tables, towns), towns)
        self._listed = [
            (name, re.compile(rf"\b{alternatives(tables.folded(name))}\b")) for name in sorted(set(listed))
        ]

    def find(self, text: str) -> list[tuple[Found, int, int]]:
        """What is named, with its start and end in the text, in the order of the text."""
        reading = Reading(text[:_LONGEST])
        return [(found, *reading.original(found)) for found in apart(self._all(reading))]

    def _all(self, reading: Reading) -> Iterator[Found]:
        for finder in self._finders:
            yield from finder.find(reading)
        for name, pattern in self._listed:
            yield from matches(pattern, name, reading.folded)
