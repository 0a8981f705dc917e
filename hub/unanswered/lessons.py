"""Which of a customer's sentences are worth looking at, and why. Pure."""

from dataclasses import dataclass, field

from hub.figures.episode import DECIDED, NOT_UNDERSTOOD, question_of, says_nothing
from storage.model.entry import AuthorKind, Entry, HandedOff, HandoffReason, Message, Rated, Understood
from storage.model.learning import BAD, Episode, Reason, Told

SURE = 0.5
"""Below it an accepted guess is unsure: it is the number from which the bot itself takes an intent for what was meant
(``sure`` in its ``content/dialogue.yml``). The confidence says how often it is right (docs/nlu.md), so that of such
sentences every second one or more was taken for something else."""

LONGEST = 500  # characters: who writes more tells a story, and the bot is not taught by stories


@dataclass(frozen=True, slots=True)
class Rules:
    """What the bot's content says of topics: ``asides`` are about nothing, ``human_only`` always go to people."""

    asides: frozenset[str] = field(default_factory=frozenset)
    human_only: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A message that is worth looking at."""

    told: Told
    reason: Reason


def lessons_of(before: Episode, entry: Entry, after: Episode, rules: Rules) -> list[Lesson]:
    """What is to be learned now that ``entry`` has brought the episode from ``before`` to ``after``."""
    match entry.body:
        case Message(understood=understood) if entry.author.kind is AuthorKind.BOT:
            return _of_words(entry, understood, after)
        case HandedOff() as handoff if handoff.reason in DECIDED:
            return _of_handoff(before, entry, handoff, after, rules)
        case Rated(score=score) if score is not None and score <= BAD:
            return [Lesson(told, Reason.RATED_LOW) for told in after.told]
    return []


def teaches(understood: Understood, reason: Reason, rules: Rules) -> bool:
    """Whether words that were understood so are worth looking at for this reason.

    "Thanks" is no question that could have been answered better, and what is for people is rightly theirs.
    """
    if reason in (Reason.NOT_UNDERSTOOD, Reason.UNSURE):
        return True
    return understood.intent not in rules.asides | rules.human_only


def _of_words(entry: Entry, understood: Understood | None, after: Episode) -> list[Lesson]:
    """Of how the bot understood the words that ``entry`` ends the turn of."""
    if understood is None or not after.told or after.told[-1].by != entry.seq:
        return []
    if understood.intent in NOT_UNDERSTOOD:
        return [Lesson(after.told[-1], Reason.NOT_UNDERSTOOD)]
    if understood.confidence < SURE:
        return [Lesson(after.told[-1], Reason.UNSURE)]
    return []


def _of_handoff(
    before: Episode, entry: Entry, handoff: HandedOff, after: Episode, rules: Rules
) -> list[Lesson]:
    """Of the words that led to it. A form that came to nothing, or to a call, says nothing of how it was begun."""
    if entry.author.kind is not AuthorKind.BOT:
        return _handed_over(before.last_told)  # the contact's own choice, by a button beside the talk
    question = question_of(entry, handoff)
    if question is None:
        return []
    if lessons := _of_words(entry, question, after):
        return lessons
    asked_for = handoff.reason is HandoffReason.REQUESTED
    if asked_for or (handoff.reason is HandoffReason.ANGER and says_nothing(question, rules.asides)):
        return _handed_over(before.last_told)
    told = after.told[-1] if after.told and after.told[-1].by == entry.seq else None
    return _handed_over(told)


def _handed_over(told: Told | None) -> list[Lesson]:
    return [] if told is None else [Lesson(told, Reason.HANDED_OVER)]
