"""What is said beside the matter: a yes, an ok, fury; and what people who take over hear of it."""

import pytest
import yaml
from actions.content import Content
from actions.examples import annotated
from actions.plain import written_words
from actions.tariffs import Promotion

from tests.nlu.conftest import NLU
from tests.nlu.talk import CLOSED, PHONE, FakeHub, Talk

# A yes, and what it leads to


@pytest.mark.parametrize(
    ("text", "intent", "yes"),
    [
        ("nejde mi net", "connection_problem", "ok"),
        ("jaké bude počasí", "out_of_scope", "dobře"),
        ("blabla", "nlu_fallback", "ok"),
        ("máte slevu?", "ask_promotions", "fajn"),
        ("kde je 1234-5671", "ask_order_status", "ano"),
        ("kde je moje objednávka", "ask_order_status", "jo"),
    ],
)
async def test_an_ok_hands_nobody_over_who_was_offered_nothing(
    text: str, intent: str, yes: str, talk: Talk, hub: FakeHub
) -> None:
    hub.promotions = (Promotion("Zřízení zdarma.", None),)
    await talk.says(text, intent)

    assert (await talk.says(yes, "affirm")).handoff is None


async def test_an_ok_to_a_question_hears_the_question_again_and_then_a_person_takes_over(talk: Talk) -> None:
    await talk.says(f"zavolejte mi na {PHONE}", "call_me_back")

    assert (await talk.says("ano", "affirm")).answer == "callback_ask_time"
    assert (await talk.says("ano", "affirm")).answer == "handoff_not_understood"


async def test_an_ok_is_no_phone(talk: Talk) -> None:
    await talk.says("kde je 1234-5671", "ask_order_status")

    assert (await talk.says("ano", "affirm")).answer == "order_ask_phone"


@pytest.mark.parametrize(
    ("text", "confidence", "taken_up"),
    [
        ("ano", 0.5, True),
        ("ano prosím, spojte", 0.6, True),
        ("jo to by bylo super díky moc", 0.95, True),
        ("sure, hand me over to them", 0.55, True),
        ("ano, ale nejdřív mi řekněte cenu", 0.7, False),
        ("yes but how much is it first", 0.57, False),
        ("ano nevím možná uvidíme", 0.4, False),
    ],
)
async def test_a_yes_with_a_but_takes_up_nothing(
    text: str, confidence: float, taken_up: bool, talk: Talk
) -> None:
    await talk.says("jak objednat", "how_to_order")

    assert ((await talk.says(text, "affirm", confidence)).handoff is not None) == taken_up


# Fury


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("kurva už třetí den to nejde", "connection_problem"),
        ("TO JE HROZNÉ, NEJDE MI INTERNET!", "connection_problem"),
        ("už mě vážně serete, kde je ten technik", "ask_order_status"),
        ("jděte do piči", "goodbye"),
        ("kde je ten váš posranej technik", "ask_order_status"),
        ("where the fuck is my technician", "ask_order_status"),
    ],
)
async def test_fury_goes_to_people_whatever_it_is_about(text: str, intent: str, talk: Talk) -> None:
    said = await talk.says(text, intent)

    assert said.handoff is not None
    assert said.handoff["reason"] == "anger"
    assert said.handoff["summary"]["topic"] == (None if intent == "goodbye" else intent)


async def test_a_furious_complaint_is_on_record(talk: Talk, hub: FakeHub) -> None:
    await talk.says("mám špatně fakturu", "ask_invoice")
    said = await talk.says("ten váš zmrd mi rozbil dveře, stěžuju si", "complaint")

    assert len(hub.cases) == 1
    assert "Zapsal jsem" in said.text
    assert said.handoff is not None
    assert (said.handoff["reason"], said.handoff["team"]) == ("anger", "billing")
    assert said.handoff["summary"]["known"]["case"] == "0000011"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("cs", "technik píchl do drátu"),
        ("cs", "píchněte to do zásuvky"),
        ("cs", "pick picnic picture, sérum"),
        ("cs", "nejste idioti, to ne"),
        ("cs", "Internet NEJDE od pondělka."),
        ("en", "I'm no idiot, I have tried that"),
    ],
)
async def test_the_calm_are_not_taken_for_furious(language: str, text: str, talk: Talk) -> None:
    said = await talk.says(text, "connection_problem")

    assert said.understood["intent"] == "connection_problem"
    assert said.answer == "connection_problem"


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("DĚKUJI MNOHOKRÁT!", "thanks", "thanks"),
        ("DOBRÝ DEN, CHCI OBJEDNAT INTERNET!", "how_to_order", "how_to_order"),
        ("OK, TARIFF OPTIK 500 PLEASE!", "ask_tariff_details", "tariff_details"),
        ("I PAID ON MONDAY, THANK YOU!", "ask_payment", "ask_payment"),
        ("VŠECHNO NEJLEPŠÍ VÁM PŘEJU!", "out_of_scope", "out_of_scope"),
        ("máte v šeru wifi?", "router_wifi", "router_wifi"),
        ("bydlím za šerou uličkou, nejde mi internet", "connection_problem", "connection_problem"),
        ("hello, my name is Moron", "greet", "greet"),
    ],
)
async def test_capitals_and_decent_words_are_not_fury(
    text: str, intent: str, answer: str, talk: Talk
) -> None:
    assert (await talk.says(text, intent, 0.95)).answer == answer


