"""``/widget``: the customer on a website. Knows public entries and their public numbering only.

Handshake ``auth``: ``{"token": <from POST /widget-api/sessions>}``.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from hub.protocol.common import (
    AuthorView,
    ClientId,
    CursorMoved,
    Language,
    Long,
    Namespace,
    Nothing,
    OpenStatus,
    PageSize,
    Payload,
    PublicBody,
    ResolvedStatus,
    Seq,
    Text,
    TypingChanged,
    Wire,
)


class Page(Wire):
    """The page of the website that the widget is on."""

    url: Long | None = None
    title: Long | None = None
    language: Language | None = None


class WidgetEntry(Wire):
    """``seq`` is the public number, gapless from 1. ``client_id`` only on one's own entries."""

    seq: int
    episode: int
    at: datetime
    author: AuthorView
    own: bool
    client_id: str | None
    body: PublicBody


class WithBotView(Wire):
    kind: Literal["bot"] = "bot"


class QueuedView(Wire):
    """``place`` 1 = next; None while it is being counted."""

    kind: Literal["queued"] = "queued"
    place: int | None
    since: datetime


class WithOperatorView(Wire):
    kind: Literal["operator"] = "operator"
    name: str


WidgetResponder = Annotated[WithBotView | QueuedView | WithOperatorView, Field(discriminator="kind")]
WidgetStatus = Annotated[OpenStatus | ResolvedStatus, Field(discriminator="kind")]


class WidgetConversation(Wire):
    """``version`` only grows (0 = nothing said yet). ``can_rate``: the last episode ended and has no score yet."""

    id: str
    version: int
    seq: int
    episode: int
    status: WidgetStatus
    responder: WidgetResponder
    can_rate: bool
    read_by_operator: int  # public seq that the operator's side has seen


class TimelineRead(Wire):
    """Either what follows ``after_seq`` (ascending), or the newest before ``before_seq`` (ascending too)."""

    after_seq: Seq | None = None
    before_seq: Seq | None = None
    limit: PageSize = 50
    page: Page | None = None


class TimelinePage(Wire):
    """``more`` in the direction that was asked for."""

    entries: list[WidgetEntry]
    more: bool
    conversation: WidgetConversation


class MessageSend(Wire):
    """``payload`` only of a quick reply that this conversation has offered."""

    client_id: ClientId
    text: Text
    payload: Payload | None = None
    page: Page | None = None


class HumanRequest(Wire):
    client_id: ClientId
    page: Page | None = None


class ConversationRate(Wire):
    """At least one of both. A second call may add or change either."""

    client_id: ClientId
    score: Annotated[int, Field(ge=1, le=5, strict=True)] | None = None
    comment: Text | None = None


class EntryAccepted(Wire):
    """Durable, and this is its place."""

    entry: WidgetEntry


class TypingSet(Wire):
    on: bool


class CursorMove(Wire):
    """Everything up to this public seq was seen."""

    seq: Seq


class TimelineAppended(Wire):
    """New entries, ascending."""

    conversation_id: str
    entries: list[WidgetEntry]


class ConversationUpdated(Wire):
    conversation: WidgetConversation


class TimelineDigest(Wire):
    """The newest public seq; sent when a loss might not show otherwise."""

    conversation_id: str
    seq: int


class ServerLeaving(Wire):
    """The hub is about to restart; reconnect after so many seconds."""

    reconnect_in: float


WIDGET = Namespace(
    name="/widget",
    requests={
        "timeline.read": (TimelineRead, TimelinePage),
        "message.send": (MessageSend, EntryAccepted),
        "human.request": (HumanRequest, EntryAccepted),
        "conversation.rate": (ConversationRate, EntryAccepted),
        "typing.set": (TypingSet, Nothing),
        "cursor.move": (CursorMove, Nothing),
    },
    events={
        "timeline.appended": TimelineAppended,
        "conversation.updated": ConversationUpdated,
        "typing.changed": TypingChanged,
        "cursor.moved": CursorMoved,
        "timeline.digest": TimelineDigest,
        "server.leaving": ServerLeaving,
    },
)
