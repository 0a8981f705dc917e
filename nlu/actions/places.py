"""Where there is service and where it is out, as the hub tells it. Pure."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Availability:
    """``verdict`` is the hub's: available, some_streets, soon, not_available, unknown_town.

    ``suggestions`` are towns or, with ``some_streets``, streets that may have been meant.
    """

    verdict: str
    town: str | None
    street: str | None
    suggestions: tuple[str, ...]
    tariffs: tuple[str, ...]
    from_text: str | None


@dataclass(frozen=True)
class Outage:
    """A fault or works: ``on`` now, or announced; where ``streets`` are named, there alone."""

    text: str
    on: bool
    streets: tuple[str, ...]


@dataclass(frozen=True)
class Outages:
    """Of ``town``, or of all towns; without a town, ``suggestions`` are those that may have been meant.

    With a ``street``, which may be a part of the town, those alone that concern it.
    """

    town: str | None
    street: str | None
    suggestions: tuple[str, ...]
    outages: tuple[Outage, ...]


def parse_availability(data: Any) -> Availability:
    """The availability in the hub's answer. Raises ``ValueError`` when it is not of the agreed form."""
    try:
        return Availability(
            verdict=str(data["verdict"]),
            town=_some(data["town"]),
            street=_some(data["street"]),
            suggestions=tuple(map(str, data["suggestions"])),
            tariffs=tuple(map(str, data["tariffs"])),
            from_text=_some(data["from_text"]),
        )
    except (KeyError, TypeError) as wrong:
        raise ValueError(f"no availability: {wrong!r}") from wrong


def parse_outages(data: Any) -> Outages:
    """The outages in the hub's answer. Raises ``ValueError`` when it is not of the agreed form."""
    try:
        return Outages(
            town=_some(data["town"]),
            street=_some(data["street"]),
            suggestions=tuple(map(str, data["suggestions"])),
            outages=tuple(map(_outage, data["outages"])),
        )
    except (KeyError, TypeError) as wrong:
        raise ValueError(f"no outages: {wrong!r}") from wrong


def _outage(raw: Any) -> Outage:
    return Outage(str(raw["text"]), raw["on"] is True, tuple(map(str, raw["streets"])))


def _some(raw: Any) -> str | None:
    return None if raw is None else str(raw)
