"""What is asked of the bot's text and of the workshop: which topics teach nothing, and what sentences mean."""

from collections.abc import Sequence

import structlog

from hub.errors import Refusal
from hub.knowledge.content import DIALOGUE, read_dialogue
from hub.knowledge.drafts import Drafts
from hub.knowledge.yaml import Listing, Scalar, Table, Unreadable, read_yaml
from hub.unanswered.grouping import Vector
from hub.unanswered.lessons import Rules
from hub.workshop.client import Workshop
from hub.workshop.refusals import FAILURES, refused

log = structlog.get_logger(__name__)


class FromText:
    """The rules of the text on disk. While it cannot be read, those that were read last."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts
        self._text = ""
        self._rules = Rules()

    async def rules(self) -> Rules:
        """As of now."""
        try:
            text = (await self._drafts.on_disk()).get(DIALOGUE, "")
            if text != self._text:
                self._text, self._rules = text, rules_of(text)
        except (Refusal, Unreadable) as failure:
            log.warning("which topics teach nothing is not known as of now", reason=str(failure))
        return self._rules


class FromWorkshop:
    """Meanings, from the workshop."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    async def of(self, texts: Sequence[str]) -> Sequence[Vector]:
        """See ``Meanings.of``."""
        try:
            return await self._workshop.likeness(texts)
        except FAILURES as failure:
            raise refused(failure) from failure


def rules_of(dialogue: str) -> Rules:
    """Topics that are about nothing, and those whose answer hands them over. Raises ``Unreadable``."""
    root = read_yaml(dialogue)
    asides = root.get("asides") if isinstance(root, Table) else None
    named = asides.items if isinstance(asides, Listing) else ()
    answers = read_dialogue(dialogue).answers
    return Rules(
        asides=frozenset(each.text for each in named if isinstance(each, Scalar)),
        human_only=frozenset(
            name for name, rules in answers.items() if rules.handoff and rules.handoff.reason == "topic"
        ),
    )
