"""What sentences have in common, by their words. Pure."""

import re

from hub.knowledge.folding import folded_words

_MARK = re.compile(r"⟨[^⟨⟩]*⟩")
_LONG = 3  # letters of a piece


def says_something(masked: str) -> bool:
    """Whether there is a word in it, beside marks of what was masked."""
    return any(char.isalpha() for char in _MARK.sub("", masked))


def pieces(text: str) -> frozenset[str]:
    """Pieces of three letters of its words, which outlive slips and endings."""
    words = (f" {word} " for word in folded_words(_MARK.sub(" ", text)).split())
    return frozenset(word[at : at + _LONG] for word in words for at in range(len(word) - _LONG + 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of their pieces two texts share: from 0 (nothing) to 1 (all)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
