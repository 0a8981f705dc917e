"""All indexes and migrations, declared in one place. ``storage.mongo.preparation`` applies them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

UP = 1
DOWN = -1

ENTRIES = "entries"
CONVERSATIONS = "conversations"
DELIVERY_LEASES = "delivery_leases"
DEAD_LETTERS = "dead_letters"
LOADS = "loads"
CONTACTS = "contacts"
VISITOR_TOKENS = "visitor_tokens"
CURSORS = "cursors"
OPERATORS = "operators"
SESSIONS = "sessions"
FAILED_LOGINS = "failed_logins"
PRESENCE = "presence"
ORDERS = "orders"
CASES = "cases"
CATALOGUE = "catalogue"
INBOXES = "inboxes"
AREAS = "areas"
OUTAGES = "outages"
SENTENCES = "sentences"
HEARINGS = "hearings"
EPISODES = "episodes"
DAYS = "days"
WALKS = "walks"
DRAFTS = "drafts"
DONE_EDITS = "done_edits"
TRAININGS = "trainings"
VERSIONS = "versions"
VERSION_TEXTS = "version_texts"
META = "meta"

FAILED_LOGINS_KEPT = timedelta(days=2)
PRESENCE_KEPT = timedelta(hours=1)
DEAD_LETTERS_KEPT = timedelta(days=90)
EPISODES_KEPT = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class Index:
    """One index. ``partial`` keeps it to the documents that match; ``expires`` deletes that long after the date."""

    collection: str
    name: str
    keys: tuple[tuple[str, int], ...]
    unique: bool = False
    partial: Mapping[str, Any] = field(default_factory=dict)
    expires: timedelta | None = None


_QUEUED = {"queued": True}
_UNDELIVERED = {"undelivered": True}

INDEXES = (
    # The timeline: its order, idempotency, what the contact sees, and what points at what.
    Index(ENTRIES, "seq", (("conversation_id", UP), ("seq", UP)), unique=True),
    Index(
        ENTRIES, "client_id", (("conversation_id", UP), ("author_key", UP), ("client_id", UP)), unique=True
    ),
    Index(ENTRIES, "public_seq", (("conversation_id", UP), ("public_seq", UP)), partial={"public": True}),
    Index(
        ENTRIES,
        "target",
        (("conversation_id", UP), ("target", UP), ("seq", UP)),
        partial={"target": {"$exists": True}},
    ),
    Index(ENTRIES, "recorded_at", (("recorded_at", UP), ("conversation_id", UP), ("seq", UP))),
    # The outbox: entries leave these two indexes when they are settled.
    Index(
        ENTRIES,
        "undelivered_by_inbox",
        (("inbox_id", UP), ("recorded_at", UP), ("conversation_id", UP)),
        partial=_UNDELIVERED,
    ),
    Index(ENTRIES, "undelivered", (("conversation_id", UP), ("seq", UP)), partial=_UNDELIVERED),
    Index(DELIVERY_LEASES, "holder", (("holder", UP),), partial={"holder": {"$exists": True}}),
    # The lists of the panel, newest first; the board's numbers are counted in them, too.
    Index(
        CONVERSATIONS,
        "of_operator",
        (("operator_id", UP), ("updated_at", DOWN), ("_id", DOWN)),
        partial={"operator_id": {"$exists": True}},
    ),
    Index(CONVERSATIONS, "with_bot", (("updated_at", DOWN), ("_id", DOWN)), partial={"with_bot": True}),
    Index(CONVERSATIONS, "newest", (("resolved", UP), ("updated_at", DOWN), ("_id", DOWN))),
    Index(
        CONVERSATIONS, "newest_of_team", (("resolved", UP), ("team", UP), ("updated_at", DOWN), ("_id", DOWN))
    ),
    # The queue, in all and by team, with what the board asks of it, so that an index alone answers; and what is due.
    Index(
        CONVERSATIONS, "line", (("queued", UP), ("rank_at", UP), ("_id", UP), ("team", UP)), partial=_QUEUED
    ),
    Index(
        CONVERSATIONS,
        "line_of_team",
        (("queued", UP), ("team", UP), ("rank_at", UP), ("_id", UP)),
        partial=_QUEUED,
    ),
    Index(CONVERSATIONS, "due_at", (("due_at", UP), ("_id", UP)), partial={"due_at": {"$exists": True}}),
    Index(CONVERSATIONS, "of_contact", (("contact_id", UP), ("updated_at", DOWN), ("_id", DOWN))),
    Index(CURSORS, "conversation", (("conversation_id", UP),)),
    Index(OPERATORS, "login", (("login", UP),), unique=True),
    Index(SESSIONS, "expires_at", (("expires_at", UP),), expires=timedelta(0)),
    Index(FAILED_LOGINS, "key", (("key", UP), ("at", UP))),
    Index(FAILED_LOGINS, "expiry", (("at", UP),), expires=FAILED_LOGINS_KEPT),
    Index(PRESENCE, "at", (("at", UP),), expires=PRESENCE_KEPT),
    Index(ORDERS, "number", (("number", UP),), unique=True),
    Index(ORDERS, "of_contact", (("contact_id", UP), ("placed_at", DOWN), ("_id", DOWN))),
    Index(ORDERS, "unannounced", (("placed_at", UP), ("_id", UP)), partial={"announced": False}),
    Index(OUTAGES, "over_at", (("over_at", UP), ("_id", UP))),
    Index(DRAFTS, "open", (("updated_at", DOWN), ("_id", DOWN)), partial={"open": True}),
    Index(DONE_EDITS, "of_place", (("places", UP), ("at", DOWN), ("_id", DOWN))),
    Index(CASES, "number", (("number", UP),), unique=True),
    Index(CASES, "of_contact", (("contact_id", UP), ("opened_at", DOWN), ("_id", DOWN))),
    Index(CASES, "unannounced", (("opened_at", UP), ("_id", UP)), partial={"announced": False}),
    # What conversations have taught.
    Index(SENTENCES, "newest", (("standing", UP), ("at", DOWN), ("_id", DOWN))),
    Index(
        SENTENCES,
        "ungrouped",
        (("standing", UP), ("first_at", UP), ("_id", UP)),
        partial={"ungrouped": True},
    ),
    Index(SENTENCES, "expiry", (("expires_at", UP),), expires=timedelta(0)),
    Index(HEARINGS, "of_sentence", (("sentence_id", UP),)),
    Index(HEARINGS, "expiry", (("expires_at", UP),), expires=timedelta(0)),
    Index(EPISODES, "newest", (("conversation_id", UP), ("number", DOWN))),
    Index(EPISODES, "day", (("day", UP),)),
    Index(EPISODES, "uncounted", (("uncounted", UP), ("day", UP)), partial={"uncounted": True}),
    Index(EPISODES, "expiry", (("began_at", UP),), expires=EPISODES_KEPT),
    Index(TRAININGS, "of_operator", (("by.id", UP), ("started_at", DOWN), ("_id", DOWN))),
    Index(TRAININGS, "running", (("started_at", UP), ("_id", UP)), partial={"state": "running"}),
    # At most one version is being published.
    Index(VERSIONS, "publishing", (("state", UP),), unique=True, partial={"state": "publishing"}),
    Index(VERSIONS, "state", (("state", UP), ("_id", DOWN))),
    Index(VERSIONS, "unlisted", (("state", UP), ("_id", UP)), partial={"listed": False}),
    Index(VERSIONS, "client_id", (("client_id", UP),), unique=True, partial={"client_id": {"$exists": True}}),
    Index(DEAD_LETTERS, "expiry", (("at", UP),), expires=DEAD_LETTERS_KEPT),
)

# What earlier versions had. Nothing needs them, and each costs at every write.
RETIRED = ((CONVERSATIONS, "counts"), (CONVERSATIONS, "queue"), (CONVERSATIONS, "queue_of_team"))


class Rewriting(Protocol):
    """What a migration may do."""

    async def update_all(self, collection: str, filter: Mapping[str, Any], update: Any) -> None:
        """Change all documents that match."""


@dataclass(frozen=True, slots=True)
class Migration:
    """A step to ``version``. ``apply`` must be idempotent: two hubs may start, or one die half-way and start again."""

    version: int
    what: str
    apply: Callable[[Rewriting], Awaitable[None]]


FIRST_VERSION = 1
MIGRATIONS: tuple[Migration, ...] = ()


def schema_version(migrations: tuple[Migration, ...] = MIGRATIONS) -> int:
    """The version that this code writes."""
    return max((migration.version for migration in migrations), default=FIRST_VERSION)
