"""A process of ours that speaks lines of JSON: niced, on a leash, killed with all that it started."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from hub.launch import leash

from workshop.errors import ChildEnded
from workshop.settings import PROJECT

NICENESS = 10  # customers come first
ANSWER_WITHIN = 120.0  # seconds, niced on a busy machine; a pattern may take for ever on some message
_LONGEST_LINE = 64 * 1024 * 1024  # bytes
_LAST_WORDS = 2_000  # bytes of the log


class Child:
    """Started by `start`, ended by `kill` or by itself."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log
        self._turn = asyncio.Lock()

    @classmethod
    async def start(cls, module: str, *arguments: str, log: Path, **environment: str) -> Child:
        """Run a module of the workshop; what it prints goes to its log, which begins anew."""
        log.parent.mkdir(parents=True, exist_ok=True)
        command = (sys.executable, "-m", module, *arguments)
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", str(leash.__file__), str(os.getpid()), str(NICENESS), *command),
                cwd=PROJECT,
                env={**os.environ, **environment},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=output,
                start_new_session=True,
                limit=_LONGEST_LINE,
            )
        return cls(process, log)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def lines(self) -> AsyncIterator[Any]:
        """What it says, until it ends."""
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            yield json.loads(line)

    async def ask(self, what: Any) -> Any:
        """Its answer; one question at a time, in the order in which they were asked.

        One that takes too long is the last one: the child is killed. Raises ``ChildEnded``.
        """
        # Who gives up waiting must not leave the answer for the next one who asks.
        return await asyncio.shield(self._asked(what))

    async def _asked(self, what: Any) -> Any:
        async with self._turn:
            try:
                return await asyncio.wait_for(self._answer(what), ANSWER_WITHIN)
            except asyncio.TimeoutError:
                await self.kill()
                raise ChildEnded("The trained bot does not come to an end with some sentence.") from None

    async def _answer(self, what: Any) -> Any:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(what).encode() + b"\n")
            await self._process.stdin.drain()
        except (ConnectionError, RuntimeError):  # uvloop's word for a pipe that is closed
            raise ChildEnded(self.last_words()) from None
        async for answer in self.lines():
            return answer
        raise ChildEnded(self.last_words())

    async def wait(self) -> int:
        """Its exit code."""
        return await self._process.wait()

    async def kill(self) -> None:
        """End it, and all of its session. Returns when it is gone."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    def last_words(self) -> str:
        """The last line of its log that has words in it."""
        with self._log.open("rb") as file:
            file.seek(max(self._log.stat().st_size - _LAST_WORDS, 0))
            lines = file.read().decode(errors="replace").splitlines()
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
