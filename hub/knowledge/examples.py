"""Rasa's training data as items (an intent, a lookup table…) with their lines, each where it stands. Pure."""

from dataclasses import dataclass
from functools import lru_cache

from hub.knowledge.yaml import Listing, Scalar, Table, Unreadable, read_yaml

KINDS = ("intent", "lookup", "synonym", "regex")


@dataclass(frozen=True, slots=True)
class Line:
    """One example: from ``start`` to ``end`` in the file, as it is written behind its dash."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item of training data. ``block``: its examples; ``indent``: the column of their dashes."""

    kind: str
    name: str
    start: int
    end: int
    block: Scalar
    indent: int
    lines: tuple[Line, ...]


@lru_cache(maxsize=256)
def read_items(text: str) -> tuple[Item, ...]:
    """The items of a file of training data. Raises ``Unreadable``."""
    root = read_yaml(text)
    listing = root.get("nlu") if isinstance(root, Table) else None
    if not isinstance(listing, Listing):
        raise Unreadable(1, "this is no list of training data (nlu:)")
    return tuple(_item(text, tree) for tree in listing.items)


def _item(text: str, tree: object) -> Item:
    if not isinstance(tree, Table):
        raise Unreadable(1, "training data is a list of intents, lookups, synonyms and regexes")
    line = _line_number(text, tree.start)
    kind = next((kind for kind in KINDS if kind in tree.names()), None)
    name = tree.get(kind) if kind else None
    block = tree.get("examples")
    if kind is None or not isinstance(name, Scalar) or not isinstance(block, Scalar):
        raise Unreadable(line, "an item needs a name (intent, lookup, synonym or regex) and examples: |")
    if block.style != "|" or not text.startswith("|", block.start):
        raise Unreadable(line, f"the examples of {name.text} must be written as a block (examples: |)")
    key = tree.key("examples")
    assert key is not None  # its value is there
    lines = _lines(text, block)
    indent = lines[0][1] if lines else _column(text, key.start) + 2
    return Item(kind, name.text, tree.start, tree.end, block, indent, tuple(line for line, _ in lines))


def _lines(text: str, block: Scalar) -> list[tuple[Line, int]]:
    """Lines that are examples, with the column of the dash. Rasa passes over others."""
    found = []
    at = text.find("\n", block.start, block.end) + 1 or block.end
    while at < block.end:
        end = text.find("\n", at, block.end)
        end = block.end if end < 0 else end
        raw = text[at:end]
        bare = raw.lstrip(" ")
        if bare.startswith("-") and (said := bare[1:].strip("\r ")):
            found.append((Line(at, end, said), len(raw) - len(bare)))
        at = end + 1
    return found


def _line_number(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _column(text: str, at: int) -> int:
    return at - (text.rfind("\n", 0, at) + 1)
