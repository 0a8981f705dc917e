"""Trainings and versions as the panel shows them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hub.knowledge.files import FileChange
from storage.model.versions import Training, TrainingState, Version, VersionState

_RUNNING = "training"  # what is said of one of which the workshop has not told anything yet
_PUBLISHED = VersionState.PUBLISHED.value  # one may go back to what was only noted, too


@dataclass(frozen=True, slots=True)
class Shown:
    """A training as it is at this moment. ``live``: what the workshop says of it while it runs."""

    training: Training
    live: dict[str, Any]
    outdated: bool


def training_view(shown: Shown) -> dict[str, Any]:
    """``Training`` of the wire."""
    training, live = shown.training, shown.live
    is_over = training.state is not TrainingState.RUNNING
    return {
        "id": training.id,
        "state": training.state.value if is_over else live.get("state", _RUNNING),
        "progress": float(live.get("progress", training.state is TrainingState.DONE)),
        "seconds_left": None if is_over else live.get("seconds_left"),
        "started_at": training.started_at.isoformat(),
        "ended_at": training.ended_at.isoformat() if training.ended_at else None,
        "by": training.by.name,
        "outdated": shown.outdated,
        "message": training.message,
        "findings": list(training.findings),
        "result": training.result,
    }


def version_view(version: Version, current: Version | None) -> dict[str, Any]:
    """``Version`` of the wire."""
    return {
        "number": version.number,
        "at": version.at.isoformat(),
        "by": version.by.name if version.by else "",
        "kind": version.kind.value,
        "to": version.to,
        "edits": [each.edit for each in version.edits],
        "figures": version.figures,
        "current": current is not None and current.number == version.number,
        "state": _PUBLISHED if version.state is VersionState.NOTED else version.state.value,
    }


def published_view(version: Version | None) -> dict[str, Any] | None:
    """What an overview says of the current version."""
    if version is None:
        return None
    return {
        "number": version.number,
        "at": version.at.isoformat(),
        "by": version.by.name if version.by else "",
    }


def changes_view(changes: Iterable[FileChange]) -> list[dict[str, str]]:
    """Files and how they differ."""
    return [{"path": each.path, "diff": each.diff} for each in changes]
