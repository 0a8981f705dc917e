"""The requests that the hub knows, with what it may answer, and asking one for as long as it takes."""

import asyncio
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pydantic import ValidationError

from bot.backoff import Backoff
from bot.logs import get_logger
from hub.protocol.channel import (
    ChannelConfiguration,
    DeliveriesClaimed,
    DeliveryClaim,
    DeliveryPostpone,
    DeliveryRelease,
    DeliverySettle,
    DeliverySettled,
    DeliveryStart,
    DeliveryStarted,
    UpdatesAppend,
    UpdatesAppended,
)
from hub.protocol.common import Error, Nothing, Wire

log = get_logger(__name__)

Q = TypeVar("Q", bound=Wire)
R = TypeVar("R", bound=Wire)


@dataclass(frozen=True, slots=True)
class Request(Generic[Q, R]):
    """A request that the hub knows, with the models of question and answer."""

    name: str
    question: type[Q]
    answer: type[R]


READ = Request("channel.read", Nothing, ChannelConfiguration)
APPEND = Request("updates.append", UpdatesAppend, UpdatesAppended)
CLAIM = Request("delivery.claim", DeliveryClaim, DeliveriesClaimed)
START = Request("delivery.start", DeliveryStart, DeliveryStarted)
SETTLE = Request("delivery.settle", DeliverySettle, DeliverySettled)
POSTPONE = Request("delivery.postpone", DeliveryPostpone, Nothing)
RELEASE = Request("delivery.release", DeliveryRelease, Nothing)


class HubError(Exception):
    """The hub refused, or could not be asked. ``retry_after`` is in seconds."""

    def __init__(self, code: str, message: str, *, retryable: bool, retry_after: float | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retryable = retryable
        self.retry_after = retry_after

    @classmethod
    def from_wire(cls, error: Error) -> "HubError":
        """As the hub said it."""
        return cls(error.code, error.message, retryable=error.retryable, retry_after=error.retry_after)


def read(answer: Any, request: Request[Q, R]) -> R:
    """An acknowledgement. Raises `HubError` if it is a refusal or cannot be read."""
    try:
        if isinstance(answer, dict) and answer.get("ok") is True:
            return request.answer.model_validate(answer.get("data") or {})
        if isinstance(answer, dict) and "error" in answer:
            raise HubError.from_wire(Error.model_validate(answer["error"]))
    except ValidationError:
        pass
    raise HubError("internal", f"the hub's answer to {request.name} cannot be read", retryable=True)


class Asked(Protocol):
    """Whom `insist` asks."""

    async def call(self, request: Request[Q, R], question: Q) -> R:
        """Raises `HubError`."""


async def insist(hub: Asked, request: Request[Q, R], question: Q) -> bool:
    """Tell the hub, for as long as it takes. False: refused for good, which is logged."""
    backoff = Backoff(cap=5.0)
    while True:
        try:
            await hub.call(request, question)
        except HubError as error:
            if not error.retryable:
                log.warning("the hub did not accept an outcome", request=request.name, why=str(error))
                return False
            await asyncio.sleep(error.retry_after or backoff.next())
        else:
            return True
