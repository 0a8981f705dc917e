"""How large the journal's batches may be and how long it tries; what it has done so far."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    batch_entries: int = 500
    batch_bytes: int = 4 * 1024 * 1024
    entry_bytes: int = 256 * 1024
    waiting_entries: int = 10_000
    batch_seconds: float = 6.0  # the store's own time-out comes first; this one is for a store that hangs
    patience: float = 10.0  # from joining until an unknown outcome is the answer
    first_pause: float = 0.05  # between two attempts of which nothing came
    longest_pause: float = 1.0


@dataclass(slots=True)
class Counters:
    """What the journal has done since it began, for metrics."""

    batches: int = 0
    entries: int = 0  # offered to the store, repeats included
    bytes: int = 0
    seconds: float = 0.0  # spent in batches
    stored: int = 0
    duplicates: int = 0
    unstorable: int = 0
    unknown: int = 0  # outcomes of attempts, not of entries
    given_up: int = 0
    turned_away: int = 0  # because too many were waiting


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch that was offered, for those who measure."""

    entries: int
    bytes: int
    seconds: float
