"""What maintainers have changed in the bot's text: drafts, and edits that were published."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.model.outages import Writer


@dataclass(frozen=True, slots=True)
class KeptEdit:
    """One edit, in the form of the wire."""

    id: str
    at: datetime
    edit: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """What one maintainer has changed and nobody has published yet, oldest first. ``version`` counts the changes."""

    id: str  # of the operator
    by: Writer
    version: int
    updated_at: datetime
    edits: tuple[KeptEdit, ...] = ()


@dataclass(frozen=True, slots=True)
class DoneEdit:
    """An edit that was published with a version. ``places`` are what it is about, for histories."""

    id: str
    at: datetime
    by: Writer
    version: int
    edit: dict[str, Any]
    places: tuple[str, ...]
