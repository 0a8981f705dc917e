"""``/operator``: the panel. Authenticated by the session cookie at the handshake; Origin must be the hub's own."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from hub.protocol.common import (
    AddressView,
    AuthorView,
    CaseCategoryView,
    CaseOpenedBody,
    ClientId,
    CursorMoved,
    HandedBackBody,
    Id,
    Long,
    MoneyView,
    Namespace,
    Nothing,
    OpenStatus,
    OrderLineView,
    OrderPlacedBody,
    PageSize,
    QuickReplyView,
    RatedBody,
    ReleasedBody,
    ReopenedBody,
    ResolvedBody,
    ResolvedStatus,
    Seq,
    Short,
    SnoozedStatus,
    TakenBody,
    Text,
    TransferredBody,
    TypingChanged,
    VisitView,
    Wire,
)


class UnderstoodView(Wire):
    """What the bot made of the contact's words; ``confidence`` 0–1."""

    intent: str
    confidence: float
    entities: dict[str, str]


class OriginView(Wire):
    page_url: str | None
    page_title: str | None
    language: str | None
    user_agent: str | None


class OperatorMessageBody(Wire):
    """A message as operators see it."""

    kind: Literal["message"] = "message"
    text: str
    quick_replies: list[QuickReplyView]
    pressed: bool  # the contact pressed a quick reply
    understood: UnderstoodView | None


class NoteBody(Wire):
    kind: Literal["note"] = "note"
    text: str


HandoffReason = Literal[
    "requested", "not_understood", "topic", "anger", "bot_failed", "bot_timeout", "bot_unavailable"
]


class OperatorHandedOffBody(Wire):
    """As the contact's, with the true reason."""

    kind: Literal["handed_off"] = "handed_off"
    reason: HandoffReason
    place: int | None
    opens_at: datetime | None


class SnoozedBody(Wire):
    kind: Literal["snoozed"] = "snoozed"
    until: datetime


class SnoozeEndedBody(Wire):
    kind: Literal["snooze_ended"] = "snooze_ended"


class DeliveredBody(Wire):
    """The outcome of a delivery to an outside channel; ``target_seq`` is the entry it is about."""

    kind: Literal["delivered"] = "delivered"
    target_seq: int
    attempt: int
    outcome: Literal["sent", "failed", "ambiguous"]
    error: str | None


OperatorBody = Annotated[
    OperatorMessageBody
    | NoteBody
    | OperatorHandedOffBody
    | TakenBody
    | ReleasedBody
    | TransferredBody
    | HandedBackBody
    | ResolvedBody
    | ReopenedBody
    | SnoozedBody
    | SnoozeEndedBody
    | RatedBody
    | OrderPlacedBody
    | CaseOpenedBody
    | DeliveredBody,
    Field(discriminator="kind"),
]


class OperatorEntry(Wire):
    """``seq`` is gapless over everything. ``client_id`` only on one's own entries."""

    seq: int
    episode: int
    at: datetime
    author: AuthorView
    own: bool
    client_id: str | None
    body: OperatorBody


class ResponderBot(Wire):
    kind: Literal["bot"] = "bot"


class ResponderQueued(Wire):
    kind: Literal["queued"] = "queued"
    team: str
    since: datetime
    priority: int


class ResponderOperator(Wire):
    kind: Literal["operator"] = "operator"
    operator_id: str
    operator_name: str
    team: str
    since: datetime


ResponderView = Annotated[ResponderBot | ResponderQueued | ResponderOperator, Field(discriminator="kind")]
StatusView = Annotated[OpenStatus | SnoozedStatus | ResolvedStatus, Field(discriminator="kind")]


class LastMessageView(Wire):
    text: str
    author: AuthorView
    at: datetime


class ContactView(Wire):
    id: str
    name: str | None
    phone: str | None
    username: str | None
    language: str | None
    since: datetime


class HandoffSummaryView(Wire):
    """What the bot tells those who take over. ``topic`` and ``tried`` are intents; ``known`` are facts by name.

    Of the ``order_number`` the fact ``proven`` says whether it was shown to be the customer's ("yes", "no").
    """

    language: str | None
    topic: str | None
    known: dict[str, str]
    tried: list[str]


