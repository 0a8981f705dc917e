"""Every error of the driver as one of ``storage.errors``, in one place."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bson.errors import BSONError
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DocumentTooLarge,
    DuplicateKeyError,
    ExecutionTimeout,
    InvalidOperation,
    OperationFailure,
    PyMongoError,
    WaitQueueTimeoutError,
    WriteConcernError,
)

from storage.errors import AlreadyExists, HistoryLost, StorageError, StorageUnavailable, Unstorable

DUPLICATE_KEY = 11000

# The document itself is at fault; any other write error may pass (stepping down, disk full, interrupted…).
REFUSED_FOR_GOOD = frozenset(
    {
        2,  # BadValue
        9,  # FailedToParse
        14,  # TypeMismatch
        15,  # Overflow
        22,  # InvalidBSON
        52,  # DollarPrefixedFieldName
        53,  # InvalidIdField
        56,  # EmptyFieldName
        57,  # DottedFieldName
        121,  # DocumentValidationFailure
        10334,  # BSONObjectTooLarge
        17280,  # key too large to index
        17419,  # resulting document is too large
        17420,  # document to upsert is too large
    }
)

_HISTORY_LOST = frozenset(
    {260, 280, 286}
)  # InvalidResumeToken, ChangeStreamFatalError, ChangeStreamHistoryLost

_PASSING = (ConnectionFailure, ExecutionTimeout, WriteConcernError, WaitQueueTimeoutError, InvalidOperation)

# What is raised while a value is being encoded, before anything is sent.
UNENCODABLE = (
    BSONError,
    DocumentTooLarge,
    UnicodeEncodeError,
    OverflowError,
    RecursionError,
)

# The server's own passing troubles that the driver reports as plain operation failures.
_PASSING_CODES = frozenset(
    {24, 43, 50, 64, 79, 91, 100, 112, 133, 136, 175, 189, 237, 262, 11600, 11602, 14031}
)


def _of_operation(error: OperationFailure) -> StorageError:
    if error.code in _HISTORY_LOST:
        return HistoryLost(f"the change stream cannot resume (code {error.code})")
    if error.code in REFUSED_FOR_GOOD:
        return Unstorable(f"the database refuses the document (code {error.code})")
    if error.code in _PASSING_CODES or error.timeout:
        return StorageUnavailable(f"the database cannot serve now (code {error.code})")
    return StorageError(f"the database refuses the operation (code {error.code})")


def _of_bulk(error: BulkWriteError) -> StorageError:
    details = error.details or {}
    codes = {write["code"] for write in details.get("writeErrors", ())}
    if codes == {DUPLICATE_KEY} and not details.get("writeConcernErrors"):
        return AlreadyExists("a unique key is taken")
    if codes and codes <= REFUSED_FOR_GOOD:
        return Unstorable(f"the database refuses a document (codes {sorted(codes)})")
    return StorageUnavailable("a batch was not written in full")


def translated(error: Exception) -> StorageError:
    """The error of ``storage.errors`` that a driver's error means. Server texts, which quote values, stay out of it."""
    if isinstance(error, UNENCODABLE):
        return Unstorable("a value cannot be stored")
    if isinstance(error, DuplicateKeyError):
        return AlreadyExists("a unique key is taken")
    if isinstance(error, BulkWriteError):
        return _of_bulk(error)
    if isinstance(error, _PASSING):
        return StorageUnavailable(f"the database did not answer ({type(error).__name__})")
    if isinstance(error, OperationFailure):
        return _of_operation(error)
    return StorageUnavailable(f"the database's driver failed ({type(error).__name__})")


@contextmanager
def cancellation_kept() -> Iterator[None]:
    """A cancellation that the driver swallows comes out after all.

    PyMongo's asyncio driver was seen to go on as if nothing had been asked of it when it is cancelled while it
    connects; a task that only ever waits for the database could then not be ended.
    """
    task = asyncio.current_task()
    asked_before = task.cancelling() if task is not None else 0
    yield
    if task is not None and task.cancelling() > asked_before:
        raise asyncio.CancelledError


@contextmanager
def errors_translated() -> Iterator[None]:
    """Everything that the driver raises inside comes out as a ``StorageError``, and a cancellation as one."""
    try:
        with cancellation_kept():
            yield
    except (PyMongoError, *UNENCODABLE) as error:
        raise translated(error) from error
