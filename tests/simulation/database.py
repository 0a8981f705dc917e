"""The database of a simulated world: the memory twin behind a network, with everything that can become of a write.

A request travels, is carried out in the database's own process, and its answer travels back. A hub that dies in between
has asked all the same.
"""

from collections.abc import Callable, Coroutine, Iterable
from random import Random
from typing import Any

from storage.memory import BatchFault, Fate, MemoryStorage
from storage.model.entry import Entry
from tests.simulation.climate import Climate
from tests.simulation.loop import Process, VirtualLoop

FATES = (Fate.UNKNOWN_APPLIED, Fate.UNKNOWN_APPLIED, Fate.UNKNOWN_LOST, Fate.UNKNOWN_LATE, Fate.UNKNOWN_LATE)


class Database:
    """One twin for all hubs."""

    def __init__(self, loop: VirtualLoop, random: Random, climate: Climate, twin: MemoryStorage) -> None:
        self.loop = loop
        self.random = random
        self.climate = climate
        self.twin = twin
        self.process = Process("database")
        self._visible_at: dict[str, float] = {}  # of entries that a majority does not have yet, by id

    def stored(self, entry: Entry) -> float:
        """An entry has taken its keys; when a majority will have it, and readers see it."""
        lag = self.climate.read_lag
        at = self.loop.time() + (self.random.expovariate(1 / lag) if lag else 0.0)
        if lag:
            self._visible_at[entry.id] = at
        return at

    def visible(self, entry: Entry | None) -> bool:
        """Whether readers with majority concern see it."""
        return entry is not None and self._visible_at.get(entry.id, 0.0) <= self.loop.time()

    def hidden_for(self, ids: Iterable[str]) -> float:
        """The seconds until all of them are visible."""
        now = self.loop.time()
        return max((self._visible_at.get(each, now) - now for each in ids), default=0.0)

    def go_away(self) -> None:
        """Nobody can reach it."""
        self.twin.go_away()

    def come_back(self) -> None:
        """Everybody can again."""
        self.twin.come_back()

    def lose_history(self) -> None:
        """No change stream can resume where it was."""
        self.twin.entries.lose_history()

    def run(self, operation: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Carry out an operation of the twin, none of which really waits."""
        work = operation()
        try:
            work.send(None)
        except StopIteration as done:
            return done.value
        raise AssertionError("an operation of the twin waits")

    def plan(self) -> None:
        """What will become of the next batch."""
        faults = self.twin.faults
        faults.plans.clear()
        if self.random.random() >= self.climate.batch_fault:
            return
        fate = self.random.choice(FATES)
        share = self.random.choice((1.0, 1.0, 0.5))
        faults.plan(BatchFault(fate, lambda _: self.random.random() < share))
        if fate is Fate.UNKNOWN_LATE:
            self.loop.call_in(self.process, self.random.choice((0.3, 3.0, 12.0)), faults.apply_late)
