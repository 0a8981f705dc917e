"""``evolve``: the conversation after an entry. Pure; replaying a timeline gives the state."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce

from storage.model.conversation import (
    Conversation,
    Duty,
    DutyKind,
    Handoff,
    LastMessage,
    Open,
    Queued,
    Rating,
    ResolvedAt,
    SnoozedUntil,
    WithBot,
    WithOperator,
)
from storage.model.entry import (
    AuthorKind,
    CaseOpened,
    Delivered,
    Entry,
    HandedBack,
    HandedOff,
    HandoffReason,
    Message,
    Note,
    OrderPlaced,
    Origin,
    Rated,
    Released,
    Reopened,
    Resolved,
    Snoozed,
    SnoozeEnded,
    Taken,
    Transferred,
    Understood,
)

BOT_DEADLINE = timedelta(seconds=8)
"""How long the bot may owe an answer before the customer is queued for a human."""

DEALT_WITH = (
    HandoffReason.REQUESTED,
    HandoffReason.NOT_UNDERSTOOD,
    HandoffReason.TOPIC,
    HandoffReason.ANGER,
)
"""Handoffs by which the bot has done with a message what it can; asked again, it would only hand over again."""

PREVIEW = 160  # characters of the last words in a list


def evolve(conversation: Conversation, entry: Entry) -> Conversation:
    """The state after ``entry``, which must be the next one."""
    if entry.seq != conversation.seq + 1:
        raise ValueError(f"entry {entry.seq} does not follow {conversation.seq}")
    begins = entry.episode > conversation.episode
    state = replace(
        conversation,
        seq=entry.seq,
        public_seq=entry.public_seq,
        episode=entry.episode,
        updated_at=entry.recorded_at,
        opened_at=entry.recorded_at if begins else conversation.opened_at,
    )
    if begins and conversation.episode:
        state = replace(
            state,
            status=Open(),
            responder=WithBot(),
            handoff=None,
            understood=None,
            waiting_since=None,
            duties=(),
        )
    return _apply(state, entry)


def replay(blank: Conversation, entries: Iterable[Entry]) -> Conversation:
    """The state after all of them."""
    return reduce(evolve, entries, blank)


def _apply(state: Conversation, entry: Entry) -> Conversation:
    at, body = entry.recorded_at, entry.body
    match body:
        case Message():
            return _spoken(state, entry, body)
        case HandedOff():
            return _handed_off(state, entry, body)
        case Taken(operator_id, operator_name):
            return _to_operator(state, operator_id, operator_name, _team_of(state), at)
        case Reopened(operator_id, operator_name):
            return _to_operator(state, operator_id, operator_name, _team_of(state), at)
        case Released(team):
            return replace(_opened(state), responder=Queued(team, _waiting(state, at)))
        case Transferred(team, operator_id, operator_name):
            if operator_id is not None:
                return _to_operator(state, operator_id, operator_name or "", team or _team_of(state), at)
            return replace(_opened(state), responder=Queued(team or _team_of(state), _waiting(state, at)))
        case HandedBack():
            return _handed_back(state, entry)
        case Resolved():
            return replace(
                state,
                status=ResolvedAt(at),
                responder=WithBot(),
                waiting_since=None,
                unanswered=None,
                duties=(),
                rating=None,
            )
        case Snoozed(until):
            return replace(
                state,
                status=SnoozedUntil(until),
                duties=(*_without(state, DutyKind.SNOOZE_END), Duty(DutyKind.SNOOZE_END, entry.seq, until)),
            )
        case SnoozeEnded():
            return _opened(state)
        case Rated(score, comment):
            before = state.rating if state.rating and state.rating.episode == state.episode else None
            return replace(
                state,
                rating=Rating(
                    state.episode,
                    score if score is not None else before.score if before else None,
                    comment if comment is not None else before.comment if before else None,
                ),
            )
        case Note() | OrderPlaced() | CaseOpened() | Delivered():
            return state


def _spoken(state: Conversation, entry: Entry, message: Message) -> Conversation:
    """By far the most entries are messages: each step that copies the state is felt."""
    at, kind = entry.recorded_at, entry.author.kind
    words = LastMessage(message.text[:PREVIEW], kind, entry.author.name, at)
    understood = message.understood or state.understood
    if kind is AuthorKind.CONTACT:
        return _asked(_came_from(_opened(state), message.origin), entry, words, understood)
    duties, waits = state.duties, False
    if kind is AuthorKind.BOT:
        if message.settles is not None:
            duties = _unsettled(duties, message.settles)
        waits = message.settles is None or any(duty.kind is DutyKind.BOT_ANSWER for duty in duties)
    return replace(
        state,
        last_message=words,
        understood=understood,
        waiting_since=state.waiting_since if waits else None,
        unanswered=state.unanswered if waits else None,
        duties=duties,
    )


def _unsettled(duties: tuple[Duty, ...], settled: int) -> tuple[Duty, ...]:
    """Without the bot's answers that were owed up to ``settled``."""
    return tuple(duty for duty in duties if not (duty.kind is DutyKind.BOT_ANSWER and duty.seq <= settled))


