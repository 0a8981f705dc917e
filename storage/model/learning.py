"""What is kept of conversations to learn from: sentences that the bot did not help with, and how each episode went."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from storage.model.conversation import Channel

BAD = 2
"""The best of the ratings that say that it went badly."""


class Reason(StrEnum):
    """Why a sentence is worth looking at."""

    NOT_UNDERSTOOD = "not_understood"
    HANDED_OVER = "handed_over"
    RATED_LOW = "rated_low"
    UNSURE = "unsure"


class Standing(StrEnum):
    """What has become of a sentence."""

    OPEN = "open"
    PLACED = "placed"  # in a topic, in somebody's draft or published
    HUMAN = "human"  # rightly for a person


@dataclass(frozen=True, slots=True)
class Guess:
    """What the bot took a sentence for."""

    topic: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Ruling:
    """Who decided what a sentence is. ``topic`` and the rest when it was placed: where, in which words, and by what."""

    by_id: str
    by_name: str
    at: datetime
    topic: str | None = None
    text: str | None = None
    edit: str | None = None  # the id of the edit that teaches it


@dataclass(frozen=True, slots=True)
class Sentence:
    """A customer's words, personal data masked; the same words of several customers are one sentence.

    ``id`` follows from the words. ``group`` is shared by sentences that are alike; ``by_meaning`` says that the
    workshop has found it, and not only the words have.
    """

    id: str
    text: str
    language: str
    channel: Channel
    reason: Reason  # when it was heard first
    first_at: datetime
    at: datetime  # when it was heard last
    expires_at: datetime
    guess: Guess | None = None
    count: int = 1
    standing: Standing = Standing.OPEN
    ruling: Ruling | None = None  # the newest
    rulings: int = 0  # how many there were
    group: str | None = None
    by_meaning: bool = False


@dataclass(frozen=True, slots=True)
class Hearing:
    """One customer who said a sentence. ``id`` follows from the conversation and the message's seq."""

    id: str
    sentence_id: str
    conversation_id: str
    contact_id: str
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TopicCount:
    """What became of an episode's questions about a topic."""

    topic: str
    asked: int = 0
    answered: int = 0
    handed_over: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message of the contact's (its seq) that the bot has not dealt with; ``typed``: in their own words."""

    seq: int
    typed: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A message in the contact's own words (its seq), and the entry in which the bot says what it understood."""

    seq: int
    by: int


@dataclass(frozen=True, slots=True)
class Episode:
    """How an episode has gone so far. ``seq``: up to where its timeline was read."""

    conversation_id: str
    number: int
    day: date  # on which it began
    began_at: datetime
    seq: int
    topics: tuple[TopicCount, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    told: tuple[Told, ...] = ()  # the last ones; no answers to what the bot had asked
    last_topic: str | None = None  # of the question just before, if the bot has answered it
    last_told: Told | None = None  # its words, if they were typed
    answered: bool = False  # whether the bot has answered a question
    missed: bool = False  # whether it has not understood the last words
    handed_over: bool = False
    score: int | None = None

    @property
    def id(self) -> str:
        """By conversation and number."""
        return f"{self.conversation_id}:{self.number}"

    @property
    def solved(self) -> bool:
        """By the bot alone, and not badly as far as anybody has said."""
        well = self.score is None or self.score > BAD
        return self.answered and not self.missed and not self.handed_over and well


@dataclass(frozen=True, slots=True)
class TopicFigures:
    """What became of a day's questions about a topic; ratings are those of episodes in which it was asked about."""

    topic: str
    asked: int = 0
    answered: int = 0
    handed_over: int = 0
    ratings: int = 0
    scores: int = 0  # the sum of the ratings


@dataclass(frozen=True, slots=True)
class DayFigures:
    """How the episodes that began on a day went."""

    day: date
    conversations: int = 0
    solved: int = 0
    handed_over: int = 0
    topics: tuple[TopicFigures, ...] = ()  # by name
