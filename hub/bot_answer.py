"""What a bot answered to one message, read from Rasa's list of messages. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hub.bot_summary import summary_of
from storage.model.entry import HandoffReason, HandoffSummary, QuickReply, Understood

LONGEST_NAME = 64  # characters of an intent or the like


class Outcome(StrEnum):
    """What became of a message that the bot was to answer."""

    ANSWERED = "answered"
    EMPTY = "empty"  # it answered, but nothing, or not in its form
    FAILED = "failed"  # what answered is not the bot
    LATE = "late"
    BROKEN = "broken"  # the connection, in the middle of it
    BUSY = "busy"  # not asked: too many were before
    RESTING = "resting"  # not asked: it failed too often lately
    AWAY = "away"  # not asked: it is not there, or not yet
    CANCELLED = "cancelled"  # the hub ended


class BotUnavailable(Exception):
    """The bot did not answer, or not in its form."""

    def __init__(self, reason: str, outcome: Outcome = Outcome.FAILED) -> None:
        super().__init__(reason)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class BotTurn:
    """What the bot answered to one message."""

    messages: tuple[tuple[str, tuple[QuickReply, ...]], ...]
    handoff: tuple[HandoffReason, str | None] | None  # reason, team
    understood: Understood | None
    summary: HandoffSummary | None = None  # of the handoff, for those who take over


def parse_turn(answer: Any) -> BotTurn:
    """Rasa's list of messages as a turn.

    Raises:
        BotUnavailable: it is not such a list, or there is nothing in it (Rasa's way to say that it failed).
    """
    if not isinstance(answer, list) or not all(isinstance(item, dict) for item in answer):
        raise BotUnavailable("the answer is not a list of messages", Outcome.EMPTY)
    messages = []
    handoff: tuple[HandoffReason, str | None] | None = None
    understood: Understood | None = None
    summary: HandoffSummary | None = None
    for item in answer:
        text = item.get("text")
        if isinstance(text, str) and text.strip():
            messages.append((text, _buttons(item.get("buttons"))))
        custom = item.get("custom")
        if isinstance(custom, dict):
            if found := _handoff(custom.get("handoff")):
                handoff, summary = found, summary_of(custom["handoff"])
            understood = _understood(custom.get("understood")) or understood
    if not messages and handoff is None:
        raise BotUnavailable("the answer is empty", Outcome.EMPTY)
    return BotTurn(tuple(messages), handoff, understood, summary)


def _buttons(raw: Any) -> tuple[QuickReply, ...]:
    if not isinstance(raw, list):
        return ()
    return tuple(
        QuickReply(button["title"][:80], button["payload"][:255])
        for button in raw[:10]
        if isinstance(button, dict)
        and isinstance(button.get("title"), str)
        and isinstance(button.get("payload"), str)
        and button["title"]
        and button["payload"]
    )


_REASONS = {
    "requested": HandoffReason.REQUESTED,
    "not_understood": HandoffReason.NOT_UNDERSTOOD,
    "topic": HandoffReason.TOPIC,
    "anger": HandoffReason.ANGER,
    "failed": HandoffReason.BOT_FAILED,
}


def _handoff(raw: Any) -> tuple[HandoffReason, str | None] | None:
    if not isinstance(raw, dict):
        return None
    team = raw.get("team")
    reason = _REASONS.get(str(raw.get("reason")), HandoffReason.BOT_FAILED)
    return reason, team if isinstance(team, str) and team else None


def _understood(raw: Any) -> Understood | None:
    if not isinstance(raw, dict) or not isinstance(raw.get("intent"), str):
        return None
    confidence = raw.get("confidence")
    entities = raw.get("entities")
    return Understood(
        raw["intent"],
        float(confidence) if isinstance(confidence, int | float) else 0.0,
        {str(k): str(v) for k, v in entities.items()} if isinstance(entities, dict) else {},
        **{name: _name(raw.get(name)) for name in ("language", "asked", "guess")},
    )


def _name(raw: Any) -> str | None:
    return raw[:LONGEST_NAME] if isinstance(raw, str) and raw else None
