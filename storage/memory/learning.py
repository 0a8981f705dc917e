"""Sentences to learn from, episodes with their figures, and walks, in memory. Nothing expires here."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from storage.documents import utc_milliseconds
from storage.memory.faults import Faults
from storage.memory.keeping import Shelf, kept
from storage.model.learning import (
    DayFigures,
    Episode,
    Hearing,
    Ruling,
    Sentence,
    Standing,
    TopicFigures,
)
from storage.ports.learning import Reached


class MemorySentences(Shelf):
    """``SentenceStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._sentences: dict[str, Sentence] = {}
        self._hearings: dict[str, Hearing] = {}

    async def hear(self, hearing: Hearing, sentence: Sentence) -> None:
        """Idempotent by the hearing's id."""
        self._reach()
        new, said = kept(sentence), kept(hearing)
        self._hearings.setdefault(said.id, said)
        there = self._sentences.get(new.id, new)
        first = min(there, new, key=lambda each: each.first_at)
        count = sum(each.sentence_id == new.id for each in self._hearings.values())
        self._sentences[new.id] = replace(
            there,
            count=max(there.count, count),
            text=first.text,
            reason=first.reason,
            guess=first.guess,
            channel=first.channel,
            first_at=first.first_at,
            at=max(there.at, new.at),
            expires_at=max(there.expires_at, new.expires_at)
            if there.standing is Standing.OPEN
            else there.expires_at,
        )

    async def get(self, sentence_id: str) -> Sentence | None:
        """By id."""
        self._reach(sentence_id)
        return self._sentences.get(sentence_id)

    async def page(
        self, standing: Standing, limit: int, *, before: tuple[datetime, str] | None = None
    ) -> Sequence[Sentence]:
        """Newest first."""
        self._reach()
        last = None if before is None else (utc_milliseconds(before[0]), before[1])
        found = [
            each
            for each in self._sentences.values()
            if each.standing is standing and (last is None or (each.at, each.id) < last)
        ]
        return sorted(found, key=lambda each: (each.at, each.id), reverse=True)[: max(limit, 0)]

    async def count(self, standing: Standing, up_to: int) -> int:
        """Counted no further than ``up_to``."""
        self._reach()
        return min(sum(each.standing is standing for each in self._sentences.values()), up_to)

    async def rule(
        self,
        sentence_id: str,
        rulings: int,
        standing: Standing,
        ruling: Ruling | None,
        expires_at: datetime,
    ) -> Sentence | None:
        """As it is then, or None unless there were so many rulings before."""
        self._reach(sentence_id)
        there = self._sentences.get(sentence_id)
        if there is None or there.rulings != rulings:
            return None
        ruled = kept(
            replace(there, standing=standing, ruling=ruling, rulings=rulings + 1, expires_at=expires_at)
        )
        self._sentences[sentence_id] = ruled
        return ruled

    async def ungrouped(self, limit: int) -> Sequence[Sentence]:
        """Oldest first."""
        self._reach()
        found = [
            each for each in self._sentences.values() if each.standing is Standing.OPEN and each.group is None
        ]
        return sorted(found, key=lambda each: (each.first_at, each.id))[: max(limit, 0)]

    async def group(self, sentence_id: str, group: str, *, by_meaning: bool) -> None:
        """What was found by meaning stays where words alone say other."""
        self._reach(sentence_id, group)
        there = self._sentences.get(sentence_id)
        if there is not None and (by_meaning or not there.by_meaning):
            self._sentences[sentence_id] = replace(there, group=group, by_meaning=by_meaning)


class MemoryEpisodes(Shelf):
    """``EpisodeStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._episodes: dict[str, Episode] = {}
        self._uncounted: set[date] = set()
        self._days: dict[date, DayFigures] = {}

    async def newest(self, conversation_ids: Sequence[str]) -> dict[str, Episode]:
        """The last episode of each conversation that has one."""
        self._reach(*conversation_ids)
        wanted, found = set(conversation_ids), dict[str, Episode]()
        for each in sorted(self._episodes.values(), key=lambda episode: episode.number):
            if each.conversation_id in wanted:
                found[each.conversation_id] = each
        return found

    async def save_many(self, episodes: Iterable[Episode]) -> None:
        """Write each only where what is stored was read less far."""
        self._reach()
        for each in episodes:
            new = kept(each)
            there = self._episodes.get(new.id)
            if there is None or there.seq < new.seq:
                self._episodes[new.id] = new
                self._uncounted.add(new.day)

    async def count_anew(self, since: date, limit: int) -> int:
        """Latest days first; how many were counted."""
        self._reach()
        due = sorted((day for day in self._uncounted if day >= since), reverse=True)[:limit]
        for day in due:
            self._days[day] = self._counted(day)
            self._uncounted.discard(day)
        return len(due)

    def _counted(self, day: date) -> DayFigures:
        episodes = [each for each in self._episodes.values() if each.day == day]
        topics: dict[str, TopicFigures] = {}
        for episode in episodes:
            for each in episode.topics:
                sums = topics.get(each.topic, TopicFigures(each.topic))
                topics[each.topic] = replace(
                    sums,
                    asked=sums.asked + each.asked,
                    answered=sums.answered + each.answered,
                    handed_over=sums.handed_over + each.handed_over,
                    ratings=sums.ratings + (episode.score is not None),
                    scores=sums.scores + (episode.score or 0),
                )
        return DayFigures(
            day,
            conversations=len(episodes),
            solved=sum(each.solved for each in episodes),
            handed_over=sum(each.handed_over for each in episodes),
            topics=tuple(topics[topic] for topic in sorted(topics)),
        )

    async def days(self, first: date, last: date) -> Sequence[DayFigures]:
        """Both included, ascending."""
        self._reach()
        return [figures for day, figures in sorted(self._days.items()) if first <= day <= last]


@dataclass(slots=True)
class _Walk:
    holder: str | None = None
    until: datetime | None = None
    at: datetime | None = None


class MemoryWalks(Shelf):
    """``WalkStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._walks: defaultdict[str, _Walk] = defaultdict(_Walk)

    async def claim(self, walk: str, holder: str, now: datetime, until: datetime) -> Reached | None:
        """None while another walks."""
        self._reach(walk, holder)
        there = self._walks[walk]
        if there.holder not in (None, holder) and there.until is not None and there.until > now:
            return None
        there.holder, there.until = holder, utc_milliseconds(until)
        return Reached(there.at)

    async def advance(self, walk: str, holder: str, at: datetime) -> bool:
        """False if somebody else walks now, or is further."""
        self._reach(walk, holder)
        there, at = self._walks[walk], utc_milliseconds(at)
        if there.holder != holder or (there.at is not None and there.at > at):
            return False
        there.at = at
        return True

    async def leave(self, walk: str, holder: str) -> None:
        """Idempotent."""
        self._reach(walk, holder)
        there = self._walks[walk]
        if there.holder == holder:
            there.holder = there.until = None
