"""Where the tools are that installed this environment."""

import shutil
from pathlib import Path

from hub.launch.errors import LaunchError


def uv_argv(root: Path) -> tuple[str, ...]:
    """The command that runs uv: the one the bootstrap installed, else one on PATH.

    Raises `LaunchError` when there is neither.
    """
    own = root / ".tools" / "uv" / "bin" / "uv"
    found = str(own) if own.exists() else shutil.which("uv")
    if found is None:
        raise LaunchError("uv is missing: run `make run` once, which installs it, or install it yourself.")
    return (found, "--no-config")
