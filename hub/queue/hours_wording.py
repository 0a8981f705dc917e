"""Business hours in the reader's language. Pure. A further language is a line in the table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel import Locale
from babel.dates import format_date

from hub.orders.wording import language_of
from hub.queue.hours import DAY, HOLIDAYS, BusinessHours, Stretch

_NBSP = "\u00a0"
_A_DAY = timedelta(days=1)
_A_WEEK = 7  # days; a weekday further off would be taken for the next one


def _czech_time(hour: int, text: str) -> str:
    """*v osm*, but *ve tři* and *ve dvanáct*."""
    return f"{'ve' if hour in {2, 3, 4, 12, 13, 14} or hour >= 20 else 'v'}{_NBSP}{text}"


@dataclass(frozen=True, slots=True)
class _Language:
    locale: Locale
    short: tuple[str, ...]  # days from Monday on
    on: tuple[str, ...]  # the same after "we open"
    today: str
    tomorrow: str
    date: str  # CLDR pattern of a day further off
    at: Callable[[int, str], str]  # of the hour and the time
    full: str  # a list of stretches of full hours
    both: str
    every_day: str
    always: str
    on_holidays: str
    closed: str  # on holidays


_LANGUAGES = {
    "cs": _Language(
        locale=Locale("cs"),
        short=("po", "út", "st", "čt", "pá", "so", "ne"),
        on=("v pondělí", "v úterý", "ve středu", "ve čtvrtek", "v pátek", "v sobotu", "v neděli"),
        today="dnes",
        tomorrow="zítra",
        date=f"d.{_NBSP}MMMM",
        at=_czech_time,
        full=f"{{}}{_NBSP}h",
        both=" a ",
        every_day="každý den",
        always="nepřetržitě",
        on_holidays="o svátcích",
        closed="o svátcích zavřeno",
    ),
    "en": _Language(
        locale=Locale("en", "GB"),
        short=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        on=tuple(
            f"on {day}"
            for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
        ),
        today="today",
        tomorrow="tomorrow",
        date=f"d{_NBSP}MMMM",
        at=lambda _, text: f"at{_NBSP}{text}",
        full="",
        both=" and ",
        every_day="every day",
        always="around the clock",
        on_holidays="on public holidays",
        closed="closed on public holidays",
    ),
}


def opens_text(hours: BusinessHours, now: datetime, language: str) -> str | None:
    """``zítra v 8:00``; None when it is open, or never will be."""
    opens = hours.opens_at(now)
    if opens is None:
        return None
    words = _LANGUAGES[language_of(language)]
    there, here = hours.local(opens), hours.local(now)
    ahead = (there.date() - here.date()).days
    if ahead < 2:
        day = words.tomorrow if ahead else words.today
    elif ahead < _A_WEEK:
        day = words.on[there.weekday()]
    else:
        day = f"{words.on[there.weekday()]} {format_date(there.date(), words.date, locale=words.locale)}"
    return f"{day} {words.at(there.hour, _time(there.hour * 60 + there.minute))}"


def closes_text(hours: BusinessHours, now: datetime) -> str | None:
    """``20:00``; None when it is closed, or open for another day at least."""
    closes = hours.closes_at(now)
    if closes is None or closes - now >= _A_DAY:
        return None
    wall = hours.local(closes)
    return _time(wall.hour * 60 + wall.minute or DAY)


def hours_text(hours: BusinessHours, language: str) -> str:
    """``po–pá 8–20 h, so 9–12 h``."""
    words = _LANGUAGES[language_of(language)]
    week = hours.week[:HOLIDAYS]
    whole_day = (Stretch(0, DAY),)
    if all(day == week[0] for day in week):
        parts = [words.always if week[0] == whole_day else f"{words.every_day} {_stretches(week[0], words)}"]
    else:
        parts = [
            f"{_days([day for day in range(HOLIDAYS) if week[day] == stretches], words)} "
            f"{_stretches(stretches, words)}"
            for stretches in dict.fromkeys(day for day in week if day)
        ]
    if hours.is_holiday is not None:
        on_holidays = hours.week[HOLIDAYS]
        told = f"{words.on_holidays} {_stretches(on_holidays, words)}" if on_holidays else words.closed
        parts.append(told)
    return ", ".join(parts)


def _days(days: list[int], words: _Language) -> str:
    """``po–st, pá``."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(
        words.short[run[0]] if len(run) == 1 else f"{words.short[run[0]]}–{words.short[run[-1]]}"
        for run in runs
    )


def _stretches(stretches: tuple[Stretch, ...], words: _Language) -> str:
    if words.full and all(not (each.opens % 60 or each.closes % 60) for each in stretches):
        return words.full.format(
            words.both.join(f"{each.opens // 60}–{each.closes // 60}" for each in stretches)
        )
    return words.both.join(f"{_time(each.opens)}–{_time(each.closes)}" for each in stretches)


def _time(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
