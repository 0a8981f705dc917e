"""What is read of timelines: once, whoever dies, however many hubs there are."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.conversation.commands import Resolve
from hub.unanswered import harvest as harvest_module
from hub.unanswered.harvest import HELD, OVERLAP, WIDELY_EVERY
from hub.unanswered.lessons import LONGEST
from storage.errors import StorageUnavailable
from storage.memory import MemoryStorage
from storage.model.conversation import Channel
from storage.model.entry import HandoffReason
from storage.model.learning import DayFigures, Guess, Reason, TopicFigures
from tests.conversation.bench import ANNA, NOON
from tests.unanswered.house import House

FAR = HELD.total_seconds() + 1


async def test_a_sentence_comes_into_the_inbox(house: House) -> None:
    talk = await house.talk("c1", Channel.TELEGRAM)
    asked = talk.asks("Máte i televizi?", "nlu_fallback", 0.2, guess="ask_tariffs")
    await house.store(talk)
    assert await house.harvest().step()
    (sentence,) = await house.inbox()
    assert (sentence.text, sentence.language, sentence.channel) == (
        "Máte i televizi?",
        "cs",
        Channel.TELEGRAM,
    )
    assert (sentence.reason, sentence.guess) == (Reason.NOT_UNDERSTOOD, Guess("ask_tariffs", 0.2))
    assert (sentence.at, sentence.count) == (asked.recorded_at, 1)


async def test_the_same_words_count_up(house: House) -> None:
    talks = []
    for each, words in enumerate(("Máte i televizi?", "mate i TELEVIZI", "Máte i televizi…")):
        talk = await house.talk(f"c{each}")
        talk.asks(words, "nlu_fallback", 0.2)
        talks.append(talk)
    await house.store(*talks)
    await house.harvest().step()
    (sentence,) = await house.inbox()
    assert (sentence.text, sentence.count) == ("Máte i televizi?", 3)


async def test_personal_data_is_never_stored(house: House) -> None:
    talk = await house.talk()
    words = "Tady Jana, volejte 601 234 567 nebo jana@x.cz, objednávka 1234-5671, Dlouhá"
    talk.asks(words, "nlu_fallback", 0.2, entities={"order_number": "1234-5671", "street": "Dlouhá"})
    await house.store(talk)
    await house.harvest().step()
    assert await house.texts() == [
        "Tady ⟨name⟩, volejte ⟨phone⟩ nebo ⟨e-mail⟩, objednávka ⟨number⟩, ⟨address⟩"
    ]


@pytest.mark.parametrize("words", ["601 234 567", "???", "x" * (LONGEST + 1), "jana@x.cz 601234567"])
async def test_what_is_not_kept(house: House, words: str) -> None:
    talk = await house.talk()
    talk.asks(words, "nlu_fallback", 0.2)
    await house.store(talk)
    await house.harvest().step()
    assert await house.texts() == []


async def test_what_happens_later_is_learned_of_what_was_said_before(house: House) -> None:
    harvest = house.harvest()
    talk = await house.talk()
    talk.asks("Kde najdu fakturu?", "ask_bill")
    await house.store(talk)
    await harvest.step()
    assert await house.texts() == []
    talk.asks("Díky", "thanks")
    talk.rated(1)
    await house.store(talk)
    house.clock.forward(3)
    await harvest.step()
    (sentence,) = await house.inbox()
    assert (sentence.text, sentence.reason) == ("Kde najdu fakturu?", Reason.RATED_LOW)
    assert sentence.guess == Guess("ask_bill", 0.9)


async def test_the_figures_of_the_day(house: House) -> None:
    first, second = await house.talk("c1"), await house.talk("c2")
    first.asks("Faktura?", "ask_bill")
    first.rated(5)
    second.asks("Faktura?", "ask_bill")
    second.asks("Člověka", "request_human", handoff=HandoffReason.REQUESTED)
    await house.store(first, second)
    await house.harvest().step()
    topics = (TopicFigures("ask_bill", 2, 1, 1, 1, 5), TopicFigures("request_human", 1, 0, 1))
    expected = [DayFigures(NOON.date(), 2, 1, 1, topics)]
    assert await house.storage.episodes.days(NOON.date(), NOON.date()) == expected


async def test_a_conversation_is_read_on_from_where_it_was_read_to(house: House) -> None:
    harvest = house.harvest()
    talk = await house.talk()
    for each in range(250):
        talk.asks(f"Máte {'i' * each} televizi?", "nlu_fallback", 0.2)
        if each % 50 == 0:
            talk.script.do(ANNA, Resolve())
        if each in (0, 120, 249):
            await house.store(talk)
            await harvest.step()
            house.clock.forward(1)
    assert len(await house.texts()) == 250
    newest = await house.storage.episodes.newest(["c1"])
    assert newest["c1"].seq == len(talk.entries)
    assert newest["c1"].number == 6
    (day,) = await house.storage.episodes.days(NOON.date(), NOON.date())
    assert day.conversations == 6


async def test_of_a_long_conversation_that_is_new_here_the_newest_episodes_are_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harvest_module, "SLICE", timedelta(days=2))
    talk = await house.talk()
    for each in range(150):
        talk.asks(f"Máte {'i' * each} televizi?", "nlu_fallback", 0.2)
        if each % 50 == 49:
            talk.script.do(ANNA, Resolve())
    await house.store(talk)
    await house.harvest().step()
    assert len(await house.texts()) == 50
    assert (await house.storage.episodes.newest(["c1"]))["c1"].number == 3


async def test_one_hub_reads_at_a_time_and_the_next_when_it_is_silent(house: House) -> None:
    one, two = house.harvest("one"), house.harvest("two")
    assert await one.step()
    assert not await two.step()
    talk = await house.talk()
    talk.asks("Máte i televizi?", "nlu_fallback", 0.2)
    await house.store(talk)
    house.clock.forward(FAR)
    assert await two.step()
    assert await house.texts() == ["Máte i televizi?"]
    assert not await one.step()
    await two.leave()
    assert not await two.step()
    assert await one.step()


async def test_what_becomes_visible_late_is_found(house: House) -> None:
    harvest = house.harvest()
    await harvest.step()
    talk = await house.talk()
    talk.asks("Máte i televizi?", "nlu_fallback", 0.2)
    house.clock.forward((OVERLAP - timedelta(seconds=10)).total_seconds())
    await harvest.step()
    assert await house.texts() == []
    await house.store(talk)
    house.clock.forward(2)
    await harvest.step()
    house.clock.forward(WIDELY_EVERY.total_seconds())
    await harvest.step()
    assert await house.texts() == ["Máte i televizi?"]


async def test_after_a_long_pause_it_goes_on_where_it_was(house: House) -> None:
    await house.harvest("one").step()
    talk = await house.talk()
    talk.asks("Máte i televizi?", "nlu_fallback", 0.2)
    await house.store(talk)
    house.clock.forward(timedelta(days=3).total_seconds())
    await house.harvest("two").step()
    assert await house.texts() == ["Máte i televizi?"]


async def test_more_than_fits_into_one_look(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harvest_module, "MOST", 3)
    talks = []
    for each in range(10):
        talk = await house.talk(f"c{each}")
        talk.asks(f"Máte {'i' * each} televizi?", "nlu_fallback", 0.2)
        talks.append(talk)
    await house.store(*talks)
    house.clock.forward(300)
    await house.harvest().step()
    assert len(await house.texts()) == 10


async def test_what_takes_too_long_goes_on_with_the_next_step(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harvest_module, "LONGEST", 0.0)
    monkeypatch.setattr(harvest_module, "AT_ONCE", 3)
    monkeypatch.setattr(harvest_module, "SLICE", timedelta(days=2))
    talks = []
    for each in range(8):
        talk = await house.talk(f"c{each}")
        talk.asks(f"Máte {'i' * each} televizi?", "nlu_fallback", 0.2)
        talks.append(talk)
    await house.store(*talks)
    found = []
    for hub_id in ("one", "one", "two", "two"):
        await house.harvest(hub_id).step()
        found.append(len(await house.texts()))
        house.clock.forward(FAR)
    assert found == [3, 6, 8, 8]


async def test_what_cannot_be_read_holds_up_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = await house.talk("good"), await house.talk("bad")
    for talk in (bad, good):
        talk.asks("Máte i televizi?", "nlu_fallback", 0.2)
    await house.store(bad, good)
    get = house.storage.conversations.get

    async def broken(conversation_id: str) -> object:
        if conversation_id == "bad":
            raise ValueError("planted")
        return await get(conversation_id)

    monkeypatch.setattr(house.storage.conversations, "get", broken)
    await house.harvest().step()
    (sentence,) = await house.inbox()
    assert sentence.count == 1
    assert set(await house.storage.episodes.newest(["good", "bad"])) == {"good"}


async def test_while_the_database_is_away_nothing_is_skipped(house: House) -> None:
    assert isinstance(house.storage, MemoryStorage)
    harvest = house.harvest()
    await harvest.step()
    talk = await house.talk()
    talk.asks("Máte i televizi?", "nlu_fallback", 0.2)
    await house.store(talk)
    house.storage.go_away()
    with pytest.raises(StorageUnavailable):
        await harvest.step()
    house.clock.forward(600)
    house.storage.come_back()
    await harvest.step()
    assert await house.texts() == ["Máte i televizi?"]


class Killed(BaseException):
    """The process is gone."""


def planted(storage: MemoryStorage, at: int) -> None:
    """The process dies at its ``at``-th write, before or after it is done."""
    left = at

    def dying(store: object, name: str) -> None:
        real = getattr(store, name)

        async def write(*args: object, **more: object) -> object:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed
            done = await real(*args, **more)
            left -= 1
            if left == 0:
                raise Killed
            return done

        setattr(store, name, write)

    for name in ("hear", "group"):
        dying(storage.sentences, name)
    for name in ("save_many", "count_anew"):
        dying(storage.episodes, name)
    dying(storage.walks, "advance")


def revived(storage: MemoryStorage) -> None:
    for store in (storage.sentences, storage.episodes, storage.walks):
        for name in ("hear", "group", "save_many", "count_anew", "advance"):
            vars(store).pop(name, None)


async def conversations(house: House) -> None:
    first, second = await house.talk("c1"), await house.talk("c2")
    first.asks("Máte i televizi?", "nlu_fallback", 0.2)
    first.asks("Kde najdu fakturu?", "ask_bill")
    first.rated(1)
    second.asks("mate i televizi", "nlu_fallback", 0.2)
    second.asks("Technik?", "prepare_for_technician")
    second.asks("Člověka", "request_human", handoff=HandoffReason.REQUESTED)
    await house.store(first, second)


@settings(deadline=None)
@given(st.lists(st.integers(1, 12), max_size=5))
def test_whoever_dies_wherever_the_outcome_is_the_same(deaths: list[int]) -> None:
    async def outcome(deaths: list[int]) -> object:
        storage = MemoryStorage()
        house = House(storage)
        await conversations(house)
        for each, at in enumerate(deaths):
            planted(storage, at)
            with suppress(Killed):
                await house.harvest(f"hub {each}").step()
            revived(storage)
            house.clock.forward(FAR)
        await house.harvest("the last").step()
        days = await storage.episodes.days(NOON.date(), NOON.date())
        return await house.inbox(), days, await storage.episodes.newest(["c1", "c2"])

    assert asyncio.run(outcome(deaths)) == asyncio.run(outcome([]))


async def test_several_who_read_at_once_find_the_same(house: House) -> None:
    """The walk's holder may be believed dead and not be."""
    await conversations(house)
    alone = House(MemoryStorage())
    await conversations(alone)
    await alone.harvest().step()
    hubs = [house.harvest("the same") for _ in range(4)]
    await asyncio.gather(*(each.step() for each in hubs))
    await hubs[0].step()
    assert await house.inbox() == await alone.inbox()
    day = NOON.date()
    assert await house.storage.episodes.days(day, day) == await alone.storage.episodes.days(day, day)
