"""Two wishes in one message."""

import pytest
from components.splitting import Splitter

from tests.nlu.talk import PHONE, FakeHub, Talk

JOINTS = ("and", "a kde", "a kdy", "a taky")


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        (
            "kolik stojí Optik 300 a kde je moje objednávka?",
            ["kolik stojí Optik 300", "kde je moje objednávka?"],
        ),
        ("Nejde mi net. Kdy máte otevřeno?", ["Nejde mi net", "Kdy máte otevřeno?"]),
        ("nejde mi net, a taky mi nepřišla faktura", ["nejde mi net", "taky mi nepřišla faktura"]),
        ("my net is down and I want to pay", ["my net is down", "I want to pay"]),
        ("Ahoj. Nejde mi net", []),
        ("rozdíl mezi stovkou a pětistovkou prosím", []),
        ("I want a new router, a kde", []),
        ("přijďte 20. ledna dopoledne prosím vás", []),
        ("první věc je tahle. druhá věc je tahle. třetí věc je tahle. čtvrtá věc je tahle.", []),
        ("kolik stojí internet, a kde je moje zakázka", ["kolik stojí internet", "kde je moje zakázka"]),
        ("", []),
        ("a kde a kdy and", []),
    ],
)
def test_where_a_message_is_divided(text: str, clauses: list[str]) -> None:
    assert Splitter(JOINTS).clauses(text) == clauses


def test_without_joints_sentences_alone_divide() -> None:
    assert Splitter(()).clauses("my net is down and I want to pay") == []
    assert Splitter(()).clauses("my net is down! I want to pay") == ["my net is down", "I want to pay"]


def _both(
    one: str, two: str, intents: tuple[str, str], confidence: float = 0.9
) -> list[tuple[str, str, float]]:
    return [(one, intents[0], confidence), (two, intents[1], confidence)]


async def test_what_asks_comes_last(talk: Talk) -> None:
    parts = _both(
        "kde je objednávka 1234-5671", "kolik stojí Optik 300", ("ask_order_status", "ask_tariff_details")
    )
    said = await talk.says(
        "kde je objednávka 1234-5671 a kolik stojí Optik 300", "nlu_fallback", 0.4, clauses=parts
    )

    assert said.text.index("429 Kč") < said.text.index("potřebuju telefon")
    assert said.understood["intent"] == "ask_tariff_details"
    assert talk.memory.tried == ("ask_tariff_details", "ask_order_status")
    assert (await talk.says(PHONE, "give_order_number")).answer == "order_scheduled"


async def test_two_that_ask_are_taken_one_by_one(talk: Talk) -> None:
    parts = _both("stěhuju se do Prahy", "chci si stěžovat na technika", ("moving_house", "complaint"))
    said = await talk.says(
        "stěhuju se do Prahy a chci si stěžovat na technika", "moving_house", clauses=parts
    )

    assert said.answer == "moving_house"
    assert "„Podat stížnost“" in said.text
    assert (await talk.says(said.buttons["Podat stížnost"])).answer == "complaint_ask_words"


async def test_who_is_handed_over_is_asked_nothing_more(talk: Talk, hub: FakeHub) -> None:
    parts = _both("kde máte síť", "faktura mi přišla špatně už potřetí", ("ask_availability", "complaint"))
    said = await talk.says("kde máte síť a faktura mi přišla špatně už potřetí", "complaint", clauses=parts)

    assert said.handoff is not None
    assert said.answer == "complaint"
    assert len(hub.cases) == 1


async def test_both_are_told_where_neither_asks(talk: Talk) -> None:
    parts = _both("jaké máte tarify", "kdy máte otevřeno", ("ask_tariffs", "ask_opening_hours"))
    said = await talk.says("jaké máte tarify a kdy máte otevřeno", "ask_opening_hours", clauses=parts)

    assert "Optik 300" in said.text
    assert "každý den 8–20 h" in said.text
    assert len(said.buttons) == len(set(said.buttons.values()))


@pytest.mark.parametrize(
    ("intents", "confidence"),
    [
        (("connection_problem", "slow_connection"), 0.9),  # one trouble
        (("ask_tariffs", "ask_opening_hours"), 0.7),  # not for sure
        (("ask_tariffs", "request_human"), 0.9),  # a person reads all of it
        (("ask_tariffs", "thanks"), 0.9),
        (("ask_tariffs", "out_of_scope"), 0.9),
        (("ask_tariffs", "nlu_fallback"), 0.9),
    ],
)
async def test_most_messages_are_of_one_wish(intents: tuple[str, str], confidence: float, talk: Talk) -> None:
    parts = _both("jedno a totéž", "ještě jednou jinak", intents, confidence)
    assert (
        await talk.says("jedno a totéž a ještě jednou jinak", "ask_contacts", clauses=parts)
    ).answer == "ask_contacts"


async def test_nor_is_an_answer_to_a_question_divided(talk: Talk, hub: FakeHub) -> None:
    await talk.says("chci podat stížnost", "complaint")
    parts = _both("nejde mi net", "nepřišla mi faktura", ("connection_problem", "ask_invoice"))
    said = await talk.says("nejde mi net a nepřišla mi faktura za listopad", "ask_invoice", clauses=parts)

    assert said.answer == "complaint"
    assert hub.cases[0][3] == "nejde mi net a nepřišla mi faktura za listopad"
