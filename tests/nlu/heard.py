"""One turn of the bot, as tests look at it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Heard:
    """The bot's turn, taken apart. ``seconds`` where it was measured."""

    text: str
    buttons: tuple[tuple[str, str], ...]
    understood: dict[str, Any]
    handoff: dict[str, Any] | None
    seconds: float = 0.0
