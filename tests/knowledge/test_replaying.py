"""Drafts applied again: the same outcome, with what was applied before not applied anew."""

import asyncio
from collections.abc import Sequence
from threading import Lock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.knowledge import reader as reader_module
from hub.knowledge.checks import Finding, findings_of
from hub.knowledge.drafts import Drafts
from hub.knowledge.editing import replaying
from hub.knowledge.editing.applying import Applied, applied
from hub.knowledge.editing.replaying import Replays
from hub.knowledge.edits import AddSentence, Edit, RemoveSentence
from hub.knowledge.files import Files
from hub.knowledge.knowledge import Knowledge
from hub.knowledge.project import Project
from hub.knowledge.source import Source
from storage.memory import MemoryStorage
from tests.doors import Clock
from tests.knowledge.texts import NLU, TINY


def sentence(number: int) -> AddSentence:
    return AddSentence(topic="greet", language="cs", text=f"sentence {number}")


EDITS = [
    *(sentence(number) for number in range(40)),
    AddSentence(topic="gone", language="cs", text="a conflict"),
    RemoveSentence(topic="greet", language="cs", text="sentence 1"),
]
OTHER: Files = {**TINY, "data/nlu/cs/manners.yml": TINY["data/nlu/cs/manners.yml"].replace("ahoj", "nazdar")}


@settings(deadline=None, max_examples=30)  # what it comes to is judged, not how quick it is
@given(
    st.lists(
        st.tuples(st.sampled_from([TINY, OTHER]), st.integers(0, 42), st.integers(0, 5)),
        min_size=1,
        max_size=6,
    )
)
def test_it_comes_to_the_same(turns: list[tuple[Files, int, int]]) -> None:
    replays = Replays()
    for base, count, dropped in turns:
        edits = EDITS[:count][: -dropped - 1] + EDITS[:count][len(EDITS[:count]) - dropped :]
        assert replays.applied("fany", base, edits) == applied(base, edits)


def test_taking_one_back_applies_nothing_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    made = list[Edit]()

    def counted(files: Files, edits: Sequence[Edit]) -> Applied:
        made.extend(edits)
        return applied(files, edits)

    monkeypatch.setattr(replaying, "applied", counted)
    replays = Replays()
    for count in range(1, 41):
        replays.applied("fany", TINY, EDITS[:count])
    assert len(made) == 40
    for count in range(39, 31, -1):
        replays.applied("fany", TINY, EDITS[:count])
    assert len(made) == 40
    replays.applied("fany", TINY, EDITS[:20])
    assert len(made) == 60
    replays.applied("fany", TINY, EDITS[:30])
    assert len(made) == 70


async def test_whoever_asks_for_the_same_has_it_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made, lock = list[Project](), Lock()

    def counted(project: Project) -> tuple[Finding, ...]:
        with lock:
            made.append(project)
        return findings_of(project)

    monkeypatch.setattr(reader_module, "findings_of", counted)
    storage = MemoryStorage()
    drafts = Drafts(storage.drafts, storage.done_edits, Source(NLU), Clock())
    knowledge = Knowledge(drafts, storage.done_edits)
    files = {**await drafts.on_disk(), "data/nlu/cs/fresh.yml": 'version: "3.1"\nnlu: []\n'}
    checked = await asyncio.gather(*(knowledge.checked(files) for _ in range(4)))
    assert len(made) == 1
    assert all(each is checked[0] for each in checked)
