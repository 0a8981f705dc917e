"""One turn as the actions see it, and what they answer. Pure: knows Rasa's dictionaries, not Rasa."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.content import Button, Content
from actions.language import LanguageGuesser

FALLBACK_INTENT = "nlu_fallback"


@dataclass(frozen=True)
class Memory:
    """What the bot keeps of a conversation between turns, under the names of its slots."""

    language: str | None = None
    expects: str | None = None
    offered_team: str | None = None
    tariff_in_hand: str | None = None
    order_in_hand: str | None = None
    misunderstood: int = 0


@dataclass(frozen=True)
class Turn:
    """What the customer has just said, and what is remembered."""

    text: str
    intent: str
    confidence: float
    guesses: tuple[str, ...]
    entities: Mapping[str, str]
    language: str
    memory: Memory
    content: Content


@dataclass(frozen=True)
class Reply:
    """What the bot answers: the name of an answer, what to fill in, and what to remember.

    ``buttons`` come before the answer's own. ``team`` is where a handoff goes instead of the answer's own.
    What is remembered of a tariff or an order stays until there is another one.
    """

    answer: str
    values: Mapping[str, str] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()
    button_names: tuple[str, ...] = ()
    team: str | None = None
    expects: str | None = None
    tariff: str | None = None
    order: str | None = None
    misunderstood: int = 0


def turn_of(
    message: Mapping[str, Any],
    slots: Mapping[str, Any],
    metadata: Mapping[str, Any],
    content: Content,
    guesser: LanguageGuesser,
) -> Turn:
    """Read a turn from the tracker's latest message, slots, and the metadata that the hub sent along."""
    memory = Memory(
        **{name: slots[name] for name in Memory.__dataclass_fields__ if slots.get(name) is not None}
    )
    text = str(message.get("text") or "")
    intent, confidence, guesses = _understood(message)
    present = memory.language or _primary(metadata.get("language"))
    guessed = None if text.startswith("/") else guesser.guess(text, present)
    return Turn(
        text=text,
        intent=intent,
        confidence=confidence,
        guesses=guesses,
        entities={str(item["entity"]): str(item["value"]) for item in message.get("entities") or ()},
        language=_spoken((guessed, present), content),
        memory=memory,
        content=content,
    )


def messages_of(turn: Turn, reply: Reply) -> list[dict[str, Any]]:
    """The reply in the form that the hub agreed on with Rasa: the words, what was understood, and a handoff."""
    content = turn.content
    answer = content.answers[reply.answer]
    own = content.buttons(turn.language, dict.fromkeys((*reply.button_names, *answer.buttons)))
    said: dict[str, Any] = {"text": content.text(turn.language, reply.answer, reply.values)}
    if buttons := [*reply.buttons, *own]:
        said["buttons"] = [{"title": button.title, "payload": button.payload} for button in buttons]
    understood = {
        "intent": turn.intent,
        "confidence": round(turn.confidence, 3),
        "entities": dict(turn.entities) | ({"order_number": reply.order} if reply.order else {}),
    }
    messages = [said, {"custom": {"understood": understood}}]
    if answer.handoff is not None:
        team = reply.team if reply.team in content.teams else answer.handoff.team
        messages.append({"custom": {"handoff": {"reason": answer.handoff.reason, "team": team}}})
    return messages


def memory_after(turn: Turn, reply: Reply) -> Memory:
    """What is remembered when the reply has been given."""
    return Memory(
        language=turn.language,
        expects=reply.expects,
        offered_team=turn.content.answers[reply.answer].offer,
        tariff_in_hand=reply.tariff or turn.memory.tariff_in_hand,
        order_in_hand=reply.order or turn.memory.order_in_hand,
        misunderstood=reply.misunderstood,
    )


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


def _spoken(candidates: Iterable[str | None], content: Content) -> str:
    """The first that the bot speaks."""
    return next((known for known in candidates if known in content.words), None) or content.default_language


def _primary(tag: Any) -> str | None:
    return tag.lower().replace("_", "-").split("-")[0] if isinstance(tag, str) else None
