"""The reference client against a hub of a few lines that loses, doubles and forgets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from tests.clients.client import Client
from tests.clients.sides import OperatorSide, WidgetSide
from tests.clients.transport import Data, TurnedAway, Unreached

WITHIN = 10.0


@dataclass
class FakeHub:
    """One timeline. ``refusals`` and ``lost_answers`` say what happens to the next requests that write."""

    conversation_id: str = "c1"
    entries: list[Data] = field(default_factory=list)
    refusals: list[Data] = field(default_factory=list)
    lost_answers: int = 0
    handshakes: list[Exception | None] = field(default_factory=list)
    asked: list[tuple[str, Data]] = field(default_factory=list)
    heard: Callable[[str, Data], None] | None = None
    lost: Callable[[bool], None] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def connect(self, heard: Callable[[str, Data], None], lost: Callable[[bool], None]) -> "FakeHub":
        failure = self.handshakes.pop(0) if self.handshakes else None
        if failure is not None:
            raise failure
        self.heard, self.lost = heard, lost
        return self

    async def ask(self, event: str, data: Data, within: float) -> Data | None:
        self.asked.append((event, data))
        self.changed.set()
        await asyncio.sleep(0)
        match event:
            case "timeline.read":
                found = [entry for entry in self.entries if entry["seq"] > data["after_seq"]]
                page = found[: min(data["limit"], 2)]
                return self._ok(entries=page, more=len(found) > len(page), conversation=self._state())
            case "conversation.open":
                row = {"id": self.conversation_id, "version": len(self.entries)}
                return self._ok(entries=self.entries[-1:], row=row)
        if self.refusals:
            return {"ok": False, "error": self.refusals.pop(0)}
        entry = next((each for each in self.entries if each["client_id"] == data["client_id"]), None)
        entry = entry or self.store(data["text"], data["client_id"])
        if self.lost_answers:
            self.lost_answers -= 1
            return None
        return self._ok(entry=entry)

    async def close(self) -> None:
        self.heard = self.lost = None

    def store(self, text: str, client_id: str | None = None) -> Data:
        entry = {
            "seq": len(self.entries) + 1,
            "client_id": client_id,
            "author": {"kind": "contact" if client_id else "bot", "name": ""},
            "body": {"kind": "message", "text": text},
        }
        self.entries.append(entry)
        return entry

    def tell(self, *entries: Data) -> None:
        assert self.heard is not None
        self.heard("timeline.appended", {"conversation_id": self.conversation_id, "entries": list(entries)})

    def _state(self) -> Data:
        return {"id": self.conversation_id, "seq": len(self.entries)}

    @staticmethod
    def _ok(**data: Any) -> Data:
        return {"ok": True, "data": data}


@asynccontextmanager
async def living(hub: FakeHub, unsent: str | None = None, operator: bool = False) -> AsyncIterator[Client]:
    loop = asyncio.get_running_loop()
    client = Client(
        "jana",
        OperatorSide() if operator else WidgetSide(),
        hub,
        clock=loop.time,
        random=Random(1),
        unsent=unsent,
    )
    client.open(hub.conversation_id)
    task = asyncio.create_task(client.run())
    try:
        yield client
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert client.log.anomalies == []


async def settled(client: Client, entries: int) -> None:
    async with asyncio.timeout(WITHIN):
        while not (client.settled and len(client.log.shown) == entries):
            await asyncio.sleep(0.01)
    assert [shown.seq for shown in client.log.shown] == list(range(1, entries + 1))


@pytest.mark.parametrize("operator", [False, True])
async def test_it_reads_everything_page_by_page_and_then_listens(operator: bool) -> None:
    hub = FakeHub()
    for text in "abcde":
        hub.store(text)
    async with living(hub, operator=operator) as client:
        await settled(client, 5)
        hub.tell(hub.store("f"))
        hub.tell(hub.entries[5])  # doubled
        await settled(client, 6)


async def test_a_gap_and_a_digest_are_read() -> None:
    hub = FakeHub()
    async with living(hub) as client:
        await settled(client, 0)
        hub.store("lost")
        hub.tell(hub.store("arrived"))
        assert client.log.shown == []
        await settled(client, 2)
        hub.store("lost too")
        assert hub.heard is not None
        hub.heard("timeline.digest", {"conversation_id": "c1", "seq": 3})
        await settled(client, 3)


async def test_a_lost_acknowledgement_is_asked_for_again_under_the_same_client_id() -> None:
    hub = FakeHub(lost_answers=1)
    async with living(hub) as client:
        first, second = client.say("c1", "one"), client.say("c1", "two")
        await settled(client, 2)
    sent = [data["client_id"] for event, data in hub.asked if event == "message.send"]
    assert sent == [first, first, second]
    assert [entry["client_id"] for entry in hub.entries] == [first, second]


async def test_an_entry_that_is_shown_needs_no_acknowledgement() -> None:
    hub = FakeHub(lost_answers=1)
    async with living(hub) as client:
        client.say("c1", "one")
        async with asyncio.timeout(WITHIN):
            while not hub.entries:
                await hub.changed.wait()
                await asyncio.sleep(0)
        hub.tell(hub.entries[0])
        await settled(client, 1)


async def test_a_refusal_for_good_is_set_aside_and_one_for_now_is_not() -> None:
    not_now = {"code": "unavailable", "retryable": True, "retry_after": 0.01}
    hub = FakeHub(refusals=[not_now, {"code": "conflict", "retryable": False}])
    async with living(hub) as client:
        failed, good = client.say("c1", "one"), client.say("c1", "two")
        await settled(client, 1)
        assert [(each.client_id, each.code) for each in client.log.refused] == [(failed, "conflict")]
        assert [each.client_id for each in client.log.acknowledged] == [good]


async def test_it_comes_back_by_itself_and_resends_what_was_in_flight() -> None:
    hub = FakeHub(handshakes=[Unreached(), TurnedAway({"code": "unavailable", "retry_after": 0.01})])
    async with living(hub) as client:
        client.say("c1", "one")
        await settled(client, 1)
        hub.store("missed")
        assert hub.lost is not None
        hub.lost(False)
        await settled(client, 2)
        assert client.connections == 2


async def test_a_reload_carries_the_outbox_over() -> None:
    hub = FakeHub(handshakes=[Unreached()] * 50)
    async with living(hub) as client:
        written = client.say("c1", "before")
        kept = client.saved()
    async with living(FakeHub(), unsent=kept) as reborn:
        await settled(reborn, 1)
        assert [each.client_id for each in reborn.log.shown] == [written]
        assert [each.client_id for each in reborn.log.acknowledged] == [written]


async def test_what_changes_its_words_is_noticed() -> None:
    hub = FakeHub()
    async with living(hub) as client:
        await settled(client, 0)
        hub.tell(hub.store("said"))
        hub.tell({**hub.entries[0], "body": {"kind": "message", "text": "otherwise"}})
        [noticed] = client.log.anomalies
        assert "otherwise" in noticed
        client.log.anomalies.clear()
