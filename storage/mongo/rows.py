"""A dataclass as a document whose ``_id`` is one of its fields."""

from typing import TypeVar

from storage.documents import Document, from_document, to_document

T = TypeVar("T")


def row_of(value: object, key: str = "id") -> Document:
    """The document, with the field ``key`` as its ``_id``."""
    document = to_document(value)
    return {"_id": document.pop(key), **document}


def value_of(row: Document, kind: type[T], key: str = "id") -> T:
    """The dataclass back."""
    return from_document({**row, key: row["_id"]}, kind)
