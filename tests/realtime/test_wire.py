"""Real clients of a real hub: everything is acknowledged, everybody hears what is theirs and nothing else."""

import asyncio
import json
from hashlib import sha256
from typing import Any

import pytest

from hub.conversation.dispatcher import Accepted
from hub.http.keys import INBOUND
from hub.people.sessions import token_hash_of
from hub.realtime import server, vigil
from hub.realtime.boards import Boards
from storage.memory import MemoryStorage
from storage.model.contacts import Contact
from storage.model.people import Operator
from tests.realtime.house import (
    PEOPLE,
    SERVICE_TOKEN,
    House,
    Refused,
    furnish,
    key,
    open_house,
)


async def test_a_chat_with_an_operator(house: House) -> None:
    widget, conversation = await house.waiting("I need help")
    anna = await house.panel("anna")
    opened = await anna.ask("conversation.open", {"conversation_id": conversation})
    assert [entry["body"]["kind"] for entry in opened["entries"]] == ["message", "handed_off"]
    command = {"conversation_id": conversation, "client_id": key()}
    taken = await anna.ask("conversation.take", command)
    assert taken["entry"]["body"] == {"kind": "taken", "operator_name": "Anna"}
    await widget.until(
        lambda event, data: event == "timeline.appended" and data["entries"][0]["body"]["kind"] == "taken"
    )
    said = {"conversation_id": conversation, "client_id": key(), "text": "How can I help?"}
    accepted = await anna.ask("message.send", said)
    heard = await widget.until(
        lambda event, data: event == "timeline.appended" and data["entries"][0]["author"]["kind"] == "operator"
        and data["entries"][0]["body"]["kind"] == "message"
    )  # fmt: skip
    assert heard["entries"][0]["author"] == {"kind": "operator", "name": "Anna"}
    assert heard["entries"][0]["client_id"] is None
    own = await anna.until(
        lambda event, data: (
            event == "timeline.appended" and data["entries"][0]["client_id"] == said["client_id"]
        )
    )
    assert own["entries"][0] == accepted["entry"]
    updated = await widget.until(
        lambda event, data: (
            event == "conversation.updated" and data["conversation"]["responder"]["kind"] == "operator"
        )
    )
    assert updated["conversation"]["responder"]["name"] == "Anna"
    again = await anna.ask("message.send", said)
    assert again == accepted


async def test_notes_never_reach_the_widget(house: House) -> None:
    widget, conversation = await house.waiting()
    anna = await house.panel("anna")
    await anna.ask("conversation.take", {"conversation_id": conversation, "client_id": key()})
    state = await widget.until(
        lambda event, data: (
            event == "conversation.updated" and data["conversation"]["responder"]["kind"] == "operator"
        )
    )
    before = list(widget.heard)
    for n in range(3):
        note = {"conversation_id": conversation, "client_id": key(), "text": f"secret {n}"}
        await anna.ask("note.add", note)
    snoozed = {"conversation_id": conversation, "client_id": key(), "until": "2099-01-01T00:00:00Z"}
    await anna.ask("conversation.snooze", snoozed)
    page = await widget.ask("timeline.read", {"after_seq": 0})
    assert page["conversation"]["version"] == state["conversation"]["version"]
    assert page["conversation"]["status"] == {"kind": "open"}
    assert "secret" not in json.dumps(page)
    said = {"conversation_id": conversation, "client_id": key(), "text": "public"}
    await anna.ask("message.send", said)
    await widget.until(lambda event, data: "public" in json.dumps(data))
    await widget.until(
        lambda event, data: (
            event == "conversation.updated"
            and data["conversation"]["version"] > state["conversation"]["version"]
        )
    )
    between = [data for event, data in widget.heard[len(before) :]]
    assert "secret" not in json.dumps(widget.heard)
    seqs = [entry["seq"] for data in between for entry in data.get("entries", [])]
    assert seqs == [state["conversation"]["seq"] + 1]
    versions = [data["conversation"]["version"] for data in between if "conversation" in data]
    assert versions == [state["conversation"]["version"] + 1], "hidden changes show nowhere"


