"""The bot has asked whether it is slow by cable, too: what is said of the two ways tells whose the trouble is."""

import pytest

from tests.nlu.talk import Talk


async def asked(talk: Talk, text: str = "mám to hrozně pomalé") -> None:
    said = await talk.says(text, "slow_connection")
    assert said.answer == "slow_connection"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("po kabelu taky", "prepare_for_technician"),
        ("po kabelu taky", "nlu_fallback"),
        ("jo, i přes kabel", "affirm"),
        ("na wifi i po kabelu stejně", "slow_connection"),
        ("po kabelu je to pomalé úplně stejně jako bez něj", "what_to_pay"),
        ("bohužel oboje", "out_of_scope"),
        ("všude", "ask_availability"),
    ],
)
async def test_the_line_is_for_people(text: str, intent: str, talk: Talk) -> None:
    await asked(talk)
    said = await talk.says(text, intent, 0.45)

    assert said.answer == "did_not_help"
    assert said.handoff is not None
    assert said.handoff["team"] == "support"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("jen na wifi", "connection_problem"),
        ("ne, jenom přes wi-fi", "deny"),
        ("po kabelu je to v pohodě", "nlu_fallback"),
        ("na wifi je to pomalé, po kabelu v pohodě", "slow_connection"),
        ("na wifi pomalé po kabelu rychlé", "slow_connection"),
        ("kabelem to jde normálně a na wifi je to pomalé", "slow_connection"),
        ("po kabelu rychlé, ale jinak se to seká", "slow_connection"),
    ],
)
async def test_the_wifi_is_advised_on(text: str, intent: str, talk: Talk) -> None:
    await asked(talk)
    said = await talk.says(text, intent)

    assert said.answer == "router_wifi"
    assert talk.memory.topic == "router_wifi"


@pytest.mark.parametrize(
    ("text", "answer"),
    [("only on wifi", "router_wifi"), ("slow by cable as well", "did_not_help"), ("both", "did_not_help")],
)
async def test_in_english(text: str, answer: str, talk: Talk) -> None:
    await asked(talk, "my internet is terribly slow today")

    assert (await talk.says(text, "connection_problem", 0.8)).answer == answer


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("a jaký kabel k tomu potřebuju?", "prepare_for_technician", "prepare_for_technician"),
        ("kolik u vás stojí dvacet metrů kabelu", "what_to_pay", "what_to_pay"),
        ("děkuji", "thanks", "thanks"),
        ("ano", "affirm", "handoff_requested"),
    ],
)
async def test_what_is_no_answer_to_it(text: str, intent: str, answer: str, talk: Talk) -> None:
    await asked(talk)

    assert (await talk.says(text, intent)).answer == answer


async def test_another_question_about_the_wifi_says_not_that_advice_has_failed(talk: Talk) -> None:
    await talk.says("jaké je heslo na wifi", "router_wifi")
    assert (await talk.says("v ložnici nechytám signál", "router_wifi")).answer == "router_wifi"

    assert (await talk.says("zkusil jsem to a signál není", "router_wifi")).answer == "did_not_help"
