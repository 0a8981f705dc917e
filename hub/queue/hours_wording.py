"""Business hours in the reader's language. Pure. The words are in ``hub/wording/words``."""

from datetime import datetime, timedelta

from hub.queue.hours import DAY, HOLIDAYS, BusinessHours, Stretch
from hub.wording.days import at_text, clock_text, near_day, written
from hub.wording.languages import Language, words_of

_A_DAY = timedelta(days=1)
_A_WEEK = 7  # days; a weekday further off would be taken for the next one


def opens_text(hours: BusinessHours, now: datetime, language: str) -> str | None:
    """``zítra v 8:00``; None when it is open, or never will be."""
    opens = hours.opens_at(now)
    if opens is None:
        return None
    words = words_of(language)
    there, here = hours.local(opens), hours.local(now)
    ahead = (there.date() - here.date()).days
    day = near_day(ahead, words) or words.days.on[there.weekday()]
    if ahead >= _A_WEEK:
        day += f" {written(there.date(), words.days.without_year, words)}"
    return f"{day} {at_text(there.hour, there.minute, words)}"


def closes_text(hours: BusinessHours, now: datetime) -> str | None:
    """``20:00``; None when it is closed, or open for another day at least."""
    closes = hours.closes_at(now)
    if closes is None or closes - now >= _A_DAY:
        return None
    wall = hours.local(closes)
    return _time(wall.hour * 60 + wall.minute or DAY)


def hours_text(hours: BusinessHours, language: str) -> str:
    """``po–pá 8–20 h, so 9–12 h``."""
    words = words_of(language)
    week = hours.week[:HOLIDAYS]
    whole_day = (Stretch(0, DAY),)
    if all(day == week[0] for day in week):
        parts = [
            words.hours.always
            if week[0] == whole_day
            else f"{words.hours.every_day} {_stretches(week[0], words)}"
        ]
    else:
        parts = [
            f"{_days([day for day in range(HOLIDAYS) if week[day] == stretches], words)} "
            f"{_stretches(stretches, words)}"
            for stretches in dict.fromkeys(day for day in week if day)
        ]
    if hours.is_holiday is not None:
        on_holidays = hours.week[HOLIDAYS]
        told = (
            f"{words.hours.on_holidays} {_stretches(on_holidays, words)}"
            if on_holidays
            else words.hours.closed_on_holidays
        )
        parts.append(told)
    return ", ".join(parts)


def _days(days: list[int], words: Language) -> str:
    """``po–st, pá``."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(
        words.days.short[run[0]]
        if len(run) == 1
        else f"{words.days.short[run[0]]}–{words.days.short[run[-1]]}"
        for run in runs
    )


def _stretches(stretches: tuple[Stretch, ...], words: Language) -> str:
    if words.hours.full and all(not (each.opens % 60 or each.closes % 60) for each in stretches):
        return words.hours.full.format(
            stretches=words.hours.both.join(f"{each.opens // 60}–{each.closes // 60}" for each in stretches)
        )
    return words.hours.both.join(f"{_time(each.opens)}–{_time(each.closes)}" for each in stretches)


def _time(minutes: int) -> str:
    return clock_text(*divmod(minutes, 60))
