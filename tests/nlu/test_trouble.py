"""Something does not work: first aid, a known outage, and then people."""

import pytest
from actions.places import Outage

from tests.nlu.talk import FakeHub, Talk


async def test_first_aid_and_then_people(talk: Talk) -> None:
    assert (await talk.says("nejde mi net", "connection_problem")).answer == "connection_problem"
    assert (await talk.says("/connection_problem")).answer == "connection_problem"
    said = await talk.says("pořád to nejede", "connection_problem")

    assert said.handoff is not None
    assert (said.handoff["reason"], said.handoff["team"]) == ("topic", "support")


async def test_no_first_aid_where_the_line_is_out(talk: Talk) -> None:
    assert (await talk.says("v Brně nejde net", "connection_problem")).answer == "outage_known"


async def test_what_does_not_come_back_with_the_line_has_first_aid_and_then_people(talk: Talk) -> None:
    told = await talk.says("v Brně nejde net", "connection_problem")
    assert told.answer == "outage_known"
    assert (await talk.says(told.buttons["Nejde mi internet"])).answer == "connection_problem"

    said = await talk.says("pořád to v Brně nejde", "connection_problem")
    assert said.answer == "did_not_help"
    assert said.handoff is not None
    assert said.handoff["summary"]["tried"] == ["ask_outage", "connection_problem"]


async def test_words_that_repeat_it_have_first_aid_too(talk: Talk) -> None:
    await talk.says("není v Brně výpadek?", "ask_outage")

    assert (await talk.says("nejde mi internet", "connection_problem")).answer == "connection_problem"


async def test_works_that_are_only_announced_are_no_reason(talk: Talk, hub: FakeHub) -> None:
    hub.broken = {"Brno": Outage("Odstávka v pátek.", False, ())}

    said = await talk.says("v Brně nejde net", "connection_problem")
    assert said.answer == "connection_problem"
    assert "Odstávka" not in said.text


@pytest.mark.parametrize("repeated", ["nejde mi to", "v Brně mi to nejde"])
async def test_an_outage_in_other_streets_is_told_with_first_aid(
    repeated: str, talk: Talk, hub: FakeHub
) -> None:
    hub.broken = {"Brno": Outage("Brno (Líšeň). Porucha.", True, ("Líšeň",))}

    said = await talk.says("v Brně nejde net", "connection_problem")
    assert said.answer == "connection_problem"
    assert "Líšeň" in said.text
    assert "30 sekund" in said.text
    assert talk.memory.known["town"] == "Brno"
    again = await talk.says(repeated, "connection_problem")
    assert again.answer == "did_not_help"
    assert "Líšeň" not in again.text


async def test_a_town_that_was_only_asked_about_may_be_anothers(talk: Talk) -> None:
    await talk.says("jste v Brně?", "ask_availability")

    said = await talk.says("nejde mi internet", "connection_problem")
    assert said.answer == "connection_problem"
    assert "Porucha" in said.text


async def test_first_aid_where_it_is_not(talk: Talk) -> None:
    assert (await talk.says("v Praze nejde net", "connection_problem")).answer == ("connection_problem")


@pytest.mark.parametrize("between", [[], ["dobrý den"]])
async def test_the_trouble_of_another_day_has_first_aid_again(between: list[str], talk: Talk) -> None:
    await talk.says("nejde mi internet", "connection_problem")
    talk.now += 3 * 86_400
    for text in between:
        await talk.says(text, "greet")

    assert (await talk.says("nejde mi internet", "connection_problem")).answer == "connection_problem"
    assert (await talk.says("pořád nejde", "connection_problem")).answer == "did_not_help"


async def test_an_outage_of_another_day_is_told_again(talk: Talk) -> None:
    await talk.says("nejde mi internet v Brně", "connection_problem")
    talk.now += 3 * 86_400

    assert "Porucha" in (await talk.says("nejde mi internet", "connection_problem")).text
