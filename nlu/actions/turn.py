"""One turn as the actions see it, and what they answer. Pure: knows Rasa's dictionaries, not Rasa."""

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from actions.content import Button, Content, Words
from actions.language import LanguageGuesser
from actions.memory import Memory, Question, read_memory
from actions.plain import plain_words

FALLBACK_INTENT = "nlu_fallback"
_GUARD = "\u2060"  # the hub puts it before a slash that somebody typed
_CODE = re.compile(r"\s*(?:/[a-z_]+|<[a-z!/])", re.IGNORECASE)


class Mark(NamedTuple):
    """Something that the text names, from ``start`` up to ``end``; ``value`` in one spelling."""

    name: str
    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Turn:
    """What the customer has just said, and what is remembered.

    ``marks`` are where the ``entities`` stand in the text; of several of a name, the last is in ``entities``. ``about``
    is the intent that is answered: the one that was understood or, when the words answer a question of the bot's (then
    it is ``answered``), the one that it was asked for; ``given`` is what was said of that matter in turns before.
    ``clauses`` are the parts of a message that says several things, each as a turn of its own.
    ``common`` are words that are no names. ``at``: when, in seconds since 1970.
    """

    text: str
    intent: str
    confidence: float
    guesses: tuple[str, ...]
    entities: Mapping[str, str]
    language: str
    memory: Memory
    content: Content
    conversation: str
    message_id: str
    common: Set[str]
    at: float
    about: str
    marks: tuple[Mark, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    answered: Question | None = None
    clauses: "tuple[Turn, ...]" = ()

    @property
    def pressed(self) -> bool:
        """Whether it is one of our buttons; what looks like one but was typed is guarded by the hub."""
        return self.text.startswith("/")

    @property
    def is_code(self) -> bool:
        """Whether it was typed for a machine ("/restart", "<script>"): no words of any language."""
        return is_code(self.text)

    @property
    def typed(self) -> str:
        """The customer's own words; none when a button was pressed."""
        return self.without()

    def without(self, *names: str) -> str:
        """Those words, but for the entities of these names."""
        if self.pressed:
            return ""
        text = self.text
        for mark in self.marks:
            if mark.name in names:
                text = text[: mark.start] + " " * (mark.end - mark.start) + text[mark.end :]
        return text.replace(_GUARD, "").strip()

    @property
    def parts(self) -> list[str]:
        """Those words one by one, plain."""
        return plain_words(self.typed)

    @property
    def words(self) -> Words:
        """Those of the customer's language."""
        return self.content.words[self.language]

    def named(self, name: str) -> tuple[str, ...]:
        """All that the words hold under a name, each once."""
        return tuple(dict.fromkeys(mark.value for mark in self.marks if mark.name == name))

    def marked(self, names: Iterable[str]) -> dict[str, str]:
        """What Rasa has marked in the customer's own words, of these names. Which of several is meant is not known."""
        if self.pressed:
            return {}
        return {
            name: self.entities[name]
            for name in names
            if name in self.entities and len(self.named(name)) <= 1
        }

    def told(self, name: str) -> str | None:
        """What was said of this matter, now or in turns before."""
        return self.entities.get(name) or self.given.get(name)

    def answers(self, kind: str) -> bool:
        """Whether these words answer a question of a kind."""
        return self.answered is not None and self.answered.kind == kind

    def answering(self, question: Question, given: Mapping[str, str]) -> "Turn":
        """The turn as an answer to a question."""
        return replace(self, about=question.about, given={**question.filled, **given}, answered=question)

    def asked_again(self, question: Question) -> "Turn":
        """The turn as one that leaves a question as it was: an "ok", to what no ok answers."""
        return replace(self, about=question.about, given=question.filled)

    def meaning(self, intent: str, **entities: str) -> "Turn":
        """The turn as if something else had been said."""
        return replace(self, about=intent, entities={**self.entities, **entities})


@dataclass(frozen=True)
class Reply:
    """What the bot answers: the name of an answer, what to fill in, and what to remember.

    ``before`` and ``after`` are answers that are said with it; ``beside`` is a whole reply to something else, which is
    said before all of it. ``buttons`` come before the answer's own. ``team`` is
    where a handoff goes instead of the answer's own. ``known`` are facts besides those that Rasa has found in the
    words; ``proven`` is the number of an order that is the customer's, as the hub says. ``topic`` is the intent that
    the answer was about, where that is another one than was asked for.
    """

    answer: str
    values: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    button_names: tuple[str, ...] = ()
    team: str | None = None
    question: Question | None = None
    known: Mapping[str, str] = field(default_factory=dict)
    proven: str | None = None
    misunderstood: int = 0
    insults: int | None = None
    closed_told: str | None = None
    topic: str | None = None
    beside: "Reply | None" = None

    def asking(self, question: Question | None) -> "Reply":
        """The reply with another question in its place."""
        return replace(self, question=question)

    def saying_also(self, answer: str, values: Mapping[str, str]) -> "Reply":
        """The reply with the words of another answer at its end."""
        return replace(self, after=(*self.after, answer), values={**self.values, **values})


def asking(turn: Turn, answer: str, kind: str, filled: Mapping[str, str] | None = None, **more: Any) -> Reply:
    """A reply that asks for something of the matter that the turn is about; ``filled`` is what is known of it.

    ``more`` goes into the reply. What is empty in ``filled`` is forgotten.
    """
    kept = {name: value for name, value in {**turn.given, **(filled or {})}.items() if value}
    return Reply(answer, question=Question(turn.about, kind, kept), **more)


def turn_of(
    sender: str,
    message: Mapping[str, Any],
    slots: Mapping[str, Any],
    content: Content,
    guesser: LanguageGuesser,
    common: Set[str],
    now: float,
) -> Turn:
    """Read a turn from Rasa's tracker: whose it is, the latest message (with the hub's metadata), and the slots.

    ``common``: plain words that are no names. ``now``: seconds since 1970.
    """
    memory = read_memory(slots.get("memory")).after_silence(now)
    text, marked = str(message.get("text") or ""), message.get("entities") or ()
    intent, confidence, guesses = _understood(message)
    metadata = message.get("metadata") or {}
    present = memory.language or _primary(metadata.get("language"))
    code = is_code(text)
    silent = code or text.startswith("/")
    guessed = None if silent else guesser.guess(_without_places(text, marked), present)
    language = _spoken((guessed, present), content)
    found = _meant(text, marked, content.words[language])
    if code:
        intent, guesses, found = FALLBACK_INTENT, (), []
    return Turn(
        text=text,
        intent=intent,
        confidence=confidence,
        guesses=guesses,
        entities={str(item["entity"]): str(item["value"]) for item in found},
        marks=tuple(
            Mark(str(item["entity"]), item["start"], item["end"], str(item["value"]))
            for item in found
            if "start" in item and not text.startswith("/")
        ),
        language=language,
        memory=memory,
        content=content,
        conversation=_conversation(sender),
        message_id=str(metadata.get("message_id") or ""),
        common=common,
        at=now,
        about=intent,
        clauses=tuple(
            replace(turn_of(sender, part, slots, content, guesser, common, now), language=language)
            for part in ({**clause, "metadata": metadata} for clause in message.get("clauses") or ())
        ),
    )


def is_code(text: str) -> bool:
    """Whether somebody has typed what begins as a command or as markup does; a button is no such thing."""
    return not text.startswith("/") and _CODE.match(text.replace(_GUARD, "")) is not None


def _conversation(sender: str) -> str:
    """The hub speaks as ``<conversation>:<episode>``."""
    conversation, _, episode = sender.rpartition(":")
    return conversation if conversation and episode.isdigit() else sender


def _understood(message: Mapping[str, Any]) -> tuple[str, float, tuple[str, ...]]:
    """Intent, confidence (of the best guess, when none was good enough) and the likeliest intents."""
    intent = message.get("intent") or {}
    name, confidence = str(intent.get("name") or FALLBACK_INTENT), float(intent.get("confidence") or 0.0)
    ranking = [
        guess
        for guess in message.get("intent_ranking") or ()
        if guess.get("name") not in (None, FALLBACK_INTENT)
    ]
    if name == FALLBACK_INTENT and ranking:
        confidence = float(ranking[0].get("confidence") or 0.0)
    return name, confidence, tuple(str(guess["name"]) for guess in ranking)


def _meant(text: str, found: Iterable[Mapping[str, Any]], words: Words) -> list[Mapping[str, Any]]:
    """What is marked; of several towns not the one that somebody comes from, if they name where they go."""
    marked = list(found)
    towns = [item for item in marked if item["entity"] == "town" and "start" in item]
    left: list[Mapping[str, Any]] = []
    end = 0
    for place, item in enumerate(towns):
        between = plain_words(text[end : item["start"]])
        part_of_left = not between and towns[place - 1 : place] == left[-1:] != []
        if words.listens.comes_from.end(between) or part_of_left:
            left.append(item)  # "from Brno, Líšeň": a part is left with its town
        end = item["end"]
    return [item for item in marked if item not in left] if len(left) < len(towns) else marked


def _without_places(text: str, found: Iterable[Mapping[str, Any]]) -> str:
    """The words but for names of places, which are the same in every language."""
    for item in found:
        if item["entity"] in ("town", "street") and "start" in item:
            text = text[: item["start"]] + " " * (item["end"] - item["start"]) + text[item["end"] :]
    return text


def _spoken(candidates: Iterable[str | None], content: Content) -> str:
    """The first that the bot speaks."""
    return next((known for known in candidates if known in content.words), None) or content.default_language


def _primary(tag: Any) -> str | None:
    return tag.lower().replace("_", "-").split("-")[0] if isinstance(tag, str) else None
