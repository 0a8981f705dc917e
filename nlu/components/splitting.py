"""One message as the two or three things that it may say: "kolik stojí Optik 300 a kde je moje objednávka?". Pure."""

import re
from collections.abc import Iterable

from actions.plain import plain, plain_words

LEAST = 3  # words that say something by themselves
MOST = 3  # things; whoever tells more tells a story
_LONGEST = 300  # characters; so does whoever writes as much

_ENDS = r"(?<!\d)[.?!;]+(?=\s|$)|(?<=\d)[?!;]+(?=\s|$)|\n"  # the stop of an ordinal ends nothing


class Splitter:
    """Divides at the ends of sentences, and at ``joints``: words that stand between two wishes, each the first of its
    phrase, where the others of the phrase follow it.
    """

    def __init__(self, joints: Iterable[str]) -> None:
        phrases = [plain(joint).split() for joint in joints]
        each = sorted({rf"{re.escape(first)}(?={_following(more)})" for first, *more in phrases})
        joined = rf",?\s+(?:{'|'.join(each)})" if each else r"(?!)"
        self._between = re.compile(f"{_ENDS}|{joined}")

    def clauses(self, text: str) -> list[str]:
        """The parts of a text, as they were written; none if it is of one piece.

        A part of fewer words than ``LEAST`` says nothing by itself and stays with what is before it.
        """
        even = plain(text)
        if len(text) > _LONGEST or len(even) != len(text):  # else places in the one are none in the other
            return []
        parts: list[tuple[int, int]] = []
        start = 0
        for end, after in [
            *((cut.start(), cut.end()) for cut in self._between.finditer(even)),
            (len(text),) * 2,
        ]:
            said = len(plain_words(text[start:end]))
            if said >= LEAST:
                parts.append((start, end))
                start = after
            elif parts:
                parts[-1] = (parts[-1][0], end)
                start = after
        found = [text[start:end].strip(" ,") for start, end in parts]
        return found if 2 <= len(found) <= MOST else []


def _following(words: Iterable[str]) -> str:
    return "".join(rf"\s+{re.escape(word)}" for word in words) + r"\s"
