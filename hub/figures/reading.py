"""How the bot does over a number of days, from figures that are kept by day. Pure but for the one reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta, tzinfo

from hub.clock import Clock
from storage.model.learning import DayFigures, TopicFigures
from storage.ports import EpisodeStore

PERIODS = (7, 30, 90)
"""Days that can be asked for."""


@dataclass(frozen=True, slots=True)
class Doing:
    """``days``: each of the period, also those on which nobody came. ``topics``: asked about most first.

    ``solved_share``: the part of the conversations that the bot has solved alone, and ``before`` the same of the
    period just before; None where there were none.
    """

    days: Sequence[DayFigures]
    topics: Sequence[TopicFigures]
    solved_share: float | None
    before: float | None


class Figures:
    """``zone`` says which day today is. Raises ``StorageUnavailable``."""

    def __init__(self, episodes: EpisodeStore, clock: Clock, zone: tzinfo) -> None:
        self._episodes = episodes
        self._clock = clock
        self._zone = zone

    async def of_last(self, days: int) -> Doing:
        """Of so many days, today's the last."""
        last = self._clock.now().astimezone(self._zone).date()
        first = last - timedelta(days=days - 1)
        known = await self._episodes.days(first - timedelta(days=days), last)
        there = {each.day: each for each in known}
        period = [first + timedelta(days=each) for each in range(days)]
        shown = [there.get(day, DayFigures(day)) for day in period]
        return Doing(shown, summed(shown), share(shown), share(each for each in known if each.day < first))


def share(days: Iterable[DayFigures]) -> float | None:
    """The part of all conversations that was solved by the bot alone."""
    counted = list(days)
    conversations = sum(each.conversations for each in counted)
    return sum(each.solved for each in counted) / conversations if conversations else None


def summed(days: Iterable[DayFigures]) -> list[TopicFigures]:
    """Topics over all the days, asked about most first, then by name."""
    sums: dict[str, TopicFigures] = {}
    for each in (topic for day in days for topic in day.topics):
        so_far = sums.get(each.topic, TopicFigures(each.topic))
        sums[each.topic] = replace(
            so_far,
            asked=so_far.asked + each.asked,
            answered=so_far.answered + each.answered,
            handed_over=so_far.handed_over + each.handed_over,
            ratings=so_far.ratings + each.ratings,
            scores=so_far.scores + each.scores,
        )
    return sorted(sums.values(), key=lambda topic: (-topic.asked, topic.topic))
