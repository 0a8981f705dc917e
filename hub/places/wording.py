"""Outages in the reader's language. Pure. The words are in ``hub/wording/words``.

Times are those of the clocks of the business.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hub.places.outages import Phase, is_overdue, phase_of
from hub.wording.days import at_text, clock_text, near_day, written
from hub.wording.languages import Language, language_of, words_of
from storage.model.outages import Outage, OutageKind


def when_text(outage: Outage, now: datetime, language: str, zone: ZoneInfo) -> str:
    """``začala dnes v 9:20, opravená má být dnes do 18:00``; ``v pátek 27. 11. 2026 od 8:00 do 12:00``."""
    words = words_of(language)
    telling = _Telling(words, now.astimezone(zone).date(), zone)
    if phase_of(outage, now) is Phase.OVER:
        return telling.over(outage)
    return telling.fault(outage, now) if outage.kind is OutageKind.FAULT else telling.planned(outage, now)


def outage_text(outage: Outage, now: datetime, language: str, zone: ZoneInfo) -> str:
    """All that a customer is told of it, in whole sentences."""
    language = language_of(language)
    where = ", ".join(outage.towns)
    if outage.streets:
        where += f" ({', '.join(outage.streets)})"
    when = when_text(outage, now, language, zone)
    told = f"{words_of(language).outages.titles[outage.kind]}: {where}. {when[0].upper()}{when[1:]}."
    more = outage.words.get(language, "")
    return f"{told} {more}" if more else told


@dataclass(frozen=True, slots=True)
class _Telling:
    words: Language
    today: date
    zone: ZoneInfo

    def fault(self, outage: Outage, now: datetime) -> str:
        if is_overdue(outage, now):
            rest = self.words.outages.overdue
        elif outage.expected_until is None:
            rest = self.words.outages.no_until
        else:
            until = outage.expected_until.astimezone(self.zone)
            rest = self.words.outages.until.format(day=self._day(until), time=_time(until))
        starts = outage.starts.astimezone(self.zone)
        return self.words.outages.began.format(day=self._day(starts), at=self._at(starts), rest=rest)

    def planned(self, outage: Outage, now: datetime) -> str:
        starts = outage.starts.astimezone(self.zone)
        ends = (outage.expected_until or outage.starts).astimezone(self.zone)
        if starts.date() == ends.date():
            return self.words.outages.same_day.format(
                day=self._day(starts), starts=_time(starts), ends=_time(ends)
            )
        form = self.words.outages.days if outage.starts > now else self.words.outages.days_now
        return form.format(
            start_day=self._day(starts),
            start_at=self._at(starts),
            end_day=self._day(ends),
            end_at=self._at(ends),
        )

    def over(self, outage: Outage) -> str:
        assert outage.over_at is not None  # or it would not be over
        ended = outage.over_at.astimezone(self.zone)
        form = self.words.outages.cancelled if outage.over_at < outage.starts else self.words.outages.ended
        return form.format(day=self._day(ended), at=self._at(ended))

    def _day(self, at: datetime) -> str:
        near = near_day((at.date() - self.today).days, self.words)
        if near is not None:
            return near
        day = written(at.date(), self.words.days.date, self.words)
        return f"{self.words.days.on[at.weekday()]} {day}"

    def _at(self, at: datetime) -> str:
        return at_text(at.hour, at.minute, self.words)


def _time(at: datetime) -> str:
    return clock_text(at.hour, at.minute)
