"""Whether a document can be stored, and how large it is, without a driver. Keeps the in-memory twin honest."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.errors import Unstorable

_LONG = 2**63
_INT = 2**31
MAX_DEPTH = 100


def _text(value: str) -> int:
    try:
        return len(value.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise Unstorable("a text holds half a character") from error


def _key(name: Any) -> int:
    if not isinstance(name, str) or "\0" in name:
        raise Unstorable("a field's name is no storable text")
    return _text(name)


def _value(value: Any, depth: int) -> int:
    # `bool` first: it is an int to isinstance.
    if value is None:
        return 0
    if isinstance(value, bool):
        return 1
    if isinstance(value, int):
        if not -_LONG <= value < _LONG:
            raise Unstorable("a number is out of range")
        return 4 if -_INT <= value < _INT else 8
    if isinstance(value, float | datetime):
        return 8
    if isinstance(value, str):
        return 5 + _text(value)
    if isinstance(value, bytes):
        return 5 + len(value)
    if isinstance(value, Mapping):
        return storable_size(value, depth + 1)
    if isinstance(value, list | tuple):
        return storable_size({str(place): item for place, item in enumerate(value)}, depth + 1)
    raise Unstorable(f"a {type(value).__name__} cannot be stored")


def storable_size(document: Mapping[str, Any], depth: int = 0) -> int:
    """The document's size in BSON, in bytes. Raises ``Unstorable`` for what the database would refuse."""
    if depth > MAX_DEPTH:
        raise Unstorable("a document is nested too deeply")
    return 5 + sum(2 + _key(name) + _value(value, depth) for name, value in document.items())
