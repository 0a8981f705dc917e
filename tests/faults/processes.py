"""Real processes that are killed, paused and started again, as `linka run` would start them again."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from hub.launch import leash

START_AGAIN_AFTER = 0.3  # seconds


def free_port() -> int:
    """One that nobody uses just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Command:
    """What to run. ``before`` is called before each start."""

    name: str
    argv: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None


class Kept:
    """One process that is started again whenever it ends, until it is stopped. Its output goes to a file."""

    def __init__(self, command: Command, folder: Path) -> None:
        self.name = command.name
        self.log = folder / f"{command.name}.log"
        self.starts = 0
        self.ended_by_itself: list[int] = []
        """Exit codes that nobody asked for."""
        self._command = command
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._expected = False
        self._hold = asyncio.Event()
        self._hold.set()

    async def start(self) -> None:
        """Start it and keep it running."""
        await self._begin()
        self._task = asyncio.create_task(self._keep())

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def send(self, number: signal.Signals) -> bool:
        """A signal to it; False if it is not there. What follows a kill or SIGTERM is a new start."""
        if not self.alive:
            return False
        if number in (signal.SIGKILL, signal.SIGTERM):
            self._expected = True
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True

    def hold_down(self) -> None:
        """Once it has ended, it stays away until ``let_up``."""
        self._hold.clear()

    def let_up(self) -> None:
        self._hold.set()

    async def stop(self, within: float = 12.0) -> None:
        """End it for good, politely first."""
        self._stopping = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._process is None:
            return
        if self.alive:
            self.send(signal.SIGCONT)
            self.send(signal.SIGTERM)
            try:
                async with asyncio.timeout(within):
                    await self._process.wait()
            except TimeoutError:
                self.kill()
                await self._process.wait()

    def kill(self) -> None:
        """At once, with whatever it has started; for the end of a run that went wrong."""
        self._stopping = True
        if not self.alive:
            return
        try:
            family = [*psutil.Process(self.pid).children(recursive=True), psutil.Process(self.pid)]
        except psutil.NoSuchProcess:
            return
        for process in family:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue

    def last_words(self, lines: int = 15) -> str:
        """The end of its output."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 20_000))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])

    async def _begin(self) -> None:
        self._command.before()
        self._expected = False
        self.starts += 1
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", str(Path(leash.__file__)), str(os.getpid()), "0"),
                *self._command.argv,
                env={name: value for name, value in os.environ.items() if not name.startswith("LINKA_")}
                | self._command.env,
                cwd=self._folder,  # a core file falls here
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def _keep(self) -> None:
        while not self._stopping:
            assert self._process is not None
            code = await self._process.wait()
            if not self._expected:
                self.ended_by_itself.append(code)
            await asyncio.sleep(START_AGAIN_AFTER)
            await self._hold.wait()
            await self._begin()
