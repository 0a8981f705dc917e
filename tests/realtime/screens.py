"""What a widget and a panel show, made of one fresh read and the events after it, by the clients' own rules."""

from copy import deepcopy
from datetime import datetime
from typing import Protocol

from tests.realtime.house import Client, Data

VIEWS = ("mine", "queue", "all", "bot", "resolved")
EVERYTHING = 200  # entries and rows of a page, more than any case here has


class Screen(Protocol):
    """A client's state."""

    def hear(self, event: str, data: Data) -> None:
        """Take an event in."""

    def shown(self) -> Data:
        """What can be compared with a fresh read."""


def _appended(entries: list[Data], news: list[Data]) -> list[Data]:
    """Each entry once, in order, and none over a gap."""
    known = list(entries)
    for entry in news:
        if entry["seq"] == (known[-1]["seq"] + 1 if known else 1):
            known.append(entry)
    return known


class WidgetScreen:
    """A customer's."""

    def __init__(self, page: Data) -> None:
        self._page = deepcopy(page)

    def hear(self, event: str, data: Data) -> None:
        conversation = self._page["conversation"]
        match event:
            case "timeline.appended":
                self._page["entries"] = _appended(self._page["entries"], data["entries"])
            case "conversation.updated" if data["conversation"]["version"] >= conversation["version"]:
                self._page["conversation"] = data["conversation"]
            case "cursor.moved" if data["reader"] == "operator":
                conversation["read_by_operator"] = max(conversation["read_by_operator"], data["seq"])

    def shown(self) -> Data:
        return self._page


async def read_widget(client: Client) -> Data:
    """Everything that a widget can show, afresh."""
    page = await client.ask("timeline.read", {"after_seq": 0, "limit": EVERYTHING})
    return {"entries": page["entries"], "conversation": page["conversation"]}


class PanelScreen:
    """An operator's: the workspace, all lists, and one conversation if it was theirs to open."""

    def __init__(self, fresh: Data) -> None:
        self._workspace = deepcopy(fresh["workspace"])
        self._rows = {row["id"]: row for rows in fresh["lists"].values() for row in rows}
        self._views = {view: {row["id"] for row in rows} for view, rows in fresh["lists"].items()}
        self._opened = deepcopy(fresh["opened"])

    def hear(self, event: str, data: Data) -> None:
        opened = self._opened
        match event:
            case "board.changed":
                self._workspace["board"] = data["board"]
            case "colleagues.changed":
                self._workspace["colleagues"] = data["colleagues"]
                me = self._workspace["me"]["id"]
                self._workspace["me"] = next(one for one in data["colleagues"] if one["id"] == me)
            case "conversation.updated":
                self._update(data["row"], data["views"])
            case "conversation.hidden":
                self._rows.pop(data["conversation_id"], None)
                for ids in self._views.values():
                    ids.discard(data["conversation_id"])
                if opened is not None and opened["row"]["id"] == data["conversation_id"]:
                    self._opened = None
            case "timeline.appended" if opened is not None and opened["row"]["id"] == data["conversation_id"]:
                for entry in data["entries"]:
                    self._understand(opened, entry)
                    opened["entries"] = _appended(opened["entries"], [entry])
            case "cursor.moved" if opened is not None and data["reader"] == "contact":
                opened["read_by_contact"] = max(opened["read_by_contact"], data["seq"])
            case "case.changed" if opened is not None:
                opened["cases"] = [
                    data["case"],
                    *(one for one in opened["cases"] if one["id"] != data["case"]["id"]),
                ]
            case "order.changed" if opened is not None:
                others = [order for order in opened["orders"] if order["id"] != data["order"]["id"]]
                opened["orders"] = [data["order"], *others]

    def _update(self, row: Data, views: list[str]) -> None:
        known = self._rows.get(row["id"])
        if known is not None and known["version"] > row["version"]:
            return
        self._rows[row["id"]] = row
        for view, ids in self._views.items():
            (ids.add if view in views else ids.discard)(row["id"])
        if self._opened is not None and self._opened["row"]["id"] == row["id"]:
            self._opened["row"] = row

    @staticmethod
    def _understand(opened: Data, entry: Data) -> None:
        """What was understood is of an episode."""
        if entry["episode"] > opened["entries"][-1]["episode"]:
            opened["understood"] = None
        if entry["body"]["kind"] == "message" and entry["body"]["understood"] is not None:
            opened["understood"] = entry["body"]["understood"]

    def shown(self) -> Data:
        lists = {view: in_order(view, [self._rows[one] for one in ids]) for view, ids in self._views.items()}
        return {"workspace": self._workspace, "lists": lists, "opened": self._opened}


def in_order(view: str, rows: list[Data]) -> list[Data]:
    """The queue by rank, longest waiting first; all else by the last change, newest first."""

    def rank(row: Data) -> tuple[float, str]:
        waiting = row["responder"]
        return datetime.fromisoformat(waiting["since"]).timestamp() - waiting["priority"] * 60, row["id"]

    def change(row: Data) -> tuple[datetime, str]:
        return datetime.fromisoformat(row["updated_at"]), row["id"]

    return sorted(rows, key=rank) if view == "queue" else sorted(rows, key=change, reverse=True)


async def read_panel(client: Client, conversation_id: str) -> Data:
    """Everything that a panel can show, afresh. ``opened`` is None for what is not theirs to see.

    Not compared: ``origin``, which a panel has as of when it opened the conversation.
    """
    workspace = await client.ask("workspace.read")
    listed = {view: await client.ask("conversation.list", {"view": view}) for view in VIEWS}
    answer = await client.answer("conversation.open", {"conversation_id": conversation_id})
    assert answer["ok"] or answer["error"]["code"] == "not_found", answer
    opened = {**answer["data"]} if answer["ok"] else None
    if opened is not None:
        del opened["origin"]
    lists = {view: page["rows"] for view, page in listed.items()}
    return {"workspace": workspace, "lists": lists, "opened": opened}
