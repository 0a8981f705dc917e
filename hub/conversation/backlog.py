"""Stretches of time that are still to be looked at, the newest first; what could not be looked at comes last. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

SHORTEST = timedelta(milliseconds=1)
"""What entries are recorded to: nothing shorter can be told apart."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``begin`` until just before ``end``; looked at in pieces no longer than ``piece``, the newest first."""

    begin: datetime
    end: datetime
    piece: timedelta

    def next(self) -> tuple[datetime, datetime]:
        """Its newest piece."""
        return max(self.begin, self.end - self.piece), self.end

    def touches(self, other: "Stretch") -> bool:
        """Whether nothing lies between the two."""
        return self.begin <= other.end and other.begin <= self.end


class Backlog:
    """``next`` says what to look at; ``done``, ``narrow`` and ``put_off`` what became of that."""

    def __init__(self, piece: timedelta) -> None:
        """``piece``: how much to look at in one go, until it proves to be too much."""
        self._piece = piece
        self._stretches: list[Stretch] = []  # the last is the next
        self._put_off: list[Stretch] = []  # the last was put off last

    def add(self, begin: datetime, end: datetime) -> None:
        """To be looked at before all else."""
        if begin < end:
            self._stretches.append(Stretch(begin, end, self._piece))

    def next(self) -> tuple[datetime, datetime] | None:
        """From when until just before when to look; None if all has been looked at."""
        if not self._stretches:
            self._stretches, self._put_off = self._put_off, []
        return self._stretches[-1].next() if self._stretches else None

    def done(self) -> None:
        """It has been looked at."""
        self._cut()

    def narrow(self) -> bool:
        """It holds more than one look takes in: look at its halves next. False if it cannot be halved."""
        begin, end = self._stretches[-1].next()
        if end - begin <= SHORTEST:
            return False
        cut = self._cut()
        self._stretches.append(replace(cut, piece=_half(end - begin)))
        return True

    def put_off(self) -> None:
        """It could not be looked at: everything else comes first, then it is tried in smaller pieces."""
        cut = self._cut()
        cut = replace(cut, piece=_half(cut.piece))
        if self._put_off and self._put_off[-1].touches(cut):  # else a long outage would leave very many
            other = self._put_off.pop()
            cut = Stretch(min(cut.begin, other.begin), max(cut.end, other.end), min(cut.piece, other.piece))
        self._put_off.append(cut)

    def _cut(self) -> Stretch:
        """Take the next piece out."""
        stretch = self._stretches.pop()
        begin, end = stretch.next()
        if stretch.begin < begin:
            self._stretches.append(replace(stretch, end=begin))
        return replace(stretch, begin=begin, end=end)


def _half(piece: timedelta) -> timedelta:
    return max(piece / 2, SHORTEST)
