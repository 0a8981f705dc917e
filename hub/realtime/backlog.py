"""What all lines together keep for readers who are behind. Bounded: if it is too much, who holds most is cut."""

from typing import Protocol

MOST_UNREAD_BY_ALL = 256 * 1024 * 1024
"""Bytes: a quarter of a server of one GiB, and room for two thousand slow clients with a large page each."""

RELIEVED = 3 / 4
"""Of that is left when somebody was cut, so that nobody is looked for again at once."""


class Reader(Protocol):
    """The other side of a line, as far as it matters here."""

    def unread(self) -> int:
        """Bytes that are kept for it."""

    def cut(self, reason: str) -> None:
        """End it now; it leaves the backlog."""


class Backlog:
    """Each line says what it keeps whenever that grows, and now and then what is left of it; so the sum is at least
    what is really kept, and is counted anew before anybody is cut."""

    def __init__(self) -> None:
        self.total = 0  # bytes
        self._kept: dict[Reader, int] = {}

    def join(self, line: Reader) -> None:
        self._kept[line] = 0

    def leave(self, line: Reader) -> None:
        """Idempotent."""
        self.total -= self._kept.pop(line, 0)

    def note(self, line: Reader, kept: int) -> None:
        """A line that has joined keeps so much now. May cut any line, this one too."""
        self.total += kept - self._kept[line]
        self._kept[line] = kept
        if self.total > MOST_UNREAD_BY_ALL:
            self._relieve()

    def _relieve(self) -> None:
        self._kept = {line: line.unread() for line in self._kept}
        self.total = sum(self._kept.values())
        for line in sorted(self._kept, key=self._kept.__getitem__, reverse=True):
            if self.total <= MOST_UNREAD_BY_ALL * RELIEVED:
                return
            line.cut("too much unread by all")
