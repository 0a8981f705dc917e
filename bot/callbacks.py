"""What a button carries: callback data, at most 64 bytes, that still means the same after a restart.

The data holds the button's number and, when it fits, the quick reply's payload itself; nothing is kept in memory. A
payload that does not fit is left out, and pressing the button says its title in words.
"""

from dataclasses import dataclass

MAX_BYTES = 64  # Telegram's limit


@dataclass(frozen=True, slots=True)
class SayTitle:
    """Button ``index`` stands for its own title."""

    index: int


@dataclass(frozen=True, slots=True)
class SayPayload:
    """Button ``index`` is a quick reply with this payload."""

    index: int
    payload: str


@dataclass(frozen=True, slots=True)
class Rate:
    """The episode was worth this much, 1–5."""

    score: int


@dataclass(frozen=True, slots=True)
class WishToComment:
    """The contact wants to add words to the rating."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A button that only shows something."""


Press = SayTitle | SayPayload | Rate | WishToComment | Nothing


def encode(press: Press) -> str:
    """Callback data of a button."""
    match press:
        case SayPayload(index, payload):
            data = f"q:{index}:{payload}"
            return data if len(data.encode()) <= MAX_BYTES else encode(SayTitle(index))
        case SayTitle(index):
            return f"t:{index}"
        case Rate(score):
            return f"r:{score}"
        case WishToComment():
            return "c"
        case Nothing():
            return "-"


def decode(data: str) -> Press | None:
    """What callback data means; None if no button of ours has it."""
    match data.split(":", 2):
        case ["q", index, payload] if _number(index) and payload:
            return SayPayload(int(index), payload)
        case ["t", index] if _number(index):
            return SayTitle(int(index))
        case ["r", score] if score in {"1", "2", "3", "4", "5"}:
            return Rate(int(score))
        case ["c"]:
            return WishToComment()
        case ["-"]:
            return Nothing()
        case _:
            return None


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3
