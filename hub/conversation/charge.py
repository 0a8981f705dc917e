"""Who is in charge: exactly one party answers at a time, and only they do what is theirs to do. Pure."""

from hub.conversation.commands import Rejected, SendMessage
from storage.model.conversation import (
    Conversation,
    DutyKind,
    Open,
    ResolvedAt,
    WithBot,
    WithOperator,
)
from storage.model.entry import Author, AuthorKind


def may_speak(conversation: Conversation, author: Author, action: SendMessage) -> None:
    """The author may write a message now.

    Raises:
        Rejected: somebody else answers here, or, for the bot, what it answers is answered already.
    """
    match author.kind:
        case AuthorKind.CONTACT:
            return
        case AuthorKind.BOT:
            if not isinstance(conversation.status, Open) or not isinstance(conversation.responder, WithBot):
                raise Rejected("The bot is no longer in charge.")
            if action.answers is None or not owes_answer(conversation, action.answers):
                raise Rejected("This message is answered already.")
        case AuthorKind.OPERATOR:
            in_charge(conversation, author)
        case AuthorKind.SYSTEM:
            raise Rejected("The system does not write messages.")


def owes_answer(conversation: Conversation, seq: int) -> bool:
    """Whether the bot still has to answer this entry."""
    return any(duty.kind is DutyKind.BOT_ANSWER and duty.seq == seq for duty in conversation.duties)


def only(author: Author, kind: AuthorKind) -> None:
    """Raise ``Rejected`` for an author of another kind."""
    if author.kind is not kind:
        raise Rejected(f"Only the {kind} can do this.")


def in_charge(conversation: Conversation, author: Author) -> None:
    """Raise ``Rejected`` unless the author is the operator who answers here, now."""
    only(author, AuthorKind.OPERATOR)
    if isinstance(conversation.status, ResolvedAt):
        raise Rejected("This conversation is resolved. Reopen it first.")
    responder = conversation.responder
    if not isinstance(responder, WithOperator):
        raise Rejected("Take the conversation first.")
    if responder.operator_id != author.id:
        raise Rejected(f"{responder.operator_name} has this conversation.")
