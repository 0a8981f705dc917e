"""Somebody wants to be called: on which number, and when."""

import pytest
from actions import phones

from tests.nlu.talk import MARKED, PHONE, Talk


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
    assert not talk.memory.known
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


@pytest.mark.parametrize("text", ["pozítří, zítra nemůžu", "v pondělí nebo ve středu ráno"])
async def test_of_several_days_none_is_chosen(text: str, talk: Talk) -> None:
    await talk.says(f"zavolejte mi na {PHONE}", "call_me_back")
    said = await talk.says(text, "nlu_fallback", 0.3)

    assert f"{PHONE}, {text}" in said.text
    assert said.handoff is not None
    assert said.handoff["summary"]["known"] == {"phone": MARKED, "date": text}


async def test_nor_of_several_phones(talk: Talk) -> None:
    asked = await talk.says("volejte na 777123456, ne na 608123123", "call_me_back")
    assert asked.answer == "callback_ask_phone"
    assert "phone" not in talk.memory.known

    assert PHONE in (await talk.says(asked.buttons["+420 " + PHONE])).text
