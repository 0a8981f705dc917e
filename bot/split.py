"""Cutting long text into pieces that Telegram takes, at the kindest place. Pure."""

import unicodedata

LIMIT = 4_096
"""Telegram's limit, counted here in UTF-16 units, the strictest of the ways it is counted."""

_JOINERS = {"\u200d", "\ufe0f", "\ufe0e"}
_SENTENCE_ENDS = (". ", "! ", "? ", "… ", "。")


def width(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Pieces of at most ``limit`` units in order; only white space at their borders is lost. Empty for blank text.

    Cuts, in this order of liking, between paragraphs, lines, sentences, words, and characters that are drawn apart.
    """
    pieces = []
    rest = text.strip()
    while width(rest) > limit:
        cut = _cut(rest, _fitting(rest, limit))
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        pieces.append(rest)
    return pieces


def _fitting(text: str, limit: int) -> int:
    """How many characters of the text fit."""
    units = 0
    for index, char in enumerate(text):
        units += 2 if char > "\uffff" else 1
        if units > limit:
            return index
    return len(text)


def _cut(text: str, fits: int) -> int:
    head = text[:fits]
    late = fits // 2  # an earlier border would waste most of a message
    for border in ("\n\n", "\n"):
        if (at := head.rfind(border)) >= late:
            return at
    at = max(head.rfind(end) + len(end.rstrip()) if end in head else -1 for end in _SENTENCE_ENDS)
    if at >= late:
        return at
    if (at := head.rfind(" ")) >= late:
        return at
    at = fits
    while at > late and _belongs_to_previous(text, at):
        at -= 1
    return at if at > late else fits


def _belongs_to_previous(text: str, at: int) -> bool:
    char = text[at]
    return (
        char in _JOINERS
        or text[at - 1] == "\u200d"
        or unicodedata.combining(char) != 0
        or "🏻" <= char <= "🏿"
    )
