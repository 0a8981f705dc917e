"""Speeds, prices and people in what customers write."""

import pytest
from actions.content import Content
from actions.quantities import Limits, Quantity, limits, people, quantities, use
from hypothesis import given
from hypothesis import strategies as st

from tests.nlu.test_listening import _content


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("cs", "chci aspoň 300 Mb, co nabízíte", Limits(least_mbps=300)),
        ("cs", "do 500 korun", Limits(most_money=500)),
        ("cs", "do 500", Limits(most_money=500)),
        ("cs", "neco kolem 500 mega bych bral", Limits(least_mbps=500)),
        ("cs", "minimálně 1 giga a max 700 Kč", Limits(least_mbps=1000, most_money=700)),
        ("cs", "mám na to pět set měsíčně", Limits(most_money=500)),
        ("cs", "co si za šest stovek můžu vybrat", Limits(most_money=600)),
        ("cs", "do 1 500,- Kč", Limits(most_money=1500)),
        ("cs", "od 250 Mb/s nahoru", Limits(least_mbps=250)),
        ("cs", "do 100 Mb/s", Limits(most_mbps=100)),
        ("cs", "jaký tarif pro 4 lidi", Limits()),
        ("cs", "co je v Optik 500", Limits()),
        ("cs", "2,5 giga", Limits(least_mbps=2500)),
        ("cs", "jaké máte tarify", Limits()),
        ("cs", "co máte za 500 mega", Limits(least_mbps=500)),
        ("cs", "co máte za 500", Limits(most_money=500)),
        ("cs", "mezi 300 a 500 Mb/s", Limits(least_mbps=300, most_mbps=500)),
        ("cs", "něco mezi 1 a 2 giga", Limits(least_mbps=1000, most_mbps=2000)),
        ("cs", "mezi 300 a 500 Kč", Limits(most_money=500)),
        ("cs", "rozdíl mezi 300 a 500", Limits()),
        ("cs", "rozdíl mezi", Limits()),
        ("cs", "dvě stě mega", Limits(least_mbps=200)),
        ("cs", "dvěstě mega", Limits(least_mbps=200)),
        ("cs", "půl giga", Limits(least_mbps=500)),
        ("cs", "za půl roku", Limits()),
        ("en", "What do you have for 500 Mb/s?", Limits(least_mbps=500)),
        ("en", "internet for 300 Mbps please", Limits(least_mbps=300)),
        ("en", "what can I get for 500", Limits(most_money=500)),
        ("en", "between 300 and 500 Mb/s", Limits(least_mbps=300, most_mbps=500)),
        ("en", "half a gig", Limits(least_mbps=500)),
        ("en", "at least 300 mbps please", Limits(least_mbps=300)),
        ("en", "anything up to 500", Limits(most_money=500)),
        ("en", "under 450 crowns a month", Limits(most_money=450)),
        ("en", "five hundred a month", Limits(most_money=500)),
        ("en", "a gig", Limits()),
        ("en", "1 gig or more", Limits(least_mbps=1000)),
        ("en", "1,500 Kč", Limits(most_money=1500)),
        ("en", "for 4 people", Limits()),
    ],
)
def test_limits(language: str, text: str, expected: Limits, content: Content) -> None:
    assert limits(text, content.words[language].listens) == expected


@pytest.mark.parametrize(
    ("language", "text", "asked", "expected"),
    [
        ("cs", "pro rodinu se čtyřmi lidmi", False, 4),
        ("cs", "jsme dva důchodci", False, 2),
        ("cs", "mám doma 3 děti", False, 3),
        ("cs", "dva dospělí a tři děti", True, 5),
        ("cs", "jsme dva dospělí a dvě malé děti", False, 4),
        ("cs", "jsme čtyři, dva dospělí a 2 děti", False, 4),
        ("cs", "tři", True, 3),
        ("cs", "tři", False, None),
        ("cs", "jen já sama", True, 1),
        ("cs", "bydlím v 5. patře", False, None),
        ("cs", "asi tak 500", True, None),
        ("en", "there are five of us", False, 5),
        ("en", "2 adults and three kids", True, 5),
        ("en", "just me alone", False, 1),
        ("en", "a lot", True, None),
    ],
)
def test_people(language: str, text: str, asked: bool, expected: int | None, content: Content) -> None:
    assert people(text, content.words[language].listens, asked=asked) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("cs", "hlavně koukám na netflix", "films"),
        ("cs", "stačí mi mejly a zprávy", "light"),
        ("cs", "netflix a hraní her", "heavy"),
        ("cs", "na homeoffice", "films"),
        ("cs", "nevím", None),
        ("en", "for gaming and e-mails", "heavy"),
        ("en", "working from home", "films"),
    ],
)
def test_uses(language: str, text: str, expected: str | None, content: Content) -> None:
    assert use(text, content.words[language].listens) == expected


@given(st.text() | st.from_regex(r"(aspoň|do|za)? ?[0-9 .,]{0,400}(mega|kč|set)?"))
def test_any_text_can_be_counted(text: str) -> None:
    for words in _content().words.values():
        for each in quantities(text, words.listens):
            assert isinstance(each, Quantity)
            assert each.amount >= 0
