"""Rasa 3.6 behind its REST channel, in one or more processes that share their dialogues."""

import asyncio
from collections.abc import Sequence
from typing import Any

import aiohttp
import structlog

from hub.bot_answer import BotTurn, BotUnavailable, Outcome
from hub.nlu.door import Broken, Door, Refused, Unusable
from hub.nlu.port import NluState, together
from hub.nlu.process import RasaProcess
from hub.nlu.routing import ranked

log = structlog.get_logger(__name__)

ANSWER_WITHIN = 6.0  # seconds; below the 8 s after which the customer is queued for a human

UNASKED = (Outcome.AWAY, Outcome.RESTING, Outcome.BUSY)
"""Outcomes of a turn of which Rasa knows nothing: another process may be asked."""

_SLASH_GUARD = "\u2060"  # word joiner: invisible, and "/intent{...}" is no longer a command


class Rasa:
    """Sends a conversation to the process that it prefers, and to another where that is safe."""

    def __init__(self, urls: Sequence[str], token: str | None, session: aiohttp.ClientSession) -> None:
        self.processes = {url: RasaProcess(Door(url, token, session)) for url in urls}

    @property
    def state(self) -> NluState:
        """See ``Nlu.state``."""
        return together(process.state for process in self.processes.values())

    async def turn(self, sender: str, text: str, *, is_payload: bool, metadata: dict[str, str]) -> BotTurn:
        """See ``Nlu.turn``."""
        body = {
            "sender": sender,
            "message": text if is_payload else guarded(text),
            "metadata": metadata,
        }
        until = asyncio.get_running_loop().time() + ANSWER_WITHIN
        left = [self.processes[url] for url in ranked(self.processes, sender)]
        while True:
            process = left.pop(0)
            try:
                return await process.turn(body, until)
            except BotUnavailable as failure:
                goes_on = failure.outcome in UNASKED or (
                    failure.outcome is Outcome.BROKEN and await _is_undone(body, process, left, until)
                )
                if not left or not goes_on:
                    raise
                log.info("a turn goes to another process", sender=sender, reason=str(failure))

    async def watch(self) -> None:
        """See ``Nlu.watch``."""
        async with asyncio.TaskGroup() as group:
            for process in self.processes.values():
                group.create_task(process.watch())


async def _is_undone(
    body: dict[str, Any], broken: RasaProcess, others: Sequence[RasaProcess], until: float
) -> bool:
    """Whether a turn whose connection broke will never have happened.

    So it is if its process is gone, and the dialogue does not tell of the message: Rasa keeps a turn when it is over.
    In doubt it is not.
    """
    ready = next((other for other in others if other.state is NluState.READY), None)
    if ready is None:
        return False
    try:
        async with asyncio.timeout_at(until):
            return await broken.has_ended() and not await ready.door.has_heard(
                body["sender"], body["metadata"]["message_id"]
            )
    except (TimeoutError, Refused, Broken, Unusable) as failure:
        log.warning("a broken turn stays in doubt", sender=body["sender"], reason=str(failure))
        return False


def guarded(text: str) -> str:
    """A customer's words as Rasa may see them: "/intent" typed by hand stays words."""
    return _SLASH_GUARD + text if text.lstrip().startswith("/") else text
