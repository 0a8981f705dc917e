"""Drafts applied again and again: what has been applied before is not applied anew."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from hub.knowledge.editing.applying import Applied, applied
from hub.knowledge.edits import Edit
from hub.knowledge.files import Files

_KEPT = 30  # drafts


@dataclass(frozen=True, slots=True)
class _Replay:
    base: Files
    edits: tuple[Edit, ...]
    result: Applied


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
        if known and known.base == base and known.edits == edits[: len(known.edits)]:
            more = applied(known.result.files, edits[len(known.edits) :])
            result = Applied(more.files, known.result.conflicts + more.conflicts)
        else:
            result = applied(base, edits)
        with self._lock:
            self._kept[key] = _Replay(base, edits, result)
            self._kept.move_to_end(key)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return result
