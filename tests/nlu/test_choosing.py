"""Choosing a tariff over several turns: lists within limits, two side by side, a recommendation, promotions."""

import pytest
from actions.tariffs import Promotion

from tests.nlu.talk import FakeHub, Talk, tariff


async def test_tariffs_within_a_limit(talk: Talk) -> None:
    said = await talk.says("co máte do 450 korun", "ask_tariffs")

    assert said.answer == "tariffs_fitting"
    assert "Optik 300" in said.text
    assert "Optik 500" not in said.text


async def test_the_only_one_within_a_limit_is_the_one_that_is_spoken_of(talk: Talk) -> None:
    await talk.says("aspoň 600 mega", "ask_tariffs")

    assert "Optik 1000" in (await talk.says("a co je v něm", "ask_tariff_details")).text


@pytest.mark.parametrize(
    ("text", "fit", "other"),
    [
        ("něco 300-500 mbps", ["Optik 300", "Optik 500"], ["Optik 100:", "Optik 1000"]),
        ("something from 300 to 500 Mbps", ["Optik 300", "Optik 500"], ["Optik 100:", "Optik 1000"]),
        ("ne 500 mega, stačí 100", ["Optik 100:", "Optik 300", "Optik 500"], []),
        ("tarif s 200 mega uploadu", ["Optik 500", "Optik 1000"], ["Optik 100:", "Optik 300"]),
    ],
)
async def test_ranges_and_the_way_up(text: str, fit: list[str], other: list[str], talk: Talk) -> None:
    said = await talk.says(text, "ask_tariffs")

    assert said.answer == "tariffs_fitting"
    assert all(name in said.text for name in fit)
    assert not any(name in said.text for name in other)


@pytest.mark.parametrize("text", ["potřebuju upload aspoň 200", "I need fast uploads, at least 200"])
@pytest.mark.parametrize("intent", ["ask_tariff_details", "ask_tariffs", "recommend_tariff", "nlu_fallback"])
async def test_the_way_up_after_one_was_spoken_of(text: str, intent: str, talk: Talk) -> None:
    assert "Optik 100" in (await talk.says("který je nejlevnější", "ask_cheapest_tariff")).text

    said = await talk.says(text, intent, 0.6)
    assert said.answer == "tariffs_fitting"
    assert "Optik 500" in said.text
    assert "Optik 100:" not in said.text
    assert "Optik 300" not in said.text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("chci upload aspoň 300", "tariffs_fitting"),
        ("aspoň 300 mega", "tariffs_fitting"),
        ("chci neco do pětistovky", "tariffs_fitting"),
        ("100 mega uploadu", "tariffs_fitting"),
        ("co je v pětistovce", "tariff_details"),
        ("kolik má pětistovka upload", "tariff_details"),
        ("čím se liší stovka od třístovky", "tariff_details"),
        ("co má Optik 300 za 429 Kč", "tariff_details"),
    ],
)
async def test_a_limit_is_no_name_of_a_tariff(text: str, answer: str, talk: Talk) -> None:
    assert (await talk.says(text, "ask_tariff_details")).answer == answer


async def test_from_one_price_to_another(talk: Talk) -> None:
    said = await talk.says("něco mezi 400 a 500 korunama", "recommend_tariff")

    assert "Optik 300" in said.text
    assert "Optik 500" in said.text
    assert "Optik 100:" not in said.text


@pytest.mark.parametrize("intent", ["ask_tariffs", "recommend_tariff", "nlu_fallback", "how_are_you"])
@pytest.mark.parametrize("text", ["máte 2 gigabity?", "do you have two gigabits?"])
async def test_a_speed_counts_no_people(text: str, intent: str, talk: Talk) -> None:
    await talk.says("poraďte mi", "recommend_tariff")

    assert (await talk.says(text, intent, 0.6)).answer in ("tariffs_none_fits", "how_are_you")


async def test_nor_does_an_amount_of_money(talk: Talk) -> None:
    await talk.says("poraďte mi", "recommend_tariff")

    assert (await talk.says("20 euro", "nlu_fallback")).answer == "recommend_people"
    assert (await talk.says("do pětistovky", "nlu_fallback")).answer == "tariffs_fitting"


async def test_none_within_a_limit(talk: Talk) -> None:
    said = await talk.says("aspoň 5 giga", "recommend_tariff")

    assert said.answer == "tariffs_none_fits"
    assert "Optik 1000" in said.text


async def test_the_cheapest_that_is_fast_enough(talk: Talk) -> None:
    assert "Optik 500" in (await talk.says("nejlevnější aspoň 400 mega", "ask_cheapest_tariff")).text
    assert "Optik 500" in (await talk.says("nejrychlejší do 500 Kč", "ask_fastest_tariff")).text


async def test_two_are_compared(talk: Talk) -> None:
    said = await talk.says("rozdíl mezi optik 1000 a 500", "compare_tariffs")

    assert said.answer == "tariffs_compared"
    assert said.text.index("Optik 500") < said.text.index("Optik 1000")
    assert "200\u00a0Kč měsíčně dražší" in said.text
    assert said.text.endswith("Navíc má:\n• Televize")


async def test_one_is_compared_with_the_one_that_was_spoken_of(talk: Talk) -> None:
    await talk.says("který je nejlevnější", "ask_cheapest_tariff")

    assert "• Optik 100" in (await talk.says("a oproti 300?", "compare_tariffs")).text


