"""YAML as a tree that knows where each part stands in the text, so that a part can be changed and all else stays.

ruamel.yaml reads; it never writes, since no writer keeps everything that people write by hand: a list over several
lines, ``|-2``, spaces before a comment. What is read is plain data: no tags, no anchors, no key twice. Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_PLAIN_TAGS = ("tag:yaml.org,2002:",)
_BLOCK = ("|", ">")
_BOMB = re.compile(r"(?:[\[{]\s*){50}")
"""So deep that reading it alone would take seconds."""

_MOST_NODES = 10_000
"""Keys, values and lists of a text; reading that many takes about two seconds."""


class Unreadable(ValueError):
    """A text is no YAML that we read. ``line`` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value; ``style`` is that of its quotes, or "|", ">", or "" if it has none."""

    start: int
    end: int
    text: str
    style: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A sequence; ``flow`` if it stands in brackets."""

    start: int
    end: int
    items: tuple["Tree", ...]
    flow: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping; ``flow`` if it stands in braces."""

    start: int
    end: int
    pairs: tuple[tuple[Scalar, "Tree"], ...]
    flow: bool

    def get(self, name: str) -> "Tree | None":
        """The value of a key."""
        return next((value for key, value in self.pairs if key.text == name), None)

    def key(self, name: str) -> Scalar | None:
        """The key itself."""
        return next((key for key, _ in self.pairs if key.text == name), None)

    def names(self) -> list[str]:
        """All keys, in order."""
        return [key.text for key, _ in self.pairs]


Tree = Scalar | Listing | Table


def read_yaml(text: str) -> Tree:
    """The tree of a text. Raises ``Unreadable``."""
    found = _read(text)
    if isinstance(found, Unreadable):
        raise Unreadable(found.line, found.reason)
    return found


@lru_cache(maxsize=256)
def _read(text: str) -> "Tree | Unreadable":
    """What is read once is remembered, and so is what cannot be."""
    if bomb := _BOMB.search(text):
        return Unreadable(text.count("\n", 0, bomb.start()) + 1, "nested too deeply")
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.Composer = _Bounded
        root = yaml.compose(text)
        return _Reader(text).tree(root) if root is not None else Unreadable(1, "the file is empty")
    except Unreadable as wrong:
        return wrong
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return Unreadable(mark.line + 1 if mark else 1, error.problem or str(error.context))
    except (YAMLError, ValueError) as error:
        return Unreadable(1, str(error))
    except RecursionError:
        return Unreadable(1, "nested too deeply")


class _Bounded(Composer):
    """Stops at a text that would take too long, before all of it is read."""

    nodes = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Raises ``Unreadable``, too."""
        self.nodes += 1
        if self.nodes > _MOST_NODES:
            line = self.parser.peek_event().start_mark.line + 1
            raise Unreadable(line, "there are too many entries in this file. Split it into several files")
        return super().compose_node(parent, index)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._seen = set[int]()

    def tree(self, node: Node) -> Tree:
        if id(node) in self._seen or node.anchor is not None:
            raise Unreadable(node.start_mark.line + 1, "anchors and aliases (&, *) are not used here")
        self._seen.add(id(node))
        tag = str(node.tag)
        if not tag.startswith(_PLAIN_TAGS) or "python" in tag:
            raise Unreadable(node.start_mark.line + 1, f"tags ({tag}) are not used here")
        start = node.start_mark.index
        match node:
            case ScalarNode():
                style = node.style or ""
                end = self._block_end(start, node.end_mark.index) if style in _BLOCK else node.end_mark.index
                return Scalar(start, end, str(node.value), style)
            case SequenceNode():
                items = tuple(self.tree(item) for item in node.value)
                flow = bool(node.flow_style)
                return Listing(start, node.end_mark.index if flow else _last(start, items), items, flow)
            case MappingNode():
                pairs = tuple(self._pairs(node))
                flow = bool(node.flow_style)
                end = node.end_mark.index if flow else _last(start, [value for _, value in pairs])
                return Table(start, end, pairs, flow)
        raise Unreadable(node.start_mark.line + 1, "of no known form")

    def _pairs(self, node: MappingNode) -> Iterator[tuple[Scalar, Tree]]:
        names = set[str]()
        for key, value in node.value:
            name = self.tree(key)
            if not isinstance(name, Scalar):
                raise Unreadable(key.start_mark.line + 1, "a name must be a word")
            if name.text in names:
                raise Unreadable(key.start_mark.line + 1, f"{name.text} is there twice")
            names.add(name.text)
            yield name, self.tree(value)

    def _block_end(self, start: int, end: int) -> int:
        """The end of a block's last line that is not empty; what is behind it belongs to nobody."""
        return start + len(self._text[start:end].rstrip())


def _last(start: int, parts: "list[Tree] | tuple[Tree, ...]") -> int:
    return parts[-1].end if parts else start
