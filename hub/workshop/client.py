"""The hub's side of the workshop, the program in Rasa's environment that trains, measures and rehearses."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp
import orjson

from hub.knowledge.files import Files

_SHORT = 5.0  # seconds
_LONG = 60.0  # seconds: a few sentences in a model that others use, too
_MOST = 32 * 1024 * 1024  # bytes of an answer

JSON = dict[str, Any]


class WorkshopAway(Exception):
    """It cannot be reached, or does not answer as agreed."""


class WorkshopNotReached(WorkshopAway):
    """It has heard nothing of what was asked."""


class WorkshopBusy(Exception):
    """Another training is under way; the text is its id."""


class NotLoadedYet(Exception):
    """The model is being loaded: ask again in a few seconds."""


class NotThere(Exception):
    """It knows no such training, or there is no such model."""


class Rejected(Exception):
    """It does not accept what it was sent; the text says why."""


@dataclass(frozen=True, slots=True)
class ModelPlaces:
    """Where the model of a text is or will be, whether it is there, and where the served one is, if it is known."""

    model: str
    exists: bool
    served: str | None


class Workshop(Protocol):
    """All raise ``WorkshopAway``."""

    async def train(
        self, training_id: str, files: Files, sentences: Mapping[str, str], published: str | None
    ) -> JSON:
        """Begin; the same id again is the same training. ``sentences``: real ones by their ids.

        Raises ``WorkshopBusy``, ``Rejected``, or ``NotThere`` if the published model is none.
        """

    async def training(self, training_id: str) -> JSON:
        """How it is. Raises ``NotThere``."""

    async def cancel(self, training_id: str) -> JSON:
        """End it. Raises ``NotThere``."""

    async def places(self, files: Files, served: str | None) -> ModelPlaces:
        """Where the model of a text is. Raises ``Rejected``."""

    async def hold(self, model: str) -> None:
        """Keep a model for good. Raises ``NotThere`` if it is missing or damaged."""

    async def understood(
        self, model: str, files: Files, texts: Sequence[str], language: str
    ) -> Sequence[JSON]:
        """What is understood and answered. Raises ``NotLoadedYet``, ``NotThere``, ``Rejected``."""

    async def talk(
        self, model: str, files: Files, talk: str, text: str, language: str, *, is_payload: bool
    ) -> JSON:
        """A turn of a rehearsed talk. Raises as ``understood``."""

    async def forget(self, talk: str) -> None:
        """The talk begins anew."""

    async def likeness(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Where sentences lie: a row of unit length each. Raises ``Rejected``."""


class HttpWorkshop:
    """``Workshop`` over HTTP."""

    def __init__(self, url: str, token: str, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._session = session

    async def train(
        self, training_id: str, files: Files, sentences: Mapping[str, str], published: str | None
    ) -> JSON:
        """See ``Workshop.train``."""
        body = {
            "id": training_id,
            "files": dict(files),
            "sentences": [{"id": key, "text": text} for key, text in sentences.items()],
            "published": published,
        }
        return await self._ask("POST", "/trainings", body)

    async def training(self, training_id: str) -> JSON:
        """See ``Workshop.training``."""
        return await self._ask("GET", f"/trainings/{quote(training_id, safe='')}")

    async def cancel(self, training_id: str) -> JSON:
        """See ``Workshop.cancel``."""
        return await self._ask("DELETE", f"/trainings/{quote(training_id, safe='')}")

    async def places(self, files: Files, served: str | None) -> ModelPlaces:
        """See ``Workshop.places``."""
        answer = await self._ask("POST", "/models", {"files": dict(files), "served": served})
        return ModelPlaces(str(answer["model"]), bool(answer["exists"]), answer.get("served"))

    async def hold(self, model: str) -> None:
        """See ``Workshop.hold``."""
        await self._ask("POST", "/models/hold", {"model": model})

    async def understood(
        self, model: str, files: Files, texts: Sequence[str], language: str
    ) -> Sequence[JSON]:
        """See ``Workshop.understood``."""
        body = {"model": model, "files": dict(files), "texts": list(texts), "language": language}
        found: list[JSON] = (await self._ask("POST", "/understood", body, within=_LONG))["understood"]
        return found

    async def talk(
        self, model: str, files: Files, talk: str, text: str, language: str, *, is_payload: bool
    ) -> JSON:
        """See ``Workshop.talk``."""
        body = {
            "model": model,
            "files": dict(files),
            "talk": talk,
            "text": text,
            "payload": is_payload,
            "language": language,
        }
        return await self._ask("POST", "/talk", body, within=_LONG)

    async def forget(self, talk: str) -> None:
        """See ``Workshop.forget``."""
        await self._ask("DELETE", f"/talk/{quote(talk, safe='')}")

    async def likeness(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """See ``Workshop.likeness``."""
        rows: list[list[float]] = (
            await self._ask("POST", "/likeness", {"texts": list(texts)}, within=_LONG)
        )["rows"]
        return rows

    async def _ask(self, method: str, path: str, body: JSON | None = None, within: float = _SHORT) -> JSON:
        data = None if body is None else await asyncio.to_thread(orjson.dumps, body)
        try:
            async with (
                asyncio.timeout(within),
                self._session.request(
                    method,
                    self._url + path,
                    data=data,
                    headers={**self._headers, "Content-Type": "application/json"},
                    allow_redirects=False,
                ) as response,
            ):
                answer = orjson.loads(await _read(response))
        except aiohttp.ClientConnectorError as failure:
            raise WorkshopNotReached(f"the workshop: {type(failure).__name__}") from failure
        except (aiohttp.ClientError, TimeoutError, ValueError) as failure:
            # Not repr: it may hold the address.
            raise WorkshopAway(f"the workshop: {type(failure).__name__}") from failure
        if not isinstance(answer, dict):
            raise WorkshopAway("the workshop answers something else")
        if response.status < 300:
            return answer
        raise _FAILURES.get(response.status, WorkshopAway)(str(answer.get("error", response.status)))


_FAILURES: Mapping[int, type[Exception]] = {
    400: Rejected,
    404: NotThere,
    409: WorkshopBusy,
    413: Rejected,
    503: NotLoadedYet,
}


async def _read(response: aiohttp.ClientResponse) -> bytes:
    raw = bytearray()
    async for chunk in response.content.iter_any():
        raw += chunk
        if len(raw) > _MOST:
            raise ValueError("too large")
    return bytes(raw)
