"""The timeline entry: one accepted command, one document (message, note or activity)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.model.cases import CaseSummary
from storage.model.orders import OrderSummary


class AuthorKind(StrEnum):
    """Who can add to a timeline."""

    CONTACT = "contact"
    BOT = "bot"
    OPERATOR = "operator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote an entry. Set by the hub, never by a client."""

    kind: AuthorKind
    id: str
    name: str = ""

    @property
    def key(self) -> str:
        """Identity for idempotency: the name may change, the author does not."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the contact was when writing."""

    page_url: str | None = None
    page_title: str | None = None
    language: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A button under a bot's message. ``payload`` is what the bot gets when it is pressed."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What the bot made of the contact's words. A bot that does not tell their ``language`` is not learned from."""

    intent: str
    confidence: float
    entities: dict[str, str]
    language: str | None = None
    asked: str | None = None  # what the bot had asked for, if the words may be the answer
    guess: str | None = None  # the likeliest intent, where nothing was understood


class HandoffReason(StrEnum):
    """Why the bot gave the conversation to people."""

    REQUESTED = "requested"
    NOT_UNDERSTOOD = "not_understood"
    TOPIC = "topic"
    ANGER = "anger"
    BOT_FAILED = "bot_failed"
    BOT_TIMEOUT = "bot_timeout"
    BOT_UNAVAILABLE = "bot_unavailable"


@dataclass(frozen=True, slots=True)
class HandoffSummary:
    """What the bot tells the people who take over, and only them."""

    language: str | None = None  # that the contact writes in
    topic: str | None = None  # an intent
    known: dict[str, str] = field(default_factory=dict)  # facts by name: order_number, phone, town…
    tried: tuple[str, ...] = ()  # intents that the bot has answered before


@dataclass(frozen=True, slots=True)
class Message:
    """Words that the contact can see."""

    text: str
    quick_replies: tuple[QuickReply, ...] = ()
    payload: str | None = None  # of the pressed quick reply
    origin: Origin | None = None
    understood: Understood | None = None
    settles: int | None = None  # the contact's message (seq) whose bot turn this ends


@dataclass(frozen=True, slots=True)
class Note:
    """Words among operators; the contact never learns of them."""

    text: str


@dataclass(frozen=True, slots=True)
class HandedOff:
    """Bot → queue."""

    reason: HandoffReason
    team: str
    place: int | None = None  # in the queue, when it was decided (1 = next)
    understood: Understood | None = None
    priority: int = 0
    origin: Origin | None = None
    summary: HandoffSummary | None = None
    opens_at: datetime | None = None  # when people answer again, if it was decided outside of business hours


@dataclass(frozen=True, slots=True)
class Taken:
    """Queue (or bot) → operator."""

    operator_id: str
    operator_name: str


@dataclass(frozen=True, slots=True)
class Released:
    """Operator → the queue they took it from."""

    team: str


@dataclass(frozen=True, slots=True)
class Transferred:
    """Operator → a team's queue, or straight to another operator."""

    team: str | None
    operator_id: str | None = None
    operator_name: str | None = None


@dataclass(frozen=True, slots=True)
class HandedBack:
    """Operator → bot."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The episode is over."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """An operator opens a resolved or snoozed conversation again."""

    operator_id: str
    operator_name: str


@dataclass(frozen=True, slots=True)
class Snoozed:
    """Put aside until a time or the contact's next message."""

    until: datetime


@dataclass(frozen=True, slots=True)
class SnoozeEnded:
    """The time of a snooze came."""


@dataclass(frozen=True, slots=True)
class Rated:
    """The contact's rating of an episode, 1 (bad) to 5 (good)."""

    score: int | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """An order came out of the conversation. ``order`` keeps what was agreed, also when the order changes later."""

    order: OrderSummary


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """A case came out of the conversation."""

    case: CaseSummary


class DeliveryOutcome(StrEnum):
    """What became of an attempt to deliver an entry to an outside channel."""

    SENT = "sent"
    FAILED = "failed"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Delivered:
    """The outcome of a delivery; points at the entry it is about."""

    target_seq: int
    attempt: int
    outcome: DeliveryOutcome
    error: str | None = None
    external_ids: tuple[str, ...] = ()


Body = (
    Message
    | Note
    | HandedOff
    | Taken
    | Released
    | Transferred
    | HandedBack
    | Resolved
    | Reopened
    | Snoozed
    | SnoozeEnded
    | Rated
    | OrderPlaced
    | CaseOpened
    | Delivered
)

HIDDEN_FROM_CONTACT = (Note, Snoozed, SnoozeEnded, Delivered)


class Delivery(StrEnum):
    """Where an entry stands on its way to an outside channel. The outbox is the index on the first two."""

    OWED = "owed"
    STARTED = "started"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline. Immutable but for ``delivery``, which the outbox moves on."""

    id: str
    conversation_id: str
    inbox_id: str
    seq: int  # gapless from 1 in the conversation
    public_seq: int  # gapless over what the contact may see; of a hidden entry: that of the last visible one
    episode: int
    author: Author
    client_id: str
    recorded_at: datetime
    body: Body
    delivery: Delivery | None = None

    @property
    def public(self) -> bool:
        """Whether the contact may see it. Never changes later."""
        return not isinstance(self.body, HIDDEN_FROM_CONTACT)
