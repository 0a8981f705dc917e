"""Drafts over the files of the moment: nothing of them is lost."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from hub.errors import Refusal
from hub.knowledge import drafts as drafts_module
from hub.knowledge import files as files_module
from hub.knowledge.drafts import Drafts
from hub.knowledge.edits import AddSentence, ChangeSentence, RemoveTopic, SetWords
from hub.knowledge.source import Source
from storage.errors import StorageUnavailable
from storage.memory import MemoryStorage
from storage.model.outages import Writer
from storage.model.people import Operator, Role
from tests.doors import Clock
from tests.knowledge.texts import TINY, put

FANY = Operator("fany", "fany", "Fany", Role.FAQ_MAINTAINER, "")
FILIP = replace(FANY, id="filip", login="filip", name="Filip")
BY = Writer("fany", "Fany")


def sentence(text: str) -> AddSentence:
    return AddSentence(topic="greet", language="cs", text=text)


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage()


@pytest.fixture
def drafts(storage: MemoryStorage, folder: Path) -> Drafts:
    return Drafts(storage.drafts, storage.done_edits, Source(folder), Clock())


async def test_edits_build_on_each_other(drafts: Drafts) -> None:
    one = await drafts.edit(
        FANY, 0, [sentence("čau"), ChangeSentence(topic="greet", language="cs", before="čau", text="čauky")]
    )
    two = await drafts.edit(FANY, one.version, [sentence("zdar")])
    drafted = await drafts.drafted(FANY)
    assert drafted.draft == two
    assert drafted.base == TINY
    assert drafted.fitting == two.edits
    assert await drafts.files(FANY) == drafted.files
    assert "      - čauky\n      - zdar\n" in drafted.files["data/nlu/cs/manners.yml"]
    assert await drafts.files(FILIP) == TINY


async def test_of_edits_that_come_together_all_are_made_or_none(drafts: Drafts) -> None:
    with pytest.raises(Refusal):
        await drafts.edit(FANY, 0, [sentence("čau"), sentence("čau")])
    assert (await drafts.of(FANY)).version == 0


async def test_trying_keeps_nothing(drafts: Drafts) -> None:
    tried = await drafts.tried(
        FANY, [sentence("čau"), ChangeSentence(topic="greet", language="cs", before="no", text="x")]
    )
    assert "čau" in tried["data/nlu/cs/manners.yml"]
    assert await drafts.files(FANY) == TINY


async def test_publishing_empties_the_draft_of_what_was_published(
    drafts: Drafts, storage: MemoryStorage
) -> None:
    await drafts.edit(FANY, 0, [sentence("čau"), sentence("zdar")])
    taken = (await drafts.drafted(FANY)).fitting
    await drafts.edit(FANY, 1, [sentence("nazdar")])
    for _ in range(2):
        await drafts.published(taken, BY, 7)
    left = await drafts.of(FANY)
    assert [each.edit["text"] for each in left.edits] == ["nazdar"]
    assert left.version == 3
    done = await storage.done_edits.of_place("topic:greet", 10)
    assert sorted((each.edit["text"], each.version, each.by.name) for each in done) == [
        ("zdar", 7, "Fany"),
        ("čau", 7, "Fany"),
    ]


async def test_publishing_while_the_maintainer_goes_on(drafts: Drafts) -> None:
    await drafts.edit(FANY, 0, [sentence("čau")])
    taken = (await drafts.drafted(FANY)).fitting

    async def go_on(text: str) -> None:
        while True:
            try:
                await drafts.edit(FANY, (await drafts.of(FANY)).version, [sentence(text)])
                return
            except Refusal as refusal:
                if refusal.code != "conflict":
                    raise

    await asyncio.gather(*(go_on(f"věta {number}") for number in range(5)), drafts.published(taken, BY, 2))
    assert {each.edit["text"] for each in (await drafts.of(FANY)).edits} == {
        f"věta {number}" for number in range(5)
    }


async def test_what_is_published_is_on_disk_and_no_conflict(drafts: Drafts, folder: Path) -> None:
    before = ("Dobrý den, tady {company}.",)
    words = SetWords(answer="greet", language="cs", variants=("Ahoj.",), before=before)
    await drafts.edit(FANY, 0, [sentence("čau"), words])
    put(folder, await drafts.files(FANY))  # and then the hub is killed
    drafted = await drafts.drafted(FANY)
    assert drafted.conflicts == (None, None)
    assert drafted.files == drafted.base


MONEY = "data/nlu/cs/money.yml"


async def test_marks_that_a_colleague_set_are_not_replaced_unseen(drafts: Drafts, folder: Path) -> None:
    bill = {"topic": "ask_bill", "language": "cs", "before": "kde je faktura"}
    mine = ChangeSentence.model_validate(
        {**bill, "text": "kde je faktura", "marks": [{"start": 7, "end": 14, "entity": "date"}]}
    )
    draft = await drafts.edit(FANY, 0, [mine])
    assert (await drafts.drafted(FANY)).conflicts == (None,)
    put(folder, await drafts.files(FANY))  # published, and still in the draft
    assert (await drafts.drafted(FANY)).conflicts == (None,)
    put(folder, {MONEY: TINY[MONEY].replace("kde je faktura", "[kde](town) je faktura")})
    (conflict,) = (await drafts.drafted(FANY)).conflicts
    assert conflict is not None
    assert conflict.theirs == "[kde](town) je faktura"
    await drafts.settle(FANY, draft.version, draft.edits[0].id, mine=True)
    drafted = await drafts.drafted(FANY)
    assert drafted.conflicts == (None,)
    assert "    - kde je [faktura](date)\n" in drafted.files[MONEY]


async def test_what_a_colleague_wrote_is_not_removed_unseen(drafts: Drafts, folder: Path) -> None:
    draft = await drafts.edit(FANY, 0, [RemoveTopic(name="ask_bill")])
    removed = await drafts.files(FANY)
    fresh = TINY[MONEY].replace("kde je faktura", "kde je faktura\n    - přišla faktura")
    put(folder, {MONEY: fresh})
    drafted = await drafts.drafted(FANY)
    (conflict,) = drafted.conflicts
    assert conflict is not None
    assert "přišla faktura" in (conflict.theirs or "")
    assert drafted.files == {**TINY, MONEY: fresh}
    await drafts.settle(FANY, draft.version, draft.edits[0].id, mine=True)
    drafted = await drafts.drafted(FANY)
    assert drafted.conflicts == (None,)
    assert drafted.files == removed


async def test_a_draft_has_an_end(drafts: Drafts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts_module, "MOST_EDITS", 2)
    with pytest.raises(Refusal) as refusal:
        await drafts.edit(FANY, 0, [sentence(str(number)) for number in range(3)])
    assert refusal.value.code == "too_large"


async def test_a_draft_has_an_end_in_bytes(drafts: Drafts) -> None:
    long = SetWords(answer="greet", language="cs", variants=("Ahoj.",), before=("x" * 1_100_000,))
    put_before = long.model_copy(update={"variants": ("Dobrý den, tady {company}.",)})
    with pytest.raises(Refusal) as refusal:
        await drafts.edit(FANY, 0, [put_before])
    assert refusal.value.code == "too_large"
    assert (await drafts.of(FANY)).version == 0


async def test_a_draft_cannot_make_a_file_that_would_not_be_read(
    drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_module, "LARGEST", 2_000)
    with pytest.raises(Refusal) as refusal:
        await drafts.edit(FANY, 0, [sentence("a" * 450 + str(number)) for number in range(5)])
    assert refusal.value.code == "too_large"
    assert "data/nlu/cs/manners.yml" in refusal.value.message
    assert (await drafts.of(FANY)).version == 0


async def test_while_the_database_is_away_nothing_is_half_done(
    drafts: Drafts, storage: MemoryStorage
) -> None:
    await drafts.edit(FANY, 0, [sentence("čau")])
    storage.go_away()
    for deed in (
        drafts.edit(FANY, 1, [sentence("zdar")]),
        drafts.undo(FANY, 1),
        drafts.clear(FANY, 1),
        drafts.drafted(FANY),
    ):
        with pytest.raises(StorageUnavailable):
            await deed
    storage.come_back()
    assert len((await drafts.of(FANY)).edits) == 1


async def test_a_folder_that_cannot_be_read(drafts: Drafts, folder: Path) -> None:
    (folder / "content/dialogue.yml").write_bytes(b"\xff")
    with pytest.raises(Refusal) as refusal:
        await drafts.files(FANY)
    assert refusal.value.code == "unavailable"
    assert "content/dialogue.yml" in refusal.value.message


@pytest.mark.parametrize("path", ["content/dialogue.yml", "domain/intents.yml", "content/words/cs.yml"])
async def test_a_file_that_is_gone(drafts: Drafts, folder: Path, path: str) -> None:
    (folder / path).unlink()
    with pytest.raises(Refusal) as refusal:
        await drafts.edit(FANY, 0, [SetWords(answer="greet", language="cs", variants=("a",), before=("b",))])
    assert refusal.value.code in ("invalid_state", "bad_request", "conflict")
