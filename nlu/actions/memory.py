"""What the bot keeps of a conversation between turns: one slot, written whole by every turn. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

FACTS = ("order_number", "phone", "town", "street", "date", "time", "amount", "tariff", "case", "words")
"""What may be known of a customer and their wish, under the names that people who take over read."""

MOST_MISSES = 2
"""So many answers in a row that were none, or messages that were not understood, and a person takes over."""

SESSION = 3600.0
"""Seconds of silence after which another talk begins."""

PASSING = frozenset({"date", "time", "amount"})
"""Facts that belong to one matter alone: tomorrow's opening hours say nothing of the technician's visit."""

MOST_TRIED = 10
LONGEST = 200  # characters of a fact
LONGEST_WORDS = 500  # characters of a customer's own words
_MOST_KEPT = 10  # texts in a table


@dataclass(frozen=True)
class Question:
    """What the bot has asked and not been told yet.

    ``about`` is the intent that it is asked for, ``kind`` what is asked (a name of a fact, or ``people`` and the like),
    ``filled`` what was said of this matter before. ``misses`` counts answers that were none, ``asides`` turns about
    something else since.
    """

    about: str
    kind: str
    filled: Mapping[str, str] = field(default_factory=dict)
    misses: int = 0
    asides: int = 0

    def missed(self, times: int) -> "Question":
        """The question after so many answers that were none."""
        return replace(self, misses=times)


@dataclass(frozen=True)
class Memory:
    """``offered`` is what a plain "yes" leads to: a team, or an intent. ``closed_told`` is the moment of opening that
    the customer was told of when they asked for a person outside business hours. ``topic`` is the last intent of the
    present talk that was about something. It, ``known`` and ``tried`` (intents that were answered, in order) are for
    who takes over. ``proven``: the number of the order that was last shown to be the customer's, ``ordered`` its
    tariff. ``buttons`` stood under the last words, by their titles. ``at``: when the last turn was, in seconds since
    1970.
    """

    language: str | None = None
    question: Question | None = None
    offered: str | None = None
    misunderstood: int = 0
    insults: int = 0
    closed_told: str | None = None
    topic: str | None = None
    known: Mapping[str, str] = field(default_factory=dict)
    proven: str | None = None
    ordered: str | None = None
    tried: tuple[str, ...] = ()
    buttons: Mapping[str, str] = field(default_factory=dict)
    at: float | None = None

    def after_silence(self, now: float) -> "Memory":
        """What is left of it at a time: yesterday's talk does not go on, but what was found out in it is known."""
        if self.at is None or now - self.at <= SESSION:
            return self
        known = {name: value for name, value in self.known.items() if name not in PASSING}
        return Memory(
            language=self.language,
            known=known,
            proven=self.proven,
            ordered=self.ordered,
            tried=self.tried,
            at=self.at,
        )


def read_memory(raw: Any) -> Memory:
    """The memory in a slot. What is missing, unknown or of a wrong type is as if it were never kept. Never raises."""
    if not isinstance(raw, dict):
        return Memory()
    return Memory(
        language=_text(raw.get("language")),
        question=_question(raw.get("question")),
        offered=_text(raw.get("offered")),
        misunderstood=_count(raw.get("misunderstood")),
        insults=_count(raw.get("insults")),
        closed_told=_text(raw.get("closed_told")),
        topic=_text(raw.get("topic")),
        known=_facts(raw.get("known")),
        proven=_text(raw.get("proven")),
        ordered=_text(raw.get("ordered")),
        tried=_names(raw.get("tried")),
        buttons=_texts(raw.get("buttons")),
        at=_moment(raw.get("at")),
    )


def written(memory: Memory) -> dict[str, Any]:
    """The memory as it is put into the slot: JSON, without what is empty."""
    return {name: value for name, value in asdict(memory).items() if value}


def _question(raw: Any) -> Question | None:
    if not isinstance(raw, dict):
        return None
    about, kind = _text(raw.get("about")), _text(raw.get("kind"))
    if about is None or kind is None:
        return None
    return Question(
        about,
        kind,
        _texts(raw.get("filled")),
        _count(raw.get("misses")),
        _count(raw.get("asides")),
    )


def _texts(raw: Any) -> dict[str, str]:
    """The first few of a table."""
    if not isinstance(raw, dict):
        return {}
    kept = {str(name): text for name, value in raw.items() if (text := _text(value)) is not None}
    return dict(list(kept.items())[:_MOST_KEPT])


def _facts(raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict):
        return {}
    texts = {name: _text(raw.get(name), LONGEST_WORDS if name == "words" else LONGEST) for name in FACTS}
    return {name: text for name, text in texts.items() if text is not None}


def _names(raw: Any) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple):
        return ()
    return tuple(text for each in raw if (text := _text(each)) is not None)[-MOST_TRIED:]


def _text(raw: Any, longest: int = LONGEST) -> str | None:
    return raw[:longest] if isinstance(raw, str) and raw else None


def _count(raw: Any) -> int:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < 100 else 0


def _moment(raw: Any) -> float | None:
    return (
        float(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) and 0 < raw < 1e11 else None
    )
