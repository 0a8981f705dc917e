"""Whether somebody can be connected."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.places.availability import Availability, Coverage, Verdict
from storage.model.places import Area, AreaState

TODAY = date(2026, 11, 23)
SPRING = date(2027, 3, 1)
T = ("optik-100", "optik-300")
HERE, SOON = AreaState.AVAILABLE, AreaState.SOON
AREAS = (
    Area("Brno", HERE, T),
    Area("Praha", HERE, T, ("Karlín", "Dlouhá")),
    Area("Liberec", HERE, T, ("Vesec",), SPRING),
    Area("Jihlava", SOON, T, (), SPRING),
    Area("Třebíč", SOON, T),
    Area("Vyškov", SOON, T, (), TODAY),
    Area("Cheb", AreaState.NONE),
)
COVERAGE = Coverage(AREAS)


@pytest.mark.parametrize(
    ("town", "street", "expected"),
    [
        ("v Brně", "", Availability(Verdict.AVAILABLE, "Brno", tariffs=T)),
        ("Brno", "kdekoli 5", Availability(Verdict.AVAILABLE, "Brno", tariffs=T)),
        ("Praha", "", Availability(Verdict.SOME_STREETS, "Praha", tariffs=T)),
        ("Praha", "  ", Availability(Verdict.SOME_STREETS, "Praha", tariffs=T)),
        ("Praze 8", "v Karlíně", Availability(Verdict.AVAILABLE, "Praha", "Karlín", tariffs=T)),
        ("Praha", "dlouha 7", Availability(Verdict.AVAILABLE, "Praha", "Dlouhá", tariffs=T)),
        ("Praha", "Karln", Availability(Verdict.AVAILABLE, "Praha", "Karlín", tariffs=T)),
        ("Praha", "Kralyn", Availability(Verdict.SOME_STREETS, "Praha", None, ("Karlín",), T)),
        ("Praha-Karlín", "", Availability(Verdict.AVAILABLE, "Praha", "Karlín", tariffs=T)),
        ("praze 8 karlíně", "", Availability(Verdict.AVAILABLE, "Praha", "Karlín", tariffs=T)),
        ("Praha-Žižkov", "", Availability(Verdict.SOME_STREETS, "Praha", tariffs=T)),
        ("Praha", "Sokolská", Availability(Verdict.NOT_AVAILABLE, "Praha")),
        ("Liberec", "Vesec", Availability(Verdict.AVAILABLE, "Liberec", "Vesec", tariffs=T)),
        ("Liberec", "Sokolská", Availability(Verdict.SOON, "Liberec", tariffs=T, from_day=SPRING)),
        ("Liberec", "", Availability(Verdict.SOME_STREETS, "Liberec", tariffs=T, from_day=SPRING)),
        ("Jihlava", "Dlouhá", Availability(Verdict.SOON, "Jihlava", tariffs=T, from_day=SPRING)),
        ("Třebíč", "", Availability(Verdict.SOON, "Třebíč", tariffs=T)),
        ("Vyškov", "", Availability(Verdict.AVAILABLE, "Vyškov", tariffs=T)),
        ("Cheb", "Dlouhá", Availability(Verdict.NOT_AVAILABLE, "Cheb")),
        ("Brnp", "", Availability(Verdict.UNKNOWN_TOWN, suggestions=("Brno",))),
        ("Londýn", "", Availability(Verdict.UNKNOWN_TOWN)),
        ("", "", Availability(Verdict.UNKNOWN_TOWN)),
    ],
)
def test_verdicts(town: str, street: str, expected: Availability) -> None:
    assert COVERAGE.ask(town, street, TODAY) == expected


def test_the_day_comes() -> None:
    assert COVERAGE.ask("Jihlava", "", SPRING).verdict is Verdict.AVAILABLE
    assert COVERAGE.ask("Liberec", "Sokolská", SPRING).verdict is Verdict.AVAILABLE


@given(
    st.text(max_size=30), st.text(max_size=30), st.sampled_from([area.town for area in AREAS]), st.booleans()
)
def test_whatever_is_asked(said: str, street: str, town: str, known: bool) -> None:
    answer = COVERAGE.ask(town if known else said, street, TODAY)

    assert (answer.town is None) == (answer.verdict is Verdict.UNKNOWN_TOWN)
    assert answer.verdict is not Verdict.UNKNOWN_TOWN or not known
    assert (answer.verdict in (Verdict.AVAILABLE, Verdict.SOME_STREETS, Verdict.SOON)) == bool(answer.tariffs)
    if answer.from_day is not None:
        assert answer.from_day > TODAY
