"""Nobody hears of a conversation that is not theirs: not by words of any kind, not after their teams changed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest
from structlog.testing import capture_logs

from hub.bus import Bus
from hub.clock import SystemClock
from hub.http.keys import ORDERS
from hub.realtime import changes, relay, vigil
from hub.realtime.relay import Relay
from hub.realtime.sockets import OperatorSocket, Sockets
from hub.realtime.vigil import Vigil
from storage.memory import MemoryStorage
from storage.model.entry import Entry
from storage.model.people import Operator, Role
from tests.realtime.house import PEOPLE, WITHIN, Client, House, Refused, furnish, key, open_house
from tests.storage.making import order

OFTEN, NEVER = 0.05, 3600.0  # seconds


class Storage(MemoryStorage):
    """Somebody's rights can be changed in it."""

    def becomes(self, name: str, **changes: Any) -> None:
        people = self.operators._operators
        people[name] = replace(people[name], **changes)


@pytest.fixture
async def storage() -> Storage:
    storage = Storage()
    await furnish(storage)
    return storage


@pytest.fixture
async def house(storage: Storage) -> AsyncIterator[House]:
    async with open_house(storage) as house:
        yield house


async def heard_by_now(panel: Client) -> set[str]:
    """The names of all that was said to a panel before it asked."""
    await panel.ask("workspace.read")
    return {event for event, _ in panel.heard}


