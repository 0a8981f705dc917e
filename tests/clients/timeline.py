"""One screen's knowledge of one timeline. Pure: entries come in any order and any number of times, and each is shown
once, in the order of seq and without gaps. What lies beyond a gap waits."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

Entry = dict[str, Any]
"""As it came over the wire."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """``last`` was shown last; ``ahead`` waits beyond a gap; ``known`` is the newest seq that is said to exist."""

    last: int = 0
    known: int = 0
    ahead: dict[int, Entry] = field(default_factory=dict)


def noted(timeline: Timeline, seq: int) -> Timeline:
    """A digest, a version or an entry says that ``seq`` exists."""
    return replace(timeline, known=seq) if seq > timeline.known else timeline


def is_behind(timeline: Timeline) -> bool:
    """Something exists that cannot be shown yet: it has to be asked for."""
    return timeline.known > timeline.last


def appended(timeline: Timeline, entries: Iterable[Entry]) -> tuple[Timeline, list[Entry]]:
    """The timeline with ``entries``, and those that can be shown now, in order."""
    ahead = timeline.ahead | {entry["seq"]: entry for entry in entries if entry["seq"] > timeline.last}
    fresh: list[Entry] = []
    last = timeline.last
    while last + 1 in ahead:
        last += 1
        fresh.append(ahead.pop(last))
    known = max([timeline.known, last, *ahead])
    return Timeline(last, known, ahead), fresh
