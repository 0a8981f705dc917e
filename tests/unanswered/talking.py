"""Conversations as they come about, entry by entry, and what is to be learned of them."""

from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from hub.conversation.commands import HandOff, Rate, Resolve, SendMessage, Take
from hub.figures.episode import begun, gone_on
from hub.unanswered.lessons import Lesson, Rules, lessons_of
from storage.model.entry import Entry, HandoffReason, Understood
from storage.model.learning import Episode, Reason
from tests.conversation.bench import ANNA, BOT, JANA, Script

RULES = Rules(frozenset({"greet", "thanks", "insult", "request_human"}), frozenset({"complaint"}))


@dataclass
class Talking:
    """Jana, the bot and Anna."""

    script: Script = field(default_factory=Script)

    @property
    def entries(self) -> list[Entry]:
        return self.script.entries

    def says(self, text: str, payload: str | None = None) -> Entry:
        return self.script.do(JANA, SendMessage(text, payload=payload))

    def asks(
        self,
        text: str,
        intent: str,
        confidence: float = 0.9,
        *,
        payload: str | None = None,
        handoff: HandoffReason | None = None,
        **fields: Any,
    ) -> Entry:
        """Jana asks and the bot answers, or hands over with a word."""
        asked = self.says(text, payload)
        self.answers(asked.seq, intent, confidence, handoff=handoff, **fields)
        return asked

    def answers(
        self,
        seq: int,
        intent: str,
        confidence: float = 0.9,
        *,
        handoff: HandoffReason | None = None,
        entities: dict[str, str] | None = None,
        language: str | None = "cs",
        asked: str | None = None,
        guess: str | None = None,
    ) -> None:
        understood = Understood(intent, confidence, entities or {}, language, asked, guess)
        words = SendMessage("Slova.", understood=understood, answers=seq, last=handoff is None)
        self.script.do(BOT, words, f"bot:{seq}:0")
        if handoff is not None:
            self.script.do(BOT, HandOff(handoff, "support", understood, seq), f"bot:{seq}:1")

    def fails(self, text: str, reason: HandoffReason = HandoffReason.BOT_TIMEOUT) -> None:
        seq = self.says(text).seq
        self.script.do(BOT, HandOff(reason, "support", answers=seq))

    def rated(self, score: int | None) -> None:
        if self.script.state.handoff is not None:
            self.script.do(ANNA, Take())
        self.script.do(ANNA, Resolve())
        self.script.do(JANA, Rate(score, "Nic moc."))


def read(entries: list[Entry], rules: Rules = RULES) -> tuple[list[Episode], list[Lesson]]:
    """The episodes of a conversation, and its lessons."""
    episodes: list[Episode] = []
    lessons: list[Lesson] = []
    for entry in entries:
        if not episodes or episodes[-1].number < entry.episode:
            episodes.append(begun(entry, UTC))
        before = episodes[-1]
        after = episodes[-1] = gone_on(before, entry, rules.asides)
        lessons += lessons_of(before, entry, after, rules)
    return episodes, lessons


def learned(talking: Talking) -> list[tuple[str, Reason]]:
    """The words and why, of all that is learned."""
    words = {entry.seq: getattr(entry.body, "text", "") for entry in talking.entries}
    return [(words[lesson.told.seq], lesson.reason) for lesson in read(talking.entries)[1]]
