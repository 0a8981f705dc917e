"""What the bot does for a customer, over several turns: choosing, places, visits, cases, calls and people."""

from typing import Any

import pytest
from actions import phones
from actions.hours import Hours, parse_hours
from actions.places import Outage, parse_availability, parse_outages
from actions.tariffs import Promotion

from tests.nlu.talk import MARKED, PHONE, FakeHub, Talk, order

CLOSED = Hours(False, "každý den 8–20 h", "zítra v 8:00", None)


# Tariffs


async def test_tariffs_within_a_limit(talk: Talk) -> None:
    said = await talk.says("co máte do 450 korun", "ask_tariffs")

    assert said.answer == "tariffs_fitting"
    assert "Optik 300" in said.text
    assert "Optik 500" not in said.text


async def test_the_only_one_within_a_limit_is_the_one_that_is_spoken_of(talk: Talk) -> None:
    await talk.says("aspoň 600 mega", "ask_tariffs")

    assert "Optik 1000" in (await talk.says("a co je v něm", "ask_tariff_details")).text


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


# Places


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


@pytest.mark.parametrize("intent", ["greet", "out_of_scope", "nlu_fallback"])
async def test_a_speed_says_enough_by_itself(intent: str, talk: Talk) -> None:
    assert (await talk.says("dobrý den, aspoň 300 mega", intent, 0.6)).answer == "tariffs_fitting"
    assert (await talk.says("dobrý den vespolek", intent, 0.6)).answer != "tariffs_fitting"


async def test_a_number_after_a_greeting_says_enough(talk: Talk) -> None:
    assert (
        await talk.says("dobrý den, 1234-5671", "greet", 0.8, order_number="1234-5671")
    ).answer == "order_ask_phone"


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


# Trouble


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


# Visits


async def test_a_visit_is_moved_by_people_who_know_all(talk: Talk) -> None:
    await talk.says("chci přesunout technika", "move_visit")
    assert (await talk.says("1234-5671", "give_order_number")).answer == "visit_ask_date"
    said = await talk.says("příští úterý po obědě", "nlu_fallback", 0.2)

    assert said.handoff == {
        "reason": "topic",
        "team": "sales",
        "language": "cs",
        "summary": {
            "topic": "move_visit",
            "known": {"order_number": "1234-5671", "date": "příští úterý", "time": "po obědě"},
            "tried": ["move_visit"],
        },
    }


async def test_all_in_one(talk: Talk) -> None:
    said = await talk.says("přesuňte 1234-5671 na pátek dopoledne", "move_visit")

    assert said.handoff is not None
    assert said.handoff["summary"]["known"] == {
        "order_number": "1234-5671",
        "date": "pátek",
        "time": "dopoledne",
    }


