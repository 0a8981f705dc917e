"""Reading what strace saw, and judging it. Pure.

A trace is one file a thread, each call on a line of its own (``strace -ff -ttt -T -yy``): when it began by the
machine's clock, what it was about, and how long it took. The tracer holds a thread at both ends of a call, so a call
that had to wait for another is never seen to begin before that one's end.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

JOURNAL = "WiredTigerLog."
SYNCS = ("fdatasync", "fsync")

_CALL = re.compile(
    r"^(?P<began>\d+\.\d+) (?P<name>\w+)\(\d+<(?P<about>(?:->|[^<>])*)>(?P<rest>.*)\) += (?P<result>-?\d+)"
    r".* <(?P<took>\d+\.\d+)>$",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Call:
    """A system call on a file or a socket. Times are seconds since the epoch."""

    began: float
    ended: float
    name: str
    about: str  # the path, or the two ends of a connection
    data: str
    result: int


@dataclass(frozen=True, slots=True)
class Judged:
    """One message: when it was on disk, and when the hub first sent anything with it to anybody."""

    message: str
    durable: float
    told: float

    @property
    def early(self) -> bool:
        """Told before it was durable."""
        return self.told < self.durable


class NoEvidence(Exception):
    """The traces do not show what has to be shown."""


def read_call(line: str) -> Call | None:
    """A line of a trace; None for what is no finished call on a file or a socket."""
    found = _CALL.match(line.rstrip("\n"))
    if found is None:
        return None
    began = float(found["began"])
    return Call(
        began,
        began + float(found["took"]),
        found["name"],
        found["about"],
        found["rest"],
        int(found["result"]),
    )


def durable_at(calls: Sequence[Call], message: str) -> float:
    """The end of the first sync of the journal that began after the message had been written to it.

    Raises ``NoEvidence`` when it was not seen in the journal, or no such sync was.
    """
    written = next((call for call in calls if call.name == "pwrite64" and message in call.data), None)
    if written is None:
        raise NoEvidence(f"{message} was not seen on its way into the journal")
    syncs = [
        call.ended
        for call in calls
        if call.name in SYNCS
        and call.result == 0
        and call.about == written.about
        and call.began >= written.ended
    ]
    if not syncs:
        raise NoEvidence(f"{message} was written to the journal, which was never synced after it")
    return min(syncs)


def told_at(calls: Iterable[Call], message: str) -> float:
    """The beginning of the first send with the message. Raises ``NoEvidence`` when there is none."""
    told = min((call.began for call in calls if message in call.data), default=None)
    if told is None:
        raise NoEvidence(f"{message} was acknowledged, but nothing about it was seen on its way out")
    return told


def judged(journal: Iterable[Call], sent: Iterable[Call], messages: Iterable[str]) -> list[Judged]:
    """Every message. ``journal``: the database's calls; ``sent``: the hub's, on its clients' sockets."""
    ordered = sorted((call for call in journal if JOURNAL in call.about), key=lambda call: call.began)
    outgoing = list(sent)
    return [Judged(message, durable_at(ordered, message), told_at(outgoing, message)) for message in messages]
