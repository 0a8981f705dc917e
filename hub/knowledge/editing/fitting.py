"""What becomes of an edit: other files, or a conflict with what stands there now. Pure."""

from collections.abc import Callable
from typing import TypeVar

from hub.knowledge.files import Files
from hub.knowledge.project import reading
from hub.knowledge.yaml import Table, Unreadable, read_yaml

V = TypeVar("V")
_SHOWN = 500  # characters of what stands there instead


class Conflict(Exception):
    """An edit does not fit. ``theirs`` is what stands there instead, None if there is nothing."""

    def __init__(self, theirs: str | None = None) -> None:
        super().__init__(theirs)
        self.theirs = theirs and theirs[:_SHOWN]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Conflict) and self.theirs == other.theirs

    def __hash__(self) -> int:
        return hash(self.theirs)


def to_be_set(now: V, before: V, wanted: V, told: Callable[[V], str | None]) -> bool:
    """Whether a value is to be changed: False if it is what is wanted. Raises ``Conflict`` if it is a third."""
    if now == wanted:
        return False
    if now != before:
        raise Conflict(told(now))
    return True


def with_text(files: Files, path: str, text: str) -> Files:
    """The files with one of them changed."""
    return {**files, path: text}


def table_of(files: Files, path: str, *names: str) -> Table:
    """A table within a file. Raises ``UnreadableFile``, or ``Conflict`` if it is not there."""

    def found(text: str) -> Table:
        tree = read_yaml(text)
        for name in names:
            inner = tree.get(name) if isinstance(tree, Table) else None
            if inner is None:
                raise Conflict
            tree = inner
        if not isinstance(tree, Table):
            raise Unreadable(text.count("\n", 0, tree.start) + 1, "this is no table")
        return tree

    return reading(path, found, files)
