"""What is kept of a dialogue of any length is all that the bot's next answer rests on."""

from typing import Any

from components.tail import TURNS_KEPT, tail
from hypothesis import given
from hypothesis import strategies as st

Event = dict[str, Any]

LISTEN: Event = {"event": "action", "name": "action_listen"}
_slot = st.builds(
    lambda name, value: {"event": "slot", "name": name, "value": value},
    st.sampled_from(["memory", "session_started_metadata", "other"]),
    st.integers(),
)
_answer: st.SearchStrategy[Event] = st.builds(lambda n: {"event": "bot", "text": str(n)}, st.integers())
_action: st.SearchStrategy[Event] = st.just({"event": "action", "name": "action_answer"})
_reset: st.SearchStrategy[Event] = st.just({"event": "reset_slots"})
_said: st.SearchStrategy[Event] = st.builds(lambda n: {"event": "user", "text": str(n)}, st.integers())
_turn: st.SearchStrategy[list[Event]] = st.builds(
    lambda said, done: [said, *done, LISTEN], _said, st.lists(_slot | _answer | _action | _reset, max_size=6)
)
_session: st.SearchStrategy[list[Event]] = st.builds(
    lambda kind, slots, turns: [
        {"event": "action", "name": "action_session_start"},
        {"event": kind},
        *slots,
        LISTEN,
        *(event for turn in turns for event in turn),
    ],
    st.sampled_from(["session_started", "restart"]),
    st.lists(_slot, max_size=4),
    st.lists(_turn, max_size=8),
)
_dialogue = st.lists(_session, min_size=1, max_size=3).map(lambda parts: [e for part in parts for e in part])
_odd = st.lists(_slot | _answer | _action | _reset | _said | st.just(LISTEN), max_size=40)


def _replayed(events: list[Event]) -> dict[str, Any]:
    """The state that Rasa makes of events, as far as the bot looks at it."""
    state: dict[str, Any] = {}
    slots: dict[str, Any] = {}
    for event in events:
        match event["event"]:
            case "session_started" | "restart":
                state, slots = {}, {}
            case "reset_slots":
                slots = {}
            case "slot":
                slots = slots | {event["name"]: event["value"]}
            case kind:
                state = state | {kind: event}
    return {"state": state, "slots": slots}


@given(_dialogue | _odd)
def test_whoever_replays_the_tail_knows_what_the_whole_says(events: list[Event]) -> None:
    whole, kept = _replayed(events), _replayed(tail(events))

    assert kept["slots"] == whole["slots"]
    said = [event for event in events if event["event"] == "user"]
    if len(said) > TURNS_KEPT:
        kept["state"] = whole["state"] | kept["state"]  # what no longer stands in the tail is not looked at
    assert kept["state"] == whole["state"]


@given(_dialogue | _odd)
def test_a_tail_of_a_tail_is_the_same(events: list[Event]) -> None:
    assert tail(tail(events)) == tail(events)


@given(_dialogue, st.lists(_turn, max_size=5))
def test_a_dialogue_kept_turn_by_turn_is_as_one_kept_at_once(
    events: list[Event], turns: list[list[Event]]
) -> None:
    kept = tail(events)
    for turn in turns:
        kept = tail([*kept, *turn])

    assert _replayed(kept) == _replayed(tail([*events, *(event for turn in turns for event in turn)]))


@given(_dialogue)
def test_no_more_turns_are_kept_than_wanted_each_with_the_listening_before_it(events: list[Event]) -> None:
    kept = tail(events)

    said = [at for at, event in enumerate(kept) if event["event"] == "user"]
    assert len(said) <= TURNS_KEPT
    assert all(kept[at - 1] == LISTEN for at in said)


def test_a_memory_set_long_ago_is_kept_once() -> None:
    def slot(name: str, value: int) -> Event:
        return {"event": "slot", "name": name, "value": value}

    turns = [[{"event": "user", "text": str(n)}, {"event": "bot", "text": str(n)}, LISTEN] for n in range(9)]
    turns[0].insert(1, slot("memory", 1))
    turns[1].insert(1, slot("memory", 2))
    turns[2].insert(1, slot("town", 3))
    begin = [{"event": "session_started"}, LISTEN]

    kept = tail([*begin, *(event for turn in turns for event in turn)], turns=2)

    assert kept == [slot("memory", 2), slot("town", 3), LISTEN, *turns[7], *turns[8]]
