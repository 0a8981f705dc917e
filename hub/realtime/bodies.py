"""What an entry says, as its two kinds of readers see it. Pure."""

from hub.cases import numbers as cases
from hub.orders import views as orders
from hub.protocol import common, operator
from storage.model.entry import (
    Body,
    CaseOpened,
    Delivered,
    HandedBack,
    HandedOff,
    HandoffReason,
    HandoffSummary,
    Message,
    Note,
    OrderPlaced,
    QuickReply,
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


def public_body(body: Body) -> common.PublicBody | None:
    """For the contact; None when it is not for them."""
    match body:
        case Message():
            return common.MessageBody(text=body.text, quick_replies=_replies(body.quick_replies))
        case HandedOff():
            # Nobody is told to their face that they are angry.
            reason = HandoffReason.TOPIC if body.reason is HandoffReason.ANGER else body.reason
            return common.HandedOffBody(reason=reason.value, place=body.place, opens_at=body.opens_at)
        case Taken():
            return common.TakenBody(operator_name=body.operator_name)
        case Released():
            return common.ReleasedBody()
        case Transferred():
            return common.TransferredBody(team=body.team, operator_name=body.operator_name)
        case HandedBack():
            return common.HandedBackBody()
        case Resolved():
            return common.ResolvedBody()
        case Reopened():
            return common.ReopenedBody(operator_name=body.operator_name)
        case Rated():
            return common.RatedBody(score=body.score, comment=body.comment)
        case OrderPlaced():
            return common.OrderPlacedBody(order=orders.summary_view(body.order))
        case CaseOpened(case):
            return common.CaseOpenedBody(number=cases.shown(case.number), category=case.category.value)
        case Note() | Snoozed() | SnoozeEnded() | Delivered():
            return None


def operator_body(body: Body) -> operator.OperatorBody:
    """For operators: everything."""
    match body:
        case Message():
            return operator.OperatorMessageBody(
                text=body.text,
                quick_replies=_replies(body.quick_replies),
                pressed=body.payload is not None,
                understood=understood_view(body.understood),
            )
        case Note():
            return operator.NoteBody(text=body.text)
        case HandedOff():
            return operator.OperatorHandedOffBody(
                reason=body.reason.value, place=body.place, opens_at=body.opens_at
            )
        case Snoozed():
            return operator.SnoozedBody(until=body.until)
        case SnoozeEnded():
            return operator.SnoozeEndedBody()
        case Delivered():
            return operator.DeliveredBody(
                target_seq=body.target_seq, attempt=body.attempt, outcome=body.outcome.value, error=body.error
            )
    shown = public_body(body)
    assert shown is not None
    assert not isinstance(shown, common.MessageBody | common.HandedOffBody)
    return shown


def _replies(replies: tuple[QuickReply, ...]) -> list[common.QuickReplyView]:
    return [common.QuickReplyView(title=reply.title, payload=reply.payload) for reply in replies]


def understood_view(understood: Understood | None) -> operator.UnderstoodView | None:
    """What the bot made of the contact's words."""
    if understood is None:
        return None
    return operator.UnderstoodView(
        intent=understood.intent, confidence=understood.confidence, entities=dict(understood.entities)
    )


def summary_view(summary: HandoffSummary | None) -> operator.HandoffSummaryView | None:
    """What the bot tells those who take over."""
    if summary is None:
        return None
    return operator.HandoffSummaryView(
        language=summary.language, topic=summary.topic, known=dict(summary.known), tried=list(summary.tried)
    )
