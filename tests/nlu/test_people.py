"""Who takes over, and when: the team, the hours, anger, and the summary."""

from dataclasses import replace

import pytest
from actions.hours import Hours

from tests.nlu.talk import CLOSED, MARKED, PHONE, FakeHub, Talk


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
async def test_outside_hours_who_is_handed_over_unasked_hears_when_people_are_back_and_may_leave_word(
    text: str, intent: str, talk: Talk, hub: FakeHub
) -> None:
    hub.hours_now = CLOSED
    said = await talk.says(text, intent)

    assert said.handoff is not None
    *_, (back, rest) = [line.partition(", pak se vám tady ozvou. ")[::2] for line in said.text.splitlines()]
    assert back.endswith("Kolegové jsou zpátky zítra v 8:00")
    assert "raději telefon, napište sem číslo" in rest
    assert "co tu necháte" in rest


async def test_the_next_night_they_are_told_again(talk: Talk, hub: FakeHub) -> None:
    hub.hours_now = CLOSED
    await talk.says("chci člověka", "request_human")
    talk.now += 60
    hub.hours_now = replace(CLOSED, opens_at="2027-01-17T08:00:00+01:00")

    assert (await talk.says("chci člověka", "request_human")).answer == "closed"


@pytest.mark.parametrize("opens", ["dnes v 8:00", "tomorrow at 8:00"])
async def test_who_insists_after_midnight_or_in_another_language_is_queued(
    opens: str, talk: Talk, hub: FakeHub
) -> None:
    hub.hours_now = CLOSED
    await talk.says("chci člověka", "request_human")
    hub.hours_now = replace(CLOSED, opens=opens)

    assert (await talk.says("chci člověka", "request_human")).answer == "queued"


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
            "proven": "yes",
            "phone": MARKED,
            "tariff": "Optik 500",
            "case": "0000011",
            "words": "stěžuju si, technik byl sprostý a přijel pozdě",
        },
        "tried": ["ask_cheapest_tariff", "ask_order_status", "complaint"],
    }


@pytest.mark.parametrize("orders", [["objednávka 1234-5671", PHONE], ["objednávka 1234-5671"]])
async def test_no_order_is_told_of_with_another_tariff(orders: list[str], talk: Talk) -> None:
    for text in orders:
        await talk.says(text, "ask_order_status")
    await talk.says("co je v Optik 300", "ask_tariff_details")
    said = await talk.says("chci člověka", "request_human")

    assert said.handoff is not None
    assert "tariff" not in said.handoff["summary"]["known"]


async def test_what_was_not_understood_on_monday_does_not_count_on_thursday(talk: Talk) -> None:
    for _ in range(2):
        assert (await talk.says("blabla", "nlu_fallback", 0.1)).answer == "not_understood"
        assert (await talk.says("jsi hloupý stroj", "insult")).answer == "insult"
        talk.now += 3 * 86_400


@pytest.mark.parametrize(
    ("text", "intent", "insisting"),
    [
        ("u objednávky 1234-5671 mi nefunguje internet", "connection_problem", "did_not_help"),
        ("objednávka 1234-5671, stěžuju si na hrubého technika", "complaint", "request_human"),
        ("objednávka 1234-5671, chci mluvit s člověkem", "request_human", "request_human"),
    ],
)
async def test_an_order_number_that_was_mentioned_is_told_as_unproven(
    text: str, intent: str, insisting: str, talk: Talk
) -> None:
    said = await talk.says(text, intent)
    if said.handoff is None:
        said = await talk.says("tak dělejte", insisting)

    assert said.handoff is not None
    known = said.handoff["summary"]["known"]
    assert (known["order_number"], known["proven"]) == ("1234-5671", "no")


async def test_a_wrong_number_is_told_too_but_not_looked_up_by_itself(talk: Talk) -> None:
    await talk.says("objednávka 1234-5672 a nejde mi internet", "connection_problem")
    assert talk.memory.known == {"order_number": "1234-5672"}

    assert (await talk.says("chci zrušit technika", "cancel_visit")).answer == "visit_ask_number"
    assert (await talk.says("a kde je moje objednávka", "ask_order_status")).answer == "order_ask_number"
    await talk.says("1234-5673", "give_order_number")
    said = await talk.says("1234 5674", "give_order_number")
    assert said.handoff is not None
    assert said.handoff["summary"]["known"] == {"order_number": "1234-5674", "proven": "no"}


async def test_a_number_that_was_mentioned_is_looked_up(talk: Talk) -> None:
    await talk.says("u objednávky 1234-5671 mi nefunguje internet", "connection_problem")

    said = await talk.says("a kdy přijde technik", "ask_order_status")
    assert said.answer == "order_ask_phone"
    assert "1234-5671" in said.text
