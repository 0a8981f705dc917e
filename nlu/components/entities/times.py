"""Hours and parts of the day: *dopoledne*, *po páté*, *od 8 do 12*, *half past two*. Pure.

``po``, ``kolem`` or ``between`` belong to the time, since they change it; ``v`` or ``at`` do not.
"""

import re
from collections.abc import Iterator

from components.entities.reading import Found, Reading, alternatives, matches
from components.entities.tables import Tables

_CLOCK = r"(?:[01]?\d|2[0-4])[:.][0-5]\d"
_HOUR = r"(?:[01]?\d|2[0-4])"
_STARTS = r"(?<![\w.,:/-])"
_ENDS = r"(?![\w/-])(?![.,:]\d)"


class Times:
    """Knows the words for hours."""

    def __init__(self, tables: Tables) -> None:
        def any_of(*names: str) -> str:
            return alternatives(phrase for name in names for phrase in tables.folded(name))

        about, joint, words = any_of("about_hour"), any_of("range"), any_of("hour")
        unit = rf"\.? ?{any_of('hour_unit', 'hour_mark')}(?!\w)"
        goes_on = any_of("part_of_day", "day", "weekday", "after_hour")
        alone = rf"(?=\W*$|[,;!?)]|\. | (?:{goes_on})\b)"  # an hour, not a number of other things
        mark = rf"\.? ?{any_of('hour_mark')}(?!\w)"
        sure = rf"(?:{_CLOCK}(?:{unit})?|{_HOUR}{unit}|{words}{unit})"
        any_hour = rf"(?:{_CLOCK}|{_HOUR}|{words})(?:{unit})?"
        to = rf"(?: ?- ?| {joint} )"
        self._patterns = [
            re.compile(pattern)
            for pattern in (
                rf"\b{about} {any_hour}{to}{any_hour}{_ENDS}{alone}",
                rf"{_STARTS}{any_hour}{to}{sure}{_ENDS}",
                rf"\b{about} {sure}{_ENDS}",
                rf"\b{about} (?:{_HOUR}|{words}){_ENDS}{alone}",
                rf"{_STARTS}(?:[01]?\d|2[0-4]):[0-5]\d(?:{unit})?{_ENDS}",
                rf"{_STARTS}(?:{_CLOCK}|{_HOUR}|{words}){mark}",
                rf"\b{any_of('at_hour')} (?P<it>{sure}|{_CLOCK}|(?:{_HOUR}|{words}){_ENDS}{alone}){_ENDS}",
            )
        ]
        self._part_of_day = re.compile(rf"\b{any_of('part_of_day')}\b")
        self._wish = re.compile(rf"\b{any_of('greeting_word')} $")

    def find(self, reading: Reading) -> Iterator[Found]:
        """Ranges first, then hours, then parts of the day; the earlier hold where they overlap."""
        for pattern in self._patterns:
            yield from matches(pattern, "time", reading.folded)
        for match in self._part_of_day.finditer(reading.folded):
            if not self._wish.search(reading.folded[: match.start()]):
                yield Found("time", match.start(), match.end())
