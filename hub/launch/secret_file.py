"""Secrets that Linka makes for itself once and keeps in a file only its user can read."""

import json
import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from hub.launch.errors import LaunchError
from hub.settings import Settings

_MODE = 0o600


def with_secrets(settings: Settings, path: Path) -> Settings:
    """The settings with the secrets filled in that are not given, from `path` or newly made.

    Raises `LaunchError` when the file is damaged or cannot be written.
    """
    wanted = [name for name in _needed(settings) if getattr(settings, name) is None]
    if not wanted:
        return settings
    kept = _read(path)
    missing = [name for name in wanted if name not in kept]
    if missing:
        kept |= {name: secrets.token_urlsafe(32) for name in missing}
        _write(path, kept)
    return settings.model_copy(update={name: SecretStr(kept[name]) for name in wanted})


def _needed(settings: Settings) -> list[str]:
    """A Rasa of one's own has a token of its own, or none."""
    return ["service_token", "rasa_token"] if settings.rasa_url is None else ["service_token"]


def _read(path: Path) -> dict[str, str]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise LaunchError(f"Cannot read {path} ({error}): delete it and new secrets will be made.") from None
    if not isinstance(kept, dict) or not all(isinstance(value, str) for value in kept.values()):
        raise LaunchError(f"{path} does not hold secrets of Linka: delete it and new ones will be made.")
    if path.stat().st_mode & 0o077:
        path.chmod(_MODE)
    return kept


def _write(path: Path, kept: dict[str, str]) -> None:
    draft = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(kept, file, indent=2)
        draft.replace(path)
    except OSError as error:
        raise LaunchError(f"Cannot write {path} ({error.strerror}): give yourself the right to.") from None
