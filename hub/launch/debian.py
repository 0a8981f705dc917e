"""Programs that the tests drive and that are no Python packages: from Debian, fetched with apt-get if we may."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hub.launch.errors import LaunchError
from hub.launch.layout import Layout
from hub.launch.processes import Program, run_command
from hub.launch.terminal import Terminal
from hub.settings import inherited_environment

_POLICY = Path("/usr/sbin/policy-rc.d")
_REFUSE_TO_START = 101
"""What the policy answers to forbid that a package starts its service."""


@dataclass(frozen=True, slots=True)
class Needed:
    """A program by the names it may have, the package that brings it, and who needs it."""

    title: str
    package: str
    names: tuple[str, ...]
    purpose: str

    def find(self) -> Path | None:
        """One on PATH that runs, or None."""
        for name in self.names:
            found = shutil.which(name)
            if found is not None and self._runs(found):
                return Path(found)
        return None

    def _runs(self, program: str) -> bool:
        try:
            subprocess.run([program, "--version"], capture_output=True, timeout=30, check=True)
        except (OSError, subprocess.SubprocessError):
            return False
        return True


CHROMIUM = Needed(
    "Chromium",
    "chromium",
    ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "the browser tests",
)
REDIS = Needed("Redis", "redis-server", ("redis-server",), "the tests of several hubs")
STRACE = Needed("strace", "strace", ("strace",), "the tests of journaling")

FOR_TESTS = (CHROMIUM, REDIS, STRACE)


async def require(layout: Layout, terminal: Terminal, needed: tuple[Needed, ...] = FOR_TESTS) -> None:
    """See to it that all of them run; what is missing is installed with apt-get where that is possible.

    Raises `LaunchError` saying what to install.
    """
    missing = [program for program in needed if program.find() is None]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        titles = _joined(missing)
        with terminal.step(f"Installing {titles} for the tests", f"{titles} for the tests"):
            await _install(layout, missing)
        missing = [program for program in missing if program.find() is None]
    if missing:
        packages = " ".join(program.package for program in missing)
        raise LaunchError(
            f"The tests need {_joined(missing)}: install what is missing (Debian: apt-get install {packages})."
        )


async def _install(layout: Layout, missing: list[Needed]) -> None:
    packages = [program.package for program in missing]
    await _apt_get(layout, packages, "update")
    # Only the programs are wanted: nothing of this is to run beside the tests' own.
    with _no_services():
        await _apt_get(layout, packages, "install", "--yes", "--no-install-recommends", *packages)


@contextmanager
def _no_services() -> Iterator[None]:
    """While it lasts, packages do not start the services that they bring; a machine with a rule of its own keeps it."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text(f"#!/bin/sh\nexit {_REFUSE_TO_START}\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink(missing_ok=True)


async def _apt_get(layout: Layout, packages: list[str], *arguments: str) -> None:
    program = Program(
        name="apt-get",
        argv=("apt-get", "--quiet", *arguments),
        cwd=layout.root,
        env=inherited_environment() | {"DEBIAN_FRONTEND": "noninteractive"},
        log=layout.logs / "apt-get.log",
        run_folder=layout.run,
    )
    wanted = " ".join(packages)
    await run_command(program, failure=f"Installing {wanted} failed (Debian: apt-get install {wanted})")


def _joined(programs: list[Needed]) -> str:
    *most, last = [program.title for program in programs]
    return f"{', '.join(most)} and {last}" if most else last
