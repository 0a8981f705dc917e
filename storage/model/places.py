"""Where the service is, town by town."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AreaState(StrEnum):
    """Whether somebody in the town can be connected."""

    AVAILABLE = "available"
    SOON = "soon"
    NONE = "none"  # asked for often enough to be said, but neither there nor planned


@dataclass(frozen=True, slots=True)
class Area:
    """A town. ``streets`` (or districts) are where the service is; none means all of the town.

    ``from_day`` is when it comes: to the town if it is there ``SOON``, to the other streets if it is on some already.
    """

    town: str  # as it is written, and unique
    state: AreaState
    tariffs: tuple[str, ...] = ()  # codes
    streets: tuple[str, ...] = ()
    from_day: date | None = None
