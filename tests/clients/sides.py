"""What differs between the two kinds of clients: how they ask and what they hear."""

from dataclasses import dataclass
from typing import Protocol

from tests.clients.outbox import Item
from tests.clients.timeline import Entry
from tests.clients.transport import Data

PAGE = 200  # entries of one page, the most that the hub gives


@dataclass(frozen=True, slots=True)
class News:
    """What an event says about one conversation: entries, and the newest seq that exists."""

    conversation_id: str
    entries: tuple[Entry, ...] = ()
    known: int = 0
    gone: bool = False  # no longer to be seen


class Side(Protocol):
    """One namespace as its client knows it."""

    def to_watch(self, conversation_id: str) -> tuple[str, Data] | None:
        """The request after which a conversation's events arrive; None where they do by themselves."""

    def to_read(self, conversation_id: str, after: int) -> tuple[str, Data]:
        """The request for what follows ``after``."""

    def to_ship(self, item: Item) -> tuple[str, Data]:
        """The request that carries an item of the outbox."""

    def known(self, reply: Data) -> int:
        """The newest seq that a reply to ``to_watch`` or ``to_read`` tells of; 0 if it tells none."""

    def news(self, event: str, data: Data) -> list[News]:
        """What an event tells."""


class WidgetSide:
    """A customer on a website: one conversation, its public entries in their public numbers."""

    def to_watch(self, conversation_id: str) -> tuple[str, Data] | None:
        return None

    def to_read(self, conversation_id: str, after: int) -> tuple[str, Data]:
        return "timeline.read", {"after_seq": after, "limit": PAGE}

    def to_ship(self, item: Item) -> tuple[str, Data]:
        return item.event, {**item.data, "client_id": item.client_id}

    def known(self, reply: Data) -> int:
        seq: int = reply["conversation"]["seq"]
        return seq

    def news(self, event: str, data: Data) -> list[News]:
        match event:
            case "timeline.appended":
                return [News(data["conversation_id"], tuple(data["entries"]))]
            case "timeline.digest":
                return [News(data["conversation_id"], known=data["seq"])]
            case "conversation.updated":
                return [News(data["conversation"]["id"], known=data["conversation"]["seq"])]
        return []


class OperatorSide:
    """A panel: the conversations that it has opened, everything in them."""

    def to_watch(self, conversation_id: str) -> tuple[str, Data] | None:
        return "conversation.open", {"conversation_id": conversation_id}

    def to_read(self, conversation_id: str, after: int) -> tuple[str, Data]:
        return "timeline.read", {"conversation_id": conversation_id, "after_seq": after, "limit": PAGE}

    def to_ship(self, item: Item) -> tuple[str, Data]:
        return item.event, {
            **item.data,
            "client_id": item.client_id,
            "conversation_id": item.conversation_id,
        }

    def known(self, reply: Data) -> int:
        version: int = reply["row"]["version"] if "row" in reply else 0
        return version

    def news(self, event: str, data: Data) -> list[News]:
        match event:
            case "timeline.appended":
                return [News(data["conversation_id"], tuple(data["entries"]))]
            case "timeline.digest":
                return [News(conversation_id, known=seq) for conversation_id, seq in data["seqs"].items()]
            case "conversation.updated":
                return [News(data["row"]["id"], known=data["row"]["version"])]
            case "conversation.hidden":
                return [News(data["conversation_id"], gone=True)]
        return []