async def test_ones_own_order_is_cancelled_without_its_number(talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011"),)

    said = await talk.says("zrušte mi to", "cancel_visit")
    assert said.handoff is not None
    assert said.handoff["summary"]["known"] == {"order_number": "4000-0011"}


async def test_one_of_several(talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011"), order("5000-0021"))
    which = await talk.says("zrušte mi to", "cancel_visit")

    said = await talk.says(which.buttons["5000-0021 · Optik 500"])
    assert said.handoff is not None
    assert said.handoff["summary"]["known"] == {"order_number": "5000-0021"}


async def test_who_has_no_number_is_not_held_up(talk: Talk) -> None:
    asked = await talk.says("zrušte mi to", "cancel_visit")

    said = await talk.says(asked.buttons["Číslo neznám"])
    assert said.answer == "cancel_visit"
    assert "order_number" not in talk.memory.known


async def test_nor_on_the_way_to_another_day(talk: Talk) -> None:
    await talk.says("chci přesunout technika", "move_visit")
    assert (await talk.says("to nemám", "order_number_unknown")).answer == "visit_ask_date"

    assert (await talk.says("v pátek", "greet", 0.3)).answer == "move_visit"


@pytest.mark.parametrize(
    "text",
    [
        "zrušte návštěvu 15. 12. 2026 prosím",
        "Zrušte technika na adrese Veveří 1125, Brno",
        "zrušte 2026-11-30",
    ],
)
async def test_a_date_and_an_address_are_no_number(text: str, talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011"),)

    said = await talk.says(text, "cancel_visit")
    assert said.answer == "cancel_visit"
    assert talk.memory.known["order_number"] == "4000-0011"


@pytest.mark.parametrize("intent", ["nlu_fallback", "give_order_number", "move_visit"])
@pytest.mark.parametrize("text", ["24. 11. 2026", "December 15, 2026", "2026-11-30", "30. listopadu 2026"])
@pytest.mark.parametrize("first", ["chci přesunout technika", "přesuňte 1234-5671"])
async def test_a_day_with_its_year(first: str, text: str, intent: str, talk: Talk) -> None:
    if (await talk.says(first, "move_visit")).answer == "visit_ask_number":
        await talk.says("1234 5671", "give_order_number")

    said = await talk.says(text, intent)
    assert said.answer == "move_visit"
    assert talk.memory.known == {"order_number": "1234-5671", "date": text}


@pytest.mark.parametrize(
    "text",
    [
        "v pátek mi má přijet technik, ale nebudu doma, chci jiný termín",
        "the technician comes on Friday, I need another day",
    ],
)
async def test_the_old_day_is_not_the_one_that_is_wished_for(text: str, talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011"),)
    assert (await talk.says(text, "move_visit")).answer == "visit_ask_date"

    said = await talk.says("až dopoledne / in the afternoon", "nlu_fallback")
    assert said.handoff is not None
    known = said.handoff["summary"]["known"]
    assert "date" not in known
    assert "time" in known
    assert known["words"] == text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("přesuňte to z pátku na pondělí", "pondělí"),
        ("ať přijede radši až v sobotu", "sobotu"),
        ("v úterý mi to nejde, co takhle čtvrtek", "čtvrtek"),
        ("move it from Friday to Monday please", "Monday"),
        ("rather Monday than Friday please", "Monday"),
        ("could you put it off until next week", "next week"),
    ],
)
async def test_the_new_day_is_told_from_the_old_one(text: str, day: str, talk: Talk, hub: FakeHub) -> None:
    hub.own = (order("4000-0011"),)

    assert (await talk.says(text, "move_visit")).answer == "move_visit"
    assert talk.memory.known == {"order_number": "4000-0011", "date": day}


async def test_the_new_day_waits_for_the_number(talk: Talk) -> None:
    await talk.says("přesuňte technika na pátek dopoledne", "move_visit")

    assert (await talk.says("1234-5671", "give_order_number")).answer == "move_visit"
    assert talk.memory.known == {"order_number": "1234-5671", "date": "pátek", "time": "dopoledne"}


async def test_a_wrong_number_of_a_visit(talk: Talk) -> None:
    assert (await talk.says("zrušte 1234-5672", "cancel_visit")).answer == "order_number_wrong"


# Cases and messages


@pytest.mark.parametrize(
    "text", ["chci si stěžovat", "I would like to make a complaint please", "/complaint"]
)
async def test_a_complaint_needs_words(text: str, talk: Talk, hub: FakeHub) -> None:
    assert (await talk.says(text, "complaint")).answer == "complaint_ask_words"
    assert not hub.cases

    said = await talk.says("váš technik přišel pozdě", "nlu_fallback", 0.1)
    assert said.handoff is not None
    assert hub.cases == [("c1", "m2", "complaint", "váš technik přišel pozdě", "cs")]
    assert said.handoff["summary"]["known"] == {"words": "váš technik přišel pozdě", "case": "0000011"}


async def test_a_complaint_with_words(talk: Talk, hub: FakeHub) -> None:
    said = await talk.says("stěžuju si, technik byl sprostý a přijel pozdě", "complaint")

    assert said.answer == "complaint"
    assert "0000011" in said.text
    assert said.text.count("mrzí") == 1


@pytest.mark.parametrize("first", [[], ["chci si stěžovat"]])
async def test_a_complaint_goes_to_those_whose_the_matter_is(first: list[str], talk: Talk) -> None:
    await talk.says("nesedí mi faktura", "ask_invoice")
    for text in first:
        await talk.says(text, "complaint")
    said = await talk.says("stěžuju si na špatně spočítanou fakturu už potřetí", "complaint")

    assert said.handoff is not None
    assert (said.handoff["reason"], said.handoff["team"]) == ("topic", "billing")


async def test_not_to_those_of_an_older_matter(talk: Talk) -> None:
    await talk.says("co máte za tarify", "ask_tariffs")
    await talk.says("a kde je moje objednávka", "ask_order_status")
    said = await talk.says("stěžuju si, technik byl sprostý a přijel pozdě", "complaint")

    assert said.handoff is not None
    assert said.handoff["team"] == "support"


async def test_what_may_be_no_wish_is_asked_back(talk: Talk, hub: FakeHub) -> None:
    said = await talk.says("could you suggest a plan that suits us", "wish", 0.45)

    assert said.answer == "wish_ask_words"
    assert not hub.cases


async def test_a_wish_goes_on_with_the_bot(talk: Talk, hub: FakeHub) -> None:
    assert (await talk.says("mám pro vás nápad", "wish")).answer == "wish_ask_words"
    said = await talk.says("dejte tam tmavý režim", "ask_tariff_details")

    assert (said.answer, said.handoff) == ("wish", None)
    assert hub.cases[0][2] == "wish"


async def test_a_message(talk: Talk) -> None:
    await talk.says("je faktura správně", "ask_invoice")
    await talk.says("můžu nechat vzkaz", "leave_message")
    said = await talk.says("tak ať mi přepočítají fakturu", "ask_invoice")

    assert said.handoff is not None
    assert (said.handoff["reason"], said.handoff["team"]) == ("requested", "billing")
    assert said.handoff["summary"]["known"] == {"words": "tak ať mi přepočítají fakturu"}


# Calls


async def test_a_call(talk: Talk) -> None:
    assert (await talk.says("zavolejte mi", "call_me_back")).answer == "callback_ask_phone"
    assert (await talk.says("12", "nlu_fallback")).answer == "callback_phone_wrong"
    asked = await talk.says(PHONE, "give_order_number")
    assert PHONE in asked.text
    said = await talk.says(asked.buttons["Kdykoli"])

    assert "kdykoli" in said.text
    assert said.handoff is not None
    assert said.handoff["summary"]["known"] == {"phone": MARKED, "time": "kdykoli"}


@pytest.mark.parametrize("digits", ["77712345", "7771234", "telefon 77712345", "777 123 45"])
@pytest.mark.parametrize("intent", ["give_order_number", "nlu_fallback", "call_me_back"])
async def test_a_phone_with_a_digit_missing(digits: str, intent: str, talk: Talk) -> None:
    await talk.says("zavolejte mi", "call_me_back")

    assert (await talk.says(digits, intent)).answer == "callback_phone_wrong"
    assert (await talk.says(PHONE, "give_order_number")).answer == "callback_ask_time"


async def test_a_phone_that_was_only_mentioned_is_offered(talk: Talk) -> None:
    await talk.says("váš technik mi volal z čísla 777 123 456", "nlu_fallback")
    asked = await talk.says("zavolejte mi", "call_me_back")
    assert asked.answer == "callback_ask_phone"

    said = await talk.says(asked.buttons["+420 " + PHONE])
    assert said.answer == "callback_ask_time"
    assert PHONE in said.text


async def test_a_call_at_once(talk: Talk) -> None:
    said = await talk.says(f"zavolejte zítra dopoledne na {PHONE}", "call_me_back")

    assert f"{PHONE}, zítra dopoledne" in said.text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("777123456", PHONE),
        ("+420 777 123 456", PHONE),
        ("777-123-456", PHONE),
        ("00420777123456", PHONE),
        ("+44 7911 123456", "+44 7911 123456"),
    ],
)
async def test_forms_of_a_phone(said: str, shown: str, talk: Talk) -> None:
    await talk.says("zavolejte mi", "call_me_back")

    assert shown in (await talk.says(f"na {said} prosím")).text


