"""What may be asked of what conversations teach: sentences to learn from, episodes and figures, walks over it all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from storage.model.learning import DayFigures, Episode, Hearing, Ruling, Sentence, Standing


class SentenceStore(Protocol):
    """Sentences to learn from. Those whose ``expires_at`` has come go by themselves."""

    async def hear(self, hearing: Hearing, sentence: Sentence) -> None:
        """Somebody said it. Idempotent by the hearing's id: heard again it does not count again.

        A sentence has its text, reason, guess and channel of its first hearing, whichever comes here first. It keeps
        its standing, and while it is open it stays as long as its newest hearing.
        """

    async def get(self, sentence_id: str) -> Sentence | None: ...

    async def page(
        self, standing: Standing, limit: int, *, before: tuple[datetime, str] | None = None
    ) -> Sequence[Sentence]:
        """Newest (``at``) first; ``before`` is the (at, id) of the last one that was seen."""

    async def count(self, standing: Standing, up_to: int) -> int:
        """How many there are, counted no further than ``up_to``."""

    async def rule(
        self,
        sentence_id: str,
        rulings: int,
        standing: Standing,
        ruling: Ruling | None,
        expires_at: datetime,
    ) -> Sentence | None:
        """Give it another standing; as it is then, or None unless there were so many rulings before."""

    async def ungrouped(self, limit: int) -> Sequence[Sentence]:
        """Open ones without a group, oldest (``first_at``) first."""

    async def group(self, sentence_id: str, group: str, *, by_meaning: bool) -> None:
        """Put it beside those that are like it. A group that was found by meaning stays where words alone say other."""


class EpisodeStore(Protocol):
    """How episodes went, and the figures of days that are made of them. Old episodes go, figures stay."""

    async def newest(self, conversation_ids: Sequence[str]) -> dict[str, Episode]:
        """The last episode of each conversation that has one."""

    async def save_many(self, episodes: Iterable[Episode]) -> None:
        """Write each only where what is stored was read less far. Their days are to be counted anew."""

    async def count_anew(self, since: date, limit: int) -> int:
        """Count the days (from ``since`` on, at most ``limit``) of which an episode was saved; how many were counted.

        Whoever dies in the midst of it leaves the day to be counted by the next.
        """

    async def days(self, first: date, last: date) -> Sequence[DayFigures]:
        """The figures of the days of which there are any, both included, ascending."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a walk over what was recorded has come; None before its first step."""

    at: datetime | None


class WalkStore(Protocol):
    """Walks over what was recorded, each done by one hub at a time."""

    async def claim(self, walk: str, holder: str, now: datetime, until: datetime) -> Reached | None:
        """Be the one who walks, until then; None while another does. Its own holder may claim again."""

    async def advance(self, walk: str, holder: str, at: datetime) -> bool:
        """It has come so far. False if somebody else walks now, or is further."""

    async def leave(self, walk: str, holder: str) -> None:
        """Let another walk. Idempotent."""
