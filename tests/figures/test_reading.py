"""How the bot does over a period."""

from datetime import UTC, date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.figures.reading import Figures, share, summed
from hub.figures.views import doing_view
from storage.memory import MemoryStorage
from storage.model.learning import DayFigures, Episode, TopicCount, TopicFigures
from tests.conversation.bench import NOON, Clock

TODAY = NOON.date()


async def figures(*episodes: tuple[int, bool, int | None]) -> Figures:
    """Of episodes: how many days ago, whether handed over, and how it was rated."""
    storage = MemoryStorage()
    await storage.episodes.save_many(
        Episode(
            f"c{each}",
            1,
            TODAY - timedelta(days=ago),
            NOON,
            1,
            topics=(TopicCount("ask_invoice", 2, 1, 1), TopicCount("wish", 1, 1)),
            answered=True,
            handed_over=handed_over,
            score=score,
        )
        for each, (ago, handed_over, score) in enumerate(episodes)
    )
    await storage.episodes.count_anew(date(2000, 1, 1), 1_000)
    return Figures(storage.episodes, Clock(), UTC)


async def test_a_period_and_the_one_before() -> None:
    doing = await (await figures((0, False, 5), (6, True, 2), (7, False, None), (14, True, None))).of_last(7)
    assert [each.day for each in doing.days] == [TODAY - timedelta(days=ago) for ago in range(6, -1, -1)]
    assert [each.conversations for each in doing.days] == [1, 0, 0, 0, 0, 0, 1]
    assert (doing.solved_share, doing.before) == (0.5, 1.0)
    assert doing.topics == [TopicFigures("ask_invoice", 4, 2, 2, 2, 7), TopicFigures("wish", 2, 2, 0, 2, 7)]


async def test_where_nobody_came() -> None:
    doing = await (await figures()).of_last(30)
    assert len(doing.days) == 30
    assert (doing.topics, doing.solved_share, doing.before) == ([], None, None)


async def test_as_the_panel_gets_it() -> None:
    view = doing_view(await (await figures((0, False, 4), (0, True, None), (0, True, None))).of_last(7))
    assert view["days"][-1] == {"day": "2026-11-23", "conversations": 3, "solved": 1, "handed_over": 2}
    assert view["topics"][0] == {
        "topic": "ask_invoice",
        "asked": 6,
        "answered": 3,
        "handed_over": 3,
        "rated": {"count": 1, "mean": 4.0},
    }
    assert (view["solved_share"], view["before"]) == (0.3333, None)
    unrated = doing_view(await (await figures((0, False, None))).of_last(7))
    assert unrated["topics"][0]["rated"] is None


DAYS = st.builds(
    DayFigures,
    st.just(TODAY),
    st.integers(1, 9),
    st.integers(0, 1),
    st.integers(0, 9),
    st.lists(st.sampled_from(["a", "b", "c"]), unique=True).map(
        lambda names: tuple(TopicFigures(name, 2, 1, 1) for name in names)
    ),
)


@given(st.lists(DAYS))
def test_sums(days: list[DayFigures]) -> None:
    topics = summed(days)
    assert sum(each.asked for each in topics) == sum(2 * len(day.topics) for day in days)
    assert [each.asked for each in topics] == sorted((each.asked for each in topics), reverse=True)
    part = share(days)
    assert part is None if not days else part is not None and 0 <= part <= 1


@pytest.mark.parametrize("days", [[], [DayFigures(TODAY)]])
def test_no_share_of_nothing(days: list[DayFigures]) -> None:
    assert share(days) is None
