"""The contract of what conversations teach, over memory, Motor and PyMongo."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

from storage.model.knowledge import DoneEdit
from storage.model.learning import (
    DayFigures,
    Guess,
    Reason,
    Ruling,
    Standing,
    Told,
    TopicCount,
    TopicFigures,
    Waiting,
)
from storage.model.outages import Writer
from storage.ports import Storage
from tests.storage.making import NOON, episode, hearing, later, sentence

MONDAY = date(2099, 11, 23)
MUCH_LATER = NOON + timedelta(days=180)


async def hear(storage: Storage, words: str, *at: float) -> None:
    for each in at:
        said = hearing(f"{words} at {each}", words, each)
        await storage.sentences.hear(said, sentence(words, each))


async def test_a_sentence_is_kept_as_it_was_heard(storage: Storage) -> None:
    assert await storage.sentences.get("s1") is None
    said = sentence("s1", guess=Guess("greet", 0.4))
    await storage.sentences.hear(hearing("h1", "s1"), said)
    assert await storage.sentences.get("s1") == said


async def test_the_same_words_count_up(storage: Storage) -> None:
    await hear(storage, "s1", 20, 10, 30)
    stored = await storage.sentences.get("s1")
    assert stored == replace(
        sentence("s1", 20), count=3, first_at=later(10), at=later(30), expires_at=later(930)
    )


async def test_a_sentence_is_as_it_was_heard_first_whatever_comes_first(storage: Storage) -> None:
    first = replace(sentence("s1", 10, guess=Guess("wish", 0.4)), text="První", reason=Reason.RATED_LOW)
    second = replace(sentence("s1", 20), text="druhé")
    for said, at in ((second, 20), (first, 10), (second, 20)):
        await storage.sentences.hear(hearing(f"at {at}", "s1", at), said)
    assert await storage.sentences.get("s1") == replace(
        first, count=2, at=second.at, expires_at=second.expires_at
    )


async def test_what_is_heard_again_is_not_counted_again(storage: Storage) -> None:
    said = [(hearing(f"h{each}", "s1", each), sentence("s1", each)) for each in (1, 2)]
    await asyncio.gather(*(storage.sentences.hear(*each) for each in said * 5))
    await storage.sentences.hear(*said[0])
    stored = await storage.sentences.get("s1")
    assert stored is not None
    assert (stored.count, stored.at) == (2, later(2))


async def test_sentences_newest_first_by_standing(storage: Storage) -> None:
    for each in range(4):
        await hear(storage, f"s{each}", each % 3)
    assert await storage.sentences.rule("s2", 0, Standing.HUMAN, RULING, MUCH_LATER)
    page = await storage.sentences.page(Standing.OPEN, 2)
    assert [each.id for each in page] == ["s1", "s3"]
    rest = await storage.sentences.page(Standing.OPEN, 2, before=(page[-1].at, page[-1].id))
    assert [each.id for each in rest] == ["s0"]
    assert await storage.sentences.page(Standing.OPEN, 0) == []
    assert [each.id for each in await storage.sentences.page(Standing.HUMAN, 9)] == ["s2"]
    assert await storage.sentences.count(Standing.OPEN, 100) == 3
    assert await storage.sentences.count(Standing.OPEN, 2) == 2
    assert await storage.sentences.count(Standing.PLACED, 100) == 0


RULING = Ruling("mia", "Mia", NOON, "ask_invoice", "Kde najdu fakturu?")


async def test_of_two_who_rule_one_wins(storage: Storage) -> None:
    await hear(storage, "s1", 0)
    rivals = [
        storage.sentences.rule("s1", 0, Standing.PLACED, replace(RULING, by_id=f"m{each}"), MUCH_LATER)
        for each in range(6)
    ]
    won = [each for each in await asyncio.gather(*rivals) if each is not None]
    assert len(won) == 1
    stored = await storage.sentences.get("s1")
    assert stored == won[0]
    assert stored is not None
    assert (stored.standing, stored.rulings, stored.expires_at) == (Standing.PLACED, 1, MUCH_LATER)
    opened = await storage.sentences.rule("s1", 1, Standing.OPEN, None, MUCH_LATER)
    assert opened is not None
    assert (opened.standing, opened.ruling, opened.rulings) == (Standing.OPEN, None, 2)
    assert await storage.sentences.rule("nothing", 0, Standing.HUMAN, None, MUCH_LATER) is None


async def test_what_was_ruled_on_keeps_its_standing_and_its_end_when_it_is_heard_again(
    storage: Storage,
) -> None:
    await hear(storage, "s1", 0)
    ruled = await storage.sentences.rule("s1", 0, Standing.HUMAN, RULING, later(60))
    assert ruled is not None
    await hear(storage, "s1", 50)
    assert await storage.sentences.get("s1") == replace(ruled, count=2, at=later(50))


async def test_groups(storage: Storage) -> None:
    for each in (2, 1, 3):
        await hear(storage, f"s{each}", each)
    assert [each.id for each in await storage.sentences.ungrouped(2)] == ["s1", "s2"]
    await storage.sentences.group("s1", "s1", by_meaning=False)
    await storage.sentences.group("s2", "s1", by_meaning=True)
    await storage.sentences.group("s2", "s2", by_meaning=False)
    await storage.sentences.group("nothing", "s1", by_meaning=True)
    assert [each.id for each in await storage.sentences.ungrouped(9)] == ["s3"]
    await hear(storage, "s1", 9)
    both = [await storage.sentences.get(each) for each in ("s1", "s2")]
    assert [(each.group, each.by_meaning) for each in both if each] == [("s1", False), ("s1", True)]
    await storage.sentences.group("s1", "s2", by_meaning=True)
    assert await storage.sentences.rule("s3", 0, Standing.HUMAN, RULING, MUCH_LATER)
    assert await storage.sentences.ungrouped(9) == []


async def test_the_newest_episodes(storage: Storage) -> None:
    full = episode(
        2,
        topics=(TopicCount("greet", 1, 1), TopicCount("ask_invoice", 2, 1, 1)),
        waiting=(Waiting(7, typed=True),),
        told=(Told(3, 4), Told(5, 6)),
        last_topic="ask_invoice",
        last_told=Told(5, 6),
        answered=True,
        missed=True,
        score=4,
    )
    await storage.episodes.save_many([episode(1), full, episode(10, "c2"), episode(9, "c2")])
    assert await storage.episodes.newest(["c1", "c2", "c3"]) == {"c1": full, "c2": episode(10, "c2")}
    assert await storage.episodes.newest([]) == {}


async def test_an_episode_is_never_taken_back(storage: Storage) -> None:
    await storage.episodes.save_many([episode(1, seq=5)])
    await storage.episodes.save_many([episode(1, seq=5, handed_over=True), episode(1, "c2")])
    await storage.episodes.save_many([])
    newest = await storage.episodes.newest(["c1", "c2"])
    assert newest == {"c1": episode(1, seq=5), "c2": episode(1, "c2")}
    rivals = [episode(1, "c3", seq=each) for each in (3, 9, 1, 5)]
    await asyncio.gather(*(storage.episodes.save_many([each]) for each in rivals))
    assert (await storage.episodes.newest(["c3"]))["c3"].seq == 9


async def test_the_figures_of_a_day(storage: Storage) -> None:
    invoice, greet = TopicCount("ask_invoice", 2, 1, 1), TopicCount("greet", 1, 1)
    await storage.episodes.save_many(
        [
            episode(1, topics=(invoice, greet), score=1, answered=True),
            episode(1, "c2", topics=(invoice,), score=5, answered=True),
            episode(1, "c3", handed_over=True, answered=True),
            episode(1, "c4", day=MONDAY - timedelta(days=1)),
            episode(1, "c5", day=MONDAY - timedelta(days=9)),
        ]
    )
    assert await storage.episodes.days(MONDAY, MONDAY) == []
    assert await storage.episodes.count_anew(MONDAY - timedelta(days=2), 10) == 2
    sunday, monday = await storage.episodes.days(date(2000, 1, 1), date(2100, 1, 1))
    assert sunday == DayFigures(MONDAY - timedelta(days=1), 1)
    topics = (TopicFigures("ask_invoice", 4, 2, 2, 2, 6), TopicFigures("greet", 1, 1, 0, 1, 1))
    assert monday == DayFigures(MONDAY, 3, 1, 1, topics)
    assert await storage.episodes.days(MONDAY, MONDAY) == [monday]


async def test_a_day_is_counted_anew_when_one_of_its_episodes_went_on(storage: Storage) -> None:
    await storage.episodes.save_many([episode(1), episode(1, "c2", day=MONDAY + timedelta(days=1))])
    assert await storage.episodes.count_anew(MONDAY, 1) == 1
    assert await storage.episodes.count_anew(MONDAY, 1) == 1
    assert await storage.episodes.count_anew(MONDAY, 10) == 0
    await storage.episodes.save_many([episode(1, seq=2, handed_over=True)])
    assert await storage.episodes.count_anew(MONDAY, 10) == 1
    assert await storage.episodes.count_anew(MONDAY, 10) == 0
    assert await storage.episodes.days(MONDAY, MONDAY) == [DayFigures(MONDAY, 1, 0, 1)]


async def test_who_counts_at_the_same_time_counts_the_same(storage: Storage) -> None:
    async def save_and_count(each: int) -> None:
        await storage.episodes.save_many([episode(1, f"c{each}")])
        await storage.episodes.count_anew(MONDAY, 10)

    await asyncio.gather(*(save_and_count(each) for each in range(20)))
    while await storage.episodes.count_anew(MONDAY, 10):
        pass
    assert await storage.episodes.days(MONDAY, MONDAY) == [DayFigures(MONDAY, 20)]


async def test_one_walks_at_a_time(storage: Storage) -> None:
    walks = storage.walks
    claims = [walks.claim("w", f"h{each}", NOON, later(15)) for each in range(6)]
    reached = await asyncio.gather(*claims)
    assert sum(each is not None for each in reached) == 1
    (holder,) = [f"h{each}" for each, got in enumerate(reached) if got is not None]
    assert await walks.claim("w", "another", later(14), later(29)) is None
    assert await walks.claim("w", holder, later(14), later(29)) is not None
    assert await walks.claim("other", "another", NOON, later(15)) is not None
    assert await walks.claim("w", "another", later(29), later(44)) is not None


async def test_a_walk_never_goes_back(storage: Storage) -> None:
    walks = storage.walks
    first = await walks.claim("w", "one", NOON, later(15))
    assert first is not None
    assert first.at is None
    assert await walks.advance("w", "one", later(5))
    assert await walks.advance("w", "one", later(5))
    assert not await walks.advance("w", "one", later(4))
    assert not await walks.advance("w", "two", later(9))
    await walks.leave("w", "two")
    assert await walks.claim("w", "two", later(1), later(15)) is None
    await walks.leave("w", "one")
    await walks.leave("w", "one")
    second = await walks.claim("w", "two", later(1), later(15))
    assert second is not None
    assert second.at == later(5)
    assert not await walks.advance("w", "one", later(9))


async def test_in_which_version_an_edit_was_published(storage: Storage) -> None:
    done = [DoneEdit(f"e{each}", NOON, Writer("mia", "Mia"), each, {}, ()) for each in range(3)]
    await storage.done_edits.add(done)
    assert await storage.done_edits.versions_of(["e1", "e2", "e9"]) == {"e1": 1, "e2": 2}
    assert await storage.done_edits.versions_of([]) == {}
