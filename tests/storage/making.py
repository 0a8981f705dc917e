"""Short ways to make what is stored."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from storage.model.cases import Case, CaseCategory
from storage.model.contacts import Contact, Inbox, VisitorToken
from storage.model.conversation import Channel, Conversation, Queued, Responder, Status, WithBot
from storage.model.conversation import Open as OpenStatus
from storage.model.entry import Author, AuthorKind, Body, Delivery, Entry, Message
from storage.model.ids import entry_id_of
from storage.model.knowledge import DoneEdit, Draft, KeptEdit
from storage.model.learning import Episode, Hearing, Reason, Sentence
from storage.model.orders import (
    Address,
    Equipment,
    Money,
    Order,
    OrderLine,
    OrderState,
    Promotion,
    Tariff,
    Visit,
)
from storage.model.outages import Outage, OutageChange, OutageDeed, OutageKind, Writer
from storage.model.people import Operator, Role, Session
from storage.model.places import Area, AreaState
from storage.model.versions import TextRef, Training, Version, VersionKind, VersionState
from storage.ports import Storage

NOON = datetime(2099, 11, 23, 12, tzinfo=UTC)  # far ahead: the database removes what is old by its own clock
JANA = Author(AuthorKind.CONTACT, "jana", "Jana")


def later(seconds: float) -> datetime:
    """Noon and so many seconds."""
    return NOON + timedelta(seconds=seconds)


def entry(
    conversation_id: str = "c1",
    seq: int = 1,
    *,
    public_seq: int | None = None,
    author: Author = JANA,
    client_id: str | None = None,
    body: Body | None = None,
    recorded_at: datetime | None = None,
    delivery: Delivery | None = None,
    inbox_id: str = "web",
) -> Entry:
    """By default a message of a contact."""
    client_id = f"k{seq}" if client_id is None else client_id
    return Entry(
        id=entry_id_of(conversation_id, seq, author.key, client_id),
        conversation_id=conversation_id,
        inbox_id=inbox_id,
        seq=seq,
        public_seq=seq if public_seq is None else public_seq,
        episode=1,
        author=author,
        client_id=client_id,
        recorded_at=later(seq) if recorded_at is None else recorded_at,
        body=Message(f"message {seq}") if body is None else body,
        delivery=delivery,
    )


def conversation(
    conversation_id: str = "c1",
    seq: int = 1,
    *,
    responder: Responder | None = None,
    status: Status | None = None,
    updated: float | None = None,
    contact_id: str = "jana",
    **fields: Any,
) -> Conversation:
    """By default open and with the bot."""
    return Conversation(
        id=conversation_id,
        inbox_id="web",
        contact_id=contact_id,
        channel=Channel.WEBCHAT,
        seq=seq,
        public_seq=seq,
        episode=1,
        status=OpenStatus() if status is None else status,
        responder=WithBot() if responder is None else responder,
        opened_at=NOON,
        updated_at=later(seq if updated is None else updated),
        **fields,
    )


def queued(conversation_id: str, since: float, team: str = "support", priority: int = 0) -> Conversation:
    """A conversation that waits for people since so many seconds after noon."""
    return conversation(conversation_id, responder=Queued(team, later(since), priority))


def contact(contact_id: str = "jana", **fields: Any) -> Contact:
    """A visitor of the website."""
    return Contact(contact_id, "web", Channel.WEBCHAT, NOON, **fields)


def token(token_hash: str = "hash") -> VisitorToken:
    """A visitor's key."""
    return VisitorToken(token_hash, "web", "jana", NOON)


def operator(operator_id: str = "olga", login: str | None = None) -> Operator:
    """An operator."""
    return Operator(
        operator_id, operator_id if login is None else login, "Olga", Role.OPERATOR, "argon2", created_at=NOON
    )


def session(token_hash: str = "hash", operator_id: str = "olga") -> Session:
    """A log-in that is good for long (the database removes expired ones by its own clock)."""
    return Session(token_hash, operator_id, "csrf", NOON, datetime(2100, 1, 1, tzinfo=UTC), "Firefox")


def case(case_id: str = "k1", number: str = "1234560", *, opened: float = 0, announced: bool = False) -> Case:
    """A complaint of Jana's."""
    return Case(
        id=case_id,
        number=number,
        conversation_id="c1",
        contact_id="jana",
        message_id=f"message of {case_id}",
        category=CaseCategory.COMPLAINT,
        words="Nikdo nepřišel.",
        language="cs",
        opened_at=later(opened),
        announced=announced,
    )


