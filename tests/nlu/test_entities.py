"""What the bot finds in a sentence: numbers, days, times, places, teams; and what it leaves alone."""

import unicodedata

import pytest
import yaml
from actions.examples import annotated
from components.entities.finder import Finder
from components.entities.reading import Found, Reading
from components.entities.stems import a_slip_apart
from components.entities.tables import Tables
from hypothesis import given
from hypothesis import strategies as st

from tests.nlu.bot import Bot
from tests.nlu.conftest import NLU

LEAST_FOUND = 0.95  # F1 over the sentences that the bot was never trained on
JUDGED = ("order_number", "phone", "town", "date", "street", "time", "amount")

SENTENCES = {
    # order numbers
    "1234-5674": [("order_number", "1234-5674")],
    "55821047": [("order_number", "55821047")],
    "obj. č.1234 5674 prosím": [("order_number", "1234 5674")],
    "50 28 31 97 to by mělo být ono": [("order_number", "50 28 31 97")],
    "it is 1234–5674, I think": [("order_number", "1234–5674")],
    "tel. 777123456, obj. 1234-5674": [("phone", "777123456"), ("order_number", "1234-5674")],
    "1234-5674 777 123 456": [("order_number", "1234-5674"), ("phone", "777 123 456")],
    "objednávka 1234/5674": [("order_number", "1234/5674")],
    "tarif 1000/1000 k objednávce 1234-5674": [("order_number", "1234-5674")],
    "order 1250-2500 please": [("order_number", "1250-2500")],
    "stížnost C-598-2610, tel. 777 123 456": [("phone", "777 123 456")],
    # phones
    "777 123 456": [("phone", "777 123 456")],
    "605111222": [("phone", "605111222")],
    "volejte +420 608 555 012 prosím": [("phone", "+420 608 555 012")],
    "mam 777 12 34 56": [("phone", "777 12 34 56")],
    "my number is +44 20 7946 0958": [("phone", "+44 20 7946 0958")],
    "734-155-902 after five": [("phone", "734-155-902"), ("time", "after five")],
    # days and times
    "zítra dopoledne": [("date", "zítra"), ("time", "dopoledne")],
    "tomorrow morning": [("date", "tomorrow"), ("time", "morning")],
    "12. 3. ve 14:30": [("date", "12. 3."), ("time", "14:30")],
    "v pátek 12. 3. kolem desáté": [("date", "pátek 12. 3."), ("time", "kolem desáté")],
    "pristi utery": [("date", "pristi utery")],
    "next Monday at 5pm": [("date", "next Monday"), ("time", "5pm")],
    "24th of May": [("date", "24th of May")],
    "between 9 and 11 on Monday": [("time", "between 9 and 11"), ("date", "Monday")],
    "od 8 do 12 nebo po 15. hodině": [("time", "od 8 do 12"), ("time", "po 15. hodině")],
    "3. 12. 2026": [("date", "3. 12. 2026")],
    "in two days": [("date", "in two days")],
    # places
    "Olomouc": [("town", "Olomouc")],
    "olomouc": [("town", "olomouc")],
    "v Brně": [("town", "Brně")],
    "do kurimi": [("town", "kurimi")],
    "z Ústí nad Labem": [("town", "Ústí nad Labem")],
    "stehuju se z budejovic do hradce kralove": [("town", "budejovic"), ("town", "hradce kralove")],
    "výpadek olomuoc": [("town", "olomuoc")],
    "v Horní Lhotě nejede net": [("town", "Horní Lhotě")],
    "Brno-Líšeň": [("town", "Brno-Líšeň")],
    "Praha 4": [("town", "Praha 4")],
    "v Mostě": [("town", "Mostě")],
    "Lidická 12, Brno": [("street", "Lidická 12"), ("town", "Brno")],
    "na ulici Veveří 45 v Brně": [("street", "Veveří 45"), ("town", "Brně")],
    "nám. Míru 5, Olomouc": [("street", "nám. Míru 5"), ("town", "Olomouc")],
    "U Školy 3, 602 00 Brno": [("street", "U Školy 3"), ("town", "Brno")],
    "do you have fibre in Lidicka street": [("street", "Lidicka")],
    # money and teams
    "do 1 290 Kč": [("amount", "1 290 Kč")],
    "what is the 99 crowns charge for": [("amount", "99 crowns")],
    "spojte mě s fakturací": [("team", "fakturací")],
}
NOTHING = [
    "chci Optik 500",
    "jede mi to jen 30 mega místo 300",
    "speed 300/300",
    "máte tarif 1000/1000",
    "rychlost 2500 / 1250",
    "1000-2000 mega",
    "1000 2000 Mb/s",
    "C-598-2610",
    "jsme tu 24/7",
    "router má 192.168.1.1",
    "PSČ 602 00",
    "IČO 12345678",
    "company number 12345678",
    "účet 123456789/0800",
    "platba na 19-2000145399/0800",
    "smlouva na roky 2025-2026",
    "777 123 45",
    "číslo 12345",
    "verze 3.6.21",
    "která je nejlepší z těch dvou",
    "I want the most powerful one",
    "what is the difference between 500 and 1000",
    "mluvím s Vámi rád, u Vás je to super",
    "dobré ráno",
    "good afternoon to you",
    "black friday bude?",
    "wait 5 minutes",
    "technik přijel o tři hodiny později",
    "nejde wifi 5 GHz ani po 3 restartech",
    "",
    "?!",
    "👍",
]


def _named(finder: Finder, text: str) -> list[tuple[str, str]]:
    return [(found.entity, text[start:end]) for found, start, end in finder.find(text)]


