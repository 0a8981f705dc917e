"""Rasa's markup of what a sentence names, ``v [Brně](town)``, and the same as a text with marks. Pure."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.knowledge.edits import Mark

_MARKED = re.compile(
    r"\[(?P<words>[^\]]+?)\](?:\((?P<entity>[^:)]+?)(?::(?P<value>[^)]+))?\)|\{(?P<one>[^}]+?)\}|\[(?P<several>.*?)\])"
)
_ONE = re.compile(r"\{([^}]+?)\}")
_UNTELLABLE = frozenset("[]")


class Unmarkable(ValueError):
    """Text and marks have no form in Rasa's markup; the message tells a maintainer why."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a line of training data says. ``simple``: all that it holds is in ``text`` and ``marks``."""

    text: str
    marks: tuple[Mark, ...] = ()
    simple: bool = True


def read_markup(line: str) -> Sentence:
    """A sentence out of a line as Rasa reads it. What is no proper mark stays in the text."""
    text, at, marks, simple = "", 0, list[Mark](), True
    for match in _MARKED.finditer(line):
        text += line[at : match.start()]
        start, end = len(text), len(text) + len(match["words"])
        text += match["words"]
        at = match.end()
        if match["entity"]:
            marks.append(_mark(start, end, match["entity"], match["value"]))
        else:
            bodies = [match["one"]] if match["one"] else _ONE.findall(match["several"])
            for body in bodies:
                named = _named(body)
                simple = simple and named is not None and set(named) <= {"entity", "value"}
                if named is not None:
                    marks.append(_mark(start, end, named["entity"], named.get("value")))
    return Sentence(text + line[at:], tuple(marks), simple)


def markup(text: str, marks: Sequence[Mark] = ()) -> str:
    """The line for a text with marks; ``read_markup`` gives the same back. Raises ``Unmarkable``."""
    if _UNTELLABLE & set(text):
        raise Unmarkable("Square brackets cannot be part of a sentence: the bot's files use them for names.")
    line, at = "", 0
    for start, end, there in _grouped(text, marks):
        line += text[at:start] + f"[{text[start:end]}]" + _told(there)
        at = end
    return line + text[at:]


def _grouped(text: str, marks: Sequence[Mark]) -> Iterator[tuple[int, int, list[Mark]]]:
    """Marks by where they are. Raises ``Unmarkable`` if some overlap or lie outside of the text."""
    spans: dict[tuple[int, int], list[Mark]] = {}
    for mark in marks:
        spans.setdefault((mark.start, mark.end), []).append(mark)
    last = 0
    for (start, end), there in sorted(spans.items()):
        if start < last:
            raise Unmarkable("Two names overlap. Mark each word once.")
        if not start < end <= len(text) or not text[start:end].strip():
            raise Unmarkable("A name is marked where there are no words.")
        if len({mark.entity for mark in there}) < len(there):
            raise Unmarkable("The same words are marked twice.")
        yield start, end, there
        last = end


def _told(marks: Sequence[Mark]) -> str:
    ending = set("}" if len(marks) == 1 else "}]")
    for value in (mark.value for mark in marks if mark.value is not None):
        if ending & set(value):
            raise Unmarkable(f"“{value}”: brackets cannot be part of what a name stands for.")
    match marks:
        case [Mark(value=None) as mark]:
            return f"({mark.entity})"
        case [mark]:
            return _body(mark)
    return f"[{', '.join(_body(mark) for mark in marks)}]"


def _body(mark: Mark) -> str:
    named = {"entity": mark.entity} | ({} if mark.value is None else {"value": mark.value})
    return json.dumps(named, ensure_ascii=False)


def _mark(start: int, end: int, entity: str, value: str | None) -> Mark:
    return Mark.model_construct(start=start, end=end, entity=entity, value=value)


def _named(body: str) -> dict[str, str] | None:
    try:
        named = json.loads(f"{{{body}}}")
    except ValueError:
        return None
    good = isinstance(named, dict) and "entity" in named
    return named if good and all(isinstance(each, str) for each in named.values()) else None
