"""Which outages are on, and which a customer is told of. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from hub.places.naming import Names
from storage.model.outages import Outage, OutageKind

TOLD_AHEAD = timedelta(days=7)
"""Planned works are told of that long before they begin."""


class Phase(StrEnum):
    """Where an outage stands."""

    NOW = "now"
    PLANNED = "planned"
    OVER = "over"


def phase_of(outage: Outage, now: datetime) -> Phase:
    """At an instant."""
    if outage.over_at is not None and outage.over_at <= now:
        return Phase.OVER
    return Phase.PLANNED if outage.starts > now else Phase.NOW


def is_overdue(outage: Outage, now: datetime) -> bool:
    """A fault that goes on although it should have been mended by now: somebody should look at what is said."""
    return (
        outage.kind is OutageKind.FAULT
        and phase_of(outage, now) is Phase.NOW
        and outage.expected_until is not None
        and outage.expected_until <= now
    )


def to_tell(outages: Iterable[Outage], now: datetime, town: str | None = None) -> list[Outage]:
    """What is on and what comes within a week, in one town or everywhere; what is on first, then by its start."""
    told = [
        outage
        for outage in outages
        if (town is None or town in outage.towns)
        and phase_of(outage, now) is not Phase.OVER
        and outage.starts - now <= TOLD_AHEAD
    ]
    return sorted(told, key=lambda outage: (outage.starts > now, outage.starts, outage.id))


def street_named(outages: Iterable[Outage], said: str) -> str | None:
    """The street or part of the town that was said, if one of the outages names it."""
    return Names(street for outage in outages for street in outage.streets).find(said).name


def on_street(outages: Iterable[Outage], street: str) -> list[Outage]:
    """Those of the whole town, and those that name the street."""
    return [outage for outage in outages if not outage.streets or street in outage.streets]
