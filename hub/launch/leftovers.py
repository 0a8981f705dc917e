"""Process files: what runs, and how a later start ends what an earlier one left behind."""

import fcntl
import json
import os
import signal
from pathlib import Path
from typing import IO

import psutil

from hub.launch.errors import ExitCode, LaunchError
from hub.launch.terminal import Terminal

_START_TIME_TOLERANCE_SECONDS = 1.0
_POLITE_SECONDS = 10.0


class RunLock:
    """Held by the one `linka run` of a data folder; the kernel frees it however that process ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "linka.lock"
        self._file: IO[str] | None = None

    def acquire(self, address: str) -> None:
        """Take the lock and leave our process id and `address` in it.

        Raises `LaunchError` naming the other process when it is taken.
        """
        file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid, _, where = file.read().strip().partition(" ")
            file.close()
            raise LaunchError(
                f"Linka already runs here (process {pid}, {where}): use that one, "
                f"or end it with Ctrl-C in its terminal or `kill {pid}`.",
                ExitCode.ALREADY_RUNNING,
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()} {address}\n")
        file.flush()
        self._file = file

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None


def remember(folder: Path, name: str, pid: int) -> Path:
    """Write the process file of a child just started; returns its path."""
    path = folder / f"{name}.json"
    try:
        started = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return path
    path.write_text(json.dumps({"pid": pid, "started": started}), encoding="utf-8")
    return path


def forget(folder: Path, name: str) -> None:
    """Remove the process file of a child that has ended."""
    (folder / f"{name}.json").unlink(missing_ok=True)


def end_leftovers(folder: Path, terminal: Terminal) -> None:
    """End every process of an earlier run that still lives, and remove its process file.

    A process counts only when its id and its start time (or, for the rest of its session, the session) agree,
    so a stranger that got the same id later is left alone.
    """
    for path in sorted(folder.glob("*.json")):
        living = _living(path)
        if living:
            terminal.note(f"Ending {path.stem}, left over from an earlier run")
            end(living)
        path.unlink(missing_ok=True)


def end(processes: list[psutil.Process]) -> None:
    """Ask processes to end, and kill those that have not after ten seconds."""
    _signal(processes, signal.SIGTERM)
    _, stubborn = psutil.wait_procs(processes, timeout=_POLITE_SECONDS)
    _signal(stubborn, signal.SIGKILL)
    psutil.wait_procs(stubborn, timeout=_POLITE_SECONDS)


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue


def _living(path: Path) -> list[psutil.Process]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        pid, started = int(kept["pid"]), float(kept["started"])
    except (OSError, ValueError, KeyError, TypeError):
        return []
    try:
        if abs(psutil.Process(pid).create_time() - started) > _START_TIME_TOLERANCE_SECONDS:
            return []
    except psutil.NoSuchProcess:
        pass
    return session_of(pid, since=started - _START_TIME_TOLERANCE_SECONDS)


def session_of(leader: int, since: float = 0.0) -> list[psutil.Process]:
    """The living processes of the session that `leader` began, the leader among them."""
    members: list[psutil.Process] = []
    for process in psutil.process_iter():
        try:
            alive = process.status() != psutil.STATUS_ZOMBIE
            if alive and os.getsid(process.pid) == leader and process.create_time() >= since:
                members.append(process)
        except (psutil.NoSuchProcess, ProcessLookupError, PermissionError):
            continue
    return members
