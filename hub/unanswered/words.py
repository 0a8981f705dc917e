"""Sentences as they are compared: without case, diacritics and signs. Pure."""

import re
import unicodedata

_BETWEEN = re.compile(r"[\W_]+")
_MARK = re.compile(r"⟨[^⟨⟩]*⟩")
_LONG = 3  # letters of a piece


def folded(text: str) -> str:
    """Folded words of any script, with one space between two."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return _BETWEEN.sub(" ", "".join(char for char in apart if not unicodedata.combining(char))).strip()


def says_something(masked: str) -> bool:
    """Whether there is a word in it, beside marks of what was masked."""
    return any(char.isalpha() for char in _MARK.sub("", masked))


def pieces(text: str) -> frozenset[str]:
    """Pieces of three letters of its words, which outlive slips and endings."""
    words = (f" {word} " for word in folded(_MARK.sub(" ", text)).split())
    return frozenset(word[at : at + _LONG] for word in words for at in range(len(word) - _LONG + 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of their pieces two texts share: from 0 (nothing) to 1 (all)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
