"""Speeds, prices and people in what customers write."""

import pytest
from actions.content import Content
from actions.quantities import Limits, Quantity, limits, people, quantities, use
from hypothesis import given
from hypothesis import strategies as st

from tests.nlu.test_listening import _content

_WORDS = _content().words  # read before any example, which has its time limit


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
        ("cs", "mezi 300 a 500 Kč", Limits(least_money=300, most_money=500)),
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
        # from one to another
        ("cs", "300-500 mbps", Limits(least_mbps=300, most_mbps=500)),
        ("cs", "300 – 500 Mb/s", Limits(least_mbps=300, most_mbps=500)),
        ("cs", "300 až 500 mega", Limits(least_mbps=300, most_mbps=500)),
        ("cs", "300 mega až 500 mega", Limits(least_mbps=300, most_mbps=500)),
        ("cs", "od 300 do 500 Mb/s", Limits(least_mbps=300, most_mbps=500)),
        ("cs", "od 300 až do 500 mega", Limits(least_mbps=300, most_mbps=500)),
        ("cs", "od 500 mega do 1 giga", Limits(least_mbps=500, most_mbps=1000)),
        ("cs", "500 až 1 giga", Limits(least_mbps=500, most_mbps=1000)),
        ("cs", "300 nebo 500 mega", Limits(least_mbps=300, most_mbps=500)),
        ("cs", "od 300 do 500", Limits(least_mbps=300, most_mbps=500)),
        ("cs", "mezi 300 a 500", Limits(least_mbps=300, most_mbps=500)),
        ("cs", "rozdíl mezi 300 a 500 mega", Limits()),
        ("cs", "400 až 600 Kč", Limits(least_money=400, most_money=600)),
        ("cs", "od 400 do 600 korun", Limits(least_money=400, most_money=600)),
        ("cs", "za 400 až 600", Limits(least_money=400, most_money=600)),
        ("cs", "něco mezi 400 a 500 korunama", Limits(least_money=400, most_money=500)),
        ("cs", "mezi 500 a 400 korunami", Limits(least_money=400, most_money=500)),
        ("cs", "od 400 do 500 kaček", Limits(least_money=400, most_money=500)),
        ("en", "between 400 and 500 crowns", Limits(least_money=400, most_money=500)),
        ("cs", "300 mega do 500 korun", Limits(least_mbps=300, most_money=500)),
        ("cs", "smlouva na roky 2025-2026", Limits()),
        ("cs", "od 9 do 17", Limits()),
        ("en", "something from 300 to 500 Mbps", Limits(least_mbps=300, most_mbps=500)),
        ("en", "from 300 up to 500 megs", Limits(least_mbps=300, most_mbps=500)),
        ("en", "300-500 megs", Limits(least_mbps=300, most_mbps=500)),
        ("en", "between 300 and 500", Limits(least_mbps=300, most_mbps=500)),
        ("en", "the difference between 300 and 500 megs", Limits()),
        ("en", "400 to 600 crowns", Limits(least_money=400, most_money=600)),
        # what is not wanted
        ("cs", "ne 500 mega, stačí 100", Limits(least_mbps=100)),
        ("cs", "ne, 500 mega", Limits(least_mbps=500)),
        ("cs", "stačí mi 100 mega", Limits(least_mbps=100)),
        ("cs", "nechci 500 mega", Limits()),
        ("cs", "ne víc než 500 mega", Limits(most_mbps=500)),
        ("en", "not 500 megs, 100 is enough", Limits(least_mbps=100)),
        ("en", "no, 500 megs", Limits(least_mbps=500)),
        ("en", "no more than 500 Mbps", Limits(most_mbps=500)),
        ("en", "no less than 300 Mbps", Limits(least_mbps=300)),
        # the way up
        ("cs", "tarif s 20 mega uploadu", Limits(least_upload_mbps=20)),
        ("cs", "upload aspoň 20 mega", Limits(least_upload_mbps=20)),
        ("cs", "100 mega na upload", Limits(least_upload_mbps=100)),
        ("cs", "300 mega download a 50 upload", Limits(least_mbps=300, least_upload_mbps=50)),
        ("cs", "300/150 Mb/s", Limits(least_mbps=300, least_upload_mbps=150)),
        ("cs", "1000/1000 mega", Limits(least_mbps=1000, least_upload_mbps=1000)),
        ("en", "20 megs of upload", Limits(least_upload_mbps=20)),
        ("en", "download 300, upload 50 Mbps", Limits(least_mbps=300, least_upload_mbps=50)),
        ("cs", "potřebuju upload aspoň 200", Limits(least_upload_mbps=200)),
        ("cs", "rychlejší upload, aspoň 200", Limits(least_upload_mbps=200)),
        ("cs", "upload by měl být aspoň 200", Limits(least_upload_mbps=200)),
        ("cs", "upload ne, download aspoň 300", Limits(least_mbps=300)),
        ("cs", "300 mega a upload aspoň 100", Limits(least_mbps=300, least_upload_mbps=100)),
        ("cs", "aspoň 300 mega, upload minimálně 100 mega", Limits(least_mbps=300, least_upload_mbps=100)),
        ("cs", "rychlý upload do 500 korun", Limits(most_money=500)),
        ("cs", "rychlý upload do 500", Limits(most_money=500)),
        ("cs", "jaký upload má Optik 300", Limits()),
        ("en", "I need fast uploads, at least 200", Limits(least_upload_mbps=200)),
        ("en", "upload speed of at least 200", Limits(least_upload_mbps=200)),
        ("en", "300 down and uploads of at least 100", Limits(least_upload_mbps=100)),
        # money and tariffs by their pet names
        ("cs", "chci neco do pětistovky", Limits(most_money=500)),
        ("cs", "za pětikilo", Limits(most_money=500)),
        ("cs", "max čtyřstovku měsíčně", Limits(most_money=400)),
        ("cs", "do stovky", Limits(most_money=100)),
        ("cs", "do pěti kil", Limits(most_money=500)),
        ("cs", "do tisícovky", Limits(most_money=1000)),
        ("cs", "dvě tisícovky měsíčně", Limits(most_money=2000)),
        ("cs", "co je v pětistovce", Limits()),
        ("cs", "čím se liší od třístovky", Limits()),
        ("cs", "rozdíl mezi třístovkou a pětistovkou", Limits()),
        ("en", "something under five hundred", Limits(most_money=500)),
        ("cs", "chci alespoň půl giga", Limits(least_mbps=500)),
        ("cs", "tarif pod litr", Limits(most_money=1000)),
        ("cs", "něco do tisíce", Limits(most_money=1000)),
        ("cs", "do dvou litrů", Limits(most_money=2000)),
        ("cs", "co máte od 400 korun", Limits(least_money=400)),
        ("cs", "nad 600 kč máte něco?", Limits(least_money=600)),
        ("en", "something under a thousand", Limits(most_money=1000)),
        ("en", "at least half a gig please", Limits(least_mbps=500)),
        ("en", "from 400 crowns", Limits(least_money=400)),
        ("en", "how does it differ from 300", Limits()),
        # in words
        ("cs", "dvě stě padesát mega", Limits(least_mbps=250)),
        ("cs", "do pěti set padesáti korun", Limits(most_money=550)),
        ("cs", "sto dvacet mega", Limits(least_mbps=120)),
        ("cs", "tisíc dvě stě korun", Limits(most_money=1200)),
        ("cs", "do dvou tisíc korun", Limits(most_money=2000)),
        ("cs", "1,5 tisíce korun", Limits(most_money=1500)),
        ("en", "two hundred fifty megs", Limits(least_mbps=250)),
        ("en", "two hundred and fifty megs", Limits(least_mbps=250)),
        ("en", "between one hundred and five hundred megs", Limits(least_mbps=100, most_mbps=500)),
        ("en", "up to one thousand two hundred crowns", Limits(most_money=1200)),
        ("en", "up to two thousand crowns", Limits(most_money=2000)),
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
        ("cs", "dvacet pět lidí", False, 25),
        ("cs", "2-3 lidi", False, 3),
        ("cs", "máte 2 gigabity?", True, None),
        ("cs", "dva gigabajty", True, None),
        ("cs", "mám na to 50 kaček", True, None),
        ("cs", "jsme dva a chceme 2 gigabity", True, 2),
        ("en", "do you have 2 gigabits?", True, None),
        ("en", "20 megabytes", True, None),
        ("en", "twenty two people", False, 22),
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
    for words in _WORDS.values():
        for each in quantities(text, words.listens):
            assert isinstance(each, Quantity)
            assert each.amount >= 0
        limits(text, words.listens)


