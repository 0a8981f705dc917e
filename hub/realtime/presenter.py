"""Who may see what: the only place where the model becomes the wire. Pure."""

from hub.customers.card import contact_view
from hub.people.access import team_of, visible_teams
from hub.protocol import channel, common, operator, widget
from hub.realtime.bodies import operator_body, public_body, summary_view, understood_view
from storage.model.contacts import Contact
from storage.model.conversation import (
    Conversation,
    Open,
    Queued,
    ResolvedAt,
    SnoozedUntil,
    WithBot,
    WithOperator,
)
from storage.model.entry import Author, AuthorKind, Entry
from storage.model.people import Operator

_NAMELESS = {
    AuthorKind.CONTACT: common.AuthorView(kind="contact", name=""),
    AuthorKind.BOT: common.AuthorView(kind="bot", name=""),
    AuthorKind.SYSTEM: common.AuthorView(kind="system", name=""),
}


def author_view(author: Author) -> common.AuthorView:
    """Contacts and the system have no name here; ids of operators stay inside."""
    if author.kind is AuthorKind.OPERATOR:
        return common.AuthorView(kind="operator", name=author.name)
    return _NAMELESS[author.kind]


def widget_entry(entry: Entry) -> widget.WidgetEntry | None:
    """What the contact sees of an entry; None: nothing."""
    body = public_body(entry.body)
    if body is None or not entry.public:
        return None
    own = entry.author.kind is AuthorKind.CONTACT
    return widget.WidgetEntry(
        seq=entry.public_seq,
        episode=entry.episode,
        at=entry.recorded_at,
        author=author_view(entry.author),
        own=own,
        client_id=entry.client_id if own else None,
        body=body,
    )


def operator_entry(entry: Entry, viewer_id: str) -> operator.OperatorEntry:
    """What an operator who may see the conversation sees of an entry."""
    own = entry.author.kind is AuthorKind.OPERATOR and entry.author.id == viewer_id
    return operator.OperatorEntry(
        seq=entry.seq,
        episode=entry.episode,
        at=entry.recorded_at,
        author=author_view(entry.author),
        own=own,
        client_id=entry.client_id if own else None,
        body=operator_body(entry.body),
    )


def owed_entry(entry: Entry) -> channel.OwedEntry | None:
    """What an outside channel must carry to the contact."""
    body = public_body(entry.body)
    if body is None or not entry.public:
        return None
    return channel.OwedEntry(
        seq=entry.seq,
        at=entry.recorded_at,
        author=author_view(entry.author),
        body=body,
        attempts_started=entry.delivery == "started",
    )


def widget_conversation(
    conversation: Conversation, place: int | None, read_by_operator: int
) -> widget.WidgetConversation:
    """The state of the conversation as its contact sees it. ``version`` counts what is public only: a note must not
    show, not even as a step in a number. All that the contact sees of the state changes with a public entry."""
    rating = conversation.rating
    scored = rating is not None and rating.episode == conversation.episode and rating.score is not None
    return widget.WidgetConversation(
        id=conversation.id,
        version=conversation.public_seq,
        seq=conversation.public_seq,
        episode=conversation.episode,
        status=(
            common.ResolvedStatus(at=conversation.status.at)
            if isinstance(conversation.status, ResolvedAt)
            else common.OpenStatus()
        ),
        responder=_widget_responder(conversation, place),
        can_rate=isinstance(conversation.status, ResolvedAt) and not scored,
        read_by_operator=read_by_operator,
    )


def _widget_responder(conversation: Conversation, place: int | None) -> widget.WidgetResponder:
    match conversation.responder:
        case WithBot():
            return widget.WithBotView()
        case Queued(since=since):
            return widget.QueuedView(place=place, since=since)
        case WithOperator(operator_name=name):
            return widget.WithOperatorView(name=name)


def row(conversation: Conversation, contact: Contact | None) -> operator.ConversationRow:
    """A line of a list."""
    last = conversation.last_message
    handoff = conversation.handoff
    rating = conversation.rating
    return operator.ConversationRow(
        id=conversation.id,
        version=conversation.seq,
        episode=conversation.episode,
        channel=conversation.channel.value,
        inbox_id=conversation.inbox_id,
        contact=_contact(contact, conversation),
        status=status_view(conversation),
        responder=responder_view(conversation),
        language=conversation.language,
        last_message=(
            operator.LastMessageView(
                text=last.text,
                author=common.AuthorView.model_validate({"kind": last.author_kind, "name": last.author_name}),
                at=last.at,
            )
            if last
            else None
        ),
        waiting_since=conversation.waiting_since,
        handoff=(
            operator.HandoffView(
                reason=handoff.reason.value,
                team=handoff.team,
                at=handoff.at,
                understood=understood_view(handoff.understood),
                summary=summary_view(handoff.summary),
            )
            if handoff
            else None
        ),
        rating=(
            operator.RatingView(episode=rating.episode, score=rating.score, comment=rating.comment)
            if rating
            else None
        ),
        updated_at=conversation.updated_at,
    )


def _contact(contact: Contact | None, conversation: Conversation) -> operator.ContactView:
    """The contact's card; of one who is gone, only that they were there."""
    if contact is not None:
        return contact_view(contact)
    since = conversation.opened_at or conversation.updated_at
    assert since is not None
    return operator.ContactView(
        id=conversation.contact_id, name=None, phone=None, username=None, language=None, since=since
    )


def status_view(conversation: Conversation) -> operator.StatusView:
    """The first axis."""
    match conversation.status:
        case Open():
            return common.OpenStatus()
        case SnoozedUntil(until):
            return common.SnoozedStatus(until=until)
        case ResolvedAt(at):
            return common.ResolvedStatus(at=at)


def responder_view(conversation: Conversation) -> operator.ResponderView:
    """The second axis."""
    match conversation.responder:
        case WithBot():
            return operator.ResponderBot()
        case Queued(team, since, priority):
            return operator.ResponderQueued(team=team, since=since, priority=priority)
        case WithOperator(operator_id, operator_name, team, since):
            return operator.ResponderOperator(
                operator_id=operator_id, operator_name=operator_name, team=team, since=since
            )


def views_of(conversation: Conversation, viewer: Operator) -> list[operator.ListView]:
    """The lists of the panel that a conversation is in, for an operator who may see it: as storage pages them."""
    teams = visible_teams(viewer)
    of_teams = teams is None or team_of(conversation) in teams
    if isinstance(conversation.status, ResolvedAt):
        return ["resolved"] if of_teams else []
    views: list[operator.ListView] = ["all"] if of_teams else []
    match conversation.responder:
        case WithBot():
            views.append("bot")
        case Queued() if isinstance(conversation.status, Open):
            views.append("queue")
        case WithOperator(operator_id=operator_id) if operator_id == viewer.id:
            views.append("mine")
    return views


def possible_views(conversation: Conversation) -> list[operator.ListView]:
    """The lists that a conversation is in for some operator, but for its own operator's ``mine``."""
    if isinstance(conversation.status, ResolvedAt):
        return ["resolved"]
    match conversation.responder:
        case WithBot():
            return ["all", "bot"]
        case Queued():
            return ["all", "queue"]
        case WithOperator():
            return ["all"]


def origin_view(conversation: Conversation) -> operator.OriginView | None:
    """Where the contact was when writing last."""
    origin = conversation.origin
    if origin is None:
        return None
    return operator.OriginView(
        page_url=origin.page_url,
        page_title=origin.page_title,
        language=origin.language,
        user_agent=origin.user_agent,
    )