@pytest.mark.parametrize(
    ("event", "data", "code"),
    [
        ("message.send", {"text": "no key"}, "bad_request"),
        ("message.send", {"client_id": "x", "text": "bad key"}, "bad_request"),
        ("message.send", {"client_id": key(), "text": "x" * 4_001}, "bad_request"),
        ("message.send", {"client_id": key(), "text": "\u200b \u200d"}, "bad_request"),
        ("message.send", {"client_id": key(), "text": "Hi", "seq": 7}, "bad_request"),
        ("message.send", {"client_id": key(), "text": "Hi", "author": "bot"}, "bad_request"),
        ("message.send", {"client_id": {"$ne": ""}, "text": "Hi"}, "bad_request"),
        ("message.send", {"client_id": key(), "text": {"$regex": ".*"}}, "bad_request"),
        ("message.send", {"client_id": key(), "text": "Hi", "payload": "/restart"}, "bad_request"),
        ("message.send", {"client_id": key(), "text": "Hi", "__proto__": {"role": "admin"}}, "bad_request"),
        ("message.send", [1, 2], "bad_request"),
        ("message.send", "text", "bad_request"),
        ("timeline.read", {"after_seq": -1}, "bad_request"),
        ("timeline.read", {"after_seq": 2**53}, "bad_request"),
        ("timeline.read", {"after_seq": "1"}, "bad_request"),
        ("timeline.read", {"limit": 1_000_000_000}, "bad_request"),
        ("timeline.read", {"conversation_id": "another's"}, "bad_request"),
        ("conversation.rate", {"client_id": key()}, "bad_request"),
        ("conversation.rate", {"client_id": key(), "score": 5}, "invalid_state"),
        ("conversation.rate", {"client_id": key(), "score": 6}, "bad_request"),
        ("note.add", {"client_id": key(), "text": "Hi"}, "unknown_event"),
        ("conversation.take", {}, "unknown_event"),
        ("trigger_event", {}, "unknown_event"),
        ("__init__", {}, "unknown_event"),
        ("*", {}, "unknown_event"),
        ("identify", {}, "unknown_event"),
    ],
)
async def test_what_is_wrong_is_a_typed_error(house: House, event: str, data: Any, code: str) -> None:
    token, _ = await house.visitor()
    widget = await house.widget(token)
    answer = await widget.answer(event, data)
    assert not answer["ok"]
    assert answer["error"]["code"] == code
    assert answer["error"]["retryable"] is False
    assert (await widget.answer("timeline.read", {}))["ok"]


async def test_two_arguments_are_one_too_many(house: House) -> None:
    widget = await house.widget((await house.visitor())[0])
    assert (await widget.answer("timeline.read", {}, {}))["error"]["code"] == "bad_request"


async def test_who_asks_too_often_is_told_when_to_come_back(house: House) -> None:
    widget = await house.widget((await house.visitor())[0])
    # All at once: one after the other, a busy machine would not ask too often.
    answers = await asyncio.gather(*(widget.answer("typing.set", {"on": True}) for _ in range(60)))
    refused = [answer["error"] for answer in answers if not answer["ok"]]
    assert refused
    assert {error["code"] for error in refused} == {"rate_limited"}
    assert all(error["retryable"] and error["retry_after"] > 0 for error in refused)


@pytest.mark.parametrize(
    "token", [None, "", "short", {"$ne": ""}, ["x" * 43], 7, "x" * 43, "ž" * 43, "x" * 60_000]
)
async def test_a_visitor_without_a_known_token_stays_outside(house: House, token: Any) -> None:
    with pytest.raises(Refused) as refused:
        await house.widget(token)
    assert "unauthenticated" in json.dumps(refused.value.error)


async def test_a_visitor_is_no_operator(house: House) -> None:
    token, _ = await house.visitor()
    with pytest.raises(Refused) as refused:
        await house._client("/operator", {"token": token})
    assert "unauthenticated" in json.dumps(refused.value.error)
    with pytest.raises(Refused):
        await house.panel("anna", origin="https://hub.example.evil")
    for wrong in ("", SERVICE_TOKEN[:-1], token):
        with pytest.raises(Refused):
            await house.carrier(wrong)
    with pytest.raises(Refused):
        await house.carrier(inbox_id="demo")


async def test_anothers_conversation_is_out_of_reach(house: House) -> None:
    mine, _ = await house.waiting("mine")
    theirs, _ = await house.waiting("theirs")
    for text in ("one", "two"):
        await theirs.ask("message.send", {"client_id": key(), "text": text})
    page = await mine.ask("timeline.read", {"after_seq": 0, "limit": 200})
    assert "theirs" not in json.dumps(page)
    assert "theirs" not in json.dumps(mine.heard)
    assert "two" not in json.dumps(mine.heard)


