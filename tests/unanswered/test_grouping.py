"""Sentences that are alike have one group, which keeps its name."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Refusal
from hub.unanswered.grouping import ASKED_EVERY, Groups, Vector
from hub.unanswered.words import likeness, pieces, says_something
from storage.memory import MemoryStorage
from storage.model.learning import Standing
from tests.conversation.bench import Clock
from tests.storage.making import NOON, hearing, sentence

EAST, NORTH = (1.0, 0.0), (0.0, 1.0)


@dataclass
class Told:
    """Meanings as they are told; those that are not are of the north."""

    vectors: dict[str, Vector] = field(default_factory=dict)
    away: bool = False
    asked: list[str] = field(default_factory=list)

    async def of(self, texts: Sequence[str]) -> Sequence[Vector]:
        if self.away:
            raise Refusal("unavailable", "Nobody is there.")
        self.asked += texts
        return [self.vectors.get(text, NORTH) for text in texts]


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage()


async def hear(storage: MemoryStorage, *texts: str) -> None:
    there = await storage.sentences.count(Standing.OPEN, 1_000)
    for each, text in enumerate(texts, there):
        said = sentence(text, each)
        object.__setattr__(said, "text", text)
        await storage.sentences.hear(hearing(text, text, each), said)


async def groups_in(storage: MemoryStorage) -> dict[str, str | None]:
    return {each.text: each.group for each in await storage.sentences.page(Standing.OPEN, 1_000)}


FIRST, LIKE, OTHER = "Máte i kabelovou televizi?", "máte kabelovou televizi", "Kdy přijde technik?"


async def test_by_words(storage: MemoryStorage) -> None:
    groups = Groups(storage.sentences, Clock())
    await hear(storage, FIRST, OTHER)
    await groups.group_new()
    assert await groups_in(storage) == {FIRST: FIRST, OTHER: OTHER}
    await hear(storage, LIKE)
    await groups.group_new()
    assert await groups_in(storage) == {FIRST: FIRST, OTHER: OTHER, LIKE: FIRST}


async def test_a_group_keeps_its_name_when_the_first_has_been_placed(storage: MemoryStorage) -> None:
    groups = Groups(storage.sentences, Clock())
    await hear(storage, FIRST, LIKE)
    await groups.group_new()
    await storage.sentences.rule(FIRST, 0, Standing.HUMAN, None, NOON)
    third = "a máte kabelovou televizi?"
    await hear(storage, third)
    await groups.group_new()
    assert await groups_in(storage) == {LIKE: FIRST, third: FIRST}


async def test_by_meaning_whatever_the_words(storage: MemoryStorage) -> None:
    clock, told = Clock(), Told({FIRST: EAST, "Do you have TV?": EAST})
    groups = Groups(storage.sentences, clock, told)
    await hear(storage, FIRST, LIKE, "Do you have TV?")
    await groups.group_new()
    assert (await groups_in(storage))[LIKE] == FIRST
    await groups.group_by_meaning()
    assert await groups_in(storage) == {FIRST: FIRST, LIKE: LIKE, "Do you have TV?": FIRST}
    await hear(storage, OTHER)
    await groups.group_new()
    clock.forward(ASKED_EVERY.total_seconds())
    await groups.group_by_meaning()
    assert (await groups_in(storage))[OTHER] == LIKE


async def test_the_workshop_is_asked_of_each_sentence_once_and_not_all_the_time(
    storage: MemoryStorage,
) -> None:
    clock, told = Clock(), Told()
    groups = Groups(storage.sentences, clock, told)
    await groups.group_by_meaning()
    await hear(storage, FIRST)
    await groups.group_by_meaning()
    await hear(storage, OTHER)
    await groups.group_by_meaning()
    assert told.asked == [FIRST]
    clock.forward(ASKED_EVERY.total_seconds())
    await groups.group_by_meaning()
    await groups.group_by_meaning()
    assert told.asked == [FIRST, OTHER]


async def test_while_the_workshop_is_away_words_group(storage: MemoryStorage) -> None:
    clock, told = Clock(), Told(away=True)
    groups = Groups(storage.sentences, clock, told)
    await hear(storage, FIRST, LIKE)
    await groups.group_new()
    await groups.group_by_meaning()
    assert set((await groups_in(storage)).values()) == {FIRST}
    told.away = False
    clock.forward(ASKED_EVERY.total_seconds())
    await groups.group_by_meaning()
    assert all(each.by_meaning for each in await storage.sentences.page(Standing.OPEN, 10))


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness(one: str, other: str) -> None:
    there, back = likeness(pieces(one), pieces(other)), likeness(pieces(other), pieces(one))
    assert there == back
    assert 0 <= there <= 1
    if pieces(one):
        assert likeness(pieces(one), pieces(one)) == 1


def test_words_are_compared_in_any_script() -> None:
    assert pieces("Žluťoučký KŮŇ!") == pieces("zlutoucky kun")
    assert likeness(pieces("Де мій рахунок?"), pieces("де рахунок")) > 0.5


@pytest.mark.parametrize(
    ("text", "says"), [("⟨phone⟩", False), ("⟨phone⟩?! 12", False), ("⟨phone⟩ prosím", True), ("", False)]
)
def test_what_says_something(text: str, says: bool) -> None:
    assert says_something(text) is says
