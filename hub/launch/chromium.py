"""The browser that the browser tests drive: Debian's Chromium."""

import os
import shutil
import subprocess
from pathlib import Path

from hub.launch.errors import LaunchError
from hub.launch.layout import Layout
from hub.launch.processes import Program, run_command
from hub.launch.terminal import Terminal
from hub.settings import inherited_environment

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> Path | None:
    """A Chromium on PATH that runs, or None."""
    for name in _NAMES:
        found = shutil.which(name)
        if found is not None and _runs(found):
            return Path(found)
    return None


async def require(layout: Layout, terminal: Terminal) -> Path:
    """A Chromium that runs; installed with apt-get where that is possible.

    Raises `LaunchError` saying what to install.
    """
    found = find_chromium()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        with terminal.step("Installing Chromium for the browser tests", "Chromium for the browser tests"):
            await _apt_get(layout, "update")
            await _apt_get(layout, "install", "--yes", "--no-install-recommends", "chromium")
        found = find_chromium()
    if found is None:
        raise LaunchError("The browser tests need Chromium: install it (Debian: apt-get install chromium).")
    return found


def _runs(chromium: str) -> bool:
    try:
        subprocess.run([chromium, "--version"], capture_output=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


async def _apt_get(layout: Layout, *arguments: str) -> None:
    program = Program(
        name="apt-get",
        argv=("apt-get", "--quiet", *arguments),
        cwd=layout.root,
        env=inherited_environment() | {"DEBIAN_FRONTEND": "noninteractive"},
        log=layout.logs / "apt-get.log",
        run_folder=layout.run,
    )
    await run_command(program, failure="Installing Chromium failed (Debian: apt-get install chromium)")