class HandoffView(Wire):
    reason: HandoffReason
    team: str
    at: datetime
    understood: UnderstoodView | None
    summary: HandoffSummaryView | None


class RatingView(Wire):
    episode: int
    score: int | None
    comment: str | None


class ConversationRow(Wire):
    """A line of a list. ``version`` only grows; never go back to a smaller one. ``waiting_since``: unanswered words."""

    id: str
    version: int
    episode: int
    channel: Literal["webchat", "telegram"]
    inbox_id: str
    contact: ContactView
    status: StatusView
    responder: ResponderView
    language: str | None
    last_message: LastMessageView | None
    waiting_since: datetime | None
    handoff: HandoffView | None
    rating: RatingView | None
    updated_at: datetime | None


ListView = Literal["mine", "queue", "all", "bot", "resolved"]


class ListCursor(Wire):
    """Of the last row that is there: its sort value (queue: rank_at, else updated_at) and id."""

    at: datetime
    id: Id


class ConversationList(Wire):
    view: ListView
    before: ListCursor | None = None
    limit: PageSize = 50


class ConversationListed(Wire):
    rows: list[ConversationRow]
    next: ListCursor | None


class BoardView(Wire):
    """How many wait and are open in one's teams, how many are one's own, and the bot's state."""

    queued: int
    open: int
    mine: int
    bot: Literal["off", "loading", "ready", "resting", "down"]


class OrderView(Wire):
    id: str
    number: str
    state: Literal["scheduled", "in_progress", "done", "cancelled"]
    customer_name: str
    phone: str
    address: AddressView
    tariff_code: str
    tariff_name: str
    monthly: MoneyView
    visit: VisitView
    equipment: list[OrderLineView]
    due: MoneyView
    operator_name: str
    placed_at: datetime
    note: str


class CaseView(Wire):
    """``words`` are the contact's."""

    id: str
    number: str
    category: CaseCategoryView
    words: str
    opened_at: datetime


class ConversationRef(Wire):
    conversation_id: Id


class ConversationOpened(Wire):
    """Everything beside the chat, and the newest page of the timeline. From now on its events arrive.

    They keep all of it up to date but ``origin``, which is as of now.
    """

    row: ConversationRow
    origin: OriginView | None
    understood: UnderstoodView | None
    orders: list[OrderView]
    cases: list[CaseView]
    entries: list[OperatorEntry]
    more: bool
    read_by_contact: int  # the seq up to which the contact has read


class TimelineRead(Wire):
    """Either what follows ``after_seq`` (ascending), or the newest before ``before_seq`` (ascending too)."""

    conversation_id: Id
    after_seq: Seq | None = None
    before_seq: Seq | None = None
    limit: PageSize = 50


class TimelinePage(Wire):
    """``more`` in the direction that was asked for."""

    entries: list[OperatorEntry]
    more: bool


class MessageSend(Wire):
    conversation_id: Id
    client_id: ClientId
    text: Text


class NoteAdd(Wire):
    conversation_id: Id
    client_id: ClientId
    text: Text


class ConversationCommand(Wire):
    """take, release, hand_back, resolve, reopen."""

    conversation_id: Id
    client_id: ClientId


class ConversationTransfer(Wire):
    """To exactly one of both."""

    conversation_id: Id
    client_id: ClientId
    team: Id | None = None
    operator_id: Id | None = None


class ConversationSnooze(Wire):
    conversation_id: Id
    client_id: ClientId
    until: datetime


class EntryAccepted(Wire):
    """Durable, and this is its place."""

    entry: OperatorEntry


class QueueTakeNext(Wire):
    client_id: ClientId


class NextTaken(Wire):
    """None: the queue is empty."""

    conversation_id: str | None


class TypingSet(Wire):
    conversation_id: Id
    on: bool


class CursorMove(Wire):
    conversation_id: Id
    seq: Seq


