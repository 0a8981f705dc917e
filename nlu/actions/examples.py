"""Training sentences out of Rasa's YAML. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from actions.plain import plain_words

_ANNOTATED = re.compile(r"\[([^\]]+)\](?:\(([^)]*)\)|\{[^}]*\})")


def annotated(parsed: Any) -> Iterator[tuple[str, str, list[tuple[str, int, int]]]]:
    """Every intent and sentence of a parsed Rasa NLU file, and its marks: entity, start and end of ``[text](entity)``.

    Raises:
        ValueError: it is no Rasa NLU file.
    """
    items = parsed.get("nlu") if isinstance(parsed, dict) else None
    if items is None:
        raise ValueError("no Rasa NLU file")
    for item in items:
        if "intent" in item:
            for line in item["examples"].splitlines():
                yield item["intent"], *_marked(line.strip().removeprefix("- "))


def common_words(annotated: Iterable[tuple[str, Sequence[tuple[str, int, int]]]]) -> frozenset[str]:
    """The plain words of texts outside of their marks."""
    words = set[str]()
    for text, marks in annotated:
        at = 0
        for _, start, end in (*marks, ("", len(text), len(text))):
            words.update(plain_words(text[at:start]))
            at = end
    return frozenset(words)


def _marked(line: str) -> tuple[str, list[tuple[str, int, int]]]:
    text, end = "", 0
    marks: list[tuple[str, int, int]] = []
    for match in _ANNOTATED.finditer(line):
        text += line[end : match.start()]
        marks.append((match[2], len(text), len(text) + len(match[1])))
        text += match[1]
        end = match.end()
    return text + line[end:], marks
