"""Days and times of the day in the reader's language. Pure. Times are those of the clocks of the business.

Spaces inside a date or a time do not break.
"""

from datetime import date, time

from babel.dates import format_date

from hub.wording.languages import Language, words_of


def day_text(day: date, language: str) -> str:
    """``1. 3. 2027``."""
    words = words_of(language)
    return written(day, words.days.date, words)


def written(day: date, pattern: str, words: Language) -> str:
    """By a CLDR pattern."""
    return format_date(day, pattern, locale=words.cldr)


def near_day(ahead: int, words: Language) -> str | None:
    """*yesterday*, *today*, *tomorrow* for -1, 0 and 1 days ahead."""
    return {-1: words.days.yesterday, 0: words.days.today, 1: words.days.tomorrow}.get(ahead)


def at_text(hour: int, minute: int, words: Language) -> str:
    """``v 9:20``."""
    form = words.times.at_hours.get(hour, words.times.at)
    return form.format(time=clock_text(hour, minute))


def clock_text(hour: int, minute: int) -> str:
    """``9:20``, in every language."""
    return f"{hour}:{minute:02}"


def span_text(starts: time, ends: time, words: Language) -> str:
    """``9–12 h``, ``8:30–10:00``."""
    if starts.minute or ends.minute:
        return f"{clock_text(starts.hour, starts.minute)}–{clock_text(ends.hour, ends.minute)}"
    return words.times.full_hours.format(starts=starts.hour, ends=ends.hour)
