"""``/channel``: a bot process that carries an outside channel (Telegram). Handshake: ``{"token", "inbox_id"}``.

In: ``updates.append`` (durable when acknowledged, one result per update). Out: ``delivery.claim`` leases whole
conversations, so that order holds; ``delivery.start`` before bytes leave, ``delivery.settle`` after.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from hub.protocol.common import (
    AuthorView,
    Error,
    Id,
    Language,
    Namespace,
    Nothing,
    Payload,
    PublicBody,
    Seq,
    Short,
    Text,
    TypingChanged,
    Wire,
)

UpdateId = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,16}:[A-Za-z0-9_:-]{1,80}$")]
ExternalId = Annotated[str, StringConstraints(pattern=r"^-?[0-9A-Za-z_:-]{1,64}$")]


class ExternalContact(Wire):
    """Who wrote, in the channel's own words."""

    external_id: ExternalId
    name: Short | None = None
    username: Short | None = None
    language: Language | None = None
    phone: Short | None = None


class TextSaid(Wire):
    """``payload`` only of a quick reply that this conversation has offered."""

    kind: Literal["text"] = "text"
    text: Text
    payload: Payload | None = None


class HumanRequested(Wire):
    kind: Literal["human"] = "human"


class EpisodeRated(Wire):
    """At least one of both."""

    kind: Literal["rating"] = "rating"
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    comment: Text | None = None


class Refused(Wire):
    """The bot cannot make anything of it: it is kept as a dead letter, with the update itself."""

    kind: Literal["refused"] = "refused"
    reason: Short
    update: dict[str, Any]


class ChannelUpdate(Wire):
    """``client_id`` is the channel's own idempotency key, e.g. ``telegram:<update_id>``."""

    client_id: UpdateId
    contact: ExternalContact | None = None
    content: Annotated[TextSaid | HumanRequested | EpisodeRated | Refused, Field(discriminator="kind")]


class UpdatesAppend(Wire):
    updates: Annotated[list[ChannelUpdate], Field(min_length=1, max_length=100)]


class UpdateResult(Wire):
    """``ok``: durable or kept as a dead letter, may be confirmed. Else ``error`` says whether to try again."""

    client_id: str
    ok: bool
    seq: int | None = None
    error: Error | None = None


class UpdatesAppended(Wire):
    results: list[UpdateResult]


class DeliveryClaim(Wire):
    limit: Annotated[int, Field(ge=1, le=50)] = 20


class OwedEntry(Wire):
    """An entry to be rendered for the contact. ``attempts`` so far (0 = never tried)."""

    seq: int
    at: datetime
    author: AuthorView
    body: PublicBody
    attempts_started: bool


class ClaimedConversation(Wire):
    """Yours for ``held_for`` seconds from when you asked; every later call names the ``fence``."""

    conversation_id: str
    external_id: str
    language: str | None
    fence: int
    held_for: float
    entries: list[OwedEntry]


class DeliveriesClaimed(Wire):
    conversations: list[ClaimedConversation]


class DeliveryStart(Wire):
    conversation_id: Id
    seq: Seq
    fence: Seq


class DeliveryStarted(Wire):
    """``attempt`` from 1; None: the lease is lost, send nothing.

    ``held_for`` seconds from when you asked the conversation is yours: what you send must have come to its end by then.
    """

    attempt: int | None
    held_for: float


class DeliverySettle(Wire):
    """The outcome of one attempt."""

    conversation_id: Id
    seq: Seq
    fence: Seq
    attempt: Seq
    outcome: Literal["sent", "failed", "ambiguous"]
    error: Short | None = None
    external_ids: Annotated[list[Short], Field(max_length=20, default_factory=list)]


class DeliverySettled(Wire):
    """False: the lease was lost and another attempt has begun; the outcome is recorded all the same."""

    held: bool


class DeliveryPostpone(Wire):
    """``retry_after`` seconds: nobody touches this conversation until then.

    ``unsent``: the entry was started, but it is certain that no attempt has sent anything of it.
    """

    conversation_id: Id
    fence: Seq
    retry_after: Annotated[float, Field(ge=0, le=86_400)]
    unsent: Seq | None = None


class DeliveryRelease(Wire):
    conversation_id: Id
    fence: Seq


class ChannelConfiguration(Wire):
    inbox_id: str
    name: str
    languages: list[str]
    greeting: dict[str, str]
    suggestions: dict[str, list[str]]


class DeliveryDue(Wire):
    """Something is owed: claim now instead of at the next poll."""

    inbox_id: str


class ChannelTyping(TypingChanged):
    """Somebody types to this contact."""

    external_id: str


CHANNEL = Namespace(
    name="/channel",
    requests={
        "channel.read": (Nothing, ChannelConfiguration),
        "updates.append": (UpdatesAppend, UpdatesAppended),
        "delivery.claim": (DeliveryClaim, DeliveriesClaimed),
        "delivery.start": (DeliveryStart, DeliveryStarted),
        "delivery.settle": (DeliverySettle, DeliverySettled),
        "delivery.postpone": (DeliveryPostpone, Nothing),
        "delivery.release": (DeliveryRelease, Nothing),
    },
    events={"delivery.due": DeliveryDue, "typing.changed": ChannelTyping},
)