class AvailabilitySet(Wire):
    availability: Literal["online", "busy", "away"]


class ContactRename(Wire):
    """Only what is given is changed."""

    conversation_id: Id
    name: Short | None = None
    phone: Short | None = None


class ColleagueView(Wire):
    """``present``: has a live socket."""

    id: str
    name: str
    role: Literal["operator", "supervisor", "faq_maintainer", "admin"]
    availability: Literal["online", "busy", "away"]
    present: bool
    load: int
    capacity: int


class TeamView(Wire):
    id: str
    name: str


class WorkspaceRead(Wire):
    """What the panel needs once after each connect."""


class Workspace(Wire):
    me: ColleagueView
    colleagues: list[ColleagueView]
    teams: list[TeamView]
    board: BoardView


class TimelineAppended(Wire):
    """New entries of a conversation that was opened, ascending."""

    conversation_id: str
    entries: list[OperatorEntry]


class ConversationUpdated(Wire):
    """A row is new or has changed. ``views``: in which lists it now is; drop it from all others. Where only words are
    new, it comes to panels that have read such a list or opened it; of a busy conversation once a second or less."""

    row: ConversationRow
    views: list[ListView]


class ConversationHidden(Wire):
    """No longer this operator's to see: drop it from all lists."""

    conversation_id: str


class BoardChanged(Wire):
    board: BoardView


class ColleaguesChanged(Wire):
    colleagues: list[ColleagueView]


class OrderChanged(Wire):
    """An order of an opened conversation is new or has changed."""

    conversation_id: str
    order: OrderView


class OutagesChanged(Wire):
    """An outage is new or has changed: whoever shows them reads them again (``GET /api/outages``)."""


class CaseChanged(Wire):
    """A case of an opened conversation's contact is new."""

    conversation_id: str
    case: CaseView


class TimelineDigest(Wire):
    """The newest seq of opened conversations of which this panel may have missed some."""

    seqs: dict[str, int]


class ServerLeaving(Wire):
    """The hub is about to restart; reconnect after so many seconds."""

    reconnect_in: float


class SessionEnded(Wire):
    """Logged out or no longer allowed; show the log-in. ``reason`` is for the log."""

    reason: Long


OPERATOR = Namespace(
    name="/operator",
    requests={
        "workspace.read": (WorkspaceRead, Workspace),
        "conversation.list": (ConversationList, ConversationListed),
        "conversation.open": (ConversationRef, ConversationOpened),
        "conversation.close": (ConversationRef, Nothing),
        "timeline.read": (TimelineRead, TimelinePage),
        "message.send": (MessageSend, EntryAccepted),
        "note.add": (NoteAdd, EntryAccepted),
        "conversation.take": (ConversationCommand, EntryAccepted),
        "conversation.release": (ConversationCommand, EntryAccepted),
        "conversation.hand_back": (ConversationCommand, EntryAccepted),
        "conversation.resolve": (ConversationCommand, EntryAccepted),
        "conversation.reopen": (ConversationCommand, EntryAccepted),
        "conversation.transfer": (ConversationTransfer, EntryAccepted),
        "conversation.snooze": (ConversationSnooze, EntryAccepted),
        "queue.take_next": (QueueTakeNext, NextTaken),
        "contact.rename": (ContactRename, ContactView),
        "typing.set": (TypingSet, Nothing),
        "cursor.move": (CursorMove, Nothing),
        "availability.set": (AvailabilitySet, ColleagueView),
    },
    events={
        "timeline.appended": TimelineAppended,
        "conversation.updated": ConversationUpdated,
        "conversation.hidden": ConversationHidden,
        "board.changed": BoardChanged,
        "colleagues.changed": ColleaguesChanged,
        "order.changed": OrderChanged,
        "case.changed": CaseChanged,
        "outages.changed": OutagesChanged,
        "typing.changed": TypingChanged,
        "cursor.moved": CursorMoved,
        "timeline.digest": TimelineDigest,
        "server.leaving": ServerLeaving,
        "session.ended": SessionEnded,
    },
)
