"""Which place somebody means, in whatever form they say it."""

from itertools import product
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.places.inflection import fold, forms_of
from hub.places.naming import LONGEST, SUGGESTIONS, Names

TOWNS = (
    *(
        "Brno",
        "Praha",
        "Olomouc",
        "Plzeň",
        "Ostrava",
        "Liberec",
        "Pardubice",
        "Most",
        "Zlín",
        "Kladno",
        "Znojmo",
    ),
    *("Kroměříž", "Třebíč", "Teplice", "Tábor", "Cheb", "Opava", "Jihlava", "Šumperk", "Děčín", "Beroun"),
    *("České Budějovice", "Hradec Králové", "Karlovy Vary", "Mladá Boleslav", "Frýdek-Místek", "Nový Jičín"),
    *("Uherské Hradiště", "Ústí nad Labem", "Žďár nad Sázavou", "Jablonec nad Nisou"),
)
STREETS = (
    "Dlouhá",
    "Veveří",
    "Palackého třída",
    "Černá Pole",
    "Líšeň",
    "Náměstí Míru",
    "28. října",
    "Na Příkopě",
)
KNOWN = Names(TOWNS)

IN_SENTENCES = {
    "Brno": ["v Brně", "z Brna", "k Brnu", "BRNO", " brno. ", "brno-město", "Brno 602 00", "Brno-Líšeň"],
    "Praha": ["v Praze", "do Prahy", "Praze 5", "praha 4", "u Prahy", "in Prague", "Praha-východ"],
    "Olomouc": ["do Olomouce", "v olomouci", "Olomuc", "Olomóc", "near Olomouc", "město Olomouc"],
    "Plzeň": ["v Plzni", "Plzni", "plzen", "z plzně", "Pilsen"],
    "Ostrava": ["v Ostravě-Porubě", "Ostava", "ostrvaa", "do ostravy"],
    "Liberec": ["v Liberci", "do Liberce", "liberc"],
    "Pardubice": ["v Pardubicích", "z Pardubic", "Pardubce"],
    "Most": ["v Mostě", "do Mostu"],
    "Kroměříž": ["v Kroměříži", "kromeriz", "Krmoeriz"],
    "České Budějovice": [
        "v Českých Budějovicích",
        "do Českých Budějovic",
        "ceske budejovice",
        "ceske budejovyce",
    ],
    "Hradec Králové": ["v Hradci Králové", "do Hradce Králové", "hradec kralove"],
    "Karlovy Vary": ["v Karlových Varech", "do Karlových Varů"],
    "Mladá Boleslav": ["v Mladé Boleslavi"],
    "Frýdek-Místek": ["ve Frýdku-Místku", "Frýdek Místek", "frydek-mistek"],
    "Nový Jičín": ["v Novém Jičíně", "do Nového Jičína"],
    "Uherské Hradiště": ["v Uherském Hradišti", "z uherskeho hradiste"],
    "Ústí nad Labem": ["v Ústí nad Labem", "Usti n. L.", "usti n/l", "Ústí", "v ústí"],
    "Žďár nad Sázavou": ["ve Žďáru nad Sázavou", "zdar"],
    "Jablonec nad Nisou": ["v Jablonci", "Jablonec n.N."],
}


@pytest.mark.parametrize(
    ("town", "said"), [(town, each) for town, all_ in IN_SENTENCES.items() for each in all_]
)
def test_a_town_as_people_say_it(town: str, said: str) -> None:
    assert KNOWN.find(said).name == town


@pytest.mark.parametrize(
    ("said", "suggested"),
    [
        ("Brnp", "Brno"),
        ("Bnro", "Brno"),
        ("Budějovice", "České Budějovice"),
        ("v Budějovicích", "České Budějovice"),
        ("hradec", "Hradec Králové"),
        ("Mosty", "Most"),
        ("frydek", "Frýdek-Místek"),
        ("Tabr", "Tábor"),
    ],
)
def test_what_is_only_near_is_suggested(said: str, suggested: str) -> None:
    found = KNOWN.find(said)

    assert found.name is None
    assert suggested in found.suggestions


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            "   ",
            "?!",
            "v",
            "do ",
            "London",
            "Nová Ves",
            "Mosty u Jablunkova",
            "Brno nad Orlicí",
            "123",
            "😀",
        ),
        *("x" * 100_000, "\ud800", "Ђ", "\u0301" * 500),
    ],
)
def test_what_is_no_known_town_is_none(said: str) -> None:
    assert KNOWN.find(said).name is None


