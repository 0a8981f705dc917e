"""Sentences that are alike, side by side, so that a maintainer deals with them in one go.

A group has its name from the sentence that it began with, and keeps it. By the words a sentence finds its group at
once, by its meaning when the workshop is asked: that is done while somebody looks, for the model that tells meanings
takes memory as long as it is asked.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from operator import mul
from typing import Protocol

import structlog

from hub.clock import Clock
from hub.errors import Refusal
from hub.unanswered.words import likeness, pieces
from storage.model.learning import Sentence, Standing
from storage.ports import SentenceStore

log = structlog.get_logger(__name__)

WORDS_ALIKE = 0.6
"""From here on words are alike. Among the sentences that the bot is taught by, four of five that this joins with their
nearest are of one topic in Czech, two of three in English."""

MEANINGS_ALIKE = 0.92
"""The same for meanings (cosine): of the sentences that the bot is judged by, in both languages, four of five lie in a
group of their topic. At 0.90 two of three do, at 0.94 next to none has a group."""

MOST_NEW = 50  # sentences that are grouped in one go
MOST_COMPARED = 300  # sentences that they are compared with, the newest
ASKED_EVERY = timedelta(seconds=20)
"""The workshop is asked no more often than that."""

Vector = Sequence[float]


class Meanings(Protocol):
    """Whoever can tell where sentences lie among all sentences."""

    async def of(self, texts: Sequence[str]) -> Sequence[Vector]:
        """A vector of unit length for each. Raises ``Refusal`` (unavailable) when nobody can tell now."""


class Groups:
    """``meanings``: None where there is no workshop."""

    def __init__(self, sentences: SentenceStore, clock: Clock, meanings: Meanings | None = None) -> None:
        self._sentences = sentences
        self._clock = clock
        self._meanings = meanings
        self._vectors: dict[str, Vector] = {}  # by text
        self._asked_at = clock.now() - ASKED_EVERY

    async def group_new(self) -> None:
        """By their words, those that have no group."""
        new = await self._sentences.ungrouped(MOST_NEW)
        if not new:
            return
        there = [each for each in await self._sentences.page(Standing.OPEN, MOST_COMPARED) if each.group]
        known = [(each.group or each.id, pieces(each.text)) for each in there]
        for sentence in new:
            own = pieces(sentence.text)
            group = _nearest(((group, likeness(own, other)) for group, other in known), WORDS_ALIKE)
            known.append((group or sentence.id, own))
            await self._sentences.group(sentence.id, group or sentence.id, by_meaning=False)

    async def group_by_meaning(self) -> None:
        """Those that only words have grouped, if the workshop answers; the longest known first."""
        if self._meanings is None or self._clock.now() - self._asked_at < ASKED_EVERY:
            return
        there = await self._sentences.page(Standing.OPEN, MOST_COMPARED)
        rough = sorted((each for each in there if not each.by_meaning), key=_age)[:MOST_NEW]
        if not rough:
            return
        self._asked_at = self._clock.now()
        fine = [each for each in there if each.by_meaning]
        try:
            await self._learn(self._meanings, [each.text for each in (*rough, *fine)])
        except Refusal as refusal:
            log.info("sentences are not grouped by meaning yet", reason=refusal.message)
            return
        known = [(each.group or each.id, self._vectors[each.text]) for each in fine]
        for sentence in rough:
            own = self._vectors[sentence.text]
            group = _nearest(((group, sum(map(mul, own, other))) for group, other in known), MEANINGS_ALIKE)
            known.append((group or sentence.id, own))
            await self._sentences.group(sentence.id, group or sentence.id, by_meaning=True)

    async def _learn(self, meanings: Meanings, texts: Sequence[str]) -> None:
        """Have the vectors of these texts, and of no others."""
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        found = await meanings.of(new) if new else []
        vectors = self._vectors | dict(zip(new, found, strict=True))
        self._vectors = {text: vectors[text] for text in texts}


def _nearest(candidates: Iterable[tuple[str, float]], at_least: float) -> str | None:
    """The group of the one that is most alike, if it is alike enough."""
    group, best = max(candidates, key=lambda each: each[1], default=("", 0.0))
    return group if best >= at_least else None


def _age(sentence: Sentence) -> tuple[float, str]:
    return sentence.first_at.timestamp(), sentence.id
