"""Reading single fields that people fill in: forgiving in form, exact in result. Pure.

Each reader returns the value as it is stored, or raises ``FieldError`` with a stable code for the reader's language.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import phonenumbers

T = TypeVar("T")

REGION = "CZ"
"""Where a phone number without a country code is from."""

MAX_NAME = 120  # characters
MAX_PHONE = 40
MAX_NOTE = 2_000
_MOST_ERRORS = 20  # of a form


class FieldError(Exception):
    """A field cannot be used. ``code`` is stable, ``message`` is English and says what mends it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FieldError) and (self.code, self.message) == (other.code, other.message)

    def __hash__(self) -> int:
        return hash((self.code, self.message))


@dataclass(slots=True)
class FormErrors:
    """What is wrong, by the path of the field, e.g. ``address.postal_code``."""

    fields: dict[str, FieldError] = field(default_factory=dict)

    def add(self, path: str, error: FieldError) -> None:
        """Note an error; of very many only the first are kept."""
        if len(self.fields) < _MOST_ERRORS:
            self.fields.setdefault(path, error)

    def read(self, path: str, read: Callable[[], T]) -> T | None:
        """What ``read`` reads of a field; None after an error, which is noted."""
        try:
            return read()
        except FieldError as error:
            self.add(path, error)
            return None

    def details(self) -> dict[str, dict[str, dict[str, str]]]:
        """As ``details`` of an error on the wire."""
        return {
            "fields": {
                path: {"code": error.code, "message": error.message} for path, error in self.fields.items()
            }
        }


def text(raw: object, longest: int) -> str:
    """One line that can be read, with its spaces tidied. Codes: required, wrong_type, too_long, unreadable."""
    value = _words(raw, longest)
    value = " ".join(unicodedata.normalize("NFC", value).split())
    if not value:
        raise FieldError("required", "Fill this in.")
    if not value.isprintable():
        raise FieldError("unreadable", "This has characters that cannot be printed.")
    return value


def note(raw: object) -> str:
    """Free words, several lines; may be missing. Codes: wrong_type, too_long, unreadable."""
    if raw is None:
        return ""
    value = _words(raw, MAX_NOTE).strip()
    if not all(char.isprintable() or char in "\n\t\r\u00a0\u200d" for char in value):
        raise FieldError("unreadable", "This has characters that cannot be printed.")
    return value


def name(raw: object) -> str:
    """A person's name. Code besides those of ``text``: name_invalid."""
    value = text(raw, MAX_NAME)
    if sum(char.isalpha() for char in value) < 2 or any(char in "<>{}@" for char in value):
        raise FieldError("name_invalid", "Write the name with letters, for example Jana Nováková.")
    return value


def phone(raw: object, region: str = REGION) -> str:
    """E.164. A number without a country is one of ``region``. Code besides those of ``text``: phone_invalid."""
    value = text(raw, MAX_PHONE)
    invalid = FieldError(
        "phone_invalid", "Write a phone number, for example 601 234 567 or +420 601 234 567."
    )
    try:
        parsed = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException as error:
        raise invalid from error
    if not phonenumbers.is_valid_number(parsed) or parsed.extension:
        raise invalid
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _words(raw: object, longest: int) -> str:
    if raw is None:
        raise FieldError("required", "Fill this in.")
    if not isinstance(raw, str):
        raise FieldError("wrong_type", "This must be a text.")
    if len(raw) > longest:
        raise FieldError("too_long", f"Use at most {longest} characters.")
    return raw
