"""Drafts applied again and again: what has been applied before is not applied anew."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from hub.knowledge.editing.applying import Applied, applied
from hub.knowledge.edits import Edit
from hub.knowledge.files import Files

_KEPT = 30  # drafts


_LAST = 10
_EVERY = 25
"""Of how many edits at the end, and of which before them, what they came to is kept: to take one back is quick."""


@dataclass(frozen=True, slots=True)
class _Replay:
    """``steps``: what the first so many edits came to, in order."""

    base: Files
    edits: tuple[Edit, ...]
    steps: tuple[tuple[int, Applied], ...]


class Replays:
    """What drafts came to, by whose they are. Safe to call from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, _Replay] = OrderedDict()

    def applied(self, key: str, base: Files, edits: Sequence[Edit]) -> Applied:
        """As ``applying.applied``; only edits behind those that are known are applied. Raises ``UnreadableFile``."""
        edits = tuple(edits)
        with self._lock:
            known = self._kept.get(key)
        steps: list[tuple[int, Applied]] = [
            (0, Applied(base, ())),
            *(_steps_towards(known, edits) if known and known.base == base else ()),
        ]
        done, result = steps[-1]
        for count in range(done + 1, len(edits) + 1):
            more = applied(result.files, edits[count - 1 : count])
            result = Applied(more.files, result.conflicts + more.conflicts)
            if count % _EVERY == 0 or count > len(edits) - _LAST:
                steps.append((count, result))
        with self._lock:
            self._kept[key] = _Replay(base, edits, _worth_keeping(steps))
            self._kept.move_to_end(key)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return result


def _steps_towards(known: _Replay, edits: tuple[Edit, ...]) -> list[tuple[int, Applied]]:
    """Those of which all edits are the same, and come first."""
    pairs = zip(known.edits, edits, strict=False)
    same = next((place for place, (one, other) in enumerate(pairs) if one != other), len(edits))
    return [step for step in known.steps if step[0] <= min(same, len(known.edits))]


def _worth_keeping(steps: Sequence[tuple[int, Applied]]) -> tuple[tuple[int, Applied], ...]:
    last = steps[-1][0]
    return tuple(step for step in steps if step[0] and (step[0] % _EVERY == 0 or step[0] > last - _LAST))