def test_a_phone_that_is_none_is_shown_as_it_is() -> None:
    assert phones.shown("po páté") == "po páté"


# People


@pytest.mark.parametrize(
    ("topic", "team"),
    [
        ("ask_tariffs", "sales"),
        ("ask_invoice", "billing"),
        ("slow_connection", "support"),
        ("greet", "support"),
    ],
)
async def test_a_person_of_the_right_team(topic: str, team: str, talk: Talk) -> None:
    await talk.says("něco", topic)
    said = await talk.says("chci člověka", "request_human")

    assert said.handoff is not None
    assert said.handoff["team"] == team


async def test_the_team_that_was_asked_for(talk: Talk) -> None:
    await talk.says("něco", "ask_invoice")

    said = await talk.says("spojte mě s obchodem", "request_human", team="sales")
    assert said.handoff is not None
    assert said.handoff["team"] == "sales"


async def test_a_team_that_does_not_exist_is_not_handed_to(talk: Talk) -> None:
    said = await talk.says("spojte mě", "request_human", team="pirates")

    assert said.handoff is not None
    assert said.handoff["team"] == "support"


async def test_yes_takes_up_an_offer_that_has_just_been_made(talk: Talk) -> None:
    await talk.says("jak objednat", "how_to_order")
    said = await talk.says("ano", "affirm")
    assert said.handoff is not None
    assert (said.handoff["reason"], said.handoff["team"]) == ("requested", "sales")

    assert (await talk.says("ano", "affirm")).answer == "affirm"