@pytest.mark.parametrize(("text", "named"), SENTENCES.items(), ids=SENTENCES)
def test_what_is_named_is_found(finder: Finder, text: str, named: list[tuple[str, str]]) -> None:
    assert _named(finder, text) == named


@pytest.mark.parametrize("text", NOTHING)
def test_what_names_nothing_is_left_alone(finder: Finder, text: str) -> None:
    assert _named(finder, text) == []


@pytest.mark.parametrize("text", SENTENCES)
def test_letters_may_be_composed_or_not(finder: Finder, text: str) -> None:
    """Some keyboards send a letter and its accent apart."""
    apart = unicodedata.normalize("NFD", text)

    named = [(entity, unicodedata.normalize("NFC", said)) for entity, said in _named(finder, apart)]

    assert named == SENTENCES[text]


def test_numbers_come_in_one_spelling(finder: Finder) -> None:
    found = {found.entity: found.value for found, _, _ in finder.find("obj. 12 34 56 74, tel. 777 12 34 56")}

    assert found == {"order_number": "1234-5674", "phone": "+420777123456"}


def test_a_third_language_is_data() -> None:
    """Its words for days, parts of the day and what stands before a town are tables, nothing else."""
    german = [
        ("day", ["morgen", "übermorgen"]),
        ("part_of_day", ["Vormittag"]),
        ("month", ["Mai"]),
        ("ordinal_ending", ["ten"]),
        ("town", ["Dresden", "Fulda"]),
        ("before_town", ["in"]),
        ("currency", ["Euro"]),
    ]
    finder = Finder(Tables.of(german, ["kommt der techniker in den nächsten tagen"]), [])

    assert _named(finder, "Übermorgen Vormittag in Dresden oder in Radebeul, 20 Euro") == [
        ("date", "Übermorgen"),
        ("time", "Vormittag"),
        ("town", "Dresden"),
        ("town", "Radebeul"),
        ("amount", "20 Euro"),
    ]
    assert _named(finder, "am 24ten Mai in Fulda") == [("date", "24ten Mai"), ("town", "Fulda")]
    for other in ("24th of Mai", "Mai the 24th", "lidicke 12", "v Dresdenech"):  # of tables that it has not
        assert _named(finder, other) == [], other


@given(st.text(max_size=300))
def test_any_text_is_read(finder: Finder, text: str) -> None:
    """Spans lie in the text, in order, and none overlaps another."""
    end_before = 0
    for found, start, end in finder.find(text):
        assert end_before <= start < end <= len(text)
        assert found.value is None or found.entity in {"phone", "order_number"}
        end_before = end


@given(st.text(max_size=60))
def test_folding_keeps_the_places(text: str) -> None:
    reading = Reading(text)
    for word in reading.words:
        start, end = reading.original(Found("word", word.start, word.end))
        assert reading.written(word) == text[start:end][: len(reading.written(word))]


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("olomouc", "olomuoc", True),
        ("olomouc", "olomuc", True),
        ("olomouc", "oloomouc", True),
        ("olomouc", "olomauc", True),
        ("olomouc", "olomouc", True),
        ("horni", "horic", False),
        ("brno", "brnnoo", False),
    ],
)
def test_one_slip(one: str, other: str, apart: bool) -> None:
    assert a_slip_apart(one, other) is apart
    assert a_slip_apart(other, one) is apart


def test_unseen_sentences(finder: Finder) -> None:
    right: dict[str, int] = dict.fromkeys(JUDGED, 0)
    wrong: dict[str, list[str]] = {entity: [] for entity in JUDGED}
    for language in ("cs", "en"):
        file = NLU / "tests" / "understanding" / f"{language}.yml"
        for _, text, marks in annotated(yaml.safe_load(file.read_text(encoding="utf-8"))):
            found = {(one.entity, start, end) for one, start, end in finder.find(text)}
            for entity, start, end in found | set(marks):
                if entity in right:
                    if (entity, start, end) in found and (entity, start, end) in marks:
                        right[entity] += 1
                    else:
                        wrong[entity].append(f"{text}: {text[start:end]}")

    f1 = {entity: 2 * right[entity] / (2 * right[entity] + len(wrong[entity])) for entity in JUDGED}
    assert all(score >= LEAST_FOUND for score in f1.values()), f"{f1}\n{wrong}"
    assert min(right.values()) >= 8, right


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.timeout(300)
async def test_rasa_passes_them_on(bot: Bot) -> None:
    for text, named in SENTENCES.items():
        entities = (await bot.parses(text))["entities"]
        assert [(item["entity"], text[item["start"] : item["end"]]) for item in entities] == named, text
    for text in NOTHING:
        assert (await bot.parses(text))["entities"] == [], text


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.timeout(300)
async def test_values_as_the_actions_get_them(bot: Bot) -> None:
    text = "spojte mě s fakturací kvůli 12345674, tel. 777 12 34 56, Brno"
    entities = (await bot.parses(text))["entities"]

    assert {item["entity"]: item["value"] for item in entities} == {
        "team": "billing",
        "order_number": "1234-5674",
        "phone": "+420777123456",
        "town": "Brno",
    }


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.timeout(300)
async def test_a_button_is_left_alone(bot: Bot) -> None:
    parsed = await bot.parses('/call_me_back{"time": "tomorrow 777 123 456 Brno"}')

    assert [(item["entity"], item["value"]) for item in parsed["entities"]] == [
        ("time", "tomorrow 777 123 456 Brno")
    ]
