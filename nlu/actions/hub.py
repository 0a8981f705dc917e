"""The hub's internal API, as the actions ask it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import aiohttp

from actions.order_numbers import OrderNumber
from actions.orders import Order, parse_order
from actions.tariffs import Tariff, parse_tariffs

_WITHIN = aiohttp.ClientTimeout(total=3.0)  # seconds; the hub waits 6 for the whole turn


class HubUnavailable(Exception):
    """The hub did not answer in time, or not in the agreed form."""


class NoSuchOrder(Exception):
    """Nobody has an order of this number."""


class NoOrderNumber(Exception):
    """The digits cannot be an order number: its check digit is wrong."""


class Hub:
    """A client of the hub. Each call raises ``HubUnavailable`` when there is no usable answer within 3 s."""

    def __init__(self, url: str, service_token: str) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {service_token}"}

    async def tariffs(self, language: str) -> Sequence[Tariff]:
        """What the business sells."""
        status, data = await self._get("/internal/catalogue", language)
        if status != 200:
            raise HubUnavailable(f"the catalogue was answered with {status}")
        try:
            return parse_tariffs(data)
        except ValueError as wrong:
            raise HubUnavailable(str(wrong)) from wrong

    async def order(self, number: OrderNumber, language: str) -> Order:
        """Where an order stands. Raises ``NoSuchOrder`` or ``NoOrderNumber`` when the hub says so."""
        status, data = await self._get(f"/internal/orders/{number.digits}", language)
        if status == 404:
            raise NoSuchOrder
        if status == 400:
            raise NoOrderNumber
        if status != 200:
            raise HubUnavailable(f"an order was answered with {status}")
        try:
            return parse_order(data)
        except ValueError as wrong:
            raise HubUnavailable(str(wrong)) from wrong

    async def _get(self, path: str, language: str) -> tuple[int, Any]:
        """The status and, with 200, the data."""
        try:
            async with (
                aiohttp.ClientSession(timeout=_WITHIN, headers=self._headers) as session,
                session.get(
                    self._url + path, params={"language": language}, allow_redirects=False
                ) as response,
            ):
                if response.status != 200:
                    return response.status, None
                answer = await response.json()
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as failure:
            raise HubUnavailable(repr(failure)) from failure
        if not isinstance(answer, dict) or answer.get("ok") is not True:
            raise HubUnavailable("the answer is not of the agreed form")
        return 200, answer.get("data")