async def test_which_two(talk: Talk) -> None:
    first = await talk.says("porovnejte mi tarify", "compare_tariffs")
    second = await talk.says(first.buttons["Optik 300"])
    assert "Optik 300" not in second.buttons

    assert (await talk.says(second.buttons["Optik 500"])).answer == "tariffs_compared"


async def test_a_recommendation_by_buttons(talk: Talk) -> None:
    people = await talk.says("poraďte mi", "recommend_tariff")
    use = await talk.says(people.buttons["Tři až čtyři"])
    said = await talk.says(use.buttons["Filmy, televize, práce z domova"])

    assert said.answer == "recommended"
    assert "Optik 300" in said.text
    assert talk.memory.known["tariff"] == "Optik 300"


async def test_a_recommendation_by_words(talk: Talk) -> None:
    assert (await talk.says("poraďte mi internet na hry", "recommend_tariff")).answer == "recommend_people"

    assert "Optik 500" in (await talk.says("jsme tři", "how_are_you", 0.4)).text


async def test_details_of_the_one_that_was_just_recommended(talk: Talk) -> None:
    await talk.says("co pro čtyři lidi na hraní", "recommend_tariff")

    assert "Optik 1000" in (await talk.says("/ask_tariff_details")).text


@pytest.mark.parametrize(
    "intent",
    ["ask_tariffs", "ask_fastest_tariff", "ask_tariff_details", "compare_tariffs", "recommend_tariff"],
)
async def test_nothing_on_offer(intent: str, talk: Talk, hub: FakeHub) -> None:
    hub.offered = ()

    assert (await talk.says("tarify", intent)).answer == "no_tariffs"


async def test_promotions(talk: Talk, hub: FakeHub) -> None:
    assert (await talk.says("máte slevu?", "ask_promotions")).answer == "no_promotions"
    hub.promotions = (Promotion("Zřízení zdarma.", "31. 12"), Promotion("Sleva", None))

    said = await talk.says("máte slevu?", "ask_promotions")
    assert "• Zřízení zdarma. Platí do 31. 12.\n• Sleva" in said.text


@pytest.mark.parametrize("intent", ["greet", "out_of_scope", "nlu_fallback"])
async def test_a_speed_says_enough_by_itself(intent: str, talk: Talk) -> None:
    assert (await talk.says("dobrý den, aspoň 300 mega", intent, 0.6)).answer == "tariffs_fitting"
    assert (await talk.says("dobrý den vespolek", intent, 0.6)).answer != "tariffs_fitting"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("chci si půjčit 50000 korun", "out_of_scope"),
        ("kolik stojí letenka do Londýna za 2000 korun", "out_of_scope"),
        ("nejméně 300 lidí přišlo", "out_of_scope"),
        ("can you lend me 500 crowns", "out_of_scope"),
        ("dobrý den, dlužím 500 korun", "greet"),
        ("dobrý den, dlužím 500 korun za internet", "greet"),
        ("koupil jsem auto za 2 mega", "out_of_scope"),
    ],
)
async def test_an_amount_of_anything_is_no_tariff(text: str, intent: str, talk: Talk) -> None:
    assert (await talk.says(text, intent)).answer == intent


async def test_a_price_of_a_tariff_says_enough(talk: Talk) -> None:
    assert (await talk.says("zdravím, internet do 500 korun", "greet", 0.6)).answer == "tariffs_fitting"
    assert (await talk.says("hi, a plan under 500 crowns", "nlu_fallback", 0.2)).answer == "tariffs_fitting"


async def test_two_of_one_price(talk: Talk, hub: FakeHub) -> None:
    hub.offered = (tariff(500, 499, None, "Televize"), tariff(300, 499))
    said = await talk.says("rozdíl mezi optik 300 a 500", "compare_tariffs")

    assert said.answer == "tariffs_same_price"
    assert "Měsíčně stojí stejně.\nTen druhý má navíc:\n• Televize" in said.text


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("chci alespoň půl giga", "ask_fastest_tariff", "tariffs_fitting"),
        ("at least half a gig please", "ask_cheapest_tariff", "tariffs_fitting"),
        ("nejlevnější aspoň 300 mega", "ask_cheapest_tariff", "cheapest_tariff"),
        ("nejrychlejší do 500 korun", "ask_fastest_tariff", "fastest_tariff"),
    ],
)
async def test_a_lower_limit_is_no_wish_for_the_utmost(
    text: str, intent: str, answer: str, talk: Talk
) -> None:
    assert (await talk.says(text, intent)).answer == answer


async def test_who_is_choosing_may_name_a_price_alone(talk: Talk) -> None:
    await talk.says("jaké máte tarify", "ask_tariffs")
    said = await talk.says("a do 350?", "nlu_fallback", 0.2)

    assert "Optik 100" in said.text
    assert "Optik 300" not in said.text


@pytest.mark.parametrize("intent", ["ask_tariffs", "ask_tariff_details"])
async def test_what_not_every_tariff_has(intent: str, talk: Talk) -> None:
    await talk.says("který je nejlevnější", "ask_cheapest_tariff")
    said = await talk.says("který má televizi?", intent)

    assert said.answer == "tariff_lacks"
    assert "Optik 1000" in said.text
    assert "Optik 100:" not in said.text
