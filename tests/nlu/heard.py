"""One turn of the bot, as tests look at it."""

from dataclasses import dataclass
from typing import Any

from storage.model.cases import Case
from storage.model.entry import HandoffSummary


@dataclass(frozen=True)
class Heard:
    """The bot's turn, taken apart.

    ``seconds`` where it was measured; ``summary`` (for those who take over) and ``cases`` as the hub has stored them.
    """

    text: str
    buttons: tuple[tuple[str, str], ...]
    understood: dict[str, Any]
    handoff: dict[str, Any] | None
    seconds: float = 0.0
    summary: HandoffSummary | None = None
    cases: tuple[Case, ...] = ()
