"""The form of an outage: what came from outside becomes fields that can be trusted, or all that is wrong. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from hub.customers.fields import FieldError, FormErrors, note, text
from hub.places.inflection import fold, forms_of
from hub.places.naming import Names
from hub.wording.languages import LANGUAGES
from storage.model.outages import Outage, OutageKind

MOST_TOWNS = 30
MOST_STREETS = 60
LONGEST_NAME = 100  # characters of a town or a street
LONGEST_WORDS = 500
FURTHEST = timedelta(days=366)  # how far from now an outage may begin or end
CLOCKS_DIFFER = timedelta(minutes=5)  # by so much the writer's clock may be ahead of ours

FIELDS = ("kind", "towns", "streets", "starts", "expected_until", "words")


@dataclass(frozen=True, slots=True)
class OutageForm:
    """An outage as it was filled in, checked."""

    kind: OutageKind
    towns: tuple[str, ...]
    streets: tuple[str, ...]
    starts: datetime
    expected_until: datetime | None
    words: dict[str, str]

    @classmethod
    def of(cls, outage: Outage) -> Self:
        """As it would have to be filled in to give this outage."""
        return cls(
            outage.kind, outage.towns, outage.streets, outage.starts, outage.expected_until, outage.words
        )

    def differs_from(self, other: "OutageForm") -> tuple[str, ...]:
        """The names of the fields that have another value there."""
        return tuple(name for name in FIELDS if getattr(self, name) != getattr(other, name))


def read_form(
    raw: Mapping[str, object], known: Names, now: datetime, before: Outage | None = None
) -> OutageForm | FormErrors:
    """The outage that a raw form tells of, or all that is wrong with it. Never raises for what is in ``raw``.

    ``known`` are the towns that customers are understood by. ``before`` is what is being changed: a fault may keep an
    end that has passed meanwhile, and anything its words in a language that is not spoken any more.
    """
    errors = FormErrors()
    for name in raw:
        if name not in FIELDS:
            errors.add(name[:LONGEST_NAME], FieldError("unknown_field", "There is no such field."))
    kind = errors.read("kind", lambda: _kind(raw.get("kind")))
    towns = _names(raw.get("towns"), "towns", MOST_TOWNS, errors)
    if not towns and "towns" not in errors.fields:
        errors.add("towns", FieldError("required", "Name at least one town."))
    towns = _as_known(towns, known, errors)
    streets = _names(raw.get("streets"), "streets", MOST_STREETS, errors)
    starts = errors.read("starts", lambda: _instant(raw.get("starts"), now))
    until = (
        errors.read("expected_until", lambda: _instant(raw.get("expected_until"), now))
        if raw.get("expected_until") not in (None, "")
        else None
    )
    languages = {*LANGUAGES, *(before.words if before else ())}
    words = _words(raw.get("words"), languages, errors)
    if kind is not None and starts is not None and "expected_until" not in errors.fields:
        errors.read("starts", lambda: _has_begun(kind, starts, now))
        errors.read("expected_until", lambda: _fitting_end(kind, starts, until, now, before))
    if errors.fields or kind is None or starts is None:
        return errors
    return OutageForm(kind, towns, streets, starts, until, words)


def _kind(raw: object) -> OutageKind:
    value = text(raw, LONGEST_NAME)
    if value not in set(OutageKind):
        raise FieldError("kind_unknown", "Choose a fault or planned works.")
    return OutageKind(value)


def _names(raw: object, path: str, most: int, errors: FormErrors) -> tuple[str, ...]:
    """Each once, in the order of the form."""
    if raw is None:
        return ()
    if not isinstance(raw, list):
        errors.add(path, FieldError("wrong_type", "This must be a list."))
        return ()
    if len(raw) > most:
        errors.add(path, FieldError("too_many", f"Name at most {most}."))
        return ()
    named: dict[str, str] = {}
    for index, each in enumerate(raw):
        name = errors.read(f"{path}.{index}", lambda each=each: _name(each))  # type: ignore[misc]
        if name is not None:
            named.setdefault(fold(name), name)
    return tuple(named.values())


def _name(raw: object) -> str:
    value = text(raw, LONGEST_NAME)
    if not fold(value) or not any(char.isalpha() for char in value):
        raise FieldError("name_invalid", "Write the name with letters.")
    return value


def _as_known(towns: tuple[str, ...], known: Names, errors: FormErrors) -> tuple[str, ...]:
    """The towns as they are written in the list of areas, so that whoever asks for one is told.

    Whoever asks for a part of a known town is understood to ask for the town: written as a town of its own, the part
    would never be told.
    """
    written: dict[str, None] = {}
    for town in towns:
        found = known.find(town).name
        if found is None:
            written[town] = None
        elif fold(town) in forms_of(found):
            written[found] = None
        else:
            errors.add(
                "towns",
                FieldError(
                    "town_known",
                    f"Customers who ask for {town} are told of {found}. Name {found}, and the part beside the streets.",
                ),
            )
    return tuple(written)


def _instant(raw: object, now: datetime) -> datetime:
    """To the minute."""
    value = text(raw, LONGEST_NAME)
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise FieldError("time_invalid", "Choose a day and a time.") from error
    if at.tzinfo is None:
        raise FieldError("time_invalid", "Say in which time zone this is.")
    try:
        distance = abs(at - now)
    except OverflowError as error:
        raise FieldError("time_far", "This is too far from today.") from error
    if distance > FURTHEST:
        raise FieldError("time_far", "This is more than a year from today.")
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def _has_begun(kind: OutageKind, starts: datetime, now: datetime) -> None:
    if kind is OutageKind.FAULT and starts > now + CLOCKS_DIFFER:
        raise FieldError("fault_ahead", "A fault has begun already. What is to come are planned works.")


def _fitting_end(
    kind: OutageKind, starts: datetime, until: datetime | None, now: datetime, before: Outage | None
) -> None:
    if until is None:
        if kind is OutageKind.PLANNED:
            raise FieldError("required", "Planned works need an end.")
        return
    if until <= starts:
        raise FieldError("until_before_start", "It must end after it begins.")
    kept = kind is OutageKind.FAULT and before is not None and before.expected_until == until
    if until <= now and not kept:
        raise FieldError("until_past", "This has passed. Choose a time to come.")


def _words(raw: object, languages: Collection[str], errors: FormErrors) -> dict[str, str]:
    """By language; empty ones are left out."""
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        errors.add("words", FieldError("wrong_type", "This must have a field for each language."))
        return {}
    words = {}
    for language, each in raw.items():
        path = f"words.{language}"[:LONGEST_NAME]
        if language not in languages:
            errors.add(path, FieldError("unknown_field", "There is no such language."))
            continue
        said = errors.read(path, lambda each=each: _one_paragraph(each))  # type: ignore[misc]
        if said:
            words[language] = said
    return words


def _one_paragraph(raw: object) -> str:
    value = " ".join(note(raw).split())
    if len(value) > LONGEST_WORDS:
        raise FieldError("too_long", f"Use at most {LONGEST_WORDS} characters.")
    return value
