"""A client that read once and then only listened knows what a fresh read would tell: for everybody who may look on."""

import asyncio
import json
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from hub.bot_answer import BotTurn
from storage.model.entry import HandoffReason, HandoffSummary, QuickReply
from tests.conversation.bench import FakeNlu
from tests.realtime.house import WITHIN, Client, Data, House, key, open_house

VIEWS = ("mine", "queue", "all", "bot", "resolved")
STEPS = 40


class WidgetState:
    """What the widget keeps, and how it follows events."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.entries: dict[int, Data] = {}
        self.conversation: Data = {}
        self.applied = 0

    async def read(self) -> None:
        page = await self.fresh()
        self.entries, self.conversation = page["entries"], page["conversation"]
        self.applied = len(self.client.heard)

    async def fresh(self) -> Data:
        page = await self.client.ask("timeline.read", {"after_seq": 0, "limit": 200})
        return {
            "entries": {entry["seq"]: entry for entry in page["entries"]},
            "conversation": page["conversation"],
        }

    def follow(self) -> Data:
        for event, data in self.client.heard[self.applied :]:
            match event:
                case "timeline.appended":
                    for entry in data["entries"]:
                        self.entries.setdefault(entry["seq"], entry)
                case "conversation.updated":
                    if data["conversation"]["version"] >= self.conversation["version"]:
                        self.conversation = data["conversation"]
                case "cursor.moved":
                    self.conversation = {**self.conversation, "read_by_operator": data["seq"]}
        self.applied = len(self.client.heard)
        return {"entries": self.entries, "conversation": self.conversation}


class PanelState:
    """What a panel keeps of its lists and of the conversations it has opened."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.rows: dict[str, Data] = {}
        self.lists: dict[str, set[str]] = {view: set() for view in VIEWS}
        self.entries: dict[str, dict[int, Data]] = {}
        self.board: Data = {}
        self.applied = 0

    async def read(self, conversations: list[str]) -> None:
        at = len(self.client.heard)
        state = await self.fresh(conversations)
        self.rows, self.lists = state["rows"], state["lists"]
        self.entries, self.board = state["entries"], state["board"]
        self.applied = at

    async def fresh(self, conversations: list[str]) -> Data:
        rows: dict[str, Data] = {}
        lists: dict[str, set[str]] = {}
        entries: dict[str, dict[int, Data]] = {}
        for view in VIEWS:
            page = await self.client.ask("conversation.list", {"view": view, "limit": 200})
            lists[view] = {row["id"] for row in page["rows"]}
            rows |= {row["id"]: row for row in page["rows"]}
        for conversation in conversations:
            opened = await self.client.answer("conversation.open", {"conversation_id": conversation})
            if not opened["ok"]:
                assert opened["error"]["code"] == "not_found", opened
                continue
            page = await self.client.ask(
                "timeline.read", {"conversation_id": conversation, "after_seq": 0, "limit": 200}
            )
            entries[conversation] = {entry["seq"]: entry for entry in page["entries"]}
        board = (await self.client.ask("workspace.read"))["board"]
        return {"rows": rows, "lists": lists, "entries": entries, "board": board}

    def follow(self) -> Data:
        for event, data in self.client.heard[self.applied :]:
            match event:
                case "timeline.appended" if data["conversation_id"] in self.entries:
                    for entry in data["entries"]:
                        self.entries[data["conversation_id"]].setdefault(entry["seq"], entry)
                case "conversation.updated":
                    row = data["row"]
                    if row["version"] >= self.rows.get(row["id"], {"version": 0})["version"]:
                        self.rows[row["id"]] = row
                        for view, ids in self.lists.items():
                            (ids.add if view in data["views"] else ids.discard)(row["id"])
                case "conversation.hidden":
                    self.rows.pop(data["conversation_id"], None)
                    self.entries.pop(data["conversation_id"], None)
                    for ids in self.lists.values():
                        ids.discard(data["conversation_id"])
                case "board.changed":
                    self.board = data["board"]
        self.applied = len(self.client.heard)
        return {"rows": self.rows, "lists": self.lists, "entries": self.entries, "board": self.board}


def bot(text: str) -> BotTurn:
    if "human" in text:
        return BotTurn((("One moment", ()),), (HandoffReason.REQUESTED, "sales"), None)
    return BotTurn(((f"re: {text}", (QuickReply("Yes", "/yes"),)),), None, None)


@pytest_asyncio.fixture
async def house() -> AsyncIterator[House]:
    async with open_house(nlu=FakeNlu(bot)) as house:
        yield house


