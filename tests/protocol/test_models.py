"""The wire is strict: what is not exactly as agreed is refused before anything looks at it."""

from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from hub.errors import error_of
from hub.protocol import channel, common, operator, widget

KEY = str(uuid4())


def send(**fields: Any) -> widget.MessageSend:
    return widget.MessageSend.model_validate({"client_id": KEY, "text": "Hello", **fields})


@pytest.mark.parametrize(
    "text",
    ["Hello", "a" * 4_000, "👩‍👩‍👧", "Příliš žluťoučký", " x ", "\n1", "<img onerror=alert(1)>", "/restart"],
)
def test_words_that_can_be_read(text: str) -> None:
    assert send(text=text).text == text


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t ", "\u200b\u200d\ufeff", "\u2060", "\u0301" * 50, "\u3164", "\u2800", "a" * 4_001,
     "half \ud800", "nul \x00", None, 7, ["Hello"], {"$regex": "."}, True],
)  # fmt: skip
def test_words_that_cannot(text: Any) -> None:
    with pytest.raises(ValidationError):
        send(text=text)


@pytest.mark.parametrize(
    "client_id",
    [
        "",
        "x",
        KEY.upper(),
        KEY + "\n",
        KEY[:-1],
        f"{{{KEY}}}",
        KEY.replace("-", ""),
        None,
        5,
        {"$ne": ""},
        "a" * 1_000_000,
    ],
)
def test_keys_of_another_form(client_id: Any) -> None:
    with pytest.raises(ValidationError):
        send(client_id=client_id)


@pytest.mark.parametrize("extra", ["seq", "author", "role", "conversation_id", "__proto__", "$where"])
def test_nothing_can_be_slipped_in(extra: str) -> None:
    with pytest.raises(ValidationError):
        send(**{extra: "x"})


@pytest.mark.parametrize("seq", [-1, 2**53, 2**64, "1", 1.0, True, None, {"$gt": 0}])
def test_places_on_a_timeline(seq: Any) -> None:
    with pytest.raises(ValidationError):
        widget.CursorMove.model_validate({"seq": seq})
    assert widget.CursorMove.model_validate({"seq": 0}).seq == 0
    assert widget.CursorMove.model_validate({"seq": 2**53 - 1}).seq == 2**53 - 1


@pytest.mark.parametrize("limit", [0, -1, 201, 10**9, "50", None])
def test_pages_are_bounded(limit: Any) -> None:
    with pytest.raises(ValidationError):
        widget.TimelineRead.model_validate({"limit": limit})


@pytest.mark.parametrize("score", [0, 6, 4.5, "5", True])
def test_scores(score: Any) -> None:
    with pytest.raises(ValidationError):
        widget.ConversationRate.model_validate({"client_id": KEY, "score": score})


@pytest.mark.parametrize("conversation_id", ["", "a" * 65, "../x", "a b", {"$ne": ""}, ["x"], "x\n"])
def test_ids_are_plain(conversation_id: Any) -> None:
    with pytest.raises(ValidationError):
        operator.ConversationRef.model_validate({"conversation_id": conversation_id})


@pytest.mark.parametrize(
    "update",
    [
        {"client_id": "telegram:1", "content": {"kind": "unknown"}},
        {"client_id": "telegram", "content": {"kind": "human"}},
        {"client_id": "telegram:1\n", "content": {"kind": "human"}},
        {"client_id": KEY, "content": {"kind": "human"}},
        {"client_id": "telegram:1", "content": {"kind": "text", "text": "\u200b"}},
        {"client_id": "telegram:1", "contact": {"external_id": {"$ne": ""}}, "content": {"kind": "human"}},
        {
            "client_id": "telegram:1",
            "contact": {"external_id": "1", "role": "admin"},
            "content": {"kind": "human"},
        },
    ],
)
def test_updates_of_a_channel(update: Any) -> None:
    with pytest.raises(ValidationError):
        channel.UpdatesAppend.model_validate({"updates": [update]})


def test_updates_come_up_to_a_hundred() -> None:
    update = {"client_id": "telegram:1", "content": {"kind": "human"}}
    assert len(channel.UpdatesAppend.model_validate({"updates": [update] * 100}).updates) == 100
    for count in (0, 101):
        with pytest.raises(ValidationError):
            channel.UpdatesAppend.model_validate({"updates": [update] * count})


def test_a_settlement_may_name_what_was_sent() -> None:
    settled = {"conversation_id": "c", "seq": 1, "fence": 1, "attempt": 1, "outcome": "sent"}
    assert channel.DeliverySettle.model_validate(settled).external_ids == []
    assert channel.DeliverySettle.model_validate({**settled, "external_ids": ["7"]}).external_ids == ["7"]
    with pytest.raises(ValidationError):
        channel.DeliverySettle.model_validate({**settled, "external_ids": ["7"] * 21})


def test_an_error_names_fields_and_never_repeats_what_was_sent() -> None:
    with pytest.raises(ValidationError) as caught:
        send(text={"secret": "hunter2"}, extra="hunter2")
    error = error_of(caught.value)
    assert error is not None
    assert error.code == "bad_request"
    assert error.details is not None
    assert set(error.details["fields"]) == {"text", "extra"}
    assert "hunter2" not in error.model_dump_json()


def test_models_do_not_change() -> None:
    with pytest.raises(ValidationError):
        send().text = "other"  # type: ignore[misc]


def test_every_request_has_a_handler_shaped_name() -> None:
    for namespace in (widget.WIDGET, operator.OPERATOR, channel.CHANNEL):
        assert isinstance(namespace, common.Namespace)
        for event in (*namespace.requests, *namespace.events):
            noun, _, verb = event.partition(".")
            assert noun.isidentifier()
            assert verb.isidentifier()
