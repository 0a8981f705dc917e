"""What a client saw with its own eyes: the evidence that a checker judges, whatever the hub claims."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Attempted:
    """Somebody asked for this. ``text`` is empty for what has no words."""

    at: float
    client_id: str
    conversation_id: str
    event: str
    text: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The hub said that it is durable; ``seq`` in the client's own numbering."""

    at: float
    client_id: str
    conversation_id: str
    seq: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The hub will not take it. ``in_doubt``: an earlier try had no answer, and may still be under way somewhere.
    ``asked_at``: when it was tried for the last time."""

    at: float
    client_id: str
    conversation_id: str
    code: str
    in_doubt: bool
    asked_at: float


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as it came onto the screen. ``client_id`` is known for one's own only."""

    at: float
    conversation_id: str
    seq: int
    client_id: str | None
    author: str  # its kind
    kind: str  # of the body
    text: str
    opening: int  # the how-manieth time its conversation was opened: it is shown from the beginning each time


@dataclass(frozen=True, slots=True)
class Opened:
    """A new screen for a conversation, shown from its beginning. ``shown_before``: entries of the log so far."""

    at: float
    conversation_id: str
    shown_before: int


@dataclass(slots=True)
class Log:
    """In the order of happening. One log is one life of one client: after a reload everything is shown anew."""

    who: str
    clock: Callable[[], float]
    attempted: list[Attempted] = field(default_factory=list)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    open_now: set[str] = field(default_factory=set)
    anomalies: list[str] = field(default_factory=list)
    openings: Counter[str] = field(default_factory=Counter)  # by conversation

    def open(self, conversation_id: str) -> None:
        """A screen for it, from its beginning on."""
        self.openings[conversation_id] += 1
        self.opened.append(Opened(self.clock(), conversation_id, len(self.shown)))
        self.open_now.add(conversation_id)

    def close(self, conversation_id: str) -> None:
        self.open_now.discard(conversation_id)

    def attempt(self, client_id: str, conversation_id: str, event: str, text: str) -> None:
        self.attempted.append(Attempted(self.clock(), client_id, conversation_id, event, text))

    def acknowledge(self, client_id: str, conversation_id: str, seq: int) -> None:
        self.acknowledged.append(Acknowledged(self.clock(), client_id, conversation_id, seq))

    def refuse(
        self, client_id: str, conversation_id: str, code: str, in_doubt: bool, asked_at: float
    ) -> None:
        self.refused.append(Refused(self.clock(), client_id, conversation_id, code, in_doubt, asked_at))

    def show(self, conversation_id: str, entry: dict[str, Any]) -> None:
        body = entry["body"]
        self.shown.append(
            Shown(
                self.clock(),
                conversation_id,
                entry["seq"],
                entry["client_id"],
                entry["author"]["kind"],
                body["kind"],
                body.get("text") or "",
                self.openings[conversation_id],
            )
        )

    def anomaly(self, what: str) -> None:
        """Something that must never happen."""
        self.anomalies.append(f"{self.clock():.3f} {self.who}: {what}")

    def as_document(self) -> dict[str, Any]:
        """For a file or another process."""
        return {
            "who": self.who,
            "attempted": [asdict(each) for each in self.attempted],
            "acknowledged": [asdict(each) for each in self.acknowledged],
            "refused": [asdict(each) for each in self.refused],
            "shown": [asdict(each) for each in self.shown],
            "opened": [asdict(each) for each in self.opened],
            "anomalies": list(self.anomalies),
        }