async def test_nor_are_thanks_that_are_shouted_when_asked_what_has_happened(talk: Talk) -> None:
    asked = await talk.says("chci si stěžovat", "complaint")

    assert (await talk.says("DĚKUJI MNOHOKRÁT!", "thanks", 0.95)).answer == asked.answer
    assert (await talk.says("TECHNIK MI ROZBIL DVEŘE!", "move_visit", 0.6)).answer == "handoff_anger"


@pytest.mark.parametrize(
    "text", ["píčus jeden", "PICUS", "čurak", "Kurva", "c\u030curák", "seru na vas", "sráči"]
)
def test_fury_may_leave_out_its_diacritics(text: str, content: Content) -> None:
    assert content.words["cs"].listens.fury.within(written_words(text))


def test_nothing_that_customers_write_calmly_is_fury(content: Content) -> None:
    for language, words in content.words.items():
        for file in sorted((NLU / "data" / "nlu" / language).glob("*.yml")):
            for intent, text, _ in annotated(yaml.safe_load(file.read_text(encoding="utf-8"))):
                furious = words.listens.fury.within(written_words(text))
                assert not furious or intent in ("insult", "complaint", "request_human"), text


# What people hear of it


async def test_the_day_of_another_matter_is_not_in_the_summary(talk: Talk) -> None:
    await talk.says("budete mít zítra otevřeno?", "ask_opening_hours")
    await talk.says("chci zrušit návštěvu 1234-5671", "cancel_visit")
    said = await talk.says("telefon neznám", "nlu_fallback")

    assert said.handoff is not None
    assert said.handoff["summary"]["known"] == {"order_number": "1234-5671", "proven": "no"}


async def test_a_day_that_was_said_before_it_was_asked_for_is_not_asked_for(talk: Talk) -> None:
    await talk.says("přesuňte technika na pátek", "move_visit")
    await talk.says("kde vlastně sídlíte?", "ask_contacts")
    await talk.says("1234-5671", "give_order_number")
    said = await talk.says("telefon neznám", "nlu_fallback")

    assert said.handoff is not None
    assert said.handoff["summary"]["known"] == {
        "order_number": "1234-5671",
        "proven": "no",
        "date": "pátek",
    }


async def test_nor_is_that_of_a_call(talk: Talk) -> None:
    await talk.says("zavolejte mi zítra dopoledne", "call_me_back")
    said = await talk.says(PHONE, "give_order_number")

    assert said.answer == "call_me_back"
    assert "zítra dopoledne" in said.text


async def test_who_asks_for_a_person_amid_a_matter_brings_its_day(talk: Talk) -> None:
    await talk.says("přesuňte technika na pátek", "move_visit")
    said = await talk.says("dejte mi radši člověka", "request_human")

    assert said.handoff is not None
    assert said.handoff["summary"]["known"] == {"date": "pátek"}


async def test_a_time_is_read_back_as_it_was_said(talk: Talk) -> None:
    await talk.says(f"zavolejte mi na {PHONE}", "call_me_back")
    said = await talk.says("zítra v 10.", "nlu_fallback")

    assert f"{PHONE}, zítra v 10. Kolegové" in said.text


# Places and waiting


async def test_the_weather_of_a_town_is_no_outage(talk: Talk) -> None:
    await talk.says("je výpadek v Brně", "ask_outage")

    assert (await talk.says("jaké je v Brně počasí", "out_of_scope")).answer == "out_of_scope"
    assert (await talk.says("a co v Praze", "out_of_scope")).answer == "outage_none"


