"""What the bot keeps of a dialogue: its last turns, and the slots that were set before them. Pure."""

from collections.abc import Callable, Sequence
from typing import Any

Event = dict[str, Any]
"""As Rasa writes it down."""

TURNS_KEPT = 3
_BEGINS_ANEW = ("session_started", "restart")  # nothing before them counts any more


def tail(events: Sequence[Event], turns: int = TURNS_KEPT) -> list[Event]:
    """The last ``turns`` turns, after the last value of each slot that was set earlier in the same session.

    A turn begins when the bot listens. Whoever replays the tail finds the same slots, the same latest message and the
    same latest answer as after the whole. Not kept from before the tail are forms and pauses: the bot has none.
    """
    session = _last(events, lambda event: event["event"] in _BEGINS_ANEW)
    heard = [at for at, event in enumerate(events) if event["event"] == "user" and at > session]
    if len(heard) <= turns:
        return list(events[max(session, 0) :])
    first = heard[-turns]
    listened = _last(events[:first], lambda event: event.get("name") == "action_listen")
    begin = listened if listened > max(session, heard[-turns - 1]) else first
    return [*_slots(events[session + 1 : begin]), *events[begin:]]


def _slots(events: Sequence[Event]) -> list[Event]:
    """The last event of each slot."""
    kept: dict[str, Event] = {}
    for event in events:
        if event["event"] == "reset_slots":
            kept.clear()
        elif event["event"] == "slot":
            kept[event["name"]] = event
    return list(kept.values())


def _last(events: Sequence[Event], wanted: Callable[[Event], bool]) -> int:
    """Where the last such event is, or -1."""
    return next((at for at in range(len(events) - 1, -1, -1) if wanted(events[at])), -1)
