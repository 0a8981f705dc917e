"""The end of a turn: what is said, in the form that the hub agreed on with Rasa, and what is remembered. Pure."""

from dataclasses import replace
from typing import Any

from actions import handover
from actions.content import Button
from actions.listening import MOST_ASIDES, NOTHING_UNDERSTOOD
from actions.memory import FACTS, MOST_TRIED, PASSING, Memory, Question, read_memory, written
from actions.turn import FALLBACK_INTENT, Reply, Turn

_MARKED = frozenset(FACTS) - {"tariff", "case", "words"}
"""Facts that are known when Rasa has marked them; the others must be found to be what they seem."""

MOST_SURE = 0.999
"""The confidence in anybody's words; only a button is certain."""

_CLOSING = {"deny", "order_number_unknown"}
"""Intents after which nobody waits for an answer any more."""


def messages_of(turn: Turn, reply: Reply, memory: Memory) -> list[dict[str, Any]]:
    """The words, what was understood, and a handoff. ``memory``: as it is after the reply."""
    content = turn.content
    answer = content.answers[reply.answer]
    said: dict[str, Any] = {"text": "\n".join(_texts(turn, reply))}
    if buttons := _buttons(turn, reply):
        said["buttons"] = [{"title": button.title, "payload": button.payload} for button in buttons]
    number = reply.known.get("order_number")
    understood = {
        "intent": turn.intent,
        "confidence": round(turn.confidence, 3)
        if turn.pressed
        else min(round(turn.confidence, 3), MOST_SURE),
        "entities": dict(turn.entities) | ({"order_number": number} if number else {}),
        **_for_learning(turn, reply),
    }
    messages = [said, {"custom": {"understood": understood}}]
    if answer.handoff is not None:
        team = reply.team if reply.team in content.teams else answer.handoff.team
        messages.append({"custom": {"handoff": handover.told(answer.handoff.reason, team, memory)}})
    return messages


def _for_learning(turn: Turn, reply: Reply) -> dict[str, str]:
    """The language, what had been asked for if these words may be the answer (then they are no example of a topic, and
    nobody's to read but who takes over), and the best guess where nothing was understood.
    """
    told = {"language": turn.language}
    if asked := _asked_for(turn, reply):
        told["asked"] = asked
    if turn.intent == FALLBACK_INTENT and turn.guesses:
        told["guess"] = turn.guesses[0]
    return told


def _asked_for(turn: Turn, reply: Reply) -> str | None:
    if any("words" in each.known for each in (reply, reply.beside) if each is not None):
        return "words"  # a complaint may be told without being asked for
    question = turn.answered or turn.memory.question
    sure = turn.confidence >= turn.content.sure and turn.intent not in NOTHING_UNDERSTOOD
    return None if question is None or (sure and not turn.answered) else question.kind


def _texts(turn: Turn, reply: Reply) -> list[str]:
    beside = [] if reply.beside is None else _texts(turn, reply.beside)
    named = (*reply.before, reply.answer, *reply.after)
    return beside + [turn.content.text(turn.language, name, reply.values, turn.message_id) for name in named]


def _buttons(turn: Turn, reply: Reply) -> list[Button]:
    """Those of the reply, then the answer's own, then those of what is said beside it; each once."""
    names = (*reply.button_names, *turn.content.answers[reply.answer].buttons)
    beside = [] if reply.beside is None else _buttons(turn, reply.beside)
    once: dict[str, Button] = {}
    for button in (*reply.buttons, *turn.content.buttons(turn.language, names), *beside):
        once.setdefault(button.payload, button)
    return list(once.values())


def memory_after(turn: Turn, reply: Reply) -> Memory:
    """What is remembered when the reply has been given."""
    before = turn.memory
    after = Memory(
        language=turn.language,
        question=reply.question or _waiting(turn, reply),
        offered=turn.content.answers[reply.answer].offer,
        misunderstood=reply.misunderstood,
        insults=before.insults if reply.insults is None else reply.insults,
        closed_told=reply.closed_told or before.closed_told,
        topic=_topic(turn, reply),
        known={**_still_known(turn), **_marked(turn), **reply.known},
        proven=reply.proven or before.proven,
        ordered=reply.known.get("tariff") if reply.proven else before.ordered,
        tried=_tried(turn, reply),
        buttons={button.title: button.payload for button in _buttons(turn, reply)},
        at=turn.at,
    )
    return read_memory(written(after))  # cut to size, as it will be read


def _marked(turn: Turn) -> dict[str, str]:
    """Facts that the words hold. Eight digits where a phone was asked for are rather one with a digit missing."""
    return turn.marked(_MARKED - {"order_number"} if turn.answers("phone") else _MARKED)


def _still_known(turn: Turn) -> dict[str, str]:
    """What was known before, but for what belonged to another matter. Thanks and the like are none of their own."""
    known, topic = turn.memory.known, turn.memory.topic
    if turn.about in turn.content.asides or topic in (None, turn.about):
        return dict(known)
    lasting = {name: value for name, value in known.items() if name not in PASSING}
    return lasting | {name: turn.given[name] for name in PASSING & set(turn.given)}


def _waiting(turn: Turn, reply: Reply) -> Question | None:
    """The question that was open before, if the turn was only an aside."""
    question = turn.memory.question
    if (
        question is None
        or question.kind == "words"
        or turn.about in (question.about, *_CLOSING)
        or turn.content.answers[reply.answer].handoff is not None
        or question.asides >= MOST_ASIDES
    ):
        return None
    return replace(question, asides=question.asides + 1)


def _topic(turn: Turn, reply: Reply) -> str | None:
    return turn.memory.topic if turn.about in turn.content.asides else reply.topic or turn.about


def _tried(turn: Turn, reply: Reply) -> tuple[str, ...]:
    """The intents that were about something, each where it came last."""
    if turn.about in turn.content.asides:
        return turn.memory.tried
    newest = [turn.about, reply.topic] if reply.topic else [turn.about]
    others = [intent for intent in turn.memory.tried if intent not in newest]
    return (*others, *newest)[-MOST_TRIED:]
