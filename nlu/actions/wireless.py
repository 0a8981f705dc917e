"""Whether a slow connection is the Wi-Fi's fault or the line's, by what somebody says of the two. Pure."""

import re
from collections.abc import Sequence

from actions.plain import plain_words
from actions.turn import Turn

_STOP = re.compile(r"[,.;:!?\n]+")
_SHORT = 3  # words that may answer without naming either: "both, unfortunately"


def compares(turn: Turn) -> bool:
    """Whether the words tell how it is by cable or without one. A question tells nothing."""
    line = turn.words.listens.line
    if turn.pressed or turn.typed.endswith("?"):
        return False
    named = line["wired"].within(turn.parts) or line["wireless"].within(turn.parts)
    return named or (len(turn.parts) <= _SHORT and line["alike"].within(turn.parts))


def is_wireless(turn: Turn) -> bool:
    """Whether it is the Wi-Fi alone: nothing is said of the cable, or that it is well there."""
    line = turn.words.listens.line
    of_cable = [about for clause in _clauses(turn) if (about := _about_cable(clause, turn))]
    if not of_cable:
        return line["wireless"].within(turn.parts) and not line["alike"].within(turn.parts[:1])
    return any(line["fine"].within(about) and not line["alike"].within(about) for about in of_cable)


def _clauses(turn: Turn) -> list[list[str]]:
    """The words, cut at stops and before each "but"."""
    clauses: list[list[str]] = []
    for part in _STOP.split(turn.typed):
        clauses.append([])
        for word in plain_words(part):
            if word in turn.words.listens.but:
                clauses.append([])
            clauses[-1].append(word)
    return clauses


def _about_cable(clause: Sequence[str], turn: Turn) -> Sequence[str]:
    """What a clause says of the cable: not what is said of the Wi-Fi before or behind it."""
    line = turn.words.listens.line
    cable = next((place for place, word in enumerate(clause) if word in line["wired"]), None)
    if cable is None:
        return ()
    wireless = [place for place, word in enumerate(clause) if word in line["wireless"]]
    start = cable if any(place < cable for place in wireless) else 0
    return clause[start : next((place for place in wireless if place > cable), len(clause))]
