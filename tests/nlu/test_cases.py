"""What is written down for people to read: complaints, wishes and messages."""

import asyncio

import pytest
from actions import handover
from actions.hours import Hours

from tests.nlu.talk import FakeHub, Talk


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
    assert "000001" not in said.text  # the line of the hub says it
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


async def test_a_case_is_told_though_the_hours_cannot_be_had(
    talk: Talk, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(language: str) -> Hours:
        await asyncio.Event().wait()
        raise AssertionError("it never is")

    monkeypatch.setattr(hub, "hours", never)
    monkeypatch.setattr(handover, "_HOURS_WITHIN", 0.01)
    said = await talk.says("stěžuju si, technik byl sprostý a přijel pozdě", "complaint")

    assert said.answer == "complaint"
    assert said.handoff is not None
    assert said.handoff["summary"]["known"]["case"] == "0000011"
