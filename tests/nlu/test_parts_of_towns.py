"""Another place for what was asked of one before, and parts of towns: said with the town, or after it."""

import pytest
from actions.memory import Memory
from actions.places import Outage

from tests.nlu.talk import FakeHub, Talk


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("a co v praze na karlíně?", "ask_tariff_details", 0.6),
        ("a co v praze na karlíně?", "ask_availability", 0.95),
        ("a karlíně v praze", "ask_outage", 0.7),
        ("and what about Karlín in Prague?", "recommend_tariff", 0.95),
    ],
)
async def test_another_place_is_the_same_matter(
    text: str, intent: str, confidence: float, talk: Talk
) -> None:
    await talk.says("máte internet v Brně?", "ask_availability")

    said = await talk.says(text, intent, confidence)
    assert said.answer == "availability_available"
    assert talk.memory.known == {"town": "Praha", "street": "Karlín"}


@pytest.mark.parametrize("text", ["brno", "a v Brně?", "a co Brno"])
async def test_so_is_a_town_alone_after_an_outage(text: str, talk: Talk) -> None:
    await talk.says("není v Praze výpadek?", "ask_outage")

    assert (await talk.says(text, "ask_availability", 0.95)).answer == "outage_known"


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("kde máte v Praze pobočku", "ask_contacts", "ask_contacts"),
        ("kolik v Praze stojí tarify", "ask_tariffs", "tariffs"),
        ("výpadek v Praze", "ask_outage", "outage_none"),
    ],
)
async def test_what_is_asked_of_another_town_is_answered(
    text: str, intent: str, answer: str, talk: Talk
) -> None:
    await talk.says("máte internet v Brně?", "ask_availability")

    assert (await talk.says(text, intent, 0.6)).answer == answer


async def test_a_place_is_no_more_than_that_elsewhere(talk: Talk) -> None:
    await talk.says("jaké máte tarify", "ask_tariffs")

    assert (await talk.says("a co v Praze?", "ask_tariffs", 0.6)).answer == "tariffs"


async def test_a_button_is_what_it_says(talk: Talk) -> None:
    await talk.says("není v Praze výpadek?", "ask_outage")

    assert (await talk.says('/ask_availability{"town": "Brno"}')).answer == "availability_available"


async def test_a_part_that_is_said_with_its_town_is_looked_up(talk: Talk) -> None:
    said = await talk.says("máte internet v Praze na karlíně?", "ask_availability")

    assert said.answer == "availability_available"
    assert talk.memory.known == {"town": "Praha", "street": "Karlín"}


async def test_a_part_that_is_not_known_is_asked_for(talk: Talk) -> None:
    said = await talk.says("máte internet v Praze na Vinohradech?", "ask_availability")

    assert said.answer == "availability_ask_street"


async def test_a_part_of_the_town_that_was_asked_about(talk: Talk) -> None:
    await talk.says("máte internet v Praze?", "ask_availability")
    assert (await talk.says("nevím", "deny")).answer == "form_dropped"

    assert (await talk.says("a na Karlíně?", "ask_availability")).answer == "availability_available"


@pytest.mark.parametrize(
    ("text", "answer", "place"),
    [
        ("v líšni", "outage_known", "Brno (Líšeň): "),
        ("lisen", "outage_known", "Brno (Líšeň): "),
        ("a v židenicích?", "outage_none", "Brno (Židenice): "),
        ("a v Kocourkově?", "town_unknown", ""),
    ],
)
@pytest.mark.parametrize("intent", ["ask_availability", "ask_outage", "nlu_fallback", "out_of_scope"])
async def test_a_part_of_the_town_where_the_line_is_out(
    intent: str, text: str, answer: str, place: str, talk: Talk, hub: FakeHub
) -> None:
    hub.broken = {"Brno": Outage("Porucha v Líšni.", True, ("Líšeň",))}
    await talk.says("neni v brne vypadek?", "ask_outage")

    said = await talk.says(text, intent, 0.7)
    assert said.answer == answer
    assert said.text.startswith(place)


@pytest.mark.parametrize(
    ("part", "answer"),
    [("líšni", "outage_known"), ("židenicích", "outage_none"), ("Bystrci", "outage_known")],
)
async def test_an_outage_in_a_part_that_is_said_with_its_town(
    part: str, answer: str, talk: Talk, hub: FakeHub
) -> None:
    hub.broken = {"Brno": Outage("Porucha v Líšni.", True, ("Líšeň",))}

    assert (await talk.says(f"není v Brně v {part} výpadek?", "ask_outage")).answer == answer


@pytest.mark.parametrize("text", ["v praze na karlíně", "na karlíně v Praze"])
async def test_a_part_with_its_town_where_a_street_was_asked_for(text: str, talk: Talk) -> None:
    await talk.says("máte internet v Praze?", "ask_availability")

    assert (await talk.says(text, "nlu_fallback", 0.3)).answer == "availability_available"
    assert talk.memory.known == {"town": "Praha", "street": "Karlín"}


@pytest.mark.parametrize("intent", ["ask_tariff_details", "ask_availability", "nlu_fallback"])
async def test_another_town_with_its_part_instead_of_a_street(intent: str, talk: Talk) -> None:
    await talk.says("máte internet v Praze?", "ask_availability")

    assert (await talk.says("a co v brně na líšni", intent, 0.6)).answer == "availability_available"
    assert talk.memory.known["town"] == "Brno"


async def test_no_first_aid_in_a_part_where_the_line_is_out(talk: Talk, hub: FakeHub) -> None:
    hub.broken = {"Brno": Outage("Porucha v Líšni.", True, ("Líšeň",))}

    for text in ("Brno-Líšeň, nejde mi net", "v brně na líšni mi nejede internet"):
        talk.memory = Memory()
        assert (await talk.says(text, "connection_problem")).answer == "outage_known"


@pytest.mark.parametrize("intent", ["ask_availability", "ask_outage"])
async def test_a_part_of_another_town_is_forgotten(intent: str, talk: Talk) -> None:
    await talk.says("máte internet v Praze na Karlíně?", "ask_availability")
    await talk.says("a jak je na tom Brno?", intent)

    assert talk.memory.known == {"town": "Brno"}
