"""Training sentences out of Rasa's YAML. Pure."""

import re
from collections.abc import Iterator
from typing import Any

_ANNOTATED = re.compile(r"\[([^\]]+)\](?:\(([^)]*)\)|\{[^}]*\})")


def sentences(parsed: Any) -> Iterator[tuple[str, str]]:
    """Every intent and sentence of a parsed Rasa NLU file, its entity marks taken off.

    Raises:
        ValueError: it is no Rasa NLU file.
    """
    for intent, text, _ in annotated(parsed):
        yield intent, text


def annotated(parsed: Any) -> Iterator[tuple[str, str, list[tuple[str, int, int]]]]:
    """The same with the marks: entity, start and end of each ``[text](entity)``.

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


def _marked(line: str) -> tuple[str, list[tuple[str, int, int]]]:
    text, end = "", 0
    marks: list[tuple[str, int, int]] = []
    for match in _ANNOTATED.finditer(line):
        text += line[end : match.start()]
        marks.append((match[2], len(text), len(text) + len(match[1])))
        text += match[1]
        end = match.end()
    return text + line[end:], marks
