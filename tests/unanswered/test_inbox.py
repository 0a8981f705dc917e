"""A sentence is placed as long as what teaches it is in a draft or published."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Refusal
from hub.unanswered.inbox import ON_ITS_WAY, PAGE, grouped
from hub.unanswered.placements import gone
from storage.errors import StorageUnavailable
from storage.memory import MemoryStorage
from storage.model.learning import Standing
from storage.model.versions import Version, VersionKind, VersionState
from tests.conversation.bench import NOON
from tests.storage.making import sentence
from tests.unanswered.house import MIA, OTA, Desk


async def test_a_sentence_is_placed_in_a_draft(desk: Desk) -> None:
    (one,) = await desk.hear("Máte i televizi?")
    placed = await desk.place(MIA, one)
    assert placed.sentence.standing is Standing.PLACED
    assert placed.sentence.ruling is not None
    assert (placed.sentence.ruling.by_name, placed.sentence.ruling.topic) == ("Mia", "ask_bill")
    assert [each.edit["text"] for each in placed.draft.edits] == ["Kolik to stojí?"]
    assert (await desk.drafts.of(MIA)).version == placed.draft.version == 1
    assert await desk.standing(one) is Standing.PLACED
    assert await desk.inbox.open_count() == 0


async def test_when_the_draft_is_thrown_away_it_is_open_again(desk: Desk) -> None:
    one, two = await desk.hear("Máte i televizi?", "A rádio?")
    first = await desk.place(MIA, one)
    second = await desk.place(MIA, two, "A kolik tohle?", first.draft.version)
    undone = await desk.drafts.undo(MIA, second.draft.version)
    assert await desk.standing(one) is Standing.PLACED
    assert await desk.standing(two) is Standing.OPEN
    await desk.drafts.clear(MIA, undone.version)
    assert await desk.inbox.open_count() == 2


async def test_what_is_published_stays_placed_and_what_is_undone_is_open_again(desk: Desk) -> None:
    one, two = await desk.hear("Máte i televizi?", "A rádio?")
    await desk.publish(OTA, 1, VersionKind.FIRST)
    await desk.place(MIA, one)
    await desk.publish(MIA, 2)
    assert (await desk.drafts.of(MIA)).edits == ()
    await desk.place(MIA, two, "A kolik tohle?", (await desk.drafts.of(MIA)).version)
    await desk.publish(MIA, 3)
    assert [await desk.standing(each) for each in (one, two)] == [Standing.PLACED] * 2
    await desk.publish(OTA, 4, VersionKind.UNDONE, to=2)
    assert [await desk.standing(each) for each in (one, two)] == [Standing.PLACED, Standing.OPEN]


async def test_a_refused_edit_leaves_it_open(desk: Desk) -> None:
    (one,) = await desk.hear("Máte i televizi?")
    with pytest.raises(Refusal) as refusal:
        await desk.place(MIA, one, version=7)
    assert (refusal.value.code, refusal.value.details) == ("conflict", {"version": 0})
    assert await desk.standing(one) is Standing.OPEN
    assert await desk.place(MIA, one)


async def test_of_two_who_place_it_one_is_told_and_has_no_edit(desk: Desk) -> None:
    (one,) = await desk.hear("Máte i televizi?")
    outcomes = await asyncio.gather(desk.place(MIA, one), desk.place(OTA, one), return_exceptions=True)
    (refusal,) = [each for each in outcomes if isinstance(each, Refusal)]
    assert refusal.code == "conflict"
    drafts = [await desk.drafts.of(who) for who in (MIA, OTA)]
    assert sorted(len(each.edits) for each in drafts) == [0, 1]


async def test_if_the_database_goes_away_meanwhile_it_is_open_again_soon(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = await desk.hear("Máte i televizi?")

    async def away(*_: object) -> None:
        raise StorageUnavailable("planted")

    monkeypatch.setattr(desk.drafts, "edit", away)
    with pytest.raises(StorageUnavailable):
        await desk.place(MIA, one)
    assert await desk.standing(one) is Standing.PLACED
    desk.house.clock.forward((ON_ITS_WAY + timedelta(seconds=1)).total_seconds())
    assert await desk.standing(one) is Standing.OPEN


async def test_left_to_people_and_opened_again(desk: Desk) -> None:
    (one,) = await desk.hear("Máte i televizi?")
    left = await desk.inbox.leave_to_people(MIA, one)
    assert await desk.inbox.leave_to_people(OTA, one) == left
    assert await desk.standing(one) is Standing.HUMAN
    with pytest.raises(Refusal, match="Mia has left this sentence to people"):
        await desk.place(OTA, one)
    opened = await desk.inbox.reopen(one)
    assert await desk.inbox.reopen(one) == opened
    assert (opened.standing, opened.ruling) == (Standing.OPEN, None)
    placed = await desk.place(OTA, one)
    with pytest.raises(Refusal) as refusal:
        await desk.inbox.leave_to_people(MIA, one)
    assert refusal.value.details == {"state": "placed", "by": "Ota", "topic": "ask_bill"}
    await desk.inbox.reopen(one)
    assert await desk.standing(one) is Standing.OPEN
    assert (await desk.drafts.of(OTA)).version == placed.draft.version


async def test_what_is_not_there(desk: Desk) -> None:
    for deed in (desk.inbox.reopen("x"), desk.inbox.leave_to_people(MIA, "x"), desk.place(MIA, "x")):
        with pytest.raises(Refusal) as refusal:
            await deed
        assert refusal.value.code == "not_found"


async def test_the_same_words_again_do_not_open_it(desk: Desk) -> None:
    (one,) = await desk.hear("Máte i televizi?")
    await desk.place(MIA, one)
    await desk.hear("máte i TELEVIZI")
    assert await desk.standing(one) is Standing.PLACED


async def test_pages(desk: Desk) -> None:
    storage = desk.house.storage
    assert isinstance(storage, MemoryStorage)
    for each in range(PAGE + 5):
        said = sentence(f"s{each:03}", each)
        storage.sentences._sentences[said.id] = said
    first = await desk.inbox.page(Standing.OPEN, None)
    assert (len(first.groups), first.open) == (PAGE, PAGE + 5)
    second = await desk.inbox.page(Standing.OPEN, first.before)
    assert (len(second.groups), second.before) == (5, None)


def test_those_that_are_alike_stand_side_by_side() -> None:
    one, two, three = sentence("s1", group="s1"), sentence("s2"), sentence("s3", group="s1")
    assert grouped([one, two, three]) == [("s1", [one, three]), ("s2", [two])]


def version(number: int, to: int | None = None, state: VersionState = VersionState.PUBLISHED) -> Version:
    kind = VersionKind.PUBLISHED if to is None else VersionKind.UNDONE
    return Version(number, kind, state, None, NOON, (), "m", to=to)


def test_what_was_gone_back_behind() -> None:
    assert gone([]) == frozenset()
    assert gone([version(1), version(2), version(3)]) == frozenset()
    assert gone([version(1), version(2), version(3), version(4, to=2)]) == {3, 4}
    assert gone([version(2), version(3), version(4, to=2), version(5)]) == {3, 4}
    assert gone([version(1), version(2), version(3, to=1), version(4, to=2)]) == {3, 4}
    assert gone([version(3), version(4, state=VersionState.FAILED), version(5, to=1)]) == {3, 5}


@given(st.lists(st.integers(1, 10) | st.none(), max_size=12))
def test_going_back_always_ends(back: list[int | None]) -> None:
    versions = [
        version(number, to if to is not None and to < number else None) for number, to in enumerate(back, 1)
    ]
    held = {each.number for each in versions} - gone(versions)
    assert not versions or versions[-1].kind is not VersionKind.PUBLISHED or versions[-1].number in held
