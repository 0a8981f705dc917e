"""What both adapters derive from the model for their indexes and lists. Pure."""

from dataclasses import dataclass
from datetime import datetime

from storage.model.conversation import Conversation, Queued, ResolvedAt, WithBot, WithOperator
from storage.model.entry import Delivered, Delivery, Entry

UNDELIVERED = frozenset({Delivery.OWED, Delivery.STARTED})


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a conversation appears in lists. A resolved one is in no queue and with no one.

    ``resolved`` is None while nothing has been said: such a conversation is in no list at all.
    """

    resolved: bool | None
    queued: bool
    with_bot: bool
    team: str | None  # whose it is now; else whose it was when it came to people
    operator_id: str | None
    rank_at: datetime | None
    due_at: datetime | None


def listing_of(conversation: Conversation) -> Listing:
    """Derive the listing from the two axes."""
    responder = conversation.responder
    if conversation.seq == 0:
        return Listing(None, False, False, None, None, None, None)
    resolved = isinstance(conversation.status, ResolvedAt)
    queued = isinstance(responder, Queued) and not resolved
    if isinstance(responder, WithBot):
        team = conversation.handoff.team if conversation.handoff else None
    else:
        team = responder.team
    return Listing(
        resolved=resolved,
        queued=queued,
        with_bot=isinstance(responder, WithBot) and not resolved,
        team=team,
        operator_id=responder.operator_id if isinstance(responder, WithOperator) and not resolved else None,
        rank_at=responder.rank_at if isinstance(responder, Queued) and not resolved else None,
        due_at=conversation.due_at,
    )


def target_of(entry: Entry) -> int | None:
    """The seq that an entry is about, if it is about another."""
    return entry.body.target_seq if isinstance(entry.body, Delivered) else None


def undelivered(entry: Entry) -> bool:
    """Whether it belongs to the outbox."""
    return entry.delivery in UNDELIVERED