async def test_what_is_another_teams_does_not_exist(house: House) -> None:
    _, conversation = await house.waiting()
    sam, fay = await house.panel("sam"), await house.panel("fay")
    for client in (sam, fay):
        for event, data in (
            ("conversation.open", {}),
            ("timeline.read", {"after_seq": 0}),
            ("conversation.take", {"client_id": key()}),
            ("message.send", {"client_id": key(), "text": "Hi"}),
            ("note.add", {"client_id": key(), "text": "Hi"}),
            ("contact.rename", {"name": "Evil"}),
            ("cursor.move", {"seq": 1}),
            ("typing.set", {"on": True}),
        ):
            answer = await client.answer(event, {"conversation_id": conversation, **data})
            assert answer["error"]["code"] == "not_found", event
    assert (await fay.answer("conversation.list", {"view": "all"}))["error"]["code"] == "forbidden"
    assert (await sam.ask("conversation.list", {"view": "all"}))["rows"] == []


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
async def test_times_at_the_end_of_the_world(house: House, until: str) -> None:
    _, conversation = await house.waiting()
    anna = await house.panel("anna")
    await anna.ask("conversation.take", {"conversation_id": conversation, "client_id": key()})
    snooze = {"conversation_id": conversation, "client_id": key(), "until": until}
    assert (await anna.answer("conversation.snooze", snooze))["error"]["code"] in (
        "bad_request",
        "invalid_state",
    )
    before = {"view": "all", "before": {"at": until, "id": "x"}}
    answer = await anna.answer("conversation.list", before)
    assert answer["ok"] or answer["error"]["code"] == "bad_request"


async def test_before_the_first_there_is_nothing(house: House) -> None:
    widget, conversation = await house.waiting()
    assert (await widget.ask("timeline.read", {"before_seq": 0}))["entries"] == []
    anna = await house.panel("anna")
    asked = {"conversation_id": conversation, "before_seq": 0}
    assert (await anna.ask("timeline.read", asked))["entries"] == []


async def test_sockets_of_a_session_that_ended_are_closed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert vigil.SESSIONS_EVERY < 5.0
    token = await house.session("anna")
    anna, petr = await house.panel("anna", token), await house.panel("petr")
    await house.storage.operators.end_session(token_hash_of(token))
    async with asyncio.timeout(5):
        await anna.closed.wait()
    assert anna.events("session.ended")
    assert not petr.closed.is_set()
    assert (await petr.answer("workspace.read", {}))["ok"]


async def test_typing_is_seen_by_the_other_side_only_where_it_should(house: House) -> None:
    widget, conversation = await house.waiting()
    anna, petr = await house.panel("anna"), await house.panel("petr")
    for panel in (anna, petr):
        await panel.ask("conversation.open", {"conversation_id": conversation})
    await anna.ask("conversation.take", {"conversation_id": conversation, "client_id": key()})
    await petr.ask("typing.set", {"conversation_id": conversation, "on": True})
    await anna.ask("typing.set", {"conversation_id": conversation, "on": True})
    heard = await widget.event("typing.changed")
    assert heard["author"] == {"kind": "operator", "name": "Anna"}, "who does not answer does not show"
    await widget.ask("typing.set", {"on": True})
    for panel in (anna, petr):
        await panel.until(
            lambda event, data: event == "typing.changed" and data["author"]["kind"] == "contact"
        )
    assert len(widget.events("typing.changed")) == 1
    assert not [data for data in anna.events("typing.changed") if data["author"]["kind"] == "operator"]


async def test_cursors_speak_each_sides_numbers_and_never_go_back(house: House) -> None:
    widget, conversation = await house.waiting()
    anna = await house.panel("anna")
    await anna.ask("conversation.open", {"conversation_id": conversation})
    await anna.ask("conversation.take", {"conversation_id": conversation, "client_id": key()})
    await anna.ask("note.add", {"conversation_id": conversation, "client_id": key(), "text": "hidden"})
    said = {"conversation_id": conversation, "client_id": key(), "text": "Hello"}
    entry = (await anna.ask("message.send", said))["entry"]
    assert entry["seq"] == 5
    await widget.ask("cursor.move", {"seq": 4})
    assert (await anna.event("cursor.moved"))["seq"] == 5
    await anna.ask("cursor.move", {"conversation_id": conversation, "seq": 5})
    assert (await widget.event("cursor.moved"))["seq"] == 4
    await widget.ask("cursor.move", {"seq": 1})
    await anna.ask("cursor.move", {"conversation_id": conversation, "seq": 1})
    assert (await widget.ask("timeline.read", {}))["conversation"]["read_by_operator"] == 4
    opened = await anna.ask("conversation.open", {"conversation_id": conversation})
    assert opened["read_by_contact"] == 5
    assert len(anna.events("cursor.moved")) == len(widget.events("cursor.moved")) == 1


