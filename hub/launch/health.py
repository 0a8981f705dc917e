"""Asks the hub how it is."""

import asyncio
from typing import Any

import aiohttp

_POLL_SECONDS = 0.1
_ASK_SECONDS = 3.0


async def ask(url: str) -> dict[str, Any] | None:
    """The hub's `/health/ready` answer, whether ready or not; None while nothing sensible answers."""
    timeout = aiohttp.ClientTimeout(total=_ASK_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{url}/health/ready") as response,
        ):
            answer: dict[str, Any] = (await response.json())["data"]
            return {**answer, "ready": response.status == 200}
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError):
        return None


async def answers(url: str) -> bool:
    """Whether something answers there with success."""
    timeout = aiohttp.ClientTimeout(total=_ASK_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def until_ready(url: str) -> None:
    """Return when the hub is ready to serve."""
    while True:
        answer = await ask(url)
        if answer is not None and answer["ready"]:
            return
        await asyncio.sleep(_POLL_SECONDS)


async def until_bot(url: str, *states: str) -> str:
    """Return the bot's state when it is one of `states`."""
    while True:
        answer = await ask(url)
        if answer is not None and answer.get("nlu") in states:
            return str(answer["nlu"])
        await asyncio.sleep(_POLL_SECONDS * 5)
