"""How the bot does, as the panel gets it. Pure."""

from typing import Any

from hub.figures.reading import Doing
from storage.model.learning import TopicFigures

_DIGITS = 4  # of a share or a mean


def doing_view(doing: Doing) -> dict[str, Any]:
    """Days, topics, and the share of what the bot solves alone with the one before."""
    return {
        "days": [
            {
                "day": each.day.isoformat(),
                "conversations": each.conversations,
                "solved": each.solved,
                "handed_over": each.handed_over,
            }
            for each in doing.days
        ],
        "topics": [
            {
                "topic": each.topic,
                "asked": each.asked,
                "answered": each.answered,
                "handed_over": each.handed_over,
                "rated": _rated(each),
            }
            for each in doing.topics
        ],
        "solved_share": _rounded(doing.solved_share),
        "before": _rounded(doing.before),
    }


def _rated(topic: TopicFigures) -> dict[str, Any] | None:
    if not topic.ratings:
        return None
    return {"count": topic.ratings, "mean": round(topic.scores / topic.ratings, _DIGITS)}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, _DIGITS)
