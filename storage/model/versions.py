"""Trainings of the bot, and the versions of it that were published."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.model.knowledge import KeptEdit
from storage.model.outages import Writer


class TrainingState(StrEnum):
    """How a training is. The last three are for good."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Training:
    """A model made of one maintainer's draft, and how it was measured.

    ``text``: the fingerprint of the draft's files. How far it is, the workshop alone knows while it runs.
    """

    id: str
    by: Writer
    text: str
    started_at: datetime
    state: TrainingState = TrainingState.RUNNING
    ended_at: datetime | None = None
    model: str | None = None  # where it is, as Rasa is told
    message: str | None = None
    findings: tuple[dict[str, Any], ...] = ()
    result: dict[str, Any] | None = None


class VersionKind(StrEnum):
    """How a version came about."""

    FIRST = "first"  # what was there before anybody published
    PUBLISHED = "published"
    UNDONE = "undone"  # an older one again
    BY_HAND = "by_hand"  # files that somebody has changed in an editor


class VersionState(StrEnum):
    """How far it is."""

    PUBLISHING = "publishing"  # files and models may be its own or those of before
    PUBLISHED = "published"
    FAILED = "failed"  # all is as it was before
    NOTED = "noted"  # files that were there and that no model was trained on: taken down, never current


@dataclass(frozen=True, slots=True)
class TextRef:
    """A file of the bot's text: its path, and the hash under which its text is kept."""

    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its files, model and figures. The current one is the highest that is published.

    ``before``: the files that were on disk when its publishing began, to be put back if it fails. ``to``: the version
    that was gone back to. ``listed``: its edits are out of the draft and in the histories. While it is being
    published ``holder`` is at it, for certain until ``held_until``.
    """

    number: int
    kind: VersionKind
    state: VersionState
    by: Writer | None  # None: nobody is known to have done it
    at: datetime
    files: tuple[TextRef, ...]
    model: str | None
    before: tuple[TextRef, ...] = ()
    to: int | None = None
    edits: tuple[KeptEdit, ...] = ()
    figures: dict[str, Any] | None = None
    client_id: str | None = None
    listed: bool = True
    holder: str | None = None
    held_until: datetime | None = None
