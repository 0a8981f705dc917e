"""Storage in memory: the twin of ``storage.mongo`` for tests and trials, with faults on demand. Nothing outlives it."""

from storage.memory.faults import BatchFault, Fate, Faults
from storage.memory.opening import MemoryStorage

__all__ = ["BatchFault", "Fate", "Faults", "MemoryStorage"]
