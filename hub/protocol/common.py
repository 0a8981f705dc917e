"""What all namespaces share: strict models, guarded text, errors, the parts of an entry."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

MAX_TEXT = 4_000  # characters of a message, design section 5
MAX_PAGE = 200  # entries of one page

_INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp", "Mn", "Me"}


class Wire(BaseModel):
    """Base of all wire models: unknown fields are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _storable(value: str) -> str:
    """No lone surrogates and no NUL: BSON or a terminal would choke on them."""
    if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError("contains half a character (a lone surrogate)")
    if "\x00" in value:
        raise ValueError("contains a NUL character")
    return value


def _visible(value: str) -> str:
    if all(unicodedata.category(char) in _INVISIBLE or char in "\n\t\u3164\u2800" for char in value):
        raise ValueError("has nothing to read in it")
    return value


Short = Annotated[str, StringConstraints(max_length=200), AfterValidator(_storable)]
Long = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_storable)]
Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_TEXT),
    AfterValidator(_storable),
    AfterValidator(_visible),
]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
ClientId = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
Seq = Annotated[int, Field(ge=0, lt=2**53, strict=True)]
PageSize = Annotated[int, Field(ge=1, le=MAX_PAGE, strict=True)]
Payload = Annotated[str, StringConstraints(min_length=1, max_length=255), AfterValidator(_storable)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]

ErrorCode = Literal[
    "bad_request",
    "unauthenticated",
    "forbidden",
    "not_found",
    "unknown_event",
    "invalid_state",
    "conflict",
    "too_large",
    "rate_limited",
    "unavailable",
    "internal",
]


class Error(Wire):
    """Why a request was refused. ``retry_after`` is in seconds; ``details`` names fields."""

    code: ErrorCode
    message: str
    retryable: bool
    retry_after: float | None = None
    details: dict[str, Any] | None = None


class Nothing(Wire):
    """An empty request or reply."""


class MoneyView(Wire):
    """``amount`` in minor units."""

    amount: int
    currency: str


class VisitView(Wire):
    """In the business's time zone."""

    day: date
    starts: time
    ends: time


class AddressView(Wire):
    street: str
    town: str
    postal_code: str


class OrderLineView(Wire):
    code: str
    name: str
    price: MoneyView


class OrderSummaryView(Wire):
    """``number`` is ready to be shown: 1234-5678."""

    order_id: str
    number: str
    tariff_name: str
    monthly: MoneyView
    visit: VisitView
    address: AddressView
    equipment: list[OrderLineView]
    due: MoneyView


class QuickReplyView(Wire):
    title: str
    payload: str


class AuthorView(Wire):
    """``name`` is empty for the contact and the system."""

    kind: Literal["contact", "bot", "operator", "system"]
    name: str


class MessageBody(Wire):
    kind: Literal["message"] = "message"
    text: str
    quick_replies: list[QuickReplyView]


class HandedOffBody(Wire):
    """``place`` is the place in the queue when it was decided, 1 = next. ``opens_at``: when people answer again, if
    that was outside of business hours."""

    kind: Literal["handed_off"] = "handed_off"
    reason: Literal["requested", "not_understood", "topic", "bot_failed", "bot_timeout", "bot_unavailable"]
    place: int | None
    opens_at: datetime | None


class TakenBody(Wire):
    kind: Literal["taken"] = "taken"
    operator_name: str


class ReleasedBody(Wire):
    """Back to the queue. Their place is the one they have earned, which the conversation's state tells."""

    kind: Literal["released"] = "released"


class TransferredBody(Wire):
    """To a team's queue, or to an operator when there is a name."""

    kind: Literal["transferred"] = "transferred"
    team: str | None
    operator_name: str | None


class HandedBackBody(Wire):
    kind: Literal["handed_back"] = "handed_back"


class ResolvedBody(Wire):
    kind: Literal["resolved"] = "resolved"


class ReopenedBody(Wire):
    kind: Literal["reopened"] = "reopened"
    operator_name: str


class RatedBody(Wire):
    kind: Literal["rated"] = "rated"
    score: int | None
    comment: str | None


class OrderPlacedBody(Wire):
    kind: Literal["order_placed"] = "order_placed"
    order: OrderSummaryView


CaseCategoryView = Literal["complaint", "wish", "fault"]


class CaseOpenedBody(Wire):
    """``number`` is ready to be shown: C-123-4560."""

    kind: Literal["case_opened"] = "case_opened"
    number: str
    category: CaseCategoryView


PublicBody = Annotated[
    MessageBody
    | HandedOffBody
    | TakenBody
    | ReleasedBody
    | TransferredBody
    | HandedBackBody
    | ResolvedBody
    | ReopenedBody
    | RatedBody
    | OrderPlacedBody
    | CaseOpenedBody,
    Field(discriminator="kind"),
]


class OpenStatus(Wire):
    kind: Literal["open"] = "open"


class SnoozedStatus(Wire):
    kind: Literal["snoozed"] = "snoozed"
    until: datetime


class ResolvedStatus(Wire):
    kind: Literal["resolved"] = "resolved"
    at: datetime


class TypingChanged(Wire):
    """Somebody began or stopped typing. Forget it after 6 s without news."""

    conversation_id: str
    author: AuthorView
    on: bool


class CursorMoved(Wire):
    """The other side has read up to ``seq`` (in the reader's own numbering)."""

    conversation_id: str
    reader: Literal["contact", "operator"]
    seq: int


@dataclass(frozen=True, slots=True)
class Namespace:
    """One Socket.IO namespace: what a client may ask (request, reply) and what it may hear."""

    name: str
    requests: Mapping[str, tuple[type[Wire], type[Wire]]]
    events: Mapping[str, type[Wire]]
