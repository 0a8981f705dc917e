"""The conversation: two axes (status, responder) and what is owed. A snapshot of its timeline."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from storage.model.entry import HandoffReason, HandoffSummary, Origin, Understood


class Channel(StrEnum):
    """How a contact reaches us."""

    WEBCHAT = "webchat"
    TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class Open:
    """Someone is expected to answer."""


@dataclass(frozen=True, slots=True)
class SnoozedUntil:
    """Put aside by an operator."""

    until: datetime


@dataclass(frozen=True, slots=True)
class ResolvedAt:
    """Over, until the contact writes again."""

    at: datetime


Status = Open | SnoozedUntil | ResolvedAt


@dataclass(frozen=True, slots=True)
class WithBot:
    """The bot answers, and no one else."""


@dataclass(frozen=True, slots=True)
class Queued:
    """Waits for a human of a team."""

    team: str
    since: datetime
    priority: int = 0

    @property
    def rank_at(self) -> datetime:
        """Place in line: who waits longest, a point of priority being worth a minute. Constant while queued."""
        return self.since - timedelta(minutes=self.priority)


@dataclass(frozen=True, slots=True)
class WithOperator:
    """This operator answers, and no one else."""

    operator_id: str
    operator_name: str
    team: str
    since: datetime


Responder = WithBot | Queued | WithOperator


class DutyKind(StrEnum):
    """What can be owed to a conversation."""

    BOT_ANSWER = "bot_answer"
    SNOOZE_END = "snooze_end"


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that must happen at a time, whatever becomes of the process that owes it."""

    kind: DutyKind
    seq: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class LastMessage:
    """The newest visible words, for lists."""

    text: str
    author_kind: str
    author_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Handoff:
    """Why the conversation came to people, and what the bot had understood."""

    reason: HandoffReason
    team: str
    at: datetime
    understood: Understood | None = None
    summary: HandoffSummary | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """Of one episode."""

    episode: int
    score: int | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """The state that ``decide`` reads and ``evolve`` makes. ``seq`` is also its version."""

    id: str
    inbox_id: str
    contact_id: str
    channel: Channel
    seq: int = 0
    public_seq: int = 0
    episode: int = 0
    status: Status = Open()
    responder: Responder = WithBot()
    language: str | None = None
    origin: Origin | None = None
    opened_at: datetime | None = None
    updated_at: datetime | None = None
    last_message: LastMessage | None = None
    waiting_since: datetime | None = None  # the contact's oldest unanswered words
    unanswered: int | None = None  # the contact's newest message (seq), while nobody has dealt with it
    handoff: Handoff | None = None
    rating: Rating | None = None
    understood: Understood | None = None  # the newest
    duties: tuple[Duty, ...] = ()

    @property
    def due_at(self) -> datetime | None:
        """When the first duty is due."""
        return min((duty.due_at for duty in self.duties), default=None)
