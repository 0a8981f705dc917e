"""Orders are told to those whose they are; the number alone opens nothing."""

from dataclasses import replace
from typing import Any

import pytest
from actions.orders import parse_order, parse_orders

from tests.nlu.talk import MARKED, PHONE, FakeHub, Talk, order


async def test_a_number_and_its_phone(talk: Talk) -> None:
    assert (await talk.says("kde je objednávka", "ask_order_status")).answer == "order_ask_number"
    asked = await talk.says("1234 5671", "give_order_number")
    assert asked.answer == "order_ask_phone"
    assert "1234-5671" in asked.text

    told = await talk.says(PHONE, "out_of_scope")
    assert told.answer == "order_scheduled"
    assert told.understood["entities"]["order_number"] == "1234-5671"
    assert talk.memory.known == {"order_number": "1234-5671", "phone": MARKED, "tariff": "Optik 500"}
    assert talk.memory.question is None


async def test_what_was_proven_is_not_asked_again(talk: Talk) -> None:
    await talk.says("objednávka 12345671, telefon 777 123 456", "ask_order_status")

    assert (await talk.says("a kdy přijede?", "ask_order_status")).answer == "order_scheduled"


async def test_ones_own_order_is_told_at_once(talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011", "in_progress"),)

    told = await talk.says("kde je můj technik", "ask_order_status")

    assert told.answer == "order_in_progress"
    assert "4000-0011" in told.text


async def test_of_several_one_is_chosen_and_then_the_one_that_is_meant(talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011"), order("5000-0021", "done"))
    which = await talk.says("kde je můj technik", "ask_order_status")
    assert which.answer == "order_which"

    told = await talk.says(which.buttons["5000-0021 · Optik 500"])
    assert told.answer == "order_done"
    assert (await talk.says("a kdy přijede?", "ask_order_status")).answer == "order_done"


async def test_a_wrong_phone_twice(talk: Talk) -> None:
    await talk.says("objednávka 1234-5671", "ask_order_status")

    assert (await talk.says("601 111 222", "give_order_number")).answer == "order_phone_wrong"
    for phone in ("601 111 223", "601 111 224"):
        again = await talk.says(phone, "give_order_number")
        assert again.answer == "order_phones_wrong"
        assert "1234-5671" in again.text
    assert (await talk.says("jo", "affirm")).answer == "handoff_requested"


async def test_the_right_phone_after_wrong_ones(talk: Talk) -> None:
    await talk.says("objednávka 1234-5671", "ask_order_status")
    for phone in ("601 111 222", "601 111 223"):
        await talk.says(phone, "give_order_number")

    assert (await talk.says(PHONE, "out_of_scope")).answer == "order_scheduled"


async def test_wrong_phones_of_another_order_do_not_count(talk: Talk) -> None:
    await talk.says("objednávka 8765-4321", "ask_order_status")
    for phone in ("601 111 222", "601 111 223"):
        await talk.says(phone, "give_order_number")

    assert (await talk.says("pardon, 1234-5671", "give_order_number")).answer == "order_ask_phone"
    assert (await talk.says("601 111 224", "give_order_number")).answer == "order_phone_wrong"
    assert (await talk.says("12 34", "nlu_fallback")).answer == "order_ask_phone"
    assert (await talk.says("601 111 225", "give_order_number")).answer == "order_phones_wrong"


async def test_wrong_phones_until_there_are_no_tries(talk: Talk, hub: FakeHub) -> None:
    hub.tries = 4
    await talk.says("objednávka 1234-5671", "ask_order_status")

    said = [(await talk.says(f"601 111 22{last}", "give_order_number")).answer for last in range(5)]
    assert said == ["order_phone_wrong", *["order_phones_wrong"] * 3, "order_too_many_tries"]


async def test_too_many_tries(talk: Talk, hub: FakeHub) -> None:
    hub.tries = 0
    await talk.says("objednávka 1234-5671", "ask_order_status")

    assert (await talk.says(PHONE, "give_order_number")).answer == "order_too_many_tries"


async def test_a_phone_of_another_matter_costs_one_try_at_most(talk: Talk, hub: FakeHub) -> None:
    await talk.says("volejte mi na 608 123 123 zítra", "call_me_back")
    for _ in range(2):
        assert (await talk.says("stav objednávky 1234-5671", "ask_order_status")).answer == "order_ask_phone"

    assert hub.tries == 4
    assert (await talk.says(PHONE, "give_order_number")).answer == "order_scheduled"


async def test_no_phone_is_no_try(talk: Talk, hub: FakeHub) -> None:
    await talk.says("objednávka 1234-5671", "ask_order_status")

    assert (await talk.says("12 34", "nlu_fallback")).answer == "callback_phone_wrong"
    assert hub.tries == 5
    assert (await talk.says("nevím, hm", "nlu_fallback")).answer == "handoff_not_understood"


async def test_another_number_instead_of_a_phone(talk: Talk) -> None:
    await talk.says("objednávka 8765-4321", "ask_order_status")

    asked = await talk.says("pardon, 1234-5671", "give_order_number")
    assert asked.answer == "order_ask_phone"
    assert "1234-5671" in asked.text
    assert (await talk.says(PHONE)).answer == "order_scheduled"


@pytest.mark.parametrize("digits", ["77712345", "7771234"])
@pytest.mark.parametrize("intent", ["give_order_number", "nlu_fallback"])
async def test_a_phone_with_a_digit_missing(digits: str, intent: str, talk: Talk) -> None:
    await talk.says("objednávka 1234-5671", "ask_order_status")

    assert (await talk.says(digits, intent)).answer == "callback_phone_wrong"
    assert (await talk.says(PHONE)).answer == "order_scheduled"


@pytest.mark.parametrize(
    "text", ["kde je moje objednávka tarifu Optik 1000", "objednávka ze 3. 11. 2026, kde je?"]
)
async def test_a_tariff_and_a_year_are_no_number(text: str, talk: Talk, hub: FakeHub) -> None:
    assert (await talk.says(text, "ask_order_status")).answer == "order_ask_number"
    hub.own = (order("4000-0011"),)
    assert (await talk.says(text, "ask_order_status")).answer == "order_scheduled"


@pytest.mark.parametrize("text", ["máte tarif 1000/1000", "rychlost 1000/1000", "a co 1000-2000 mega"])
@pytest.mark.parametrize("intent", ["ask_tariffs", "nlu_fallback"])
async def test_speeds_are_no_number(text: str, intent: str, talk: Talk) -> None:
    assert not (await talk.says(text, intent, 0.4)).answer.startswith("order_")
    await talk.says("stav objednávky", "ask_order_status")
    said = await talk.says(text, intent, 0.9)
    assert said.answer != "order_number_wrong"
    assert said.handoff is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("ta první", "4000-0011"),
        ("ta druhá prosím", "5000-0021"),
        ("the second one", "5000-0021"),
        ("poslední", "6000-0031"),
        ("ta na Optik 1000", "6000-0031"),
        ("ta gigabitová", "6000-0031"),
    ],
)
@pytest.mark.parametrize("intent", ["nlu_fallback", "affirm"])
async def test_of_several_one_is_chosen_in_words(
    text: str, number: str, intent: str, talk: Talk, hub: FakeHub
) -> None:
    hub.own = (
        order("4000-0011"),
        order("5000-0021"),
        replace(order("6000-0031"), tariff="Optik 1000"),
    )
    await talk.says("kde je můj technik", "ask_order_status")

    assert number in (await talk.says(text, intent)).text


