"""What comes with a tariff beside the line: asked of the one that is spoken of, or of all."""

import pytest

from tests.nlu.talk import Talk


@pytest.mark.parametrize("intent", ["ask_tariff_details", "ask_tariffs"])
async def test_the_tariff_that_is_spoken_of_lacks_it(intent: str, talk: Talk) -> None:
    await talk.says("který je nejlevnější", "ask_cheapest_tariff")
    said = await talk.says("a je v něm televize?", intent)

    assert said.answer == "tariff_lacks"
    assert said.text.startswith("Optik 100 ")
    assert "Optik 1000" in said.text
    assert "Optik 300" not in said.text


async def test_it_has_it(talk: Talk) -> None:
    said = await talk.says("má Optik 1000 televizi?", "ask_tariff_details")

    assert said.answer == "tariff_has"
    assert "Televize" in said.text


@pytest.mark.parametrize("intent", ["ask_tariff_details", "ask_tariffs"])
async def test_which_ones_have_it(intent: str, talk: Talk) -> None:
    said = await talk.says("kde je v ceně telka", intent)

    assert said.answer == "tariffs_including"
    assert "Optik 1000" in said.text
    assert "Optik 300" not in said.text
    assert (await talk.says("a co v něm je", "ask_tariff_details")).text.startswith("Optik 1000")


async def test_the_cheapest_one_with_it(talk: Talk) -> None:
    said = await talk.says("nejlevnější tarif s televizí", "ask_cheapest_tariff")

    assert "Optik 1000" in said.text


@pytest.mark.parametrize("intent", ["ask_tariff_details", "router_wifi"])
async def test_what_no_tariff_has_may_be_sold_apart(intent: str, talk: Talk) -> None:
    said = await talk.says("musím si kupovat router?", intent)

    assert said.answer == "extra_apart"
    assert "Wi-Fi 6 router: 999 Kč" in said.text


async def test_what_nobody_sells(talk: Talk) -> None:
    assert (
        await talk.says("má Optik 100 rodičovskou kontrolu?", "ask_tariff_details")
    ).answer == "tariffs_lack"
    assert (await talk.says("je někde rodičovská kontrola?", "ask_tariffs")).answer == "tariffs_lack"


@pytest.mark.parametrize("text", ["kolik stojí pětistovka měsíčně", "how much is the 500 a month"])
async def test_the_price_of_one_is_no_limit(text: str, talk: Talk) -> None:
    said = await talk.says(text, "ask_tariffs", 0.42)

    assert said.answer == "tariff_details"
    assert "Optik 500" in said.text


@pytest.mark.parametrize("text", ["kolik stojí internet do 500 korun", "mám na to 500 korun měsíčně"])
async def test_a_price_that_limits_is_one(text: str, talk: Talk) -> None:
    assert (await talk.says(text, "ask_tariffs")).answer == "tariffs_fitting"
