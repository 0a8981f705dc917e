"""Days, weeks and months that can be found in a calendar: *zítra*, *pátek 12. 3.*, *next Monday*. Pure."""

import re
from collections.abc import Iterator

from components.entities.reading import Found, Reading, alternatives, matches
from components.entities.tables import Tables

_D = r"(?:0?[1-9]|[12]\d|3[01])"
_M = r"(?:0?[1-9]|1[0-2])"
_Y = r"(?:20)\d{2}"
_ISO = rf"(?<![\d.-]){_Y}-{_M}-{_D}(?![\d-])"
_DOTTED = rf"(?<![\d.,]){_D}\. ?{_M}\.(?: ?{_Y})?(?!\d)"
_SLASHED = rf"(?<![\d/]){_D}/{_M}/{_Y}(?![\d/])"


class Dates:
    """Knows the names of days and months."""

    def __init__(self, tables: Tables) -> None:
        def any_of(name: str) -> str:
            return alternatives(tables.folded(name))

        month, day, weekday = any_of("month"), any_of("day"), any_of("weekday")
        th, of, the = any_of("ordinal_ending"), any_of("before_month_of_day"), any_of("before_day_of_month")
        ordinal = rf"(?<![\d.,]){_D}(?:\.|{th})?"
        dated = "|".join(
            (
                _ISO,
                _SLASHED,
                rf"{ordinal} ?(?:{of} )?{month}\b(?:,? {_Y}\b)?",
                rf"\b{month} (?:{the} )?{_D}{th}?\b(?!:)(?:,? {_Y}\b)?",
                _DOTTED,
                rf"(?<![\d.,]){_D}{th}\b",
            )
        )
        which = any_of("which")
        number = rf"(?:\d{{1,2}}|{any_of('number_word')})"
        self._no_date = re.compile(rf"\b(?:{any_of('no_date')}|{any_of('greeting_word')} {day})\b")
        self._patterns = [
            re.compile(pattern)
            for pattern in (
                rf"(?:\b{which} )?\b{weekday}\b(?:,? (?:{the} )?(?:{dated}))?",
                dated,
                rf"\b{which} (?:{any_of('span')})\b",
                rf"\b{day}\b(?: (?:{dated}))?",
                rf"\b{any_of('ahead')} (?:{number} )?{any_of('ahead_span')}\b",
                rf"\b{any_of('before_month')} (?P<it>{month}(?: {_Y})?)\b",
                rf"^\W*(?P<it>{month})\W*$",
            )
        ]

    def find(self, reading: Reading) -> Iterator[Found]:
        """The longer kinds first."""
        folded = self._no_date.sub(lambda match: " " * len(match.group()), reading.folded)
        for pattern in self._patterns:
            yield from matches(pattern, "date", folded)
