"""Starting and ending child processes, each in a session of its own and on a leash."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import psutil

from hub.launch import leash, leftovers
from hub.launch.errors import LaunchError
from hub.launch.logs import put_aside

_LONGEST_WORDS = 300
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_NPM = "npm error "
_STACK = ("at ", "File ")  # lines of JavaScript's and Python's stack traces
_TROUBLE = re.compile(r"error\b|exception\b|cannot|could not|no such|not found|denied", re.IGNORECASE)
_COMMAND_STOP_SECONDS = 5.0


@dataclass(frozen=True)
class Program:
    """What to run. `argv` is visible to everyone on the machine: secrets go into `env`."""

    name: str
    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(repr=False)
    log: Path
    run_folder: Path
    niceness: int = 0


class Child:
    """A running `Program`."""

    def __init__(self, program: Program, process: asyncio.subprocess.Process) -> None:
        self.program = program
        self._process = process

    @classmethod
    async def start(cls, program: Program) -> "Child":
        """Start the program; its output is appended to its log.

        Raises `LaunchError` when the log cannot be written.
        """
        try:
            log = open_log(program.log)
        except OSError as error:
            raise LaunchError(
                f"Cannot write {program.log} ({error.strerror}): give yourself the right to."
            ) from None
        with log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                str(Path(leash.__file__)),
                str(os.getpid()),
                str(program.niceness),
                *program.argv,
                cwd=program.cwd,
                env=dict(program.env),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        leftovers.remember(program.run_folder, program.name, process.pid)
        return cls(program, process)

    @property
    def pid(self) -> int:
        """Its process id, which is also the id of its session."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code, minus the signal's number if a signal ended it, None while it runs."""
        return self._process.returncode

    async def wait(self) -> int:
        """Wait until it ends by itself; returns its exit code."""
        code = await self._process.wait()
        leftovers.forget(self.program.run_folder, self.program.name)
        return code

    async def stop(self, within: float) -> bool:
        """Ask it to end and kill its whole session if it has not `within` seconds; True if it ended by itself."""
        polite = True
        if self.returncode is None:
            self._signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(asyncio.shield(self._process.wait()), within)
            except TimeoutError:
                polite = False
        self.kill()
        await self.wait()
        return polite

    def _signal(self, number: signal.Signals) -> None:
        try:
            self._process.send_signal(number)
        except ProcessLookupError:
            return

    def kill(self) -> None:
        """Kill it and everything it started."""
        for process in leftovers.session_of(self.pid):
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue


async def run_command(program: Program, *, failure: str) -> None:
    """Run a command to its end; ends it and everything it started when cancelled.

    Raises `LaunchError` with `failure`, the last line of its output and the log's path when it fails.
    """
    begins_at = program.log.stat().st_size if program.log.exists() else 0
    child = await Child.start(program)
    try:
        code = await child.wait()
    finally:
        await child.stop(_COMMAND_STOP_SECONDS)
    if code != 0:
        reason = last_words(program.log, begins_at) or f"exit code {code}"
        raise LaunchError(f"{failure}: {reason}. The whole story is in {program.log}")


def open_log(path: Path) -> BinaryIO:
    """Open a log for appending; a log that has grown large is put aside first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    put_aside(path)
    return path.open("ab")


def last_words(log: Path, begins_at: int = 0) -> str:
    """The line of a log that says best why a program ended, looking no further back than `begins_at` bytes.

    That is the last one that speaks of an error, else the last one with words in it; npm says it first.
    """
    try:
        with log.open("rb") as file:
            file.seek(max(begins_at, log.stat().st_size - 16_384))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    lines = [_COLOURS.sub("", line).strip().rstrip(".") for line in text.splitlines()]
    worded = [line for line in lines if re.search(r"\w", line) and not line.startswith(_STACK)]
    npm = [line.removeprefix(_NPM) for line in worded if line.startswith(_NPM)]
    if npm:
        return " ".join(npm[:2])[:_LONGEST_WORDS]
    telling = [line for line in worded if _TROUBLE.search(line)]
    return next(reversed(telling or worded), "")[:_LONGEST_WORDS]


def describe_exit(code: int) -> str:
    """An exit code in words."""
    if code < 0:
        try:
            return f"killed by {signal.Signals(-code).name}"
        except ValueError:
            return f"killed by signal {-code}"
    return f"exit code {code}"
