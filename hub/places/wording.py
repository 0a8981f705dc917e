"""Outages and dates of places in the reader's language. Pure. A further language is a line in the table.

Times are those of the clocks of the business.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date

from hub.orders.wording import language_of
from hub.places.outages import Phase, is_overdue, phase_of
from storage.model.outages import Outage, OutageKind

_NBSP = "\u00a0"


def _czech_at(hour: int, text: str) -> str:
    """*v osm*, but *ve tři* and *ve dvanáct*."""
    return f"{'ve' if hour in {2, 3, 4, 12, 13, 14} or hour >= 20 else 'v'}{_NBSP}{text}"


@dataclass(frozen=True, slots=True)
class _Language:
    locale: Locale
    date: str  # CLDR pattern
    near: dict[int, str]  # days, by how far ahead they are
    on: tuple[str, ...]  # other days, from Monday on
    at: Callable[[int, str], str]  # of the hour and the time
    titles: dict[OutageKind, str]
    began: str
    until: str
    no_until: str
    overdue: str
    same_day: str
    days: str
    ended: str
    cancelled: str


_LANGUAGES = {
    "cs": _Language(
        locale=Locale("cs"),
        date=f"d.{_NBSP}M.{_NBSP}y",
        near={-1: "včera", 0: "dnes", 1: "zítra"},
        on=("v pondělí", "v úterý", "ve středu", "ve čtvrtek", "v pátek", "v sobotu", "v neděli"),
        at=_czech_at,
        titles={OutageKind.FAULT: "Porucha", OutageKind.PLANNED: "Plánovaná odstávka"},
        began="začala {day} {at}, {rest}",
        until=f"opravená má být {{day}} do{_NBSP}{{time}}",
        no_until="na opravě pracujeme",
        overdue="oprava trvá déle, než jsme čekali",
        same_day=f"{{day}} od{_NBSP}{{starts}} do{_NBSP}{{ends}}",
        days="začne {start_day} {start_at}, skončí {end_day} {end_at}",
        ended="skončila {day} {at}",
        cancelled="zrušená {day} {at}",
    ),
    "en": _Language(
        locale=Locale("en", "GB"),
        date=f"d{_NBSP}MMMM{_NBSP}y",
        near={-1: "yesterday", 0: "today", 1: "tomorrow"},
        on=tuple(
            f"on {day}"
            for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
        ),
        at=lambda _, text: f"at{_NBSP}{text}",
        titles={OutageKind.FAULT: "Fault", OutageKind.PLANNED: "Planned maintenance"},
        began="began {day} {at}, {rest}",
        until=f"should be fixed {{day}} by{_NBSP}{{time}}",
        no_until="we are working on it",
        overdue="it is taking longer than we expected",
        same_day=f"{{day}} from{_NBSP}{{starts}} to{_NBSP}{{ends}}",
        days="begins {start_day} {start_at}, ends {end_day} {end_at}",
        ended="ended {day} {at}",
        cancelled="cancelled {day} {at}",
    ),
}


def day_text(day: date, language: str) -> str:
    """``1. 3. 2027``."""
    words = _LANGUAGES[language_of(language)]
    return format_date(day, words.date, locale=words.locale)


def when_text(outage: Outage, now: datetime, language: str, zone: ZoneInfo) -> str:
    """``začala dnes v 9:20, opravená má být dnes do 18:00``; ``v pátek 27. 11. 2026 od 8:00 do 12:00``."""
    words = _LANGUAGES[language_of(language)]
    telling = _Telling(words, now.astimezone(zone).date(), zone)
    if phase_of(outage, now) is Phase.OVER:
        return telling.over(outage)
    return telling.fault(outage, now) if outage.kind is OutageKind.FAULT else telling.planned(outage)


def outage_text(outage: Outage, now: datetime, language: str, zone: ZoneInfo) -> str:
    """All that a customer is told of it, in whole sentences."""
    language = language_of(language)
    where = ", ".join(outage.towns)
    if outage.streets:
        where += f" ({', '.join(outage.streets)})"
    when = when_text(outage, now, language, zone)
    told = f"{_LANGUAGES[language].titles[outage.kind]}: {where}. {when[0].upper()}{when[1:]}."
    more = outage.words.get(language, "")
    return f"{told} {more}" if more else told


@dataclass(frozen=True, slots=True)
class _Telling:
    words: _Language
    today: date
    zone: ZoneInfo

    def fault(self, outage: Outage, now: datetime) -> str:
        if is_overdue(outage, now):
            rest = self.words.overdue
        elif outage.expected_until is None:
            rest = self.words.no_until
        else:
            until = outage.expected_until.astimezone(self.zone)
            rest = self.words.until.format(day=self._day(until), time=_time(until))
        starts = outage.starts.astimezone(self.zone)
        return self.words.began.format(day=self._day(starts), at=self._at(starts), rest=rest)

    def planned(self, outage: Outage) -> str:
        starts = outage.starts.astimezone(self.zone)
        ends = (outage.expected_until or outage.starts).astimezone(self.zone)
        if starts.date() == ends.date():
            return self.words.same_day.format(day=self._day(starts), starts=_time(starts), ends=_time(ends))
        return self.words.days.format(
            start_day=self._day(starts),
            start_at=self._at(starts),
            end_day=self._day(ends),
            end_at=self._at(ends),
        )

    def over(self, outage: Outage) -> str:
        assert outage.over_at is not None  # or it would not be over
        ended = outage.over_at.astimezone(self.zone)
        form = self.words.cancelled if outage.over_at < outage.starts else self.words.ended
        return form.format(day=self._day(ended), at=self._at(ended))

    def _day(self, at: datetime) -> str:
        near = self.words.near.get((at.date() - self.today).days)
        if near is not None:
            return near
        day = format_date(at.date(), self.words.date, locale=self.words.locale)
        return f"{self.words.on[at.weekday()]} {day}"

    def _at(self, at: datetime) -> str:
        return self.words.at(at.hour, _time(at))


def _time(at: datetime) -> str:
    return f"{at.hour}:{at.minute:02}"
