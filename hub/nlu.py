"""The hub's client of Rasa: one message in, the bot's turn out. Knows its traps (a failure is 200 with [])."""

import asyncio
from enum import StrEnum
from typing import Any, Protocol

import aiohttp
import orjson
import structlog

from hub.bot_answer import BotTurn, BotUnavailable, parse_turn

log = structlog.get_logger(__name__)

ANSWER_WITHIN = 6.0  # seconds; below the 8 s after which the customer is queued for a human
LOOK_EVERY = 2.0
PROBE_WITHIN = 3.0
MOST_BYTES = 256 * 1024  # of an answer
MOST_AT_ONCE = 16  # turns in flight

_SLASH_GUARD = "\u2060"  # word joiner: invisible, and "/intent{...}" is no longer a command


class NluState(StrEnum):
    """What the panel and /health/ready say of the bot."""

    OFF = "off"
    LOADING = "loading"
    READY = "ready"
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
        raise BotUnavailable("there is no bot")

    async def watch(self) -> None:
        await asyncio.Event().wait()


class Rasa:
    """Rasa 3.6 behind its REST channel."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._session = session
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self.state = NluState.LOADING

    async def turn(self, sender: str, text: str, *, is_payload: bool, metadata: dict[str, str]) -> BotTurn:
        """See ``Nlu.turn``."""
        if self.state is not NluState.READY:
            raise BotUnavailable(f"Rasa is {self.state}")
        body = {
            "sender": sender,
            "message": text if is_payload else guarded(text),
            "metadata": metadata,
        }
        try:
            async with asyncio.timeout(ANSWER_WITHIN), self._slots:
                answer = await self._post(body)
        except TimeoutError as late:
            raise BotUnavailable("no answer in time") from late
        except (aiohttp.ClientError, ValueError) as failure:
            if isinstance(failure, aiohttp.ClientConnectionError):
                self._moved_to(NluState.DOWN)
            raise BotUnavailable(repr(failure)) from failure
        return parse_turn(answer)

    async def _post(self, body: dict[str, Any]) -> Any:
        async with self._session.post(
            f"{self._url}/webhooks/rest/webhook", json=body, allow_redirects=False
        ) as response:
            response.raise_for_status()
            if response.content_type != "application/json":
                raise ValueError(f"the answer is {response.content_type}")
            return await _read(response)

    async def watch(self) -> None:
        """See ``Nlu.watch``."""
        while True:
            self._moved_to(await self._probe())
            await asyncio.sleep(LOOK_EVERY)

    async def _probe(self) -> NluState:
        """Ready only with a model: without one Rasa answers every message with []."""
        try:
            async with (
                asyncio.timeout(PROBE_WITHIN),
                self._session.get(f"{self._url}/status", allow_redirects=False) as response,
            ):
                status = await _read(response) if response.status == 200 else None
                ready = isinstance(status, dict) and bool(status.get("model_file"))
                return NluState.READY if ready else NluState.LOADING
        except (TimeoutError, aiohttp.ClientError, ValueError):
            return NluState.LOADING if self.state is NluState.LOADING else NluState.DOWN

    def _moved_to(self, state: NluState) -> None:
        if state is not self.state:
            log.info("the bot's state has changed", before=self.state, now=state)
            self.state = state


async def _read(response: aiohttp.ClientResponse) -> Any:
    """A JSON body of bounded size. Raises ``ValueError``."""
    raw = bytearray()
    async for chunk in response.content.iter_any():
        raw += chunk
        if len(raw) > MOST_BYTES:
            raise ValueError("the answer is too large")
    return orjson.loads(raw)


def guarded(text: str) -> str:
    """A customer's words as Rasa may see them: "/intent" typed by hand stays words."""
    return _SLASH_GUARD + text if text.lstrip().startswith("/") else text
