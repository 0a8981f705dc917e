"""What a request can be refused with. Mapped to the wire in one place: ``error_of``."""

from typing import Any

from pydantic import ValidationError

from hub.protocol.common import Error, ErrorCode
from storage.errors import StorageUnavailable, Unstorable

LONGEST_PATH = 100  # characters of a bad field's name, which may be of the client's making
RETRYABLE: frozenset[ErrorCode] = frozenset({"rate_limited", "unavailable"})


class Refusal(Exception):
    """A request is refused, with a reason that a client can act on. ``retry_after`` is in seconds."""

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        *,
        retry_after: float | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after = retry_after
        self.details = details


def error_of(failure: Exception) -> Error | None:
    """The wire form of an expected failure; None for one that nobody foresaw."""
    match failure:
        case Refusal():
            return Error(
                code=failure.code,
                message=failure.message,
                retryable=failure.code in RETRYABLE,
                retry_after=failure.retry_after,
                details=failure.details,
            )
        case StorageUnavailable():
            return Error(
                code="unavailable",
                message="The database does not answer. Nothing is lost; try again shortly.",
                retryable=True,
                retry_after=1.0,
            )
        case TimeoutError():
            return Error(
                code="unavailable", message="This took too long. Try again.", retryable=True, retry_after=1.0
            )
        case Unstorable():
            return Error(code="bad_request", message=f"This cannot be stored: {failure}.", retryable=False)
        case ValidationError():
            return Error(
                code="bad_request",
                message="The request is not of the expected form.",
                retryable=False,
                details={"fields": _fields(failure)},
            )
    return None


def internal_error() -> Error:
    """For what nobody foresaw; the log knows more."""
    return Error(
        code="internal", message="Something went wrong on our side. We have a record of it.", retryable=False
    )


def _fields(failure: ValidationError) -> dict[str, dict[str, str]]:
    """Each bad field by its path. The offending value is never repeated back."""
    return {
        ".".join(str(part)[:LONGEST_PATH] for part in problem["loc"])[:LONGEST_PATH] or "body": {
            "code": problem["type"],
            "message": problem["msg"],
        }
        for problem in failure.errors(include_url=False, include_context=False, include_input=False)[:20]
    }