class Walk:
    """Everybody does this and that."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.random = Random(seed)
        self.widgets: dict[str, Client] = {}
        self.panels: dict[str, Client] = {}
        self.done: list[str] = []

    async def begin(self) -> None:
        for _ in range(2):
            token, conversation = await self.house.visitor()
            self.widgets[conversation] = await self.house.widget(token)
        for name in ("anna", "petr", "sam", "sara"):
            self.panels[name] = await self.house.panel(name)

    async def step(self) -> None:
        conversation = self.random.choice(list(self.widgets))
        event, data = self.random.choice(
            [
                ("message.send", {"text": self.random.choice(["Hello", "human please"])}),
                ("message.send", {"text": "More"}),
                ("human.request", {}),
                ("conversation.rate", {"score": self.random.randint(1, 5)}),
                ("cursor.move", {"seq": self.random.randint(0, 5)}),
            ]
            if self.random.random() < 0.35
            else [(event, data) for event, data in self._of_operators()]
        )
        if event in ("message.send", "human.request", "conversation.rate", "cursor.move") and (
            "conversation" not in data
        ):
            client = self.widgets[conversation]
        else:
            data.pop("conversation")
            client = self.panels[self.random.choice(list(self.panels))]
            data["conversation_id"] = conversation
        if event != "cursor.move" and event != "contact.rename":
            data["client_id"] = key()
        answer = await client.answer(event, data)
        assert answer["ok"] or answer["error"]["code"] in ("invalid_state", "not_found"), (event, answer)
        self.done.append(f"{event} {answer['ok']}")

    def _of_operators(self) -> list[tuple[str, dict[str, Any]]]:
        mark = {"conversation": True}
        actions: list[tuple[str, dict[str, Any]]] = [
            ("message.send", {"text": "From the desk"}),
            ("note.add", {"text": "secret"}),
            ("conversation.take", {}),
            ("conversation.take", {}),
            ("conversation.release", {}),
            ("conversation.hand_back", {}),
            ("conversation.resolve", {}),
            ("conversation.reopen", {}),
            ("conversation.transfer", {"team": self.random.choice(["sales", "support"])}),
            ("conversation.transfer", {"operator_id": self.random.choice(["anna", "sam"])}),
            ("conversation.snooze", {"until": "2099-01-01T00:00:00Z"}),
            ("contact.rename", {"name": f"Jana {self.random.randint(1, 9)}"}),
            ("cursor.move", {"seq": self.random.randint(0, 9)}),
        ]
        return [(event, {**data, **mark}) for event, data in actions]


@pytest.mark.parametrize("seed", range(8))
async def test_stale_state_and_events_equal_a_fresh_read(house: House, seed: int) -> None:
    walk = Walk(house, seed)
    await walk.begin()
    for _ in range(seed % 4 * 4):
        await walk.step()
    conversations = list(walk.widgets)
    widgets = {name: WidgetState(client) for name, client in walk.widgets.items()}
    panels = {name: PanelState(client) for name, client in walk.panels.items()}
    for widget in widgets.values():
        await widget.read()
    for panel in panels.values():
        await panel.read(conversations)
    for _ in range(STEPS):
        await walk.step()
    for name, widget in widgets.items():
        await _agrees(name, widget.follow, widget.fresh, walk)
        assert "secret" not in json.dumps(widget.client.heard)
    for name, panel in panels.items():
        await _agrees(name, panel.follow, lambda panel=panel: panel.fresh(list(panel.entries)), walk)  # type: ignore[misc]


async def _agrees(name: str, follow: Any, fresh: Any, walk: Walk) -> None:
    """Sooner or later: events are on their way for a moment."""
    told, read = follow(), await fresh()
    try:
        async with asyncio.timeout(WITHIN):
            while told != read:
                await asyncio.sleep(0.25)
                read = await fresh()
                told = follow()
    except TimeoutError:
        differing = {part: (told[part], read[part]) for part in told if told[part] != read[part]}
        pytest.fail(f"{name}: {json.dumps(differing, default=list, indent=1)}\n{walk.done}")


SECRETS = ("anger", "complain", "601234567", "Už dost!", "ask_tariffs", "summary", "known")


def angry(_: str) -> BotTurn:
    summary = HandoffSummary(
        "cs", "complain", {"phone": "+420601234567", "words": "Už dost!"}, ("ask_tariffs",)
    )
    return BotTurn((("A person will help.", ()),), (HandoffReason.ANGER, "support"), None, summary)


async def test_what_the_bot_tells_operators_is_never_the_contacts() -> None:
    async with open_house(nlu=FakeNlu(angry)) as house:
        token, conversation = await house.visitor()
        widget, panel = await house.widget(token), await house.panel("anna")
        await widget.ask("message.send", {"client_id": key(), "text": "Grr"})
        async with asyncio.timeout(WITHIN):
            while not any(
                entry["body"]["kind"] == "handed_off"
                for event, data in widget.heard
                if event == "timeline.appended"
                for entry in data["entries"]
            ):
                widget.changed.clear()
                await widget.changed.wait()
        fresh = await widget.ask("timeline.read", {"after_seq": 0, "limit": 200})
        opened = await panel.ask("conversation.open", {"conversation_id": conversation})

    told = json.dumps([fresh, widget.heard], ensure_ascii=False)
    assert not [secret for secret in SECRETS if secret in told]
    assert [
        entry["body"]["reason"] for entry in fresh["entries"] if entry["body"]["kind"] == "handed_off"
    ] == ["topic"]
    assert [
        entry["body"]["reason"] for entry in opened["entries"] if entry["body"]["kind"] == "handed_off"
    ] == ["anger"]
    assert opened["row"]["handoff"]["summary"] == {
        "language": "cs",
        "topic": "complain",
        "known": {"phone": "+420601234567", "words": "Už dost!"},
        "tried": ["ask_tariffs"],
    }