_UNDER_A_THOUSAND = {
    "cs": ({1: "sto", 2: "dvě stě", 3: "tři sta", 4: "čtyři sta", 5: "pět set", 9: "devět set"}, " "),
    "en": ({1: "one hundred", 2: "two hundred", 3: "three hundred", 5: "five hundred"}, " and "),
}
_TENS = {
    "cs": {20: "dvacet", 30: "třicet", 40: "čtyřicet", 50: "padesát", 60: "šedesát", 90: "devadesát"},
    "en": {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 90: "ninety"},
}
_ONES = {"cs": {0: "", 1: "jedna", 5: "pět", 8: "osm"}, "en": {0: "", 1: "one", 5: "five", 8: "eight"}}


@given(st.sampled_from(["cs", "en"]), st.data())
def test_numbers_in_words(language: str, data: st.DataObject) -> None:
    hundreds, joint = _UNDER_A_THOUSAND[language]
    hundred, ten, one = (
        data.draw(st.sampled_from(sorted(each))) for each in (hundreds, _TENS[language], _ONES[language])
    )
    words = f"{hundreds[hundred]}{joint}{_TENS[language][ten]} {_ONES[language][one]}".strip()

    [said] = quantities(f"{words} mega", _WORDS[language].listens)
    assert said == Quantity(hundred * 100 + ten + one, "mbps")
