"""What the hub asks of a bot, whoever it is."""

import asyncio
from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from hub.bot_answer import BotTurn, BotUnavailable, Outcome


class NluState(StrEnum):
    """What the panel and /health/ready say of the bot."""

    OFF = "off"
    LOADING = "loading"
    READY = "ready"
    RESTING = "resting"  # it failed too often: nobody is sent to it until it has proved itself
    DOWN = "down"


class Nlu(Protocol):
    """A bot."""

    @property
    def state(self) -> NluState: ...

    async def turn(self, sender: str, text: str, *, is_payload: bool, metadata: dict[str, str]) -> BotTurn:
        """Raise ``BotUnavailable`` when there is no usable answer in time."""

    async def watch(self) -> None:
        """Keep ``state`` true, for as long as the hub lives."""


class NoNlu:
    """Humans only."""

    state = NluState.OFF

    async def turn(self, sender: str, text: str, *, is_payload: bool, metadata: dict[str, str]) -> BotTurn:
        raise BotUnavailable("there is no bot", Outcome.AWAY)

    async def watch(self) -> None:
        await asyncio.Event().wait()


_BEST_FIRST = (NluState.READY, NluState.RESTING, NluState.LOADING, NluState.DOWN)


def together(states: Iterable[NluState]) -> NluState:
    """The state of a bot that runs in several processes: that of the best of them."""
    return min(states, key=_BEST_FIRST.index, default=NluState.OFF)
