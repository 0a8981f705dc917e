"""The hub's internal API, as the actions ask it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import aiohttp

from actions.hours import Hours, parse_hours
from actions.order_numbers import OrderNumber
from actions.orders import Order, parse_order, parse_orders
from actions.places import Availability, Outages, parse_availability, parse_outages
from actions.tariffs import Catalogue, parse_catalogue

_WITHIN = aiohttp.ClientTimeout(total=3.0)  # seconds; the hub waits 6 for the whole turn
_OK = frozenset({200, 201})

T = TypeVar("T")


class HubUnavailable(Exception):
    """The hub did not answer in time, or not in the agreed form."""


class NoOrderNumber(Exception):
    """The digits cannot be an order number: its check digit is wrong."""


class PhoneNeeded(Exception):
    """Nothing shows yet that the order is theirs: its phone would."""


class NoSuchOrder(Exception):
    """Nobody has an order of this number and phone."""


class TooManyTries(Exception):
    """Too many wrong phones for now."""


_ORDER_REFUSALS: Mapping[int, type[Exception]] = {
    400: NoOrderNumber,
    403: PhoneNeeded,
    404: NoSuchOrder,
    429: TooManyTries,
}


class Hub:
    """A client of the hub, over connections that are kept open. Must be made and used in one event loop.

    Each call raises ``HubUnavailable`` when there is no usable answer within 3 s.
    """

    def __init__(self, url: str, service_token: str) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {service_token}"}
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def catalogue(self, language: str) -> Catalogue:
        """What the business sells, and its promotions of today."""
        return _read(parse_catalogue, await self._get("/internal/catalogue", {"language": language}))

    async def order(self, conversation: str, number: OrderNumber, phone: str, language: str) -> Order:
        """Where an order stands. ``phone``: in any form, empty if none was said.

        Raises ``NoOrderNumber``, ``PhoneNeeded``, ``NoSuchOrder`` or ``TooManyTries`` when the hub says so.
        """
        asked = {"conversation": conversation, "phone": phone, "language": language}
        return _read(
            parse_order, await self._get(f"/internal/orders/{number.digits}", asked, _ORDER_REFUSALS)
        )

    async def own_orders(self, conversation: str, language: str) -> tuple[Order, ...]:
        """The orders of whoever the conversation is with, the newest first."""
        asked = {"conversation": conversation, "language": language}
        return _read(parse_orders, await self._get("/internal/orders", asked))

    async def hours(self, language: str) -> Hours:
        """When people answer, as of now."""
        return _read(parse_hours, await self._get("/internal/hours", {"language": language}))

    async def availability(self, town: str, street: str, language: str) -> Availability:
        """Whether there is service in a town and, if it is not empty, on a street; both as somebody said them."""
        asked = {"town": town, "street": street, "language": language}
        return _read(parse_availability, await self._get("/internal/availability", asked))

    async def outages(self, town: str, street: str, language: str) -> Outages:
        """Where the line is out: in a town as somebody said it, or anywhere if it is empty; or on a street of it."""
        asked = {"town": town, "street": street, "language": language}
        return _read(parse_outages, await self._get("/internal/outages", asked))

    async def open_case(
        self, conversation: str, message_id: str, category: str, words: str, language: str
    ) -> str:
        """Take down a ``complaint`` or a ``wish``, once for each message; the number of the case."""
        data = await self._answer(
            "POST",
            "/internal/cases",
            json={
                "conversation": conversation,
                "message_id": message_id,
                "category": category,
                "words": words,
                "language": language,
            },
        )
        if not isinstance(data, dict) or not isinstance(data.get("number"), str):
            raise HubUnavailable("the case has no number")
        number: str = data["number"]
        return number

    async def _get(
        self, path: str, query: Mapping[str, str], refusals: Mapping[int, type[Exception]] | None = None
    ) -> Any:
        return await self._answer("GET", path, refusals, params=query)

    async def _answer(
        self, method: str, path: str, refusals: Mapping[int, type[Exception]] | None = None, **request: Any
    ) -> Any:
        """The data of an answer. All of it may be asked twice: a connection that was kept may just have been closed."""
        try:
            try:
                status, answer = await self._once(method, path, **request)
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                status, answer = await self._once(method, path, **request)
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as failure:
            # Not repr: it may hold the address with a phone in it, and the token.
            raise HubUnavailable(f"{path}: {type(failure).__name__}") from failure
        if refusals and status in refusals:
            raise refusals[status]
        if status not in _OK or not isinstance(answer, dict) or answer.get("ok") is not True:
            raise HubUnavailable(f"{path} was answered with {status}, or not in the agreed form")
        return answer.get("data")

    async def _once(self, method: str, path: str, **request: Any) -> tuple[int, Any]:
        """The status and, with 200 or 201, what came with it."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=_WITHIN, headers=self._headers)
        async with self._session.request(
            method, self._url + path, allow_redirects=False, **request
        ) as response:
            return response.status, await response.json() if response.status in _OK else None


def _read(parse: Callable[[Any], T], data: Any) -> T:
    try:
        return parse(data)
    except ValueError as wrong:
        raise HubUnavailable(str(wrong)) from wrong
