"""Builds the widget and the operator panel with npm, each only when its sources have changed."""

import re
import shutil
import subprocess
from pathlib import Path

from hub.launch.errors import LaunchError
from hub.launch.fingerprint import Stamp, fingerprint
from hub.launch.layout import Layout
from hub.launch.processes import Program, run_command
from hub.launch.terminal import Terminal
from hub.launch.turns import one_at_a_time
from hub.settings import inherited_environment

_OLDEST_NODE = (20, 19, 0)
_TOO_NEW_FOR_20, _OLDEST_NODE_22 = (
    (21, 0, 0),
    (22, 12, 0),
)  # what the build tools run on: 20.19 … 20, then 22.12 …
_HOW_TO_GET_NODE = "install Node.js 20.19 or 22.12 or newer, with npm, and make sure that `node` is on PATH"


def node_version() -> tuple[int, int, int]:
    """The version of the Node.js on PATH.

    Raises `LaunchError` when there is none, it does not run, it is too old, or npm is missing.
    """
    node = shutil.which("node")
    if node is None:
        raise LaunchError(f"Node.js is missing: {_HOW_TO_GET_NODE}.")
    try:
        shown = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LaunchError(f"{node} does not run ({error}): {_HOW_TO_GET_NODE}.") from None
    match = re.match(r"v(\d+)\.(\d+)\.(\d+)", shown.stdout)
    if shown.returncode != 0 or match is None:
        words = (shown.stderr or shown.stdout).strip().splitlines()
        raise LaunchError(f"{node} does not run ({words[-1] if words else 'no output'}): {_HOW_TO_GET_NODE}.")
    version = (int(match[1]), int(match[2]), int(match[3]))
    if version < _OLDEST_NODE or _TOO_NEW_FOR_20 <= version < _OLDEST_NODE_22:
        raise LaunchError(f"{node} is version {shown.stdout.strip()}, too old: {_HOW_TO_GET_NODE}.")
    if shutil.which("npm") is None:
        raise LaunchError(f"npm is missing: {_HOW_TO_GET_NODE}.")
    return version


async def build(layout: Layout, terminal: Terminal) -> None:
    """Install and build both npm projects where needed.

    Raises `LaunchError` when Node.js is not usable or npm fails.
    """
    version = ".".join(map(str, node_version()))
    async with one_at_a_time("pages", layout, terminal):
        for name, folder in (("widget", layout.widget), ("panel", layout.panel)):
            await _build_one(name, folder, version, layout, terminal)


def is_built(layout: Layout) -> bool:
    """Whether both have been built from the sources that lie there now."""
    version = ".".join(map(str, node_version()))
    return all(
        _build_stamp(folder).matches(fingerprint([folder], version)) and (folder / "dist").is_dir()
        for folder in (layout.widget, layout.panel)
    )


async def _build_one(name: str, folder: Path, version: str, layout: Layout, terminal: Terminal) -> None:
    locked = fingerprint([folder / "package.json", folder / "package-lock.json", folder / ".npmrc"], version)
    installed = Stamp(folder / "node_modules" / ".linka" / "installed")
    if not installed.matches(locked):
        with terminal.step(f"Installing the {name}'s packages", f"The {name}'s packages"):
            await _npm(layout, name, folder, "ci", f"Installing the {name}'s packages failed")
            installed.set(locked)
    built, sources = _build_stamp(folder), fingerprint([folder], version)
    if not built.matches(sources) or not (folder / "dist").is_dir():
        with terminal.step(f"Building the {name}", f"The {name}, built"):
            built.clear()
            await _npm(layout, name, folder, "run build", f"Building the {name} failed")
            built.set(fingerprint([folder], version))


def _build_stamp(folder: Path) -> Stamp:
    return Stamp(folder / "node_modules" / ".linka" / "built")


async def _npm(layout: Layout, name: str, folder: Path, command: str, failure: str) -> None:
    npm = shutil.which("npm") or "npm"
    program = Program(
        name=f"npm-{name}",
        argv=(npm, *command.split(), "--no-audit", "--no-fund", "--no-update-notifier"),
        cwd=folder,
        env=inherited_environment() | {"CI": "1", "NO_COLOR": "1"},
        log=layout.logs / f"npm-{name}.log",
        run_folder=layout.run,
    )
    await run_command(program, failure=failure)
