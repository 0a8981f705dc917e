"""Whether somebody can be connected: by town, and by street where the service is on some only. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hub.places.naming import Names
from storage.model.places import Area, AreaState


class Verdict(StrEnum):
    """What can be said."""

    AVAILABLE = "available"
    SOME_STREETS = "some_streets"  # it depends on the street, which is not known (or not understood) yet
    SOON = "soon"
    NOT_AVAILABLE = "not_available"
    UNKNOWN_TOWN = "unknown_town"


@dataclass(frozen=True, slots=True)
class Availability:
    """``suggestions`` are towns while the town is unknown, streets while the street is."""

    verdict: Verdict
    town: str | None = None
    street: str | None = None
    suggestions: tuple[str, ...] = ()
    tariffs: tuple[str, ...] = ()
    from_day: date | None = None


class Coverage:
    """The areas, ready to be asked. Making one takes a while for many towns; asking does not."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._areas = {area.town: area for area in areas}
        self.towns = Names(self._areas)
        self._streets = {area.town: Names(area.streets) for area in areas if area.streets}

    def ask(self, town: str, street: str, today: date) -> Availability:
        """What can be said of a town and, if it was named, a street. Never raises."""
        found = self.towns.find(town)
        if found.name is None:
            return Availability(Verdict.UNKNOWN_TOWN, suggestions=found.suggestions)
        area = self._areas[found.name]
        if area.state is AreaState.NONE:
            return Availability(Verdict.NOT_AVAILABLE, area.town)
        if area.state is AreaState.SOON and (area.from_day is None or area.from_day > today):
            return Availability(Verdict.SOON, area.town, tariffs=area.tariffs, from_day=area.from_day)
        if not area.streets:
            return Availability(Verdict.AVAILABLE, area.town, tariffs=area.tariffs)
        return self._on_streets(area, street if street.strip() else self._part(area.town, town), today)

    def street(self, town: str, said: str) -> str | None:
        """The street of a known town, as it is listed; None if none is surely meant."""
        streets = self._streets.get(town)
        return streets.find(said).name if streets else None

    def _part(self, town: str, said: str) -> str:
        """A street that is listed and was said with the town: *Ostrava-Poruba*."""
        return next((part for part in self.towns.behind(said, town) if self.street(town, part)), "")

    def _on_streets(self, area: Area, street: str, today: date) -> Availability:
        if area.state is AreaState.AVAILABLE and area.from_day is not None and area.from_day <= today:
            return Availability(Verdict.AVAILABLE, area.town, tariffs=area.tariffs)
        if not street.strip():
            return Availability(Verdict.SOME_STREETS, area.town, tariffs=area.tariffs, from_day=area.from_day)
        found = self._streets[area.town].find(street)
        if found.name is not None:
            return Availability(Verdict.AVAILABLE, area.town, found.name, tariffs=area.tariffs)
        if found.suggestions:
            return Availability(
                *(Verdict.SOME_STREETS, area.town, None, found.suggestions, area.tariffs, area.from_day)
            )
        if area.from_day is not None and area.state is AreaState.AVAILABLE:
            return Availability(Verdict.SOON, area.town, tariffs=area.tariffs, from_day=area.from_day)
        return Availability(Verdict.NOT_AVAILABLE, area.town)