def _asked(
    state: Conversation, entry: Entry, words: LastMessage, understood: Understood | None
) -> Conversation:
    duties = state.duties
    if isinstance(state.responder, WithBot):
        duties = (*duties, Duty(DutyKind.BOT_ANSWER, entry.seq, entry.recorded_at + BOT_DEADLINE))
    return replace(
        state,
        last_message=words,
        understood=understood,
        waiting_since=state.waiting_since or entry.recorded_at,
        unanswered=entry.seq,
        duties=duties,
    )


def _came_from(state: Conversation, origin: Origin | None) -> Conversation:
    if origin is None:
        return state
    return replace(state, origin=origin, language=origin.language or state.language)


def _handed_off(state: Conversation, entry: Entry, body: HandedOff) -> Conversation:
    at = entry.recorded_at
    state = replace(_opened(state), duties=_without(state, DutyKind.BOT_ANSWER, DutyKind.SNOOZE_END))
    state = _came_from(state, body.origin)
    if body.reason in DEALT_WITH:
        state = replace(state, unanswered=None)
    return replace(
        state,
        responder=Queued(body.team, at, body.priority),
        handoff=Handoff(body.reason, body.team, at, body.understood, body.summary),
        waiting_since=state.waiting_since or at,
    )


def _handed_back(state: Conversation, entry: Entry) -> Conversation:
    """What nobody has answered yet becomes the bot's to answer, within its deadline."""
    state = replace(_opened(state), responder=WithBot(), handoff=None)
    if state.unanswered is None:
        return replace(state, waiting_since=None)
    duty = Duty(DutyKind.BOT_ANSWER, entry.seq, entry.recorded_at + BOT_DEADLINE)
    return replace(state, duties=(*state.duties, duty))


def _to_operator(
    state: Conversation, operator_id: str, operator_name: str, team: str, at: datetime
) -> Conversation:
    return replace(
        _opened(state),
        responder=WithOperator(operator_id, operator_name, team, at),
        duties=_without(state, DutyKind.BOT_ANSWER, DutyKind.SNOOZE_END),
    )


def _opened(state: Conversation) -> Conversation:
    """Open again, with nothing left of a snooze."""
    if isinstance(state.status, Open) and not state.duties:
        return state
    return replace(state, status=Open(), duties=_without(state, DutyKind.SNOOZE_END))


def _without(state: Conversation, *kinds: DutyKind) -> tuple[Duty, ...]:
    return tuple(duty for duty in state.duties if duty.kind not in kinds)


def _team_of(state: Conversation) -> str:
    match state.responder:
        case Queued(team=team) | WithOperator(team=team):
            return team
    return state.handoff.team if state.handoff else "support"


def _waiting(state: Conversation, at: datetime) -> datetime:
    """Who was put back keeps the place that their unanswered words have earned."""
    return state.waiting_since or at
