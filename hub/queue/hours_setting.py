"""Business hours as a setting says them: ``Mo-Fr 08:00-12:00,13:00-20:00; Sa 09:00-12:00; PH off``. Pure.

What is not named is closed. ``PH`` are public holidays of the country that another setting names.
"""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hub.queue.hours import DAY, HOLIDAYS, IsHoliday, Stretch, Week

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su", "ph")

_RULE = re.compile(r"([a-z,\s-]+?)\s+(off|[\d:,\s-]+)", re.ASCII)
_TIMES = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", re.ASCII)
_EXAMPLE = "write it like Mo-Fr 08:00-20:00; Sa,Su 09:00-12:00,13:00-18:00; PH off"


def read_week(text: str) -> Week:
    """The week that the text says. Raises ``ValueError`` that says what mends it."""
    week: dict[int, tuple[Stretch, ...]] = {}
    for rule in filter(None, (part.strip() for part in text.lower().split(";"))):
        match = _RULE.fullmatch(rule)
        if match is None:
            raise ValueError(f"{rule!r} cannot be read: {_EXAMPLE}")
        stretches = () if match[2] == "off" else _stretches(match[2])
        for day in _days(match[1]):
            if day in week:
                raise ValueError(f"{DAYS[day].title()} is given twice; put all its hours behind one name")
            week[day] = stretches
    if not any(week.get(day) for day in range(HOLIDAYS)):
        raise ValueError(f"it must be open some time: {_EXAMPLE}")
    return tuple(week.get(day, ()) for day in range(HOLIDAYS + 1))


def read_zone(name: str) -> ZoneInfo:
    """The time zone of a name. Raises ``ValueError``."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a time zone such as Europe/Prague") from None


def read_holidays(code: str) -> IsHoliday:
    """The public holidays of a country (``CZ``) or a part of one (``DE-BY``). Raises ``ValueError``."""
    # Its hundreds of calendars are not for those who name none.
    from holidays import country_holidays

    country, _, part = code.strip().upper().partition("-")
    try:
        calendar = country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        raise ValueError("must be a country such as CZ, or a part of one such as DE-BY") from None
    return calendar.__contains__


def _days(text: str) -> list[int]:
    days: list[int] = []
    for item in text.split(","):
        first, dash, last = (part.strip() for part in item.partition("-"))
        if first not in DAYS or (dash and (last not in DAYS or "ph" in (first, last))):
            raise ValueError(f"{item.strip()!r} names no days: {_EXAMPLE}")
        begin = DAYS.index(first)
        count = (DAYS.index(last) - begin) % HOLIDAYS + 1 if dash else 1
        days += [begin] if begin == HOLIDAYS else [(begin + more) % HOLIDAYS for more in range(count)]
    return days


def _stretches(text: str) -> tuple[Stretch, ...]:
    stretches: list[Stretch] = []
    for item in (part.strip() for part in text.split(",")):
        match = _TIMES.fullmatch(item)
        if match is None:
            raise ValueError(f"{item!r} are no hours: {_EXAMPLE}")
        opens, closes = _minutes(match[1], match[2]), _minutes(match[3], match[4])
        if opens >= closes:
            raise ValueError(
                f"{item} ends before it begins; over midnight, write Fr 22:00-24:00; Sa 00:00-02:00"
            )
        if stretches and opens <= stretches[-1].closes:
            raise ValueError(
                f"{item} does not come after the hours before it; join them or put them in order"
            )
        stretches.append(Stretch(opens, closes))
    return tuple(stretches)


def _minutes(hours: str, minutes: str) -> int:
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > DAY:
        raise ValueError(f"{hours}:{minutes} is no time of day: times go from 00:00 to 24:00")
    return total
