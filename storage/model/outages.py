"""Faults and planned works that customers ask about, as supervisors write them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class OutageKind(StrEnum):
    """What it is."""

    FAULT = "fault"
    PLANNED = "planned"


class OutageDeed(StrEnum):
    """What somebody did to an outage."""

    CREATED = "created"
    CHANGED = "changed"
    ENDED = "ended"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Writer:
    """An operator, with the name they had."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class OutageChange:
    """A line of an outage's history; ``fields`` are those that it gave another value."""

    version: int
    deed: OutageDeed
    by: Writer
    at: datetime
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outage:
    """One outage. A fault lasts until somebody ends it; planned works are over at ``expected_until`` by themselves."""

    id: str
    kind: OutageKind
    towns: tuple[str, ...]
    starts: datetime
    version: int
    created_at: datetime
    updated_at: datetime
    history: tuple[OutageChange, ...]  # oldest first; the last is the present version
    streets: tuple[str, ...] = ()  # streets or districts; none means all of the towns
    words: dict[str, str] = field(default_factory=dict)  # what else to say, by language
    expected_until: datetime | None = None
    ended_at: datetime | None = None

    @property
    def over_at(self) -> datetime | None:
        """When it was or will be over; None while nobody can know."""
        if self.ended_at is not None:
            return self.ended_at
        return self.expected_until if self.kind is OutageKind.PLANNED else None
