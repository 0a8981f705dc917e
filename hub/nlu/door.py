"""The HTTP of one Rasa process: its REST channel, and what its API tells of itself and of a conversation."""

from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import orjson

MOST_OF_AN_ANSWER = 256 * 1024  # bytes
MOST_OF_A_DIALOGUE = 8 * 1024 * 1024  # bytes


class Refused(Exception):
    """There was no connection: nothing of the request has reached Rasa."""


class NobodyListens(Refused):
    """The machine is there, and no process at this port."""


class Broken(Exception):
    """The connection broke before the answer: Rasa may have done what it was asked, or not."""


class Unusable(Exception):
    """It answers, but not as Rasa does."""


class Door:
    """Every time limit is the caller's."""

    def __init__(self, url: str, token: str | None, session: aiohttp.ClientSession) -> None:
        """``token``: of Rasa's HTTP API; the REST channel asks for none."""
        self.url = url
        self.name = urlsplit(url).netloc.rpartition("@")[2]  # as shown in logs and metrics
        self._api = {"token": token} if token else {}
        self._session = session

    async def ask(self, body: dict[str, Any]) -> Any:
        """What the REST channel answers to a message.

        Raises:
            Refused, Broken, Unusable
        """
        return await self._request("POST", "/webhooks/rest/webhook", MOST_OF_AN_ANSWER, json=body)

    async def has_model(self) -> bool:
        """Without a model Rasa answers every message with []. Raises as ``ask`` does."""
        return await self.model() is not None

    async def model(self) -> str | None:
        """The file name of the model that is loaded. Raises as ``ask`` does."""
        status = await self._request("GET", "/status", MOST_OF_AN_ANSWER, params=self._api)
        model = status.get("model_file") if isinstance(status, dict) else None
        return model if isinstance(model, str) and model else None

    async def load(self, model: str) -> None:
        """Load another model in place of the present one, which goes on until then, and if it cannot be loaded.

        Raises as ``ask`` does.
        """
        await self._request(
            "PUT", "/model", MOST_OF_AN_ANSWER, params=self._api, json={"model_file": model}, empty=True
        )

    async def has_heard(self, sender: str, message_id: str) -> bool:
        """Whether a turn about this message is in the dialogue, where Rasa puts it when it is over.

        Raises as ``ask`` does.
        """
        path = f"/conversations/{quote(sender, safe='')}/tracker"
        dialogue = await self._request("GET", path, MOST_OF_A_DIALOGUE, params=self._api)
        if not isinstance(dialogue, dict) or not isinstance(dialogue.get("events"), list):
            raise Unusable("the answer is no dialogue")
        return any(_is_about(event, message_id) for event in dialogue["events"])

    async def _request(self, method: str, path: str, most: int, *, empty: bool = False, **how: Any) -> Any:
        try:
            async with self._session.request(
                method, self.url + path, allow_redirects=False, **how
            ) as response:
                if empty and response.status == 204:
                    return None
                return await _read(response, most)
        except aiohttp.ClientConnectorError as failure:
            kind = NobodyListens if isinstance(failure.os_error, ConnectionRefusedError) else Refused
            raise kind(f"no connection to {self.name}") from failure
        except aiohttp.ClientError as failure:
            # Not repr: it may hold the address, and with it the token.
            raise Broken(f"{self.name}: {type(failure).__name__}") from failure


async def _read(response: aiohttp.ClientResponse, most: int) -> Any:
    """A JSON body of bounded size."""
    if response.status != 200:
        raise Unusable(f"the status is {response.status}")
    if response.content_type != "application/json":
        raise Unusable(f"the answer is {response.content_type}")
    raw = bytearray()
    async for chunk in response.content.iter_any():
        raw += chunk
        if len(raw) > most:
            raise Unusable("the answer is too large")
    try:
        return orjson.loads(raw)
    except ValueError as failure:
        raise Unusable(f"the answer is not JSON ({failure})") from failure


def _is_about(event: Any, message_id: str) -> bool:
    if not isinstance(event, dict) or event.get("event") != "user":
        return False
    metadata = event.get("metadata")
    return isinstance(metadata, dict) and metadata.get("message_id") == message_id