async def test_who_watches_what_went_to_another_team_hears_no_more_of_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows, which take them out of the room, are told a little later: here not at all."""
    monkeypatch.setattr(changes, "GATHER", NEVER)
    customer, conversation = await house.waiting()
    anna, sara = await house.panel("anna"), await house.panel("sara")
    about = {"conversation_id": conversation}
    for panel in (anna, sara):
        await panel.ask("conversation.open", about)
    await sara.ask("conversation.take", {**about, "client_id": key()})
    await sara.ask("conversation.transfer", {**about, "client_id": key(), "team": "sales"})
    await heard_by_now(anna)
    anna.heard.clear()
    await customer.ask("typing.set", {"on": True})
    await sara.event("typing.changed")
    await customer.ask("cursor.move", {"seq": 1})
    await sara.event("cursor.moved")
    await house.storage.orders.put_new(replace(order(), conversation_id=conversation, operator_id="sara"))
    await house.app[ORDERS].announce_missing()
    await sara.event("order.changed")
    about_it = {"typing.changed", "cursor.moved", "order.changed", "timeline.appended"}
    assert not about_it & await heard_by_now(anna)


async def test_who_opens_what_goes_to_another_team_meanwhile_sees_nothing_of_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, conversation = await house.waiting()
    anna, sara = await house.panel("anna"), await house.panel("sara")
    about = {"conversation_id": conversation}
    await sara.ask("conversation.take", {**about, "client_id": key()})
    before = house.storage.entries.before
    opening = False

    async def meanwhile(conversation_id: str, seq: int, limit: int) -> Sequence[Entry]:
        nonlocal opening
        if not opening:
            opening = True
            await sara.ask("conversation.transfer", {**about, "client_id": key(), "team": "sales"})
            await sara.ask("note.add", {**about, "client_id": key(), "text": "for sales only"})
        return await before(conversation_id, seq, limit)

    monkeypatch.setattr(house.storage.entries, "before", meanwhile)
    with pytest.raises(Refused, match="not_found"):
        await anna.ask("conversation.open", about)
    assert opening
    await heard_by_now(anna)
    anna.heard.clear()
    await sara.ask("conversation.open", about)
    await sara.ask("note.add", {**about, "client_id": key(), "text": "for sales only"})
    await sara.event("timeline.appended")
    assert not await heard_by_now(anna) & {"timeline.appended", "typing.changed"}


async def test_who_reads_on_while_it_goes_to_another_team_reads_nothing_of_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, conversation = await house.waiting()
    anna, sara = await house.panel("anna"), await house.panel("sara")
    about = {"conversation_id": conversation}
    await sara.ask("conversation.take", {**about, "client_id": key()})
    await anna.ask("conversation.open", about)
    after = house.storage.entries.after
    reading = True

    async def meanwhile(conversation_id: str, seq: int, limit: int) -> Sequence[Entry]:
        nonlocal reading
        if reading and limit == 7:
            reading = False
            await sara.ask("conversation.transfer", {**about, "client_id": key(), "team": "sales"})
            await sara.ask("note.add", {**about, "client_id": key(), "text": "for sales only"})
        return await after(conversation_id, seq, limit)

    monkeypatch.setattr(house.storage.entries, "after", meanwhile)
    with pytest.raises(Refused, match="not_found"):
        await anna.ask("timeline.read", {**about, "after_seq": 1, "limit": 7})
    assert not reading


@pytest.mark.parametrize("changes", [{"teams": ("sales",)}, {"role": Role.SUPERVISOR}])
async def test_a_panel_whose_rights_changed_comes_back_and_reads_what_is_theirs(
    house: House, storage: Storage, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    monkeypatch.setattr(vigil, "SESSIONS_EVERY", OFTEN)
    _, conversation = await house.waiting()
    sara, petr = await house.panel("sara"), await house.panel("petr")
    about = {"conversation_id": conversation}
    await sara.ask("conversation.take", {**about, "client_id": key()})
    await sara.ask("conversation.transfer", {**about, "client_id": key(), "team": "sales"})
    await sara.until(lambda event, data: event == "board.changed" and data["board"]["queued"] == 1)
    token = await house.session("anna")
    anna = await house.panel("anna", token)
    async with asyncio.timeout(WITHIN):  # boards are counted a moment later
        while (await anna.ask("workspace.read"))["board"]["queued"] != 0:
            await asyncio.sleep(0.1)
    storage.becomes("anna", **changes)
    await asyncio.wait_for(anna.closed.wait(), WITHIN)
    assert not anna.events("session.ended"), "they are still logged in"
    again = await house.panel("anna", token)
    assert (await again.ask("workspace.read"))["board"]["queued"] == 1
    rows = (await again.ask("conversation.list", {"view": "queue"}))["rows"]
    assert [row["id"] for row in rows] == [conversation]
    assert not petr.closed.is_set()


class Doors:
    """A server at which some sockets cannot be closed."""

    def __init__(self, broken: set[str], stuck: set[str]) -> None:
        self.broken, self.stuck = broken, stuck
        self.closed: list[str] = []
        self.severed: list[str] = []

    def sever(self, sid: str, *_: Any) -> None:
        self.severed.append(sid)

    async def emit(self, *_: Any, to: str, **__: Any) -> None:
        if to in self.broken:
            raise OSError("broken")

    async def disconnect(self, sid: str, **_: Any) -> None:
        if sid in self.stuck:
            await asyncio.get_running_loop().create_future()
        self.closed.append(sid)


class LoggedIn:
    """Who is behind which token."""

    def __init__(self, people: dict[str, Operator]) -> None:
        self.people = people

    async def find_all(self, *_: Any) -> dict[str, Operator]:
        return self.people


async def test_each_socket_is_closed_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vigil, "CLOSE_WITHIN", OFTEN)
    sockets = Sockets()
    for sid in ("broken", "stuck", "well"):
        sockets.add_panel(sid, OperatorSocket(PEOPLE["anna"], f"token of {sid}"))
    doors: Any = Doors({"broken"}, {"stuck"})
    sessions: Any = LoggedIn({})
    async with asyncio.timeout(WITHIN):
        with capture_logs() as logs:
            await Vigil(sessions, sockets, doors, SystemClock()).look()
    assert doors.closed == ["well"]
    assert sorted(doors.severed) == ["broken", "stuck"]
    assert [line["event"] for line in logs] == ["a socket could not be closed"] * 2


async def test_a_change_that_a_panel_brought_with_its_own_request_is_noticed_all_the_same() -> None:
    """Who sets their availability is read anew, with teams that their screen knows nothing of."""
    sockets = Sockets()
    changed = replace(PEOPLE["anna"], teams=("sales",))
    sockets.add_panel("anna", OperatorSocket(PEOPLE["anna"], "a"))
    sockets.add_panel("petr", OperatorSocket(PEOPLE["petr"], "p"))
    sockets.panel("anna").operator = changed
    doors: Any = Doors(set(), set())
    sessions: Any = LoggedIn({"a": changed, "p": replace(PEOPLE["petr"], name="Petr Nový")})
    await Vigil(sessions, sockets, doors, SystemClock()).look()
    assert doors.closed == ["anna"]
    assert sockets.panel("petr").operator.name == "Petr Nový"


async def test_what_another_hub_says_passes_those_who_must_not_hear_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def emit(_: Relay, message: dict[str, Any]) -> None:
        told.put_nowait(message)

    monkeypatch.setattr(Relay, "_handle_emit", emit)
    bus = Bus("redis://127.0.0.1:1")
    here = Relay(bus)
    here.bar(lambda namespace, room: ["anna-1"] if (namespace, room) == ("/operator", "r") else [])
    word = {
        "method": "emit", "event": "typing.changed", "data": [{}], "namespace": "/operator", "room": "r",
        "skip_sid": ["x"], "host_id": "another", "binary": False,
    }  # fmt: skip
    bus.hear(relay.CHANNEL, orjson.dumps(word))
    work = asyncio.create_task(here.work())
    try:
        assert (await asyncio.wait_for(told.get(), WITHIN))["skip_sid"] == ["x", "anna-1"]
    finally:
        work.cancel()
