"""``decide``: does a command fit the conversation, and which one entry does it make? Pure."""

from hub.conversation.charge import in_charge, may_speak, only, owes_answer
from hub.conversation.commands import (
    AddNote,
    Command,
    Context,
    EndSnooze,
    HandBack,
    HandOff,
    OpenCase,
    PlaceOrder,
    Rate,
    RecordDelivery,
    Rejected,
    Release,
    Reopen,
    Resolve,
    SendMessage,
    Snooze,
    Take,
    Transfer,
)
from storage.model.conversation import (
    Channel,
    Conversation,
    DutyKind,
    Open,
    Queued,
    ResolvedAt,
    SnoozedUntil,
    WithBot,
    WithOperator,
)
from storage.model.entry import (
    HIDDEN_FROM_CONTACT,
    Author,
    AuthorKind,
    Body,
    CaseOpened,
    Delivered,
    Delivery,
    Entry,
    HandedBack,
    HandedOff,
    Message,
    Note,
    OrderPlaced,
    Rated,
    Released,
    Reopened,
    Resolved,
    Snoozed,
    SnoozeEnded,
    Taken,
    Transferred,
)
from storage.model.ids import entry_id_of


def decide(conversation: Conversation, command: Command, context: Context) -> Entry:
    """The entry that the command makes.

    Raises:
        Rejected: the command does not fit the conversation's present state.
    """
    body = _body(conversation, command, context)
    seq = conversation.seq + 1
    public = not isinstance(body, HIDDEN_FROM_CONTACT)
    return Entry(
        id=entry_id_of(conversation.id, seq, command.author.key, command.client_id),
        conversation_id=conversation.id,
        inbox_id=conversation.inbox_id,
        seq=seq,
        public_seq=conversation.public_seq + (1 if public else 0),
        episode=conversation.episode + (1 if _opens(conversation, command) else 0),
        author=command.author,
        client_id=command.client_id,
        recorded_at=max(context.now, conversation.updated_at or context.now),
        body=body,
        delivery=Delivery.OWED if public and _goes_out(conversation, command.author, body) else None,
    )


def _opens(conversation: Conversation, command: Command) -> bool:
    """Whether the entry begins a new episode."""
    if conversation.episode == 0:
        return True
    if not isinstance(conversation.status, ResolvedAt):
        return False
    match command.action:
        case SendMessage() | HandOff():
            return command.author.kind is AuthorKind.CONTACT
        case Reopen() | Take():
            return True
    return False


def _goes_out(conversation: Conversation, author: Author, body: Body) -> bool:
    """Whether an outside channel must carry the entry. A contact's own words never come back to them."""
    if conversation.channel is Channel.WEBCHAT:
        return False
    return not (author.kind is AuthorKind.CONTACT and isinstance(body, Message | Rated))


def _body(conversation: Conversation, command: Command, context: Context) -> Body:
    action, author = command.action, command.author
    match action:
        case SendMessage():
            may_speak(conversation, author, action)
            return Message(
                text=action.text,
                quick_replies=action.quick_replies,
                payload=action.payload,
                origin=action.origin,
                understood=action.understood,
                settles=action.answers if action.last else None,
            )
        case AddNote(text):
            only(author, AuthorKind.OPERATOR)
            if conversation.episode == 0:
                raise Rejected("Nothing has been said here yet.")
            return Note(text)
        case HandOff():
            return _hand_off(conversation, author, action, context)
        case Take(over):
            return _take(conversation, author, over)
        case Release():
            in_charge(conversation, author)
            return Released(_team(conversation, context))
        case Transfer(team, operator_id, operator_name):
            return _transfer(conversation, author, team, operator_id, operator_name, context)
        case HandBack():
            in_charge(conversation, author)
            return HandedBack()
        case Resolve():
            only(author, AuthorKind.OPERATOR)
            if isinstance(conversation.status, ResolvedAt) or conversation.episode == 0:
                raise Rejected("This conversation is resolved already.")
            if isinstance(conversation.responder, WithOperator):
                in_charge(conversation, author)
            return Resolved()
        case Reopen():
            only(author, AuthorKind.OPERATOR)
            if isinstance(conversation.status, Open):
                raise Rejected("This conversation is open already.")
            if isinstance(conversation.status, SnoozedUntil):
                in_charge(conversation, author)
            return Reopened(author.id, author.name)
        case Snooze(until):
            in_charge(conversation, author)
            if until <= context.now:
                raise Rejected("Choose a time in the future.")
            return Snoozed(until)
        case EndSnooze(seq):
            if not any(duty.kind is DutyKind.SNOOZE_END and duty.seq == seq for duty in conversation.duties):
                raise Rejected("This snooze is over already.")
            return SnoozeEnded()
        case Rate(score, comment):
            only(author, AuthorKind.CONTACT)
            if not isinstance(conversation.status, ResolvedAt):
                raise Rejected("There is nothing to rate yet.")
            return Rated(score, comment)
        case PlaceOrder(order):
            return OrderPlaced(order)
        case OpenCase(case):
            return CaseOpened(case)
        case RecordDelivery():
            if not 0 < action.target_seq <= conversation.seq:
                raise Rejected("There is no such entry.")
            return Delivered(
                action.target_seq, action.attempt, action.outcome, action.error, action.external_ids
            )


def _hand_off(conversation: Conversation, author: Author, action: HandOff, context: Context) -> Body:
    reopening = author.kind is AuthorKind.CONTACT and isinstance(conversation.status, ResolvedAt)
    if not reopening:
        if not isinstance(conversation.responder, WithBot):
            raise Rejected("People are in charge already.")
        if action.answers is not None and not owes_answer(conversation, action.answers):
            raise Rejected("This message is answered already.")
        if isinstance(conversation.status, ResolvedAt):
            raise Rejected("The conversation is resolved.")
    return HandedOff(
        reason=action.reason,
        team=action.team,
        place=_place(context, action.team),
        understood=action.understood or conversation.understood,
        origin=action.origin,
        summary=action.summary,
        opens_at=context.closed_until(context.now),
    )


def _take(conversation: Conversation, author: Author, over: bool) -> Body:
    only(author, AuthorKind.OPERATOR)
    if conversation.episode == 0:
        raise Rejected("Nothing has been said here yet.")
    responder = conversation.responder
    if isinstance(responder, WithOperator):
        if responder.operator_id == author.id:
            if isinstance(conversation.status, Open):
                raise Rejected("You have this conversation already.")
        elif not over:
            raise Rejected(f"{responder.operator_name} has taken this conversation.")
    return Taken(author.id, author.name)


def _transfer(
    conversation: Conversation,
    author: Author,
    team: str | None,
    operator_id: str | None,
    operator_name: str | None,
    context: Context,
) -> Body:
    if (team is None) == (operator_id is None):
        raise Rejected("Choose a team or a colleague.")
    if not isinstance(conversation.responder, Queued):
        in_charge(conversation, author)
    if operator_id is not None:
        if (
            isinstance(conversation.responder, WithOperator)
            and conversation.responder.operator_id == operator_id
        ):
            raise Rejected("They have this conversation already.")
        return Transferred(_team(conversation, context), operator_id, operator_name)
    assert team is not None
    return Transferred(team)


def _team(conversation: Conversation, context: Context) -> str:
    match conversation.responder:
        case Queued(team=team) | WithOperator(team=team):
            return team
    return conversation.handoff.team if conversation.handoff else context.default_team


def _place(context: Context, team: str) -> int:
    return context.queue_lengths.get(team, 0) + 1
