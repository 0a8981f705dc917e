"""Words that leave their matter to the talk, and what there is to pay in it."""

import pytest

from tests.nlu.talk import MARKED, Talk


@pytest.mark.parametrize(
    ("before", "text", "intent", "answer"),
    [
        ("end_contract", "chci to u vás zrušit", "cancel_visit", "end_contract"),
        ("ask_invoice", "tak to zrušte", "cancel_visit", "end_contract"),
        ("end_contract", "zrušte technika", "cancel_visit", "visit_ask_number"),
        ("prepare_for_technician", "chci to zrušit", "end_contract", "visit_ask_number"),
        ("prepare_for_technician", "jak zruším smlouvu", "end_contract", "end_contract"),
        ("prepare_for_technician", "jak dlouho u vás musím být", "end_contract", "end_contract"),
        ("prepare_for_technician", "a jak zaplatím", "ask_payment", "what_to_pay"),
        ("prepare_for_technician", "kdy zaplatím fakturu", "ask_payment", "ask_payment"),
        ("ask_invoice", "a jak zaplatím", "ask_payment", "ask_payment"),
        ("change_tariff", "a na levnější můžu taky?", "ask_cheapest_tariff", "change_tariff"),
        ("change_tariff", "a který je nejlevnější?", "ask_cheapest_tariff", "cheapest_tariff"),
        ("change_tariff", "platí se za to něco?", "what_to_pay", "change_tariff"),
        ("change_tariff", "kolik stojí zřízení?", "what_to_pay", "what_to_pay"),
        ("ask_outage", "a kde všude teda něco máte", "ask_availability", "outages_all"),
        ("ask_outage", "a kde všude máte internet", "ask_availability", "availability_ask_town"),
        ("ask_tariffs", "chci to zrušit", "cancel_visit", "visit_ask_number"),
    ],
)
async def test_what_was_spoken_of_tells(before: str, text: str, intent: str, answer: str, talk: Talk) -> None:
    await talk.says("dobrý den, mám dotaz", before)

    assert (await talk.says(text, intent)).answer == answer


async def test_the_set_up_has_a_price(talk: Talk) -> None:
    said = await talk.says("kolik stojí zřízení", "what_to_pay")

    assert said.answer == "what_to_pay"
    assert "500 Kč" in said.text


async def test_of_an_order_that_is_known_its_amount_is_told(talk: Talk) -> None:
    await talk.says("objednávka 1234-5671 tel 777 123 456", "give_order_number", phone=MARKED)
    said = await talk.says("kolik mám zaplatit a kdy?", "ask_payment")

    assert said.answer == "what_to_pay_of_order"
    assert "1 499 Kč" in said.text
    talk.hub.state = "cancelled"
    assert (await talk.says("kolik mám zaplatit", "what_to_pay")).answer == "what_to_pay"


async def test_of_an_order_that_nobody_has_proven_it_is_not(talk: Talk) -> None:
    await talk.says("objednávka 1234-5671", "give_order_number")
    said = await talk.says("kolik stojí zřízení", "what_to_pay", 0.95)

    assert "1 499 Kč" not in said.text


@pytest.mark.parametrize("text", ["any outages anywhere?", "what about faults elsewhere?"])
async def test_everywhere_is_more_than_the_town_before(text: str, talk: Talk) -> None:
    await talk.says("is there an outage in Brno", "ask_outage")

    assert (await talk.says(text, "ask_outage")).answer == "outages_all"


async def test_what_is_no_town_may_be_a_part_of_the_one_before(talk: Talk) -> None:
    await talk.says("není v Praze výpadek?", "ask_outage")
    talk.hub.suggested = ()
    said = await talk.says("Xyzov", "ask_outage", town="Xyzov")

    assert said.answer == "outage_none"
    assert "„Xyzov“ neznám" in said.text
    assert "Praha" in said.text


async def test_a_part_is_not_left_without_its_town(talk: Talk) -> None:
    """ "From Brno, Židenice" names one place; "from Brno to Praha" names two, of which one is left."""
    said = await talk.says("jsem z Brna Židenic a nejde mi net", "connection_problem")
    assert said.answer == "outage_known"

    assert (await talk.says("kdy to bude opravené", "ask_outage")).answer == "outage_known"


@pytest.mark.parametrize("name", ["Nádražní 10, Ostrava", "Brno"])
async def test_a_place_tells_no_language(name: str, talk: Talk) -> None:
    await talk.says("can I get your internet at my address", "ask_availability")
    await talk.says(name, "ask_availability", 0.5)

    assert talk.memory.language == "en"


async def test_a_known_part_beside_a_street_is_enough(talk: Talk) -> None:
    await talk.says("máte pokrytí v Praze?", "ask_availability")

    said = await talk.says("Praha 8 Karlín, Křižíkova 12", "give_order_number", 0.5)
    assert said.answer == "availability_available"


