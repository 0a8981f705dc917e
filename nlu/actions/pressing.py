"""Who types the words of a button presses it. Pure."""

import json
from collections.abc import Mapping
from dataclasses import replace

from actions.plain import plain_words
from actions.turn import FALLBACK_INTENT, Turn

_UNSURE = {FALLBACK_INTENT, "out_of_scope"}
_LEAST_WORDS = 2  # of a title that counts although nobody was shown it: one word may be said of anything


def pressed(turn: Turn) -> Turn:
    """The turn as the press of a button whose title was typed, or the turn itself.

    Of the buttons under the bot's last words the first words do, where they mean nothing else; of all others, which
    stand under older words, the whole title.
    """
    words = plain_words(turn.typed)
    if turn.pressed or not words or turn.entities:
        return turn
    payload = _shown(turn, words) or _known(turn, words)
    return turn if payload is None else _as_pressed(turn, payload)


def _shown(turn: Turn, words: list[str]) -> str | None:
    shown = {title: plain_words(title) for title in turn.memory.buttons}
    meant = [title for title, said in shown.items() if said == words]
    unsure = turn.intent in _UNSURE or turn.confidence < turn.content.sure
    if not meant and unsure:
        meant = [title for title, said in shown.items() if said[: len(words)] == words]
    return turn.memory.buttons[meant[0]] if len(meant) == 1 else None


def _known(turn: Turn, words: list[str]) -> str | None:
    question = turn.memory.question
    if len(words) < _LEAST_WORDS or (question is not None and question.kind == "words"):
        return None
    titles: Mapping[str, str] = turn.content.words[_language(turn)].buttons
    name = next((name for name, title in titles.items() if plain_words(title) == words), None)
    return None if name is None else turn.content.payloads[name]


def _language(turn: Turn) -> str:
    """That of the talk: a title of a word or two may look foreign."""
    return turn.memory.language or turn.language


def _as_pressed(turn: Turn, payload: str) -> Turn:
    intent, brace, rest = payload[1:].partition("{")
    said = json.loads(brace + rest) if brace else {}
    return replace(
        turn,
        text=payload,
        intent=intent,
        about=intent,
        confidence=1.0,
        guesses=(),
        entities=said,
        marks=(),
        language=_language(turn),
    )