async def test_only_who_answers_makes_the_contact_see_that_they_were_read(house: House) -> None:
    widget, conversation = await house.waiting()
    anna, sara = await house.panel("anna"), await house.panel("sara")
    for panel in (anna, sara):
        await panel.ask("conversation.open", {"conversation_id": conversation})
    await anna.ask("conversation.take", {"conversation_id": conversation, "client_id": key()})
    await sara.ask("cursor.move", {"conversation_id": conversation, "seq": 2})
    assert (await widget.ask("timeline.read", {}))["conversation"]["read_by_operator"] == 0
    await anna.ask("cursor.move", {"conversation_id": conversation, "seq": 2})
    assert (await widget.ask("timeline.read", {}))["conversation"]["read_by_operator"] == 2


async def test_leaving_says_when_to_come_back_and_loses_nothing() -> None:
    storage = MemoryStorage()
    await furnish(storage)
    async with open_house(storage) as house:
        widget, conversation = await house.waiting()
        anna = await house.panel("anna")
        sending = [
            asyncio.create_task(widget.answer("message.send", {"client_id": key(), "text": f"{n}"}))
            for n in range(10)
        ]
        first = await sending[0]
        assert first["ok"]
        async with asyncio.timeout(10):
            await house.stop()
        for client in (widget, anna):
            leaving = await client.event("server.leaving")
            assert 0 < leaving["reconnect_in"] < 10
        answers = await asyncio.gather(*sending, return_exceptions=True)
        acknowledged = {
            answer["data"]["entry"]["client_id"]
            for answer in answers
            if isinstance(answer, dict) and answer["ok"]
        }
        stored = storage.entries.timeline(conversation)
        assert acknowledged <= {entry.client_id for entry in stored}
        snapshot = await storage.conversations.get(conversation)
        assert snapshot is not None
        assert snapshot.seq == len(stored)


async def test_stopping_without_a_database_ends_in_time() -> None:
    storage = MemoryStorage()
    await furnish(storage)
    async with open_house(storage) as house:
        await house.waiting()
        storage.go_away()
        async with asyncio.timeout(10):
            await house.stop()


