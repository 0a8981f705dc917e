"""When people answer, as the hub tells it. Pure."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Hours:
    """``closes``: the time today, while open; ``opens``: when they are back, while closed, in words, and ``opens_at``
    as a moment, by which one closing is told from the next. All may be unknown.
    """

    open: bool
    hours_text: str
    opens: str | None
    closes: str | None
    opens_at: str | None = None


def parse_hours(data: Any) -> Hours:
    """The hours in the hub's answer. Raises ``ValueError`` when it is not of the agreed form."""
    try:
        open_now, opens, closes = data["open"], data["opens_text"], data["closes_text"]
        opens_at = data["opens_at"]
        if not isinstance(open_now, bool):
            raise TypeError(f"open is {open_now!r}")
        return Hours(
            open=open_now,
            hours_text=str(data["hours_text"]),
            opens=str(opens) if opens else None,
            closes=str(closes) if closes else None,
            opens_at=str(opens_at) if opens_at else None,
        )
    except (KeyError, TypeError) as wrong:
        raise ValueError(f"no hours: {wrong!r}") from wrong
