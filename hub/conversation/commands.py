"""What can be asked of a conversation. Each accepted command becomes exactly one timeline entry."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from storage.model.cases import CaseSummary
from storage.model.entry import (
    Author,
    DeliveryOutcome,
    HandoffReason,
    HandoffSummary,
    Origin,
    QuickReply,
    Understood,
)
from storage.model.orders import OrderSummary


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Words for the contact, or from them. ``answers``: the contact's message (seq) that the bot's words are about;
    ``last``: nothing more comes in this bot turn."""

    text: str
    payload: str | None = None
    quick_replies: tuple[QuickReply, ...] = ()
    origin: Origin | None = None
    understood: Understood | None = None
    answers: int | None = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class AddNote:
    text: str


@dataclass(frozen=True, slots=True)
class HandOff:
    """To people: asked by the contact, or given up by the bot. ``answers``: the contact's message it is about."""

    reason: HandoffReason
    team: str
    understood: Understood | None = None
    answers: int | None = None
    origin: Origin | None = None
    summary: HandoffSummary | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """``over``: a supervisor may take from another operator."""

    over: bool = False


@dataclass(frozen=True, slots=True)
class Release:
    """Back to the queue."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """To exactly one of both."""

    team: str | None = None
    operator_id: str | None = None
    operator_name: str | None = None


@dataclass(frozen=True, slots=True)
class HandBack:
    """To the bot."""


@dataclass(frozen=True, slots=True)
class Resolve:
    pass


@dataclass(frozen=True, slots=True)
class Reopen:
    pass


@dataclass(frozen=True, slots=True)
class Snooze:
    until: datetime


@dataclass(frozen=True, slots=True)
class EndSnooze:
    """The time of a snooze came; ``seq`` is that of the snooze."""

    seq: int


@dataclass(frozen=True, slots=True)
class Rate:
    score: int | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    order: OrderSummary


@dataclass(frozen=True, slots=True)
class OpenCase:
    case: CaseSummary


@dataclass(frozen=True, slots=True)
class RecordDelivery:
    target_seq: int
    attempt: int
    outcome: DeliveryOutcome
    error: str | None = None
    external_ids: tuple[str, ...] = ()


Action = (
    SendMessage
    | AddNote
    | HandOff
    | Take
    | Release
    | Transfer
    | HandBack
    | Resolve
    | Reopen
    | Snooze
    | EndSnooze
    | Rate
    | PlaceOrder
    | OpenCase
    | RecordDelivery
)


@dataclass(frozen=True, slots=True)
class Command:
    """An action, who asks for it, and their idempotency key."""

    author: Author
    client_id: str
    action: Action


def always_open(_: datetime) -> datetime | None:
    """The business hours of those who keep none."""
    return None


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision may look at besides the conversation. Given from outside, so that decisions are repeatable."""

    now: datetime
    queue_lengths: dict[str, int]  # by team, for the place in the queue
    default_team: str
    closed_until: Callable[[datetime], datetime | None] = (
        always_open  # pure; None: people answer at that time
    )


class Rejected(Exception):
    """The command does not fit the state of the conversation."""
