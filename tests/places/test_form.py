"""The form of an outage."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.customers.fields import FormErrors
from hub.places.form import FIELDS, OutageForm, read_form
from hub.places.naming import Names
from storage.model.outages import OutageKind
from tests.places.making import NOON, hours, outage

KNOWN = Names(["Brno", "Praha", "Frýdek-Místek", "Most"])


def form(**fields: Any) -> dict[str, Any]:
    """A fault in Brno since an hour ago, for two hours more."""
    return {
        "kind": "fault",
        "towns": ["Brno"],
        "streets": ["Líšeň"],
        "starts": hours(-1).isoformat(),
        "expected_until": hours(2).isoformat(),
        "words": {"cs": "Hledáme závadu.", "en": "We are looking for it."},
        **fields,
    }


def read(**fields: Any) -> OutageForm:
    found = read_form(form(**fields), KNOWN, NOON)
    assert isinstance(found, OutageForm), found
    return found


def wrong(**fields: Any) -> dict[str, str]:
    found = read_form(form(**fields), KNOWN, NOON)
    assert isinstance(found, FormErrors), found
    return {path: error.code for path, error in found.fields.items()}


def test_what_is_right() -> None:
    assert read() == OutageForm(
        OutageKind.FAULT,
        ("Brno",),
        ("Líšeň",),
        hours(-1),
        hours(2),
        {"cs": "Hledáme závadu.", "en": "We are looking for it."},
    )
    assert read(streets=None, words=None, expected_until=None).expected_until is None
    assert read(expected_until="").expected_until is None


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        (["brno"], ("Brno",)),
        (["  BRNO ", "Brně"], ("Brno",)),
        (["Praha", "Brno", "praze"], ("Praha", "Brno")),
        (["frydek mistek"], ("Frýdek-Místek",)),
        (["Dolní Lhota", "dolni lhota"], ("Dolní Lhota",)),
        (["Mosty"], ("Mosty",)),  # another town than Most
    ],
)
def test_towns_are_those_that_customers_are_understood_by(said: list[str], stored: tuple[str, ...]) -> None:
    assert read(towns=said).towns == stored


@pytest.mark.parametrize("part", ["Brno-Líšeň", "Praha 4", "Brno Židenice", "v Brně"])
def test_what_is_more_than_the_name_of_a_known_town_would_never_be_told(part: str) -> None:
    assert wrong(towns=[part]) == {"towns": "town_known"}


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"kind": None}, {"kind": "required"}),
        ({"kind": "flood"}, {"kind": "kind_unknown"}),
        ({"kind": {"$ne": ""}}, {"kind": "wrong_type"}),
        ({"towns": []}, {"towns": "required"}),
        ({"towns": None}, {"towns": "required"}),
        ({"towns": "Brno"}, {"towns": "wrong_type"}),
        ({"towns": ["Brno", "", 5, "123", "x" * 101]}, None),
        ({"towns": ["a"] * 31}, {"towns": "too_many"}),
        ({"streets": ["a"] * 61}, {"streets": "too_many"}),
        ({"streets": ["\ud800"]}, {"streets.0": "unreadable"}),
        ({"starts": None}, {"starts": "required"}),
        ({"starts": "tomorrow"}, {"starts": "time_invalid"}),
        ({"starts": "2026-11-23T11:00"}, {"starts": "time_invalid"}),
        ({"starts": "0001-01-01T00:00:00+23:00"}, {"starts": "time_far"}),
        ({"starts": "9999-12-31T23:59:59-23:00"}, {"starts": "time_far"}),
        ({"starts": hours(1).isoformat()}, {"starts": "fault_ahead"}),
        ({"expected_until": hours(-1).isoformat()}, {"expected_until": "until_before_start"}),
        ({"expected_until": hours(-0.5).isoformat()}, {"expected_until": "until_past"}),
        ({"expected_until": 5}, {"expected_until": "wrong_type"}),
        ({"kind": "planned", "expected_until": None}, {"expected_until": "required"}),
        ({"kind": "planned", "expected_until": hours(-0.5).isoformat()}, {"expected_until": "until_past"}),
        ({"words": "x"}, {"words": "wrong_type"}),
        ({"words": {"cs": "x" * 501}}, {"words.cs": "too_long"}),
        ({"words": {"de": "x"}}, {"words.de": "unknown_field"}),
        ({"words": {"en": "\x07"}}, {"words.en": "unreadable"}),
        ({"version": 1, "over_at": None}, {"version": "unknown_field", "over_at": "unknown_field"}),
    ],
)
def test_what_is_wrong(fields: dict[str, Any], errors: dict[str, str] | None) -> None:
    expected = {
        "towns.1": "required",
        "towns.2": "wrong_type",
        "towns.3": "name_invalid",
        "towns.4": "too_long",
    }
    assert wrong(**fields) == (expected if errors is None else errors)


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = read_form({}, KNOWN, NOON)

    assert isinstance(found, FormErrors)
    assert set(found.fields) == {"kind", "towns", "starts"}


def test_an_overdue_fault_may_keep_its_end_while_something_else_is_changed() -> None:
    before = outage("u1", -5, -1)
    raw = form(starts=before.starts.isoformat(), expected_until=hours(-1).isoformat())

    assert isinstance(read_form(raw, KNOWN, NOON, before), OutageForm)
    assert isinstance(
        read_form({**raw, "expected_until": hours(-2).isoformat()}, KNOWN, NOON, before), FormErrors
    )
    assert isinstance(read_form({**raw, "kind": "planned"}, KNOWN, NOON, before), FormErrors)


def test_works_may_begin_whenever() -> None:
    assert read(kind="planned", starts=hours(48).isoformat(), expected_until=hours(50).isoformat())
    assert read(kind="planned", starts=hours(-1).isoformat())


def test_what_differs() -> None:
    assert read().differs_from(read()) == ()
    assert read().differs_from(read(towns=["Praha"], words={})) == ("towns", "words")
    assert read() == OutageForm.of(outage("u1", -1, 2, streets=("Líšeň",), words=read().words))


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
sound = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["fault", "planned"]),
        "towns": st.lists(
            st.sampled_from(["brno", "v Praze", "Lhota", "Brno-Líšeň"]) | st.text(max_size=9), max_size=4
        ),
        "starts": moments.map(datetime.isoformat),
        "expected_until": st.none() | moments.map(datetime.isoformat),
    }
)


@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), json) | sound)
def test_whatever_is_sent(raw: dict[str, Any]) -> None:
    found = read_form(raw, KNOWN, NOON)

    if isinstance(found, FormErrors):
        assert found.fields
        return
    assert found.towns
    assert found.expected_until is None or found.expected_until > max(
        found.starts, NOON - timedelta(minutes=1)
    )
    assert found.kind is OutageKind.FAULT or found.expected_until is not None
    again = read_form(
        {
            "kind": found.kind.value,
            "towns": list(found.towns),
            "streets": list(found.streets),
            "starts": found.starts.isoformat(),
            "expected_until": found.expected_until and found.expected_until.isoformat(),
            "words": found.words,
        },
        KNOWN,
        NOON,
    )
    assert again == found  # what is stored can be looked at in the form and saved again
