"""Sentences to learn from, as the panel gets them. Pure."""

from typing import Any

from hub.unanswered.inbox import Page
from storage.model.learning import Sentence


def sentence_view(sentence: Sentence) -> dict[str, Any]:
    """One sentence, with what somebody has ruled."""
    ruling, guess = sentence.ruling, sentence.guess
    return {
        "id": sentence.id,
        "text": sentence.text,
        "language": sentence.language,
        "at": sentence.at.isoformat(),
        "count": sentence.count,
        "reason": sentence.reason.value,
        "guess": {"topic": guess.topic, "confidence": guess.confidence} if guess else None,
        "channel": sentence.channel.value,
        "state": sentence.standing.value,
        "placed": {"topic": ruling.topic, "by": ruling.by_name} if ruling and ruling.topic else None,
    }


def page_view(page: Page, mark: str | None) -> dict[str, Any]:
    """Groups of sentences; ``mark`` is that of the next page."""
    return {
        "groups": [
            {"id": group, "sentences": [sentence_view(each) for each in sentences]}
            for group, sentences in page.groups
        ],
        "next": mark,
        "open": page.open,
    }
