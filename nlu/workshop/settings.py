"""What the workshop is told by its environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
"""The Rasa project whose code makes the models."""


@dataclass(frozen=True)
class Settings:
    """``models``: the folder that Rasa loads from. ``folder``: for everything else that is written."""

    host: str
    port: int
    token: str
    hub_url: str
    models: Path
    folder: Path


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises ``SystemExit`` naming what is missing."""

    def required(name: str) -> str:
        value = environment.get(name)
        if not value:
            raise SystemExit(f"The workshop needs {name} in its environment.")
        return value

    return Settings(
        host=environment.get("LINKA_WORKSHOP_HOST") or "127.0.0.1",
        port=int(required("LINKA_WORKSHOP_PORT")),
        token=required("LINKA_SERVICE_TOKEN"),
        hub_url=required("LINKA_HUB_URL"),
        models=Path(required("LINKA_MODELS")).absolute(),
        folder=Path(required("LINKA_WORKSHOP_FOLDER")).absolute(),
    )
