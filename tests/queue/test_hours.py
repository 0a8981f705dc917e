"""Business hours: instants by the clock on the wall, also on the days when clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.queue.hours import DAY, HOLIDAYS, BusinessHours, Stretch, Week
from hub.queue.hours_setting import read_holidays, read_week, read_zone
from hub.queue.hours_wording import closes_text, hours_text, opens_text

PRAGUE = ZoneInfo("Europe/Prague")
OFFICE = BusinessHours(read_week("Mo-Fr 08:00-12:00,13:00-20:00; Sa 09:00-12:00"), PRAGUE)
CLOSED_ON_HOLIDAYS = BusinessHours(read_week("Mo-Su 08:00-20:00"), PRAGUE, read_holidays("CZ"))


def at(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026, fold: int = 0) -> datetime:
    """By the clocks in Prague; 23 November 2026 is a Monday."""
    return datetime(year, month, day, hour, minute, tzinfo=PRAGUE, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "closes", "opens"),
    [
        (at(23, 8), at(23, 12), None),
        (at(23, 11, 59), at(23, 12), None),
        (at(23, 12), None, at(23, 13)),
        (at(23, 20), None, at(24, 8)),
        (at(23, 7, 59), None, at(23, 8)),
        (at(28, 11), at(28, 12), None),
        (at(28, 12), None, at(30, 8)),
        (at(29, 15), None, at(30, 8)),
    ],
)
def test_when_it_closes_and_opens(now: datetime, closes: datetime | None, opens: datetime | None) -> None:
    assert OFFICE.is_open(now) == (closes is not None)
    assert OFFICE.closes_at(now) == closes
    assert OFFICE.opens_at(now) == opens


def test_public_holidays_are_closed() -> None:
    christmas_eve, after = at(24, 10, month=12), at(27, 8, month=12)

    assert not CLOSED_ON_HOLIDAYS.is_open(christmas_eve)
    assert CLOSED_ON_HOLIDAYS.opens_at(christmas_eve) == after
    assert CLOSED_ON_HOLIDAYS.is_open(at(23, 10, month=12))


def test_public_holidays_may_have_hours_of_their_own() -> None:
    hours = BusinessHours(read_week("Mo-Su 08:00-20:00; PH 10:00-14:00"), PRAGUE, read_holidays("CZ"))

    assert hours.closes_at(at(24, 11, month=12)) == at(24, 14, month=12)
    assert hours.opens_at(at(24, 9, month=12)) == at(24, 10, month=12)


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    bavaria, berlin = read_holidays("DE-BY"), read_holidays("de-be")

    assert bavaria(date(2026, 1, 6))
    assert not berlin(date(2026, 1, 6))


def test_hours_that_touch_are_one() -> None:
    hours = BusinessHours(read_week("Mo 22:00-24:00; Tu 00:00-02:00"), PRAGUE)

    assert hours.closes_at(at(23, 23)) == at(24, 2)
    assert hours.opens_at(at(24, 2)) == at(30, 22)


def test_always_open() -> None:
    hours = BusinessHours(read_week("Mo-Su 00:00-24:00"), PRAGUE)

    assert hours.is_open(at(23, 3))
    assert hours.closes_at(at(23, 3)) is None
    assert hours.opens_at(at(23, 3)) is None


def test_never_open_but_on_days_that_do_not_come() -> None:
    hours = BusinessHours(((),) * HOLIDAYS + ((Stretch(0, DAY),),), PRAGUE)

    assert hours.opens_at(at(23, 3)) is None


class TestWhenClocksChange:
    """In Prague on 29 March 2026 two o'clock is three; on 25 October three o'clock is two again."""

    def test_a_night_that_is_shorter(self) -> None:
        hours = BusinessHours(read_week("Mo-Su 00:00-06:00"), PRAGUE)

        assert hours.closes_at(at(29, 0, month=3)) == datetime(2026, 3, 29, 4, tzinfo=UTC)
        assert at(29, 0, month=3) == datetime(2026, 3, 28, 23, tzinfo=UTC)

    def test_opening_at_a_time_that_is_skipped(self) -> None:
        hours = BusinessHours(read_week("Su 02:30-06:00"), PRAGUE)

        assert hours.opens_at(at(28, 12, month=3)) == at(29, 3, 30, month=3)

    def test_hours_that_are_skipped_whole_are_later(self) -> None:
        hours = BusinessHours(read_week("Su 02:15-02:45"), PRAGUE)

        assert hours.opens_at(at(28, 12, month=3)) == at(29, 3, 15, month=3)
        assert hours.closes_at(at(29, 3, 20, month=3)) == at(29, 3, 45, month=3)

    def test_an_hour_that_comes_twice_is_open_both_times(self) -> None:
        hours = BusinessHours(read_week("Su 02:00-02:30"), PRAGUE)

        assert hours.opens_at(at(24, 12, month=10)) == at(25, 2, month=10)
        assert hours.closes_at(at(25, 2, month=10)) == at(25, 2, 30, month=10, fold=1)


DAYS = st.lists(
    st.lists(st.integers(0, DAY), min_size=0, max_size=6, unique=True).map(
        lambda cuts: tuple(
            Stretch(*pair) for pair in zip(sorted(cuts)[0::2], sorted(cuts)[1::2], strict=False)
        )
    ),
    min_size=HOLIDAYS + 1,
    max_size=HOLIDAYS + 1,
).map(tuple)
ZONES = st.sampled_from(
    ["Europe/Prague", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "UTC"]
).map(ZoneInfo)
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def _rare(day: date) -> bool:
    return day.day % 9 == 0


def _by_the_wall(hours: BusinessHours, now: datetime) -> bool:
    """Open as a person would tell who looks at the clock and at the sign on the door."""
    wall = hours.local(now)
    minutes = wall.hour * 60 + wall.minute + wall.second / 60 + wall.microsecond / 60e6
    return any(each.opens <= minutes < each.closes for each in hours.of_day(wall.date()))


def _steady(hours: BusinessHours, now: datetime) -> bool:
    """No clock is changed within two days of it."""
    return (
        hours.local(now - timedelta(days=2)).utcoffset() == hours.local(now + timedelta(days=2)).utcoffset()
    )


@given(DAYS, ZONES, INSTANTS)
def test_it_is_open_when_the_sign_on_the_door_says_so(week: Week, zone: ZoneInfo, now: datetime) -> None:
    hours = BusinessHours(week, zone, _rare)

    if _steady(hours, now):
        assert hours.is_open(now) == _by_the_wall(hours, now)


@given(DAYS, ZONES, INSTANTS)
def test_opening_and_closing_are_the_next_that_come(week: Week, zone: ZoneInfo, now: datetime) -> None:
    hours = BusinessHours(week, zone, _rare)
    opens, closes = hours.opens_at(now), hours.closes_at(now)

    assert not (opens and closes)
    if opens is not None:
        assert opens > now
        assert not hours.is_open(now)
        assert hours.is_open(opens)
        assert not hours.is_open(opens - timedelta(microseconds=1))
        assert hours.opens_at(opens - timedelta(microseconds=1)) == opens
        between = now + (opens - now) / 3
        assert hours.opens_at(between) == opens
    if closes is not None:
        assert closes > now
        assert hours.is_open(now)
        assert not hours.is_open(closes)
        assert hours.closes_at(now + (closes - now) / 3) == closes
    if opens is None and not hours.is_open(now):
        assert not any(week[:HOLIDAYS])


@given(DAYS, ZONES, INSTANTS, st.sampled_from(["cs", "en"]))
def test_there_are_words_for_all_of_it(week: Week, zone: ZoneInfo, now: datetime, language: str) -> None:
    hours = BusinessHours(week, zone, _rare)

    assert hours_text(hours, language)
    assert (opens_text(hours, now, language) is None) == (hours.opens_at(now) is None)
    assert closes_text(hours, now) is None or hours.is_open(now)


@pytest.mark.parametrize(
    ("now", "cs", "en"),
    [
        (at(23, 7), "dnes v 8:00", "today at 8:00"),
        (at(23, 12, 30), "dnes ve 13:00", "today at 13:00"),
        (at(23, 21), "zítra v 8:00", "tomorrow at 8:00"),
        (at(28, 0, 5), "dnes v 9:00", "today at 9:00"),
        (at(27, 23), "zítra v 9:00", "tomorrow at 9:00"),
        (at(28, 13), "v pondělí v 8:00", "on Monday at 8:00"),
        (at(23, 9), None, None),
    ],
)
def test_when_people_are_back(now: datetime, cs: str | None, en: str | None) -> None:
    czech, english = opens_text(OFFICE, now, "cs"), opens_text(OFFICE, now, "en")
    assert (czech and czech.replace("\u00a0", " ")) == cs
    assert (english and english.replace("\u00a0", " ")) == en


def test_czech_prepositions() -> None:
    for hour, said in ((7, "v"), (12, "ve"), (13, "ve"), (15, "v"), (20, "ve"), (2, "ve")):
        hours = BusinessHours(read_week(f"We {hour}:00-24:00"), PRAGUE)
        assert opens_text(hours, at(23, 9), "cs") == f"ve středu {said}\u00a0{hour}:00"


def test_a_day_that_is_far_is_told_by_its_date() -> None:
    hours = BusinessHours(read_week("We 09:00-24:00"), PRAGUE)
    now = at(25, 9) - timedelta(days=7) + timedelta(hours=16)

    assert opens_text(hours, now, "cs") == "ve středu v\u00a09:00"
    closed = BusinessHours(hours.week, PRAGUE, lambda day: day == date(2026, 11, 25))
    assert opens_text(closed, now, "cs") == "ve středu 2.\u00a0prosince v\u00a09:00"
    assert opens_text(closed, now, "en") == "on Wednesday 2\u00a0December at\u00a09:00"


@pytest.mark.parametrize(
    ("week", "cs", "en"),
    [
        ("Mo-Su 08:00-20:00", "každý den 8–20 h", "every day 8:00–20:00"),
        ("Mo-Fr 08:00-20:00", "po–pá 8–20 h", "Mon–Fri 8:00–20:00"),
        ("Mo-Su 00:00-24:00", "nepřetržitě", "around the clock"),
        (
            "Mo-Th 08:00-12:00,13:00-17:00; Fr 8:00-12:00",
            "po–čt 8–12 a 13–17 h, pá 8–12 h",
            "Mon–Thu 8:00–12:00 and 13:00–17:00, Fri 8:00–12:00",
        ),
        ("Mo,We,Su 08:30-20:00", "po, st, ne 8:30–20:00", "Mon, Wed, Sun 8:30–20:00"),
        ("Fr-Mo 08:00-20:00", "po, pá–ne 8–20 h", "Mon, Fri–Sun 8:00–20:00"),
    ],
)
def test_hours_in_words(week: str, cs: str, en: str) -> None:
    hours = BusinessHours(read_week(week), PRAGUE)

    assert hours_text(hours, "cs").replace("\u00a0", " ") == cs
    assert hours_text(hours, "en") == en


def test_holidays_in_words() -> None:
    own = BusinessHours(read_week("Mo-Su 08:00-20:00; PH 10:00-14:00"), PRAGUE, read_holidays("CZ"))

    assert hours_text(CLOSED_ON_HOLIDAYS, "cs") == "každý den 8–20\u00a0h, o svátcích zavřeno"
    assert hours_text(own, "en") == "every day 8:00–20:00, on public holidays 10:00–14:00"


@pytest.mark.parametrize(
    ("hours", "now", "said"),
    [
        (OFFICE, at(23, 9), "12:00"),
        (OFFICE, at(23, 21), None),
        (BusinessHours(read_week("Mo-Su 00:00-24:00"), PRAGUE), at(23, 9), None),
        (BusinessHours(read_week("Mo 20:00-24:00"), PRAGUE), at(23, 21), "24:00"),
        (BusinessHours(read_week("Mo-We 00:00-24:00"), PRAGUE), at(23, 21), None),
    ],
)
def test_when_it_closes_in_words(hours: BusinessHours, now: datetime, said: str | None) -> None:
    assert closes_text(hours, now) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it must be open some time"),
        ("PH 08:00-20:00", "it must be open some time"),
        ("Mo off", "it must be open some time"),
        ("Xx 08:00-20:00", "'xx' names no days"),
        ("Mo-PH 08:00-20:00", "names no days"),
        ("Mo 08:00", "'08:00' are no hours"),
        ("Mo 20:00-08:00", "over midnight"),
        ("Mo 08:00-25:00", "25:00 is no time of day"),
        ("Mo 08:60-09:00", "8:60 is no time of day"),
        ("Mo 08:00-12:00,11:00-13:00", "does not come after"),
        ("Mo 08:00-12:00,12:00-13:00", "join them"),
        ("Mo 08:00-12:00; Mo 13:00-14:00", "Mo is given twice"),
        ("nonstop", "cannot be read"),
        ("Mo ٠٨:00-20:00", "cannot be read"),
    ],
)
def test_a_setting_that_cannot_be_read_says_why(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"Mo-Fr|over midnight|time of day|twice|hours before") as refusal:
        read_week(text)
    assert said in str(refusal.value)


@pytest.mark.parametrize("name", ["", "Prague", "../../etc/passwd", "/etc/localtime", "Europe/", "\x00"])
def test_no_time_zone(name: str) -> None:
    with pytest.raises(ValueError, match="Europe/Prague"):
        read_zone(name)


@pytest.mark.parametrize("code", ["XX", "Czechia", "", "CZ-XX"])
def test_no_country(code: str) -> None:
    with pytest.raises(ValueError, match="DE-BY"):
        read_holidays(code)


def test_the_setting_forgives_forms() -> None:
    assert read_week(" MO - fr 8:00 - 20:00 ;sa,SU 08:00-12:00; ") == read_week(
        "Mo-Fr 08:00-20:00;Sa-Su 08:00-12:00"
    )
    assert read_week("Mo 8:00-9:00")[0] == (Stretch(480, 540),)