async def test_a_tariff_says_at_once_which_one(talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011"), replace(order("6000-0031"), tariff="Optik 1000"))

    assert "6000-0031" in (await talk.says("kde je objednávka na Optik 1000", "ask_order_status")).text
    said = await talk.says("zrušte tu pětistovku", "cancel_visit")
    assert said.answer == "cancel_visit"
    assert talk.memory.known["order_number"] == "4000-0011"


async def test_one_of_the_same_tariff_is_not_guessed(talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011"), order("5000-0021"))
    await talk.says("kde je můj technik", "ask_order_status")

    assert (await talk.says("ta na Optik 500", "nlu_fallback")).answer == "order_which"
    assert (await talk.says("ta sedmá", "nlu_fallback")).handoff is not None


@pytest.mark.parametrize("text", ["12345672", "1234567"])
async def test_a_wrong_number_is_asked_for_again_and_then_a_person_takes_over(text: str, talk: Talk) -> None:
    await talk.says("stav objednávky", "ask_order_status")

    first = await talk.says(text, "give_order_number")
    assert first.answer == "order_number_wrong"
    last = await talk.says(text, "give_order_number")
    assert last.handoff is not None
    assert last.handoff["reason"] == "not_understood"


async def test_a_number_alone_says_enough(talk: Talk) -> None:
    assert (await talk.says("hm 12345671")).answer == "order_ask_phone"


async def test_digits_alone_do_not(talk: Talk) -> None:
    assert (await talk.says("hm 1234567")).answer == "not_understood"


@pytest.mark.parametrize("state", ["scheduled", "in_progress", "done", "cancelled", "on_the_moon"])
@pytest.mark.parametrize("text", ["objednávka 1234-5671", "where is my order 1234-5671"])
async def test_every_state_has_words(state: str, text: str, talk: Talk, hub: FakeHub) -> None:
    hub.state = state
    await talk.says(text, "ask_order_status")

    assert state in (await talk.says(PHONE)).text


@pytest.mark.parametrize("data", [None, {}, {"number": "1"}, {"visit": 3}, []])
def test_no_order(data: Any) -> None:
    with pytest.raises(ValueError, match="no order"):
        parse_order(data)
    with pytest.raises(ValueError, match="no order"):
        parse_orders(data)
