"""The model that the bot's processes serve: asked, and exchanged under way, one process after another."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import PurePath

import structlog

from hub.nlu.door import Broken, Door, Refused, Unusable

log = structlog.get_logger(__name__)

LOAD_WITHIN = 15.0  # seconds
ASK_WITHIN = 3.0


class NotSwapped(Exception):
    """The bot does not serve the model; the text says why, in the words of a maintainer."""


class Swapping:
    """``doors``: to each process of the bot."""

    def __init__(self, doors: Sequence[Door]) -> None:
        self._doors = tuple(doors)

    @property
    def doors(self) -> tuple[Door, ...]:
        """To each process."""
        return self._doors

    async def served(self) -> Mapping[Door, str]:
        """The file name of the model of each process that answers and has one."""
        found = await asyncio.gather(*(_served(door) for door in self._doors))
        return {door: name for door, name in zip(self._doors, found, strict=True) if name is not None}

    async def load(self, door: Door, model: str) -> None:
        """Have one process serve a model. What it served before goes on until then, and if it cannot be loaded.

        Raises ``Refused`` if nobody is there, else ``NotSwapped``.
        """
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(LOAD_WITHIN):
                await door.load(model)
                served = await door.model()
        except (TimeoutError, Broken, Unusable) as failure:
            log.warning("a model was not loaded", process=door.name, model=model, reason=str(failure))
            raise NotSwapped("The bot could not be given what it has learnt.") from failure
        if served != PurePath(model).name:
            raise NotSwapped("The bot goes on with what it knew before.")
        seconds = round(asyncio.get_running_loop().time() - began, 2)
        log.info("a model was loaded", process=door.name, model=served, seconds=seconds)

    async def load_all(self, model: str, going_on: Callable[[], Awaitable[None]]) -> None:
        """Have all processes that are there serve a model; the keeper sees to the others when they are back.

        ``going_on`` is called before each. Raises what that raises, and ``NotSwapped`` if one does not serve it, or
        none is there: some may serve it by then.
        """
        taken = 0
        for door in self._doors:
            await going_on()
            try:
                await self.load(door, model)
                taken += 1
            except Refused:
                log.info("a process is away and gets its model later", process=door.name)
        if not taken:
            raise NotSwapped("The bot does not answer just now.")


async def _served(door: Door) -> str | None:
    try:
        async with asyncio.timeout(ASK_WITHIN):
            return await door.model()
    except (TimeoutError, Refused, Broken, Unusable):
        return None
