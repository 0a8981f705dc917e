"""Sentences as people type them in a hurry: no diacritics, and slips of the hand, the same ones each time. Pure."""

from __future__ import annotations

import re
from random import Random

from actions.plain import plain

SHORTEST = 4  # letters of a word that gets a slip

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD = re.compile(r"[^\W\d_]+")


def hurried(text: str, slips: int) -> str:
    """The text without capitals and diacritics, with a slip in so many of its words, or in all that are long enough."""
    chance = Random(f"{slips} {text}")
    text = plain(text)
    words = [match.span() for match in _WORD.finditer(text) if len(match[0]) >= SHORTEST]
    for start, end in sorted(chance.sample(words, min(slips, len(words))), reverse=True):
        text = text[:start] + _slip(text[start:end], chance) + text[end:]
    return text


def _slip(word: str, chance: Random) -> str:
    """A letter left out, typed twice, typed on a neighbour's key or before its turn; the first one is right."""
    place = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    return chance.choice(
        (
            before + after,
            before + letter + letter + after,
            before + _beside(letter, chance) + after,
            before + after[0] + letter + after[1:],
        )
    )


def _beside(letter: str, chance: Random) -> str:
    for row in _ROWS:
        place = row.find(letter)
        if place >= 0:
            return chance.choice([row[it] for it in (place - 1, place + 1) if 0 <= it < len(row)])
    return letter