async def test_a_panel_that_could_not_come_in_leaves_nothing_behind(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage.errors import StorageUnavailable

    async def away(_: Boards, __: Operator) -> None:
        raise StorageUnavailable("planted")

    with monkeypatch.context() as patch:
        patch.setattr(Boards, "welcome", away)
        with pytest.raises(Refused) as refused:
            await house.panel("anna")
        assert "unavailable" in json.dumps(refused.value.error)
    assert not _sockets_of(house).panels()
    petr = await house.panel("petr")
    workspace = await petr.ask("workspace.read")
    present = {view["id"]: view["present"] for view in workspace["colleagues"]}
    assert present["petr"]
    assert not present["anna"]


async def test_updates_of_a_channel_get_a_result_each(house: House) -> None:
    bot = await house.carrier()
    contact = {"external_id": "42", "name": "Jana"}

    def update(number: int, **content: Any) -> dict[str, Any]:
        return {"client_id": f"telegram:{number}", "contact": contact, "content": content}

    updates = [
        update(1, kind="text", text="Ahoj"),
        update(2, kind="text", text="Ano", payload="/forged"),
        update(3, kind="rating", score=5),
        update(4, kind="refused", reason="a sticker", update={"sticker": True}),
        update(5, kind="text", text="Jste tam?"),
    ]
    results = (await bot.ask("updates.append", {"updates": updates}))["results"]
    assert [result["ok"] for result in results] == [True] * 5
    assert [result["error"]["code"] if result["error"] else None for result in results] == [
        None,
        "bad_request",
        "invalid_state",
        None,
        None,
    ]
    again = (await bot.ask("updates.append", {"updates": updates}))["results"]
    assert again[0]["seq"] == results[0]["seq"]
    assert again[4]["seq"] == results[4]["seq"]
    await bot.event("delivery.due")
    claimed = (await bot.ask("delivery.claim", {"limit": 10}))["conversations"]
    assert [one["external_id"] for one in claimed] == ["42"]
    assert [entry["body"]["kind"] for entry in claimed[0]["entries"]] == ["handed_off"]
    assert (await bot.answer("updates.append", {"updates": []}))["error"]["code"] == "bad_request"


async def test_a_fault_of_ours_does_not_cost_a_telegram_user_their_words(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = await house.carrier()
    inbound = house.app[INBOUND]
    real, faults = inbound.say, 3

    async def faulty(*args: Any) -> Accepted:
        nonlocal faults
        if faults:
            faults -= 1
            raise RuntimeError("nobody foresaw this")
        return await real(*args)

    monkeypatch.setattr(inbound, "say", faulty)

    async def result_of(number: int) -> Any:
        content = {"kind": "text", "text": f"words {number}"}
        said = {
            "client_id": f"telegram:{number}",
            "contact": {"external_id": f"{number}"},
            "content": content,
        }
        return (await bot.ask("updates.append", {"updates": [said]}))["results"][0]

    for _ in range(3):
        result = await result_of(1)
        assert not result["ok"]
        assert result["error"]["retryable"]
    result = await result_of(1)
    assert result["ok"]
    assert result["seq"] == 1
    faults = 99
    for last in (False, False, False, True):
        result = await result_of(2)
        assert result["ok"] is last, "for ever would block the chat"
    assert result["seq"] is None
    letters = house.storage.outbox.dead_letters  # type: ignore[attr-defined]
    assert set(letters) == {("telegram", "telegram:2")}


async def test_telegram_sees_that_an_operator_types(house: House) -> None:
    bot, anna = await house.carrier(), await house.panel("anna")
    said = {
        "client_id": "telegram:1",
        "contact": {"external_id": "42"},
        "content": {"kind": "text", "text": "Ahoj"},
    }
    await bot.ask("updates.append", {"updates": [said]})
    row = (
        await anna.until(
            lambda event, data: (
                event == "conversation.updated" and data["row"]["responder"]["kind"] == "queued"
            )
        )
    )["row"]
    await anna.ask("conversation.take", {"conversation_id": row["id"], "client_id": key()})
    await anna.until(
        lambda event, data: event == "conversation.updated" and data["row"]["responder"]["kind"] == "operator"
    )
    await anna.ask("typing.set", {"conversation_id": row["id"], "on": True})
    heard = await bot.until(
        lambda event, data: event == "typing.changed" and data["author"]["kind"] == "operator"
    )
    assert heard["external_id"] == "42"


async def test_next_in_line_over_the_wire(house: House) -> None:
    anna = await house.panel("anna")
    assert (await anna.ask("queue.take_next", {"client_id": key()}))["conversation_id"] is None
    _, conversation = await house.waiting()
    asked = {"client_id": key()}
    assert (await anna.ask("queue.take_next", asked))["conversation_id"] == conversation
    assert (await anna.ask("queue.take_next", asked))["conversation_id"] == conversation


async def test_ones_own_token_is_kept_as_a_hash(house: House) -> None:
    token, _ = await house.visitor()
    known = await house.storage.contacts.by_token(sha256(token.encode()).hexdigest())
    assert known is not None
    assert isinstance(await house.storage.contacts.get(known.contact_id), Contact)
    assert token not in json.dumps(known.token_hash)
    assert PEOPLE["anna"].capacity == 20
    assert server.CONNECT_WITHIN <= 10


def _sockets_of(house: House) -> Any:
    from hub.realtime.widget import WidgetNamespace

    namespaces = [
        namespace
        for route in house.app.router.routes()
        for owner in [getattr(route.handler, "__self__", None)]
        for namespace in [_widget_namespace(owner)]
        if isinstance(namespace, WidgetNamespace)
    ]
    return namespaces[0]._sockets


def _widget_namespace(engine: Any) -> Any:
    handlers = getattr(engine, "handlers", None)
    connect = handlers.get("connect") if isinstance(handlers, dict) else None
    return connect.__self__.namespace_handlers.get("/widget") if connect is not None else None


async def test_a_socket_that_cannot_be_shown_out_is_cut(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose rights have ended is gone, whatever fails on the way."""

    async def broken(*_: Any, **__: Any) -> None:
        raise OSError("broken")

    token = await house.session("anna")
    anna = await house.panel("anna", token)
    monkeypatch.setattr(server.LinkaServer, "disconnect", broken)
    await house.storage.operators.end_session(token_hash_of(token))
    async with asyncio.timeout(5):
        await anna.closed.wait()
