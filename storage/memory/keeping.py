"""What the twin keeps: values as the database would give them back, refused where it would refuse."""

from typing import Any, TypeVar

from storage.documents import from_document, to_document
from storage.errors import Unstorable
from storage.memory.faults import Faults
from storage.sizes import storable_size

T = TypeVar("T")
MAX_DOCUMENT = 16 * 1024 * 1024


def kept(value: T) -> T:
    """The value after a trip through its document. Raises ``Unstorable``."""
    document = to_document(value)
    if storable_size(document) > MAX_DOCUMENT:
        raise Unstorable("a document is too large")
    return from_document(document, type(value))


class Shelf:
    """Base of the twin's stores."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def _reach(self, *values: Any) -> None:
        """Once per operation: fails while the database is away, or if a plain value cannot be sent at all."""
        storable_size({"values": list(values)})
        self._faults.check()
