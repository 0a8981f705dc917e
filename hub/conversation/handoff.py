"""Pure policy: what a bot's turn means for the conversation."""

from hub.bot_answer import BotTurn, Outcome
from hub.conversation.commands import HandOff, SendMessage
from storage.model.entry import HandoffReason

MOST_MESSAGES = 10  # of one bot turn
MOST_TEXT = 4_000  # characters of one of them

_REASONS = {
    Outcome.LATE: HandoffReason.BOT_TIMEOUT,
    Outcome.BUSY: HandoffReason.BOT_UNAVAILABLE,
    Outcome.RESTING: HandoffReason.BOT_UNAVAILABLE,
    Outcome.AWAY: HandoffReason.BOT_UNAVAILABLE,
}


def actions_of(turn: BotTurn, answers: int, default_team: str) -> list[SendMessage | HandOff]:
    """The bot's words in order, then the handoff if there is one. A turn without either is a failed turn."""
    actions: list[SendMessage | HandOff] = []
    said = turn.messages[:MOST_MESSAGES]
    for index, (text, quick_replies) in enumerate(said):
        last = turn.handoff is None and index == len(said) - 1
        actions.append(
            SendMessage(
                text[:MOST_TEXT],
                quick_replies=quick_replies,
                understood=turn.understood,
                answers=answers,
                last=last,
            )
        )
    if turn.handoff is not None:
        reason, team = turn.handoff
        actions.append(HandOff(reason, team or default_team, turn.understood, answers, summary=turn.summary))
    elif not said:
        actions.append(failed(answers, default_team))
    return actions


def failed(answers: int, team: str, outcome: Outcome = Outcome.FAILED) -> HandOff:
    """The bot did not answer: people will."""
    return HandOff(_REASONS.get(outcome, HandoffReason.BOT_FAILED), team, answers=answers)