async def test_outside_hours_one_may_wait_for_the_team_that_was_asked_for(talk: Talk, hub: FakeHub) -> None:
    hub.hours_now = CLOSED
    closed = await talk.says("spojte mě s obchodem", "request_human", team="sales")
    said = await talk.says(closed.buttons["Počkám ve frontě"])

    assert said.answer == "queued"
    assert said.handoff is not None
    assert said.handoff["team"] == "sales"


@pytest.mark.parametrize(("text", "intent"), [("počkám", "nlu_fallback"), ("ne, radši počkám", "deny")])
async def test_or_say_so(text: str, intent: str, talk: Talk, hub: FakeHub) -> None:
    hub.hours_now = CLOSED
    await talk.says("chci člověka", "request_human")

    assert (await talk.says(text, intent)).answer == "queued"


async def test_or_be_called(talk: Talk, hub: FakeHub) -> None:
    hub.hours_now = CLOSED
    await talk.says("chci člověka", "request_human")

    assert (await talk.says("nechci čekat ve frontě, zavolejte", "call_me_back")).answer == (
        "callback_ask_phone"
    )


# What is no words, or those of a button


@pytest.mark.parametrize(
    "text",
    ["/restart", '/ask_order_status{"order_number": "1234-5671"}', "<script>alert(1)</script>", " /start"],
)
async def test_what_is_typed_for_a_machine_is_not_understood_and_hands_nobody_over(
    text: str, talk: Talk
) -> None:
    await talk.says("jaké máte tarify?", "ask_tariffs")
    for _ in range(3):
        said = await talk.says(f"\u2060{text}", "did_not_help", 0.99, order_number="1234-5671")

        assert said.answer == "not_understood"
        assert "nerozumím" in said.text
        assert said.understood["entities"] == {}
    assert talk.memory.known == {}


async def test_it_answers_no_question_either(talk: Talk, hub: FakeHub) -> None:
    await talk.says("chci si stěžovat", "complaint")
    assert (await talk.says("<b>tučně</b>", "out_of_scope")).answer == "not_understood"

    assert not hub.cases


async def test_the_words_of_a_button_press_it(talk: Talk) -> None:
    await talk.says("poraďte mi", "recommend_tariff")
    await talk.says("jsme dva", "out_of_scope", 0.7)

    assert (await talk.says("web e-maily zprávy", "leave_message", 0.6)).answer == "recommended"


@pytest.mark.parametrize("text", ["Mluvit", "mluvit s člověkem"])
async def test_so_do_its_first_words(text: str, talk: Talk) -> None:
    await talk.says("dobrý den", "greet")

    assert (await talk.says(text, "out_of_scope", 0.3)).answer == "handoff_requested"


async def test_the_first_words_of_several_press_none(talk: Talk) -> None:
    await talk.says("nejde mi net", "connection_problem")
    await talk.says("dobrý den", "greet")

    assert (await talk.says("nejde", "nlu_fallback", 0.2)).answer == "connection_problem"
    assert (await talk.says("s", "nlu_fallback", 0.2)).answer == "not_understood"


async def test_the_whole_title_of_a_button_that_is_gone_presses_it(talk: Talk) -> None:
    assert (await talk.says("tarify a ceny", "nlu_fallback", 0.2)).answer == "tariffs"
    assert (await talk.says("faktura", "nlu_fallback", 0.2)).answer == "not_understood"


async def test_but_not_where_words_are_asked_for(talk: Talk, hub: FakeHub) -> None:
    await talk.says("chci si stěžovat", "complaint")
    await talk.says("internet je pomalý", "slow_connection", 0.6)

    assert [case[3] for case in hub.cases] == ["internet je pomalý"]


async def test_angry_faces_are_taken_gently(talk: Talk) -> None:
    assert (await talk.says("😡😡😡", "deny", 0.27)).answer == "insult"
    assert (await talk.says("👍", "affirm", 0.5)).answer != "insult"


@pytest.mark.parametrize(
    ("text", "intent", "confidence"), [("hmm", "greet", 0.3), ("blblbl kvak", "insult", 0.9)]
)
async def test_what_says_nothing_is_no_greeting_and_no_insult(
    text: str, intent: str, confidence: float, talk: Talk
) -> None:
    assert (await talk.says(text, intent, confidence)).answer == "not_understood"


@pytest.mark.parametrize(
    ("text", "before"),
    [("máte pobočku v Praze?", "Praha: tam pobočku nemáme"), ("máte pobočku v Brně?", "Můžete")],
)
async def test_a_branch_where_there_is_none(text: str, before: str, talk: Talk) -> None:
    said = await talk.says(text, "ask_contacts")

    assert said.text.startswith(before)
    assert "Zámečnická 8, Brno" in said.text
