"""What the bot tells those who take over: known names, cut to size, whatever comes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.bot_answer import parse_turn
from hub.bot_summary import FACTS, LONGEST_INTENT, MOST_TRIED, summary_of
from storage.documents import to_document
from storage.model.entry import HandoffReason, HandoffSummary
from storage.sizes import storable_size

FULL = {
    "reason": "anger",
    "team": "billing",
    "language": "cs",
    "summary": {
        "topic": "complain",
        "known": {
            "order_number": "1234-5671",
            "proven": "no",
            "phone": "+420601234567",
            "words": "Už dost!",
        },
        "tried": ["ask_tariffs", "ask_order_status"],
    },
}


def test_all_of_it() -> None:
    turn = parse_turn([{"text": "A person will help."}, {"custom": {"handoff": FULL}}])

    assert turn.handoff == (HandoffReason.ANGER, "billing")
    assert turn.summary == HandoffSummary(
        language="cs",
        topic="complain",
        known={"order_number": "1234-5671", "proven": "no", "phone": "+420601234567", "words": "Už dost!"},
        tried=("ask_tariffs", "ask_order_status"),
    )


def test_the_last_handoff_counts_with_its_own_summary() -> None:
    turn = parse_turn([{"custom": {"handoff": FULL}}, {"custom": {"handoff": {"reason": "topic"}}}])

    assert turn.handoff == (HandoffReason.TOPIC, None)
    assert turn.summary is None


@pytest.mark.parametrize(
    "handoff",
    [
        {},
        {"summary": None},
        {"summary": "words"},
        {"summary": {}, "language": ""},
        {"summary": {"known": [], "tried": {}, "topic": 7.5j, "more": 1}},
        {
            "summary": {
                "known": {"password": "x", "words": "  ", "town": None, "date": True},
                "tried": [None, ""],
            }
        },
    ],
)
def test_nothing_of_use_is_no_summary(handoff: dict[str, Any]) -> None:
    assert summary_of(handoff) is None


def test_sizes_are_cut_and_strangers_dropped() -> None:
    summary = summary_of(
        {
            "language": "x" * 100,
            "summary": {
                "topic": "t" * 1_000,
                "known": {**dict.fromkeys(FACTS, "y" * 10_000), "stranger": "z", "$where": "1"},
                "tried": [f"intent_{n}" for n in range(1_000)] + ["intent_999"],
            },
        }
    )

    assert summary is not None
    assert {name: len(value) for name, value in summary.known.items()} == FACTS
    assert summary.topic == "t" * LONGEST_INTENT
    assert summary.tried == tuple(f"intent_{n}" for n in range(990, 1_000))
    assert len(summary.tried) == MOST_TRIED


def test_numbers_are_texts_and_what_cannot_be_stored_is_mended() -> None:
    summary = summary_of({"summary": {"known": {"amount": 499, "words": "a\ud800b\x00c"}}})

    assert summary is not None
    assert summary.known == {"amount": "499", "words": "a?bc"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*FACTS, "summary", "known", "tried", "topic", "language", "x"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(st.dictionaries(st.sampled_from(["summary", "language", "reason", "team"]), JSON))
def test_whatever_comes_can_be_stored(handoff: dict[str, Any]) -> None:
    summary = summary_of(handoff)

    if summary is not None:
        assert storable_size(to_document(summary)) < 6_000
