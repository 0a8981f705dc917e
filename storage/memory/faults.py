"""Faults on demand: the database away, and everything that can become of a batch."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from storage.errors import StorageUnavailable
from storage.model.entry import Entry


class Fate(Enum):
    """What a planted fault does to the entries it is meant for."""

    REFUSED = "refused"  # the server will never take it
    UNKNOWN_APPLIED = "unknown_applied"  # stored, but the answer was lost
    UNKNOWN_LOST = "unknown_lost"  # not stored, and the answer was lost
    UNKNOWN_LATE = "unknown_late"  # the answer was lost; stored when `Faults.apply_late` is called


def _everyone(_: Entry) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class BatchFault:
    """A fault for the next batch; the entries that it does not ``hit`` fare well (a partial batch)."""

    fate: Fate
    hits: Callable[[Entry], bool] = _everyone


@dataclass(slots=True)
class Faults:
    """What goes wrong next. Of each batch one plan is used up; without a plan all goes well."""

    away: bool = (
        False  # the database cannot be reached: reads and writes fail, batches end unknown and unwritten
    )
    plans: deque[BatchFault] = field(default_factory=deque)
    gate: asyncio.Event | None = None  # batches wait here before anything is written
    late: list[Entry] = field(default_factory=list)
    _store: Callable[[Entry], object] | None = None

    def plan(self, *faults: BatchFault) -> None:
        """One fault for each of the next batches."""
        self.plans.extend(faults)

    def storing_by(self, store: Callable[[Entry], object]) -> None:
        """How ``apply_late`` stores an entry. For the storage that owns this."""
        self._store = store

    def apply_late(self) -> None:
        """The server applies what it had received: each entry is stored if its keys are still free."""
        late, self.late = self.late, []
        for entry in late:
            if self._store is not None:
                self._store(entry)

    def check(self) -> None:
        """Raise ``StorageUnavailable`` while away."""
        if self.away:
            raise StorageUnavailable("the database is away (planted)")
