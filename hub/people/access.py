"""The one place that decides what a role may do. Pure.

Two questions are kept apart: whether someone *may* do a thing to a conversation (here, by role and team), and whether
the thing fits the conversation's present state (``hub.conversation.decide``).

- An operator works in their teams: their own conversations, those of their teams, and those that are still with the
  bot and so belong to nobody's team yet.
- A supervisor and an admin work everywhere, and may take over from a colleague.
- An FAQ maintainer changes what the bot says and sees no conversations.
- Somebody who is switched off may do nothing.
"""

from storage.model.conversation import Conversation, Queued, WithOperator
from storage.model.people import Operator, Role

_EVERYWHERE = frozenset({Role.SUPERVISOR, Role.ADMIN})
_ANSWERING = frozenset({Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN})
_EDITING_KNOWLEDGE = frozenset({Role.FAQ_MAINTAINER, Role.ADMIN})
_READING_KNOWLEDGE = _EDITING_KNOWLEDGE | {Role.SUPERVISOR}


def team_of(conversation: Conversation) -> str | None:
    """The team whose conversation it is; None while it has been with the bot only."""
    match conversation.responder:
        case Queued(team=team) | WithOperator(team=team):
            return team
    return conversation.handoff.team if conversation.handoff else None


def visible_teams(operator: Operator) -> list[str] | None:
    """The teams whose conversations they see in lists; None = all, an empty list = none."""
    if not _answers(operator):
        return []
    return None if operator.role in _EVERYWHERE else list(operator.teams)


def may_see(operator: Operator, conversation: Conversation) -> bool:
    """Open a conversation, read its timeline and the contact's card."""
    if not _answers(operator):
        return False
    if operator.role in _EVERYWHERE or _in_charge(operator, conversation):
        return True
    team = team_of(conversation)
    return team is None or team in operator.teams


def may_answer(operator: Operator, conversation: Conversation) -> bool:
    """Act in it: take, write, note, release, transfer, hand back, resolve, snooze, reopen.

    Whether it is their turn is a question of state: a colleague's conversation is refused there, by name.
    """
    return may_see(operator, conversation)


def may_take_over(operator: Operator) -> bool:
    """Take from a colleague who is in charge."""
    return operator.active and operator.role in _EVERYWHERE


def may_take_next(operator: Operator) -> bool:
    """Be given the head of the queue."""
    return _answers(operator)


def may_receive(operator: Operator) -> bool:
    """Be somebody to whom a conversation is transferred."""
    return _answers(operator)


def may_rename_contact(operator: Operator, conversation: Conversation) -> bool:
    """Change the contact's name and phone."""
    return may_see(operator, conversation)


def may_place_order(operator: Operator, conversation: Conversation) -> bool:
    """Make an order in the conversation; while a colleague answers there, it is theirs to make."""
    return may_see(operator, conversation) and not _a_colleagues(operator, conversation)


def may_read_catalogue(operator: Operator) -> bool:
    """See tariffs, equipment and prices."""
    return operator.active


def may_read_outages(operator: Operator) -> bool:
    """See which outages there are, and what customers are told of them."""
    return _answers(operator)


def may_edit_outages(operator: Operator) -> bool:
    """Write outages, change, end and reopen them."""
    return operator.active and operator.role in _EVERYWHERE


def may_read_knowledge(operator: Operator) -> bool:
    """See what the bot understands and says, and how it does."""
    return operator.active and operator.role in _READING_KNOWLEDGE


def may_edit_knowledge(operator: Operator) -> bool:
    """Change what the bot understands and says, train, publish and undo."""
    return operator.active and operator.role in _EDITING_KNOWLEDGE


def _answers(operator: Operator) -> bool:
    return operator.active and operator.role in _ANSWERING


def _in_charge(operator: Operator, conversation: Conversation) -> bool:
    responder = conversation.responder
    return isinstance(responder, WithOperator) and responder.operator_id == operator.id


def _a_colleagues(operator: Operator, conversation: Conversation) -> bool:
    """Somebody else answers there, and the role does not stand above that."""
    return (
        isinstance(conversation.responder, WithOperator)
        and not _in_charge(operator, conversation)
        and operator.role not in _EVERYWHERE
    )
