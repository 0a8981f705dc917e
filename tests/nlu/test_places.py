"""Where there is service, and where the line is out: towns and streets over several turns."""

import pytest

from tests.nlu.talk import FakeHub, Talk


@pytest.mark.parametrize(
    ("town", "answer"),
    [
        ("Brno", "availability_available"),
        ("Jihlava", "availability_soon"),
        ("Třebíč", "availability_planned"),
        ("Praha", "availability_ask_street"),
        ("Cheb", "availability_not"),
        ("Kocourkov", "town_unknown"),
    ],
)
async def test_availability(town: str, answer: str, talk: Talk) -> None:
    assert (await talk.says(f"je to v {town}?", "ask_availability")).answer == answer


@pytest.mark.parametrize(
    ("street", "answer"),
    [
        ("Karlín", "availability_available"),
        ("Karl", "availability_ask_street"),
        ("Nikde 3", "availability_some_streets"),
    ],
)
async def test_a_street(street: str, answer: str, talk: Talk) -> None:
    await talk.says("jste v Praze", "ask_availability")

    assert (await talk.says(street, "nlu_fallback", 0.2)).answer == answer


async def test_a_part_of_town_that_was_taken_for_a_town(talk: Talk) -> None:
    await talk.says("jste v Praze", "ask_availability", town="Praha")

    assert (await talk.says("Karlín", "nlu_fallback", 0.2, town="Karlín")).answer == "availability_available"
    assert talk.memory.known["town"] == "Praha"


async def test_a_street_of_a_town_without_service(talk: Talk) -> None:
    said = await talk.says("jste v Chebu na Májové?", "ask_availability", town="Cheb", street="Májová")

    assert said.answer == "availability_not"


@pytest.mark.parametrize(
    ("first", "next_one"), [("ask_availability", "availability_not"), ("ask_outage", "town_unknown")]
)
async def test_another_town_alone_goes_on_with_the_same(first: str, next_one: str, talk: Talk) -> None:
    await talk.says("jak je to v Brně?", first, town="Brno")

    assert (await talk.says("a co Cheb?", "out_of_scope", 0.9, town="Cheb")).answer == next_one


async def test_a_suggested_street(talk: Talk) -> None:
    await talk.says("jste v Praze", "ask_availability")
    asked = await talk.says("Karl", "nlu_fallback", 0.2)

    assert (await talk.says(asked.buttons["Karlín"])).answer == "availability_available"
    assert talk.memory.known == {"town": "Praha", "street": "Karlín"}


async def test_another_town_instead_of_a_street(talk: Talk) -> None:
    await talk.says("jste v Praze", "ask_availability")

    assert (await talk.says("a v Brně?", "ask_availability")).answer == "availability_available"
    assert talk.memory.known["town"] == "Brno"


async def test_an_unknown_town_is_suggested(talk: Talk) -> None:
    asked = await talk.says("je to v Brdě", "ask_availability")

    assert (await talk.says(asked.buttons["Brno"])).answer == "availability_available"


async def test_the_town_is_remembered(talk: Talk) -> None:
    await talk.says("jste v Brně", "ask_availability")

    assert (await talk.says("a není tam výpadek?", "ask_outage")).answer == "outage_known"


@pytest.mark.parametrize(
    ("intent", "answer"), [("ask_availability", "availability_ask_town"), ("ask_outage", "outage_ask_town")]
)
async def test_what_was_remembered_and_is_no_town(intent: str, answer: str, talk: Talk) -> None:
    await talk.says("dejte mi někoho z Jiného", "thanks", town="Jiného")

    assert (await talk.says("a u nás?", intent)).answer == answer


async def test_outages(talk: Talk, hub: FakeHub) -> None:
    asked = await talk.says("je u nás výpadek?", "ask_outage")
    assert asked.answer == "outage_ask_town"
    assert (await talk.says("Praha", "ask_availability")).answer == "outage_none"

    everywhere = await talk.says(asked.buttons["Kdekoli"])
    assert everywhere.answer == "outages_all"
    hub.broken = {}
    assert (await talk.says("/ask_outage")).answer == "outages_nowhere"


@pytest.mark.parametrize(
    "text",
    [
        "stěhuju se do Prahy z Brna, máte tam internet?",
        "stěhuju se z Brna do Prahy, máte tam internet?",
        "we are moving to Prague from Brno, do you cover it?",
    ],
)
async def test_a_town_that_somebody_leaves_is_not_meant(text: str, talk: Talk) -> None:
    assert (await talk.says(text, "ask_availability")).answer == "availability_ask_street"
    assert talk.memory.known == {"town": "Praha"}


async def test_unless_it_is_the_only_one(talk: Talk) -> None:
    assert (await talk.says("jsem z Brna", "ask_availability")).answer == "availability_available"


@pytest.mark.parametrize(
    ("intent", "answer"), [("ask_availability", "availability_available"), ("ask_outage", "outage_known")]
)
async def test_which_of_two_towns(intent: str, answer: str, talk: Talk) -> None:
    asked = await talk.says("v Brně, nebo v Praze?", intent)
    assert asked.answer == "town_which"
    assert list(asked.buttons) == ["Brno", "Praha"]
    assert not talk.memory.known

    assert (await talk.says(asked.buttons["Brno"])).answer == answer


async def test_one_town_in_two_forms_is_one(talk: Talk) -> None:
    said = await talk.says("jsem z Prahy, ale bydlím v Brně. je to v Brno?", "ask_availability")

    assert said.answer == "availability_available"


async def test_an_outage_of_one_of_two_towns_is_told_to_nobody_else(talk: Talk) -> None:
    said = await talk.says("v Praze mi to jede, v Brně nejde net", "connection_problem")

    assert "Porucha" not in said.text


@pytest.mark.parametrize(
    "text",
    ["kolik to stojí", "Kolik to stojí", "proč to potřebujete vědět", "co", "bydlíme v malé vesnici u lesa"],
)
async def test_what_everybody_says_is_no_town(text: str, talk: Talk) -> None:
    await talk.says("máte u nás pokrytí", "ask_availability")

    assert (await talk.says(text, "ask_tariffs", 0.45)).answer == "tariffs"
    assert "town" not in talk.memory.known


@pytest.mark.parametrize(
    "text", ["dolní lhota", "kostelec nad černými lesy", "lhota Pod Starým Velkým Lesem"]
)
async def test_what_nobody_else_says_may_be_one(text: str, talk: Talk) -> None:
    await talk.says("máte u nás pokrytí", "ask_availability")

    said = await talk.says(text, "ask_tariffs", 0.45)
    assert said.answer == "town_unknown"
    assert text in said.text


async def test_a_street_may_be_called_by_any_word(talk: Talk) -> None:
    await talk.says("jste v Praze", "ask_availability")

    assert (await talk.says("hlavní", "nlu_fallback", 0.2)).answer == "availability_some_streets"
