"""Which outages customers are told of, and in what words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.places.outages import TOLD_AHEAD, Phase, is_overdue, phase_of, to_tell
from hub.places.wording import outage_text, when_text
from hub.wording.days import day_text
from storage.model.outages import Outage, OutageKind
from tests.places.making import NOON, ZONE, hours, outage

WEEK = 7 * 24


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("it", "phase", "overdue"),
    [
        (outage("a", -1), Phase.NOW, False),
        (outage("a", -1, 2), Phase.NOW, False),
        (outage("a", -3, -1), Phase.NOW, True),
        (outage("a", -3, 0), Phase.NOW, True),
        (outage("a", 0), Phase.NOW, False),
        (outage("a", 1), Phase.PLANNED, False),
        (outage("a", -3, -1, ended_at=hours(0)), Phase.OVER, False),
        (outage("a", 2, 4, planned=True), Phase.PLANNED, False),
        (outage("a", -1, 4, planned=True), Phase.NOW, False),
        (outage("a", -4, 0, planned=True), Phase.OVER, False),
        (outage("a", 2, 4, planned=True, ended_at=hours(-1)), Phase.OVER, False),
    ],
)
def test_phases(it: Outage, phase: Phase, overdue: bool) -> None:
    assert (phase_of(it, NOON), is_overdue(it, NOON)) == (phase, overdue)


def test_what_is_told_and_in_which_order() -> None:
    all_ = [
        outage("far", WEEK + 1, WEEK + 2, planned=True),
        outage("week", WEEK, WEEK + 2, planned=True),
        outage("tomorrow", 24, 26, planned=True),
        outage("newer", -1),
        outage("older", -9, -5),
        outage("works", -2, 2, planned=True),
        outage("gone", -9, -5, planned=True),
        outage("elsewhere", -3, towns=("Zlín", "Aš")),
    ]

    told = [each.id for each in to_tell(all_, NOON)]
    assert told == ["older", "elsewhere", "works", "newer", "tomorrow", "week"]
    assert [each.id for each in to_tell(all_, NOON, "Aš")] == ["elsewhere"]
    assert to_tell(all_, NOON, "Praha") == []


@pytest.mark.parametrize(
    ("it", "czech", "english"),
    [
        (
            outage("a", -4, 5),
            "začala dnes v 9:00, opravená má být dnes do 18:00",
            "began today at 9:00, should be fixed today by 18:00",
        ),
        (
            outage("a", -23, 23),
            "začala včera ve 14:00, opravená má být zítra do 12:00",
            "began yesterday at 14:00, should be fixed tomorrow by 12:00",
        ),
        (
            outage("a", -1),
            "začala dnes ve 12:00, na opravě pracujeme",
            "began today at 12:00, we are working on it",
        ),
        (
            outage("a", -49, -2),
            "začala v sobotu 21. 11. 2026 ve 12:00, oprava trvá déle, než jsme čekali",
            "began on Saturday 21 November 2026 at 12:00, it is taking longer than we expected",
        ),
        (outage("a", -4, ended_at=hours(-0.5)), "skončila dnes ve 12:30", "ended today at 12:30"),
        (outage("a", 1, 3, planned=True), "dnes od 14:00 do 16:00", "today from 14:00 to 16:00"),
        (
            outage("a", 91, 95, planned=True),
            "v pátek 27. 11. 2026 od 8:00 do 12:00",
            "on Friday 27 November 2026 from 8:00 to 12:00",
        ),
        (
            outage("a", 33, 41, planned=True),
            "začne zítra ve 22:00, skončí ve středu 25. 11. 2026 v 6:00",
            "begins tomorrow at 22:00, ends on Wednesday 25 November 2026 at 6:00",
        ),
        (
            outage("a", -20, 30, planned=True),
            "začala včera v 17:00, skončí zítra v 19:00",
            "began yesterday at 17:00, ends tomorrow at 19:00",
        ),
        (
            outage("a", 0, 24, planned=True),
            "začala dnes ve 13:00, skončí zítra ve 13:00",
            "began today at 13:00, ends tomorrow at 13:00",
        ),
        (outage("a", -1, 3, planned=True), "dnes od 12:00 do 16:00", "today from 12:00 to 16:00"),
        (
            outage("a", 5, 9, planned=True, ended_at=hours(0)),
            "zrušená dnes ve 13:00",
            "cancelled today at 13:00",
        ),
    ],
)
def test_when(it: Outage, czech: str, english: str) -> None:
    assert plain(when_text(it, NOON, "cs", ZONE)) == czech
    assert plain(when_text(it, NOON, "en-GB", ZONE)) == english


def test_days_are_those_of_the_business() -> None:
    late = outage("a", 11.5)  # half past midnight in Prague, still Monday in London

    assert plain(when_text(late, hours(11.6), "cs", ZONE)).startswith("začala dnes v 0:30")


def test_the_whole_text() -> None:
    it = outage("a", -4, 5, streets=("Líšeň", "Židenice"), words={"cs": "Překopnutý kabel.", "en": ""})

    assert plain(outage_text(it, NOON, "sk", ZONE)) == (
        "Porucha: Brno (Líšeň, Židenice). Začala dnes v 9:00, opravená má být dnes do 18:00. Překopnutý kabel."
    )
    assert plain(outage_text(it, NOON, "de", ZONE)) == (
        "Fault: Brno (Líšeň, Židenice). Began today at 9:00, should be fixed today by 18:00."
    )


def test_a_day() -> None:
    assert plain(day_text(hours(0).date(), "cs")) == "23. 11. 2026"
    assert plain(day_text(hours(0).date(), "en")) == "23 November 2026"


SPANS = st.builds(
    lambda starts, length, planned, ended: outage(
        "a",
        starts,
        starts + length,
        planned=planned,
        ended_at=None if ended is None else hours(starts + ended),
    ),
    st.integers(-500, 500),
    st.integers(1, 100),
    st.booleans(),
    st.none() | st.integers(-10, 100),
)


@given(SPANS)
def test_every_outage_has_words_and_one_phase(it: Outage) -> None:
    phase = phase_of(it, NOON)
    told = to_tell([it], NOON)

    assert bool(told) == (phase is not Phase.OVER and it.starts <= NOON + TOLD_AHEAD)
    if is_overdue(it, NOON):
        assert phase is Phase.NOW
        assert it.kind is OutageKind.FAULT
    for language in ("cs", "en"):
        text = outage_text(it, NOON, language, ZONE)
        assert "Brno" in text
        assert text.endswith(".")
        assert "{" not in text
