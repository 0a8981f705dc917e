"""Loaded models that can be asked: a child process each, ended when nobody has asked it for a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from workshop.child import Child
from workshop.errors import ChildEnded, NotYet

MOST_MODELS = 2  # the published one and a draft, 0.75 GB each
IDLE_SECONDS = 600.0
LOOK_EVERY = 5.0  # seconds
LOAD_WITHIN = 180.0  # seconds, on a busy machine
AT_ONCE = 25  # texts that are asked together; whoever else asks comes in between


class Listener:
    """One loaded model, or the embedding alone."""

    def __init__(self, start: Callable[[], asyncio.Future[tuple[Child, Any]]]) -> None:
        self._started: asyncio.Future[tuple[Child, Any]] = asyncio.ensure_future(start())
        self.used_at = time.monotonic()
        self.users = 0

    @property
    def is_ready(self) -> bool:
        """Whether it answers."""
        return self._started.done() and not self.has_failed

    @property
    def has_failed(self) -> bool:
        """Whether it could not be loaded."""
        done = self._started.done()
        return done and (self._started.cancelled() or self._started.exception() is not None)

    async def greeting(self) -> Any:
        """What it said when it was ready. Raises ``ChildEnded``."""
        _, greeting = await asyncio.shield(self._started)
        return greeting

    async def ask(self, what: Any) -> Any:
        """Its answer, as soon as it is loaded. Raises ``ChildEnded``."""
        self.users += 1
        try:
            child, _ = await asyncio.shield(self._started)
            return await child.ask(what)
        finally:
            self.users -= 1
            self.used_at = time.monotonic()

    async def end(self) -> None:
        """Kill it, loaded or not."""
        self._started.cancel()
        await asyncio.wait([self._started])
        if not self.has_failed:
            await self._started.result()[0].kill()


class Listeners:
    """Those that run, by their model; the empty name is the embedding alone."""

    def __init__(self, folder: Path, hub_url: str, token: str) -> None:
        """``folder``: for their logs, and for what they remember of sentences."""
        self._logs = folder / "logs"
        self._environment = {
            "LINKA_HUB_URL": hub_url,
            "LINKA_SERVICE_TOKEN": token,
            "LINKA_DATA": str(folder),
        }
        self._running: dict[str, Listener] = {}

    async def parse(
        self, model: Path, texts: Sequence[str], told: Callable[[float], None] = lambda _: None
    ) -> list[dict[str, Any]]:
        """What a model understands. ``told`` hears which part is done. Raises ``ChildEnded``."""
        found: list[dict[str, Any]] = []
        for start in range(0, len(texts), AT_ONCE):
            found += await self._ask(str(model), {"parse": list(texts[start : start + AT_ONCE])})
            told(len(found) / len(texts))
        return found

    async def topics(self, model: Path) -> list[str]:
        """The topics that a model knows; it is loaded for that. Raises ``ChildEnded``."""
        listener = await self._listener(str(model))
        try:
            topics: list[str] = (await listener.greeting())["topics"]
        except ChildEnded:
            self._running.pop(str(model), None)
            raise
        return topics

    async def talk(self, model: Path, what: dict[str, Any]) -> dict[str, Any]:
        """A turn of a rehearsed talk. Raises ``NotYet`` while the model is being loaded, ``ChildEnded``."""
        listener = await self._listener(str(model))
        if not listener.is_ready and not listener.has_failed:
            raise NotYet("the model is being loaded")
        answer: dict[str, Any] = await self._ask(str(model), {"talk": what})
        return answer

    async def forget(self, talk: str) -> None:
        """The talk begins anew, in whichever model it was."""
        for name, listener in list(self._running.items()):
            if name and listener.is_ready:
                await listener.ask({"forget": talk})

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Where sentences lie, as rows of unit length. Raises ``ChildEnded``."""
        rows: list[list[float]] = []
        for start in range(0, len(texts), AT_ONCE):
            rows += await self._ask("", {"embed": list(texts[start : start + AT_ONCE])})
        return rows

    async def end_idle(self) -> None:
        """For as long as the workshop lives."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            for name, listener in list(self._running.items()):
                idle = time.monotonic() - listener.used_at
                if listener.has_failed or (not listener.users and idle > IDLE_SECONDS):
                    await self._end(name)

    async def end_all(self) -> None:
        """Kill them."""
        for name in list(self._running):
            await self._end(name)

    async def _ask(self, name: str, what: Any) -> Any:
        listener = await self._listener(name)
        try:
            return await listener.ask(what)
        except ChildEnded:
            if self._running.get(name) is listener:
                await self._end(name)  # the next one who asks gets a new one
            raise

    async def _listener(self, name: str) -> Listener:
        listener = self._running.get(name)
        if listener is None or listener.has_failed:
            await self._make_room(name)
            listener = self._running[name] = Listener(lambda: asyncio.ensure_future(self._start(name)))
        listener.used_at = time.monotonic()
        return listener

    async def _make_room(self, name: str) -> None:
        models = [each for each in self._running if each and each != name]
        idle = sorted(
            (each for each in models if not self._running[each].users),
            key=lambda each: self._running[each].used_at,
        )
        for each in idle[: max(len(models) + 1 - MOST_MODELS, 0)] if name else []:
            await self._end(each)

    async def _end(self, name: str) -> None:
        listener = self._running.pop(name, None)
        if listener is not None:
            await listener.end()

    async def _start(self, name: str) -> tuple[Child, Any]:
        arguments = [name] if name else []
        log = self._logs / f"listener-{Path(name).name.partition('.')[0] or 'likeness'}.log"
        child = await Child.start("workshop.listener", *arguments, log=log, **self._environment)
        try:
            greeting = await asyncio.wait_for(_first_words(child), LOAD_WITHIN)
        except BaseException:
            await child.kill()
            raise
        return child, greeting


async def _first_words(child: Child) -> Any:
    async for said in child.lines():
        return said
    raise ChildEnded(child.last_words())
