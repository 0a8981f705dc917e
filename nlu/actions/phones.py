"""Phone numbers in what somebody says. Pure.

Rasa marks those that it knows for phones; besides, what is grouped like one is taken for one. Whether it is the right
one is the hub's to say.
"""

import re
import unicodedata

from actions.turn import Turn

_SPACE = r"[ \u00a0./-]?"
_NUMBER = re.compile(
    rf"(?<![\w+-])(?:(?:(?:\+|00)?\d{{1,3}}{_SPACE})?\(?\d{{3}}\)?{_SPACE}\d{{3}}{_SPACE}\d{{3}}"
    rf"|(?:\+|00)\d(?:{_SPACE}\d){{8,13}})(?![\w-])"
)


def said(turn: Turn) -> str | None:
    """The phone that was said of this matter, now or before."""
    return turn.entities.get("phone") or find(turn.typed) or turn.given.get("phone") or None


def find(text: str) -> str | None:
    """Three groups of three digits, together or apart, with a country before them or none; or any number after a +."""
    match = _NUMBER.search(unicodedata.normalize("NFKC", text))
    return match.group().strip() if match else None


def without(text: str) -> str:
    """The text with its phones cut out, so that they are not taken for another kind of number."""
    return _NUMBER.sub(" ", unicodedata.normalize("NFKC", text))