def order(order_id: str = "o1", number: str = "12345674", placed: float = 0, **fields: Any) -> Order:
    """An order with a visit."""
    return Order(
        id=order_id,
        number=number,
        conversation_id="c1",
        contact_id="jana",
        operator_id="olga",
        customer_name="Jana Nová",
        phone="+420601234567",
        address=Address("Dlouhá 1", "Praha", "11000"),
        tariff_code="optik-500",
        tariff_name="Optik 500",
        monthly=Money(49_900, "CZK"),
        visit=Visit(date(2026, 11, 30), time(9), time(12)),
        equipment=(OrderLine("router", "Router", Money(99_000, "CZK")),),
        due=Money(149_900, "CZK"),
        state=OrderState.SCHEDULED,
        placed_at=later(placed),
        client_id="k",
        **fields,
    )


def area(town: str, **fields: Any) -> Area:
    """A town with the service in all of it."""
    return Area(town, AreaState.AVAILABLE, ("optik-100",), **fields)


def outage(outage_id: str = "u1", version: int = 1, over: float | None = None, **fields: Any) -> Outage:
    """Planned works that are over so many seconds after noon, or a fault that goes on."""
    olga = Writer("olga", "Olga")
    return Outage(
        id=outage_id,
        kind=OutageKind.FAULT if over is None else OutageKind.PLANNED,
        towns=("Brno", "Zlín"),
        starts=NOON,
        version=version,
        created_at=NOON,
        updated_at=NOON,
        history=(OutageChange(version, OutageDeed.CREATED, olga, NOON, ("towns",)),),
        streets=("Líšeň",),
        words={"cs": "Hledáme závadu.", "en": ""},
        expected_until=None if over is None else later(over),
        **fields,
    )


def sentence(sentence_id: str, at: float = 0, **fields: Any) -> Sentence:
    """What a customer said, and nobody has ruled on."""
    return Sentence(
        id=sentence_id,
        text=f"words of {sentence_id}",
        language="cs",
        channel=Channel.WEBCHAT,
        reason=Reason.NOT_UNDERSTOOD,
        first_at=later(at),
        at=later(at),
        expires_at=later(at + 900),
        **fields,
    )


def hearing(hearing_id: str, sentence_id: str, at: float = 0) -> Hearing:
    """Jana said it."""
    return Hearing(hearing_id, sentence_id, "c1", "jana", later(at), later(at + 900))


def episode(number: int, conversation_id: str = "c1", *, seq: int = 1, **fields: Any) -> Episode:
    """One that began at noon, and in which nothing has come of it yet."""
    day = fields.pop("day", NOON.date())
    return Episode(conversation_id, number, day, NOON, seq, **fields)


def tariff(code: str, position: int) -> Tariff:
    """A tariff of the catalogue."""
    return Tariff(
        code,
        code,
        {"cs": "rychlý", "en": "fast"},
        500,
        100,
        Money(49_900, "CZK"),
        {"cs": ("IPv6",)},
        position,
    )


def equipment(code: str) -> Equipment:
    """A thing of the catalogue."""
    return Equipment(code, {"en": code}, Money(99_000, "CZK"))


def promotion(code: str, **fields: Any) -> Promotion:
    """An offer of the catalogue, always on unless told otherwise."""
    return Promotion(code, {"cs": "sleva", "en": "less"}, **fields)


def inbox(inbox_id: str = "web") -> Inbox:
    """A website's channel."""
    return Inbox(inbox_id, "Website", Channel.WEBCHAT, ("https://example.org",), greeting={"en": "Hello"})


async def delivery_of(storage: Storage, conversation_id: str, seq: int) -> Delivery | None:
    """Where one entry stands; None also when there is none."""
    found = await storage.entries.after(conversation_id, seq - 1, 1)
    return found[0].delivery if found and found[0].seq == seq else None


def training(training_id: str = "t1", by: str = "fay", *, started: float = 0, **fields: Any) -> Training:
    return Training(training_id, Writer(by, by.title()), "fingerprint", later(started), **fields)


def version(number: int = 1, state: VersionState = VersionState.PUBLISHED, **fields: Any) -> Version:
    return Version(
        number,
        VersionKind.PUBLISHED,
        state,
        Writer("fay", "Fay"),
        NOON,
        (TextRef("content/words/cs.yml", "a1"),),
        "/models/a.tar.gz",
        **fields,
    )


FANY = Writer("fany", "Fany")
EDIT = {"kind": "set_words", "answer": "greet", "variants": ["Čau."], "titles": {"cs": "A"}, "team": None}


def draft(by: Writer = FANY, version: int = 1, *, edits: int = 1, at: float = 0) -> Draft:
    """A draft with so many edits, each later than the one before."""
    kept = tuple(KeptEdit(f"{by.id}-{number}", later(number), EDIT) for number in range(edits))
    return Draft(by.id, by, version, later(at), kept)


def done_edit(
    edit_id: str = "e1", *places: str, at: float = 0, by: Writer = FANY, version: int = 2
) -> DoneEdit:
    """A published edit of a greeting, unless told otherwise."""
    return DoneEdit(edit_id, later(at), by, version, EDIT, places or ("topic:greet",))
