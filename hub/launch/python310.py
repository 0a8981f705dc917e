"""Finds the Python 3.10 that Rasa needs.

A `python3.10` on PATH may be a shim that fails when it is run, so every candidate is tried, and what is handed on is
the real path that the interpreter itself reports.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.settings import Settings, inherited_environment

_ASK = (
    "import sys, json, ssl, sqlite3, ctypes, zlib, lzma, bz2;"
    "print(json.dumps([list(sys.version_info[:2]), sys.executable, sys.prefix == sys.base_prefix]))"
)
_TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class Search:
    """The Python 3.10 that was found, if any, and why the other candidates would not do."""

    python: Path | None
    refused: tuple[str, ...]


def find(settings: Settings, home: Path | None = None) -> Search:
    """Look where the settings say; if they do not, on PATH and among pyenv's versions under `home`."""
    refused: list[str] = []
    candidates = [settings.python310] if settings.python310 else _candidates(home or Path.home())
    for candidate in candidates:
        real, trouble = ask(candidate)
        if real is not None:
            return Search(real, tuple(refused))
        refused.append(f"{candidate} {trouble}")
    return Search(None, tuple(refused))


def ask(candidate: Path) -> tuple[Path | None, str]:
    """The real path of the Python 3.10 that `candidate` runs, or None and what is wrong with it."""
    try:
        answer = subprocess.run(
            [candidate, "-I", "-c", _ASK],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
            env=inherited_environment(),
        )
    except subprocess.TimeoutExpired:
        return None, f"did not answer in {_TIMEOUT_SECONDS} s"
    except OSError as error:
        return None, f"cannot be run ({error.strerror})"
    if answer.returncode != 0:
        words = answer.stderr.strip().splitlines()
        return None, f"fails when run ({words[0] if words else f'exit code {answer.returncode}'})"
    try:
        version, executable, is_base = json.loads(answer.stdout)
    except ValueError:
        return None, "does not answer like a Python"
    if version != [3, 10]:
        return None, f"is Python {'.'.join(map(str, version))}"
    if not is_base:
        return None, "belongs to a virtual environment"
    return Path(executable).resolve(), ""


def _candidates(home: Path) -> Iterator[Path]:
    environment = inherited_environment()
    seen: set[Path] = set()
    roots = [Path(environment["PYENV_ROOT"])] if environment.get("PYENV_ROOT") else []
    roots.append(home / ".pyenv")
    places = [Path(folder) / "python3.10" for folder in environment.get("PATH", "").split(":") if folder]
    for root in roots:
        places += sorted(root.glob("versions/3.10.*/bin/python3.10"), reverse=True)
    for place in places:
        if place.is_file() and place not in seen:
            seen.add(place)
            yield place
