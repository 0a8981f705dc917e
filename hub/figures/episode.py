"""How an episode goes, told entry by entry. Pure: the same timeline always tells the same.

A turn of the bot's ends with its last words (which name the message that they settle) or with a handoff. What the
contact said in it counts as a question about the topic that was understood, unless it may be the answer to something
that the bot had asked for. Who asks for a person right after an answer was not helped by it: that question counts as
handed over, not as answered.
"""

from dataclasses import replace
from datetime import tzinfo

from hub.knowledge.project import FALLBACK
from storage.model.entry import (
    AuthorKind,
    Entry,
    HandedOff,
    HandoffReason,
    Message,
    Rated,
    Reopened,
    Taken,
    Transferred,
    Understood,
)
from storage.model.learning import Episode, Told, TopicCount, Waiting

NOT_UNDERSTOOD = frozenset({FALLBACK, "out_of_scope"})
"""Intents of what the bot cannot help with; the first is not even an intent."""

DECIDED = frozenset(
    {HandoffReason.REQUESTED, HandoffReason.NOT_UNDERSTOOD, HandoffReason.TOPIC, HandoffReason.ANGER}
)
"""Reasons that come of what the contact said; the others come of a bot that did not work."""

MOST_TOLD = 20  # messages of an episode that are remembered
MOST_TOPICS = 100


def begun(entry: Entry, zone: tzinfo) -> Episode:
    """The episode that an entry begins, before that entry. ``zone`` says on which day."""
    day = entry.recorded_at.astimezone(zone).date()
    return Episode(entry.conversation_id, entry.episode, day, entry.recorded_at, entry.seq - 1)


def gone_on(episode: Episode, entry: Entry, asides: frozenset[str]) -> Episode:
    """The episode after ``entry``, one of its own. ``asides``: intents that are no questions ("thanks")."""
    read = replace(episode, seq=entry.seq)
    match entry.body:
        case Message() as message:
            return _spoken(read, entry, message, asides)
        case HandedOff() as handoff:
            return _handed_over(read, entry, handoff, asides)
        case Taken() | Transferred() | Reopened():
            return replace(read, handed_over=True)
        case Rated(score=score) if score is not None:
            return replace(read, score=score)
    return read


def _spoken(episode: Episode, entry: Entry, message: Message, asides: frozenset[str]) -> Episode:
    match entry.author.kind:
        case AuthorKind.CONTACT:
            asked = Waiting(entry.seq, typed=message.payload is None)
            return replace(episode, waiting=(*episode.waiting, asked)[-MOST_TOLD:])
        case AuthorKind.OPERATOR:
            return replace(episode, waiting=())
        case AuthorKind.BOT if message.settles is not None:
            settled = [each for each in episode.waiting if each.seq <= message.settles]
            rest = tuple(each for each in episode.waiting if each.seq > message.settles)
            episode = replace(episode, waiting=rest)
            if settled and message.understood is not None:
                return _answered(episode, entry, settled[-1], message.understood, asides)
    return episode


def _answered(
    episode: Episode, entry: Entry, asked: Waiting, understood: Understood, asides: frozenset[str]
) -> Episode:
    if understood.asked is not None:
        return replace(episode, missed=False)
    told = _told(asked, entry, understood)
    episode = _with_told(episode, told)
    missed = understood.intent in NOT_UNDERSTOOD
    episode = _counted(episode, understood.intent, asked=1, answered=0 if missed else 1)
    if says_nothing(understood, asides):
        return replace(episode, missed=missed, last_topic=None, last_told=None)
    return replace(episode, missed=False, answered=True, last_topic=understood.intent, last_told=told)


def _handed_over(episode: Episode, entry: Entry, handoff: HandedOff, asides: frozenset[str]) -> Episode:
    if handoff.reason in DECIDED:
        question = question_of(entry, handoff)
        if question is not None:
            if episode.waiting:
                episode = _with_told(episode, _told(episode.waiting[-1], entry, question))
            episode = _counted(episode, question.intent, asked=1, handed_over=1)
        if question is None or handoff.reason is HandoffReason.REQUESTED or says_nothing(question, asides):
            episode = _blamed(episode)
        episode = replace(episode, waiting=())
    return replace(episode, handed_over=True, last_topic=None, last_told=None)


def question_of(entry: Entry, handoff: HandedOff) -> Understood | None:
    """What the bot understood of the words that it handed over for; None where they answer what it had asked for, or
    nobody but the contact decided it."""
    understood = handoff.understood
    is_question = entry.author.kind is AuthorKind.BOT and understood is not None and understood.asked is None
    return understood if is_question else None


def says_nothing(understood: Understood, asides: frozenset[str]) -> bool:
    """Whether the words are about no topic, so that those before them tell what it was about."""
    return understood.intent in asides | NOT_UNDERSTOOD


def _blamed(episode: Episode) -> Episode:
    """The answer just before was no help after all."""
    if episode.last_topic is None:
        return episode
    return _counted(episode, episode.last_topic, answered=-1, handed_over=1)


def _told(asked: Waiting, entry: Entry, understood: Understood) -> Told | None:
    return Told(asked.seq, entry.seq) if asked.typed and understood.language is not None else None


def _with_told(episode: Episode, told: Told | None) -> Episode:
    return episode if told is None else replace(episode, told=(*episode.told, told)[-MOST_TOLD:])


def _counted(
    episode: Episode, topic: str, *, asked: int = 0, answered: int = 0, handed_over: int = 0
) -> Episode:
    if topic == FALLBACK:
        return episode
    counts = {each.topic: each for each in episode.topics}
    before = counts.get(topic, TopicCount(topic))
    counts[topic] = TopicCount(
        topic, before.asked + asked, before.answered + answered, before.handed_over + handed_over
    )
    return replace(episode, topics=tuple(counts.values())[:MOST_TOPICS])