async def test_outside_hours_people_are_asked_for_twice(talk: Talk, hub: FakeHub) -> None:
    hub.hours_now = CLOSED
    closed = await talk.says("chci člověka", "request_human")
    assert (closed.answer, closed.handoff) == ("closed", None)
    assert "zítra v 8:00" in closed.text

    queued = await talk.says("ne, chci člověka", "request_human")
    assert queued.answer == "queued"
    assert queued.handoff is not None
    assert queued.handoff["reason"] == "requested"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("nepomohlo to", "did_not_help"),
        ("vy kurvy", "insult"),
        ("stěžuju si, technik byl hrubý a opilý", "complaint"),
    ],
)
async def test_outside_hours_who_is_handed_over_unasked_hears_when_people_are_back(
    text: str, intent: str, talk: Talk, hub: FakeHub
) -> None:
    hub.hours_now = CLOSED
    said = await talk.says(text, intent)

    assert said.handoff is not None
    assert said.text.endswith("Kolegové jsou zpátky zítra v 8:00, pak se vám tady ozvou.")


async def test_the_next_night_they_are_told_again(talk: Talk, hub: FakeHub) -> None:
    hub.hours_now = CLOSED
    await talk.says("chci člověka", "request_human")
    hub.hours_now = Hours(False, "každý den 8–20 h", "v úterý v 8:00", None)

    assert (await talk.says("chci člověka", "request_human")).answer == "closed"


async def test_yes_to_being_called_back(talk: Talk, hub: FakeHub) -> None:
    hub.hours_now = CLOSED
    await talk.says("chci člověka", "request_human")

    assert (await talk.says("ano", "affirm")).answer == "callback_ask_phone"


async def test_the_second_insult_leads_to_a_person(talk: Talk) -> None:
    assert (await talk.says("jsi hloupý stroj", "insult")).answer == "insult"
    said = await talk.says("fakt hloupý", "insult")

    assert said.handoff is not None
    assert said.handoff["reason"] == "anger"


@pytest.mark.parametrize("text", ["vy kurvy jedny", "TY JSI TAK BLBEJ KRÁM!!!", "you fucking bot"])
@pytest.mark.parametrize("intent", ["insult", "nlu_fallback", "out_of_scope"])
async def test_fury_does_at_once(text: str, intent: str, talk: Talk) -> None:
    assert (await talk.says(text, intent)).answer == "handoff_anger"


@pytest.mark.parametrize(
    ("hours", "answer"),
    [
        (Hours(True, "8–20 h", None, "20:00"), "hours_open"),
        (CLOSED, "hours_closed"),
        (Hours(True, "nonstop", None, None), "ask_opening_hours"),
        (Hours(False, "8–20 h", None, None), "ask_opening_hours"),
    ],
)
async def test_hours(hours: Hours, answer: str, talk: Talk, hub: FakeHub) -> None:
    hub.hours_now = hours
    said = await talk.says("kdy máte otevřeno", "ask_opening_hours")

    assert said.answer == answer
    assert hours.hours_text in said.text
    assert hours.hours_text in (await talk.says("telefon?", "ask_contacts")).text


async def test_everything_is_in_the_summary(talk: Talk) -> None:
    await talk.says("který je nejlevnější", "ask_cheapest_tariff")
    await talk.says("objednávka 1234-5671", "ask_order_status")
    await talk.says(PHONE)
    said = await talk.says("stěžuju si, technik byl sprostý a přijel pozdě", "complaint")

    assert said.handoff is not None
    assert said.handoff["summary"] == {
        "topic": "complaint",
        "known": {
            "order_number": "1234-5671",
            "phone": MARKED,
            "tariff": "Optik 100",
            "case": "0000011",
            "words": "stěžuju si, technik byl sprostý a přijel pozdě",
        },
        "tried": ["ask_cheapest_tariff", "ask_order_status", "complaint"],
    }


# What the hub says


@pytest.mark.parametrize(
    "data", [None, {}, [], {"open": "yes"}, {"verdict": 1}, {"outages": 3, "town": None}]
)
@pytest.mark.parametrize("parse", [parse_hours, parse_availability, parse_outages])
def test_what_is_not_of_the_agreed_form(parse: Any, data: Any) -> None:
    with pytest.raises(ValueError, match=r"^no "):
        parse(data)
