"""The languages that customers are written to: one file of words each, read at start-up. Pure otherwise."""

import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Annotated, Self

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from storage.model.orders import OrderState
from storage.model.outages import OutageKind

FALLBACK = "en"
FILES = Path(__file__).parent / "words"


def _naming(*names: str) -> AfterValidator:
    """A template may name these in braces, and nothing else: what is wrong shows at start-up, not to a customer."""

    def check(template: str) -> str:
        for _, name, _, _ in Formatter().parse(template):
            if name is not None and name not in names:
                raise ValueError(f"{{{name}}} is not known here; known are {', '.join(names)}")
        return template

    return AfterValidator(check)


def _all_of(kinds: type[OrderState] | type[OutageKind]) -> AfterValidator:
    def check(words: dict[str, str]) -> dict[str, str]:
        if set(words) != {kind.value for kind in kinds}:
            raise ValueError(f"name exactly these: {', '.join(kinds)}")
        return words

    return AfterValidator(check)


def _is_known(name: str) -> str:
    try:
        Locale.parse(name)
    except UnknownLocaleError as error:
        raise ValueError(str(error)) from error
    return name


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_Week = tuple[str, str, str, str, str, str, str]  # from Monday on


class Days(_Words):
    """``date``, ``with_weekday`` and ``without_year`` are CLDR patterns."""

    date: str
    with_weekday: str
    without_year: str
    yesterday: str
    today: str
    tomorrow: str
    short: _Week
    on: _Week


class Times(_Words):
    """``at_hours`` are the hours of the day with another form of ``at``; ``full_hours`` is a span of such."""

    at: Annotated[str, _naming("time")]
    at_hours: dict[int, Annotated[str, _naming("time")]] = {}
    full_hours: Annotated[str, _naming("starts", "ends")]


class Hours(_Words):
    """Opening hours. Without ``full`` minutes are always written."""

    full: Annotated[str, _naming("stretches")] | None = None
    both: str
    every_day: str
    always: str
    on_holidays: str
    closed_on_holidays: str


class Outages(_Words):
    """Sentences without their first capital and their stop; ``day`` is *today* or *on Monday 1 March 2027*."""

    titles: Annotated[dict[str, str], _all_of(OutageKind)]
    began: Annotated[str, _naming("day", "at", "rest")]
    until: Annotated[str, _naming("day", "time")]
    no_until: str
    overdue: str
    same_day: Annotated[str, _naming("day", "starts", "ends")]
    days: Annotated[str, _naming("start_day", "start_at", "end_day", "end_at")]
    days_now: Annotated[str, _naming("start_day", "start_at", "end_day", "end_at")]  # while they are on
    ended: Annotated[str, _naming("day", "at")]
    cancelled: Annotated[str, _naming("day", "at")]


class Places(_Words):
    """What is said beside a name of a place: ``before`` may stand before it without being a part of it, ``generic`` (a
    word for a street or a square) on either side. ``names``: what its speakers call a place that has another name.
    """

    before: tuple[str, ...] = ()
    generic: tuple[str, ...] = ()
    names: dict[str, tuple[str, ...]] = {}


class Language(_Words):
    """``read_by`` are languages whose speakers are written to in this one; ``symbols`` where CLDR has others."""

    locale: Annotated[str, AfterValidator(_is_known)]
    read_by: tuple[str, ...] = ()
    symbols: dict[str, str] = {}
    order_states: Annotated[dict[str, str], _all_of(OrderState)]
    days: Days
    times: Times
    hours: Hours
    outages: Outages
    places: Places = Places()

    @model_validator(mode="after")
    def _hours_of_the_day(self) -> Self:
        if not set(self.times.at_hours) <= set(range(24)):
            raise ValueError("times.at_hours are hours from 0 to 23")
        return self

    @cached_property
    def cldr(self) -> Locale:
        """What Babel knows of the language."""
        return Locale.parse(self.locale)


def read_languages(folder: Path) -> dict[str, Language]:
    """By their files' names. Raises ``OSError``, ``TOMLDecodeError`` or pydantic's ``ValidationError``."""
    return {
        file.stem: Language.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
        for file in sorted(folder.glob("*.toml"))
    }


LANGUAGES = read_languages(FILES)


def language_of(tag: str | None, languages: Mapping[str, Language] = LANGUAGES) -> str:
    """The language we write to somebody whose language tag is this, e.g. ``cs`` to Slovaks."""
    primary = (tag or "").lower().replace("_", "-").split("-")[0]
    if primary in languages:
        return primary
    return next((code for code, each in languages.items() if primary in each.read_by), FALLBACK)


def words_of(tag: str | None) -> Language:
    """The words for somebody with this language tag."""
    return LANGUAGES[language_of(tag)]
