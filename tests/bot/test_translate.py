"""What updates mean: pure, so tried with many."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.callbacks import SayPayload, SayTitle, encode
from bot.contacts import clean_name
from bot.dead_letter import MAX_BYTES, fingerprint, storable
from bot.replies import AskForComment, Greet, Say, ThankForRating
from bot.texts import Phrase, every
from bot.translate import translate, update_id_of
from bot.wave import MAX_WAVE_BYTES
from hub.protocol.channel import ChannelUpdate, Refused, TextSaid

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
USER = {"id": 77, "is_bot": False, "first_name": "Jana", "language_code": "cs"}
CHAT = {"id": 77, "type": "private"}


def message(**content: Any) -> dict[str, Any]:
    return {"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": CHAT, "from": USER, **content}}


def press(data: str, buttons: list[tuple[str, str]] | None = None, **query: Any) -> dict[str, Any]:
    keyboard = [[{"text": text, "callback_data": carried} for text, carried in buttons or []]]
    shown = {
        "message_id": 9,
        "date": 1,
        "chat": CHAT,
        "text": "?",
        "reply_markup": {"inline_keyboard": keyboard},
    }
    asked = {"id": "q1", "from": USER, "chat_instance": "1", "data": data, "message": shown, **query}
    return {"update_id": 6, "callback_query": asked}


def the_content(raw: Any) -> Any:
    [update] = translate(raw).updates
    return update.content


@given(JSON)
def test_whatever_comes_is_translated_into_something_the_wire_takes(raw: Any) -> None:
    for update in translate(raw).updates:
        assert ChannelUpdate.model_validate_json(update.model_dump_json()) == update


@given(
    st.text(max_size=5000), st.lists(st.tuples(st.integers(-10, 9000), st.integers(-10, 9000)), max_size=5)
)
def test_any_text_with_any_entities_is_said_whole_or_refused(
    text: str, entities: list[tuple[int, int]]
) -> None:
    marks = [{"type": "bold", "offset": offset, "length": length} for offset, length in entities]
    translation = translate(message(text=text, entities=marks))
    said = [update.content.text for update in translation.updates if isinstance(update.content, TextSaid)]
    assert all(len(piece) <= 4000 for piece in said)
    keys = [update.client_id for update in translation.updates]
    assert len(set(keys)) == len(keys)
    if said and len(text) <= 4000:
        assert said == [text]


@given(JSON)
def test_dead_letters_can_always_be_kept(raw: Any) -> None:
    kept = storable(raw)
    assert len(json.dumps(kept)) <= MAX_BYTES + 200
    json.dumps(kept, allow_nan=False).encode()
    assert fingerprint(raw) == fingerprint(raw)


def test_large_deep_and_odd_updates_are_kept_shortened() -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = [deep]
    assert "too deep" in json.dumps(storable({"update_id": 1, "deep": deep}))
    assert storable({"text": "a" * 100_000})["shortened"] is True
    assert storable({"n": 2**70, "half": "\ud800", "nul\x00": "\x00"}) == {
        "n": str(2**70),
        "half": "?",
        "nul": "",
    }
    assert storable([1])["value"] == [1]
    assert MAX_BYTES < MAX_WAVE_BYTES


def test_text_that_is_longer_than_a_message_of_ours_is_said_in_two() -> None:
    updates = translate(message(text="a" * 4096)).updates
    assert [update.client_id for update in updates] == ["telegram:5", "telegram:5:2"]
    assert [len(update.content.text) for update in updates if isinstance(update.content, TextSaid)] == [
        4000,
        96,
    ]


@pytest.mark.parametrize("text", ["   ", "\u200b\u200b", "\u3164", "́" * 50])
def test_text_with_nothing_to_read_gets_a_polite_answer(text: str) -> None:
    translation = translate(message(text=text))
    assert isinstance(translation.updates[0].content, Refused)
    assert isinstance(translation.reply, Say)


@pytest.mark.parametrize("text", ["/start", "/start " + "p" * 64, "/start@linka_bot x", "/START"])
def test_start_is_answered_by_the_bot_alone(text: str) -> None:
    translation = translate(message(text=text))
    assert translation.updates == ()
    assert translation.reply == Greet("77", "cs")


@pytest.mark.parametrize("text", ["/human", "/human@linka_bot", "/Human please", "/clovek"])
def test_human(text: str) -> None:
    assert the_content(message(text=text)).kind == "human"


def test_other_commands_are_words() -> None:
    assert the_content(message(text="/restart")).text == "/restart"
    assert the_content(message(text="/")).text == "/"


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}], "caption": "x"},
        {"sticker": {"file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1, "height": 1,
                     "is_animated": False, "is_video": False}},
        {"location": {"latitude": 50.0, "longitude": 14.4}},
        {"contact": {"phone_number": "+420777123456", "first_name": "J"}},
        {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}},
    ],
)  # fmt: skip
def test_what_is_not_text_is_refused_with_a_word_to_the_contact(content: dict[str, Any]) -> None:
    translation = translate(message(**content))
    refused = translation.updates[0].content
    assert isinstance(refused, Refused)
    assert refused.update["message"]["chat"] == CHAT
    assert translation.reply == Say("77", "cs", Phrase.TEXT_ONLY)


def test_service_messages_are_kept_without_a_word() -> None:
    translation = translate(message(delete_chat_photo=True))
    assert translation.reply is None
    assert isinstance(translation.updates[0].content, Refused)


def test_groups_are_refused_politely_only_when_addressed() -> None:
    group = {"id": -5, "type": "group", "title": "x"}
    assert translate(message(text="hello", chat=group)).reply is None
    assert translate(message(text="/start@bot", chat=group)).reply == Say("-5", "cs", Phrase.PRIVATE_ONLY)


def test_names_stay_names() -> None:
    user = {**USER, "first_name": "\u202e<script>alert(1)</script>", "last_name": "שלום\u2066"}
    [update] = translate(message(text="x", **{"from": user})).updates
    assert update.contact is not None
    assert update.contact.name == "<script>alert(1)</script> שלום"


@given(st.text(max_size=400))
def test_any_name_is_one_short_line(name: str) -> None:
    cleaned = clean_name(name)
    assert len(cleaned) <= 200
    assert "\n" not in cleaned
    assert clean_name(cleaned) == cleaned
    TypeAdapter(str).validate_python(cleaned.encode().decode())


def test_odd_language_codes_are_left_out() -> None:
    user = {**USER, "language_code": "x; drop"}
    [update] = translate(message(text="x", **{"from": user})).updates
    assert update.contact is not None
    assert update.contact.language is None


@given(st.text(min_size=1, max_size=255).filter(lambda text: text.isprintable()), st.integers(0, 99))
def test_pressing_a_quick_reply_says_what_it_offered(payload: str, index: int) -> None:
    data = encode(SayPayload(index, payload))
    assert len(data.encode()) <= 64
    said = the_content(press(data, [("jiné", encode(SayTitle(200))), ("Tarify", data)]))
    assert said.text == "Tarify"
    assert said.payload in {payload, None}
    if len(payload.encode()) <= 58:
        assert said.payload == payload


@given(st.text(max_size=64))
def test_forged_buttons_never_say_anything(data: str) -> None:
    translation = translate(press(data, [("Ano", "q:0:/yes!")]))
    assert translation.query_id == "q1"
    assert not any(isinstance(update.content, TextSaid) for update in translation.updates)


def test_rating_and_the_wish_to_comment() -> None:
    translation = translate(press("r:4"))
    assert translation.updates[0].content.model_dump() == {"kind": "rating", "score": 4, "comment": None}
    assert translation.reply == ThankForRating("77", "cs", 9, 4, "q1")
    assert translate(press("c")).reply == AskForComment("77", "cs")
    for forged in ("r:0", "r:6", "r:44", "r:", "r:4:4"):
        assert isinstance(the_content(press(forged)), Refused)


def test_button_of_a_message_that_is_gone_is_answered() -> None:
    gone = {"message_id": 9, "date": 0, "chat": CHAT}
    translation = translate(press("q:0:/yes", message=gone))
    assert translation.query_id == "q1"
    assert translation.reply == Say("77", "cs", Phrase.OLD_BUTTON)


@pytest.mark.parametrize("prompt", sorted(every(Phrase.COMMENT_PROMPT)))
def test_reply_to_the_prompt_is_a_comment(prompt: str) -> None:
    bot = {"id": 1, "is_bot": True, "first_name": "Linka"}
    ours = {"message_id": 3, "date": 1, "chat": CHAT, "from": bot, "text": prompt}
    assert the_content(message(text="díky", reply_to_message=ours)).comment == "díky"
    theirs = {**ours, "from": USER}
    assert the_content(message(text="díky", reply_to_message=theirs)).kind == "text"
    long = translate(message(text="d" * 4096, reply_to_message=ours)).updates
    assert [update.content.kind for update in long] == ["rating", "refused"]


@pytest.mark.parametrize("number", ["5", -1, True, 2**70, None, 1.5])
def test_strange_update_numbers_are_none(number: Any) -> None:
    assert update_id_of({"update_id": number}) is None
    assert translate({"update_id": number}).updates[0].client_id.startswith("telegram:strange-")
