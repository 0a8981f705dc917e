"""What storage can answer besides the thing itself."""


class StorageError(Exception):
    """Base of all storage errors."""


class StorageUnavailable(StorageError):
    """The database cannot be reached or did not answer in time; the outcome of a write may be unknown. Try again."""


class Unstorable(StorageError):
    """The document cannot be stored (lone surrogate, number out of range, too large). Trying again is useless."""


class AlreadyExists(StorageError):
    """A unique key is taken."""


class HistoryLost(StorageUnavailable):
    """The change stream cannot resume where it was: what happened in between must be looked for (swept)."""
