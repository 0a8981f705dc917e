"""What is kept between turns: read whatever is in the slot, written as JSON."""

import json
from dataclasses import replace
from typing import Any

import pytest
import yaml
from actions.memory import FACTS, SESSION, Memory, Question, read_memory, written
from hypothesis import given
from hypothesis import strategies as st

from hub.bot_summary import FACTS as READ_BY_THE_HUB
from tests.nlu.conftest import NLU

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from([*Memory.__dataclass_fields__, *Question.__dataclass_fields__, *FACTS])


@given(JSON | st.dictionaries(NAMES, JSON | st.dictionaries(NAMES, JSON)))
def test_any_slot_can_be_read_and_written_again(raw: Any) -> None:
    memory = read_memory(raw)

    assert read_memory(json.loads(json.dumps(written(memory)))) == memory


@pytest.mark.parametrize("raw", [None, [], "x", 3, {"question": {"about": "x"}}, {"tried": "x", "known": []}])
def test_what_is_of_no_use_is_no_memory(raw: Any) -> None:
    assert read_memory(raw) == Memory()


def test_a_memory_comes_back_as_it_was() -> None:
    memory = Memory(
        language="cs",
        question=Question("move_visit", "date", {"order_number": "1234-5671"}, misses=1, asides=1),
        offered="sales",
        misunderstood=1,
        insults=1,
        closed_told="2027-01-16T08:00:00+01:00",
        topic="complaint",
        known={"town": "Brno", "words": "x" * 400},
        proven="1234-5671",
        tried=("ask_tariffs", "complaint"),
        at=1_800_000_000.0,
    )

    assert read_memory(json.loads(json.dumps(written(memory)))) == memory


@given(st.floats(1, 1e10), st.floats(-1e10, 1e10))
def test_after_silence_another_talk_begins_and_what_is_known_stays(at: float, later: float) -> None:
    left = Memory(
        language="cs", known={"town": "Brno"}, proven="1234-5671", tried=("ask_tariffs", "complaint"), at=at
    )
    memory = replace(
        left,
        question=Question("x", "words"),
        offered="sales",
        misunderstood=1,
        insults=1,
        closed_told="2027-01-16T08:00:00+01:00",
        topic="complaint",
        known={"town": "Brno", "date": "zítra"},
    )

    assert memory.after_silence(at + later) == (left if at + later - at > SESSION else memory)


def test_silence_is_as_long_as_a_session() -> None:
    session = yaml.safe_load((NLU / "domain" / "session.yml").read_text(encoding="utf-8"))["session_config"]

    assert session["session_expiration_time"] * 60 == SESSION


def test_it_does_not_grow() -> None:
    memory = read_memory(
        {
            "known": {"words": "x" * 9_000, "town": "y" * 9_000, "colour": "red"},
            "tried": [f"i{n}" for n in range(99)],
        }
    )

    assert len(json.dumps(written(memory))) < 1_200
    assert memory.tried[-1] == "i98"


def test_what_the_hub_reads_is_what_is_kept() -> None:
    said_of_the_order = {"proven"}
    assert tuple(name for name in READ_BY_THE_HUB if name not in said_of_the_order) == FACTS
    assert said_of_the_order < set(READ_BY_THE_HUB)


def test_it_is_one_slot() -> None:
    slots = yaml.safe_load((NLU / "domain" / "memory.yml").read_text(encoding="utf-8"))["slots"]
    assert set(slots) == {"memory"}