@pytest.mark.parametrize(
    ("street", "said"),
    [
        ("Dlouhá", "Dlouhá 12"),
        ("Dlouhá", "na Dlouhé 12/3a"),
        ("Dlouhá", "v Dlouhé ulici"),
        ("Veveří", "veveri 10"),
        ("Palackého třída", "Palackého"),
        ("Palackého třída", "na Palackého tř. 5"),
        ("Náměstí Míru", "nám. Míru 3"),
        ("Černá Pole", "v Černých Polích"),
        ("Líšeň", "v Líšni"),
        ("28. října", "28. října 5"),
        ("Na Příkopě", "Příkopě 3"),
        ("Na Příkopě", "na prikope"),
    ],
)
def test_a_street_as_people_say_it(street: str, said: str) -> None:
    assert Names(STREETS).find(said).name == street


def test_two_that_are_written_alike_are_told_apart() -> None:
    names = Names(["Lhota", "Lhoty", "Bílina", "Bilina"])

    assert names.find("Lhota").name == "Lhota"
    assert names.find("Lhoty").name == "Lhoty"
    assert names.find("bilina").name is None
    assert names.find("bilina").suggestions == ("Bilina", "Bílina")


def test_two_that_begin_alike_are_asked_about() -> None:
    found = Names(["Brandýs nad Labem", "Brandýs nad Orlicí"]).find("brandýs")

    assert (found.name, set(found.suggestions)) == (None, {"Brandýs nad Labem", "Brandýs nad Orlicí"})


def test_nothing_is_known() -> None:
    assert Names([]).find("Brno") == Names([""]).find("Brno")


@given(st.sampled_from(TOWNS), st.data())
def test_case_diacritics_and_dress_do_not_matter(town: str, data: st.DataObject) -> None:
    dressed = data.draw(st.sampled_from(["{}", "v {}", "  {} ", "{}!", "město {}", "in {}", "{} 12"]))
    written = data.draw(st.sampled_from([str.upper, str.lower, str.title, fold, str.swapcase]))(town)

    assert KNOWN.find(dressed.format(written)).name == town


@given(st.sampled_from([town for town in TOWNS if len(town) >= 7]), st.data())
def test_one_slip_in_a_long_name_is_forgiven_or_asked_about(town: str, data: st.DataObject) -> None:
    letters = list(fold(town))
    place = data.draw(st.integers(1, len(letters) - 2).filter(lambda at: letters[at] != " "))
    slip = data.draw(st.sampled_from(["drop", "double", "swap", "change"]))
    if slip == "drop":
        del letters[place]
    elif slip == "double":
        letters.insert(place, letters[place])
    elif slip == "swap" and letters[place + 1] != " ":
        letters[place], letters[place + 1] = letters[place + 1], letters[place]
    else:
        letters[place] = "q"
    found = KNOWN.find("".join(letters))

    assert found.name == town or town in found.suggestions


@given(st.text(max_size=3 * LONGEST))
def test_anything_may_be_said(said: str) -> None:
    found = KNOWN.find(said)

    assert found.name is None or found.name in TOWNS
    assert len(found.suggestions) <= SUGGESTIONS
    assert set(found.suggestions) <= set(TOWNS)
    assert found.name is None or not found.suggestions


def test_looking_takes_milliseconds_among_thousands() -> None:
    """A turn asks several times, in the loop that also serves operators. Loose, for a busy machine."""
    towns = [
        f"{first} {''.join(syllables)}{last}"
        for first, last in product(("Nová", "Horní", "Velké"), ("ov", "ice", "any"))
        for syllables in product(("Ra", "Be", "Ko", "Li"), ("do", "mi", "ste"), ("ru", "ho", "va"))
    ]
    names = Names([*towns, "Ústí nad Labem"])
    took = []
    for said in ("London", "Nová Ves", "Horní Radomirov nad Labem", "u nás doma za humny"):
        began = perf_counter()
        names.find(said)
        took.append(perf_counter() - began)

    assert max(took) < 0.1


@given(st.text(max_size=60))
def test_any_name_has_itself_as_a_form(name: str) -> None:
    forms = forms_of(name)

    assert fold(name) in forms
    assert len(forms) < 1_000