@pytest.mark.parametrize(
    ("text", "when"), [("call me tomorrow at 10 on", "tomorrow at 10"), ("ring me tomorrow on", "tomorrow")]
)
async def test_the_time_of_a_call_is_read_back_as_it_was_said(text: str, when: str, talk: Talk) -> None:
    said = await talk.says(f"{text} +420 777 123 456", "call_me_back")

    assert f", {when}." in said.text


@pytest.mark.parametrize(
    ("text", "team"),
    [
        ("chci s někým mluvit ohledně faktury", "billing"),
        ("I need to talk to somebody about my bill", "billing"),
        ("chci mluvit s člověkem", "support"),
    ],
)
async def test_a_person_comes_from_the_team_whose_matter_is_named(text: str, team: str, talk: Talk) -> None:
    said = await talk.says(text, "request_human")

    assert said.handoff is not None
    assert said.handoff["team"] == team


async def test_so_does_who_answers_a_complaint(talk: Talk) -> None:
    said = await talk.says("přišla mi faktura na 899 a mám platit 499, to je špatně", "complaint")

    assert said.handoff is not None
    assert said.handoff["team"] == "billing"


async def test_where_the_trouble_is_goes_with_it(talk: Talk) -> None:
    talk.hub.broken = {}
    await talk.says("nejde mi internet v Brně v Líšni", "connection_problem")
    said = await talk.says("zkusil jsem restart a pořád nic", "did_not_help")

    assert said.handoff is not None
    known = said.handoff["summary"]["known"]
    assert (known["town"], known["street"]) == ("Brno", "Líšeň")


@pytest.mark.parametrize(
    ("text", "intent", "people"),
    [
        ("jenom já", "deny", 1),
        ("já a manželka", "nlu_fallback", 2),
        ("já a dvě děti", "nlu_fallback", 3),
        ("jen já sám", "deny", 1),
        ("just me", "nlu_fallback", 1),
        ("me and 2 kids", "nlu_fallback", 3),
    ],
)
async def test_who_counts_themselves(text: str, intent: str, people: int, talk: Talk) -> None:
    await talk.says("poraďte mi tarif", "recommend_tariff")

    assert (await talk.says(text, intent, 0.6)).answer == "recommend_use"
    assert talk.memory.question is not None
    assert talk.memory.question.filled["people"] == str(people)


@pytest.mark.parametrize("text", ["teď hned", "hned", "right now"])
async def test_at_once_is_a_time_to_be_called(text: str, talk: Talk) -> None:
    await talk.says("zavolejte mi na 777 123 456", "call_me_back")
    said = await talk.says(text, "goodbye")

    assert said.answer == "call_me_back"
    assert text in said.text


async def test_a_day_is_no_mistyped_phone(talk: Talk) -> None:
    await talk.says("zavolejte mi", "call_me_back")
    assert (await talk.says("zítra", "nlu_fallback")).answer == "callback_ask_phone"

    said = await talk.says("777 123 456", "give_order_number")
    assert said.answer == "call_me_back"
    assert "zítra" in said.text


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("kolik stojí Optik 300", "ask_tariff_details", "tariff_details"),
        ("na koho?", "nlu_fallback", "complaint_ask_words"),
        ("to tarif Optik 300, co mi nejde", "ask_tariff_details", "complaint"),
    ],
)
async def test_a_question_is_no_complaint(text: str, intent: str, answer: str, talk: Talk) -> None:
    await talk.says("chci podat stížnost", "complaint")

    assert (await talk.says(text, intent, 0.95)).answer == answer


async def test_an_order_is_paid_whatever_was_spoken_of_since(talk: Talk) -> None:
    await talk.says("objednávka 1234-5671 tel 777 123 456", "give_order_number", phone=MARKED)
    await talk.says("co všechno mám v tarifu?", "ask_tariff_details")
    assert (await talk.says("a co mám zaplatit", "ask_payment")).answer == "what_to_pay_of_order"

    await talk.says("nepřišla mi faktura", "ask_invoice")
    assert (await talk.says("a co mám zaplatit", "ask_payment")).answer == "ask_payment"


async def test_a_yes_that_asks_to_be_connected_is_one(talk: Talk) -> None:
    await talk.says("máte pokrytí v Brně", "ask_availability")
    said = await talk.says("ano, spojte mě", "nlu_fallback", 0.5, guesses=("affirm", "request_human"))

    assert said.handoff is not None
    assert said.handoff["team"] == "sales"
    await talk.says("jaké máte tarify", "ask_tariffs")
    said = await talk.says("ano, spojte mě", "nlu_fallback", 0.5, guesses=("affirm", "request_human"))
    assert said.answer == "not_understood"


async def test_who_does_not_mind_when_is_called_at_any_time(talk: Talk) -> None:
    await talk.says("zavolejte mi na 777 123 456", "call_me_back")

    assert "kdykoli" in (await talk.says("je mi to fakt jedno", "deny")).text
