"""The sentences to learn from, as maintainers work through them: each is placed in a topic, left to people, or open.

A sentence is placed as long as the edit that teaches it is in somebody's draft or published. Nothing tells the inbox
when a draft is thrown away or a version undone: whoever looks finds it out, and the sentence is open again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.clock import Clock
from hub.errors import Refusal
from hub.knowledge.drafts import Drafts
from hub.knowledge.edits import AddSentence
from hub.unanswered.grouping import Groups
from hub.unanswered.placements import Placements
from hub.unanswered.reading import OPEN_KEPT
from storage.model.knowledge import Draft
from storage.model.learning import Ruling, Sentence, Standing
from storage.model.people import Operator
from storage.ports import SentenceStore

RULED_KEPT = timedelta(days=30)
PAGE = 200  # sentences
MOST_COUNTED = 1_000
MOST_PLACED = 1_000  # that are looked after
ON_ITS_WAY = timedelta(seconds=30)
"""How long the edit of a sentence that is being placed is waited for."""


@dataclass(frozen=True, slots=True)
class Page:
    """Groups, the one that was heard last first; ``before`` is where the next page goes on."""

    groups: Sequence[tuple[str, Sequence[Sentence]]]
    before: tuple[datetime, str] | None
    open: int


@dataclass(frozen=True, slots=True)
class Placed:
    """The sentence as it is now, and the draft that teaches it."""

    sentence: Sentence
    draft: Draft


class Inbox:
    """All raise ``StorageUnavailable``, too."""

    def __init__(
        self, sentences: SentenceStore, drafts: Drafts, placements: Placements, groups: Groups, clock: Clock
    ) -> None:
        self._sentences = sentences
        self._drafts = drafts
        self._placements = placements
        self._groups = groups
        self._clock = clock

    async def page(self, standing: Standing, before: tuple[datetime, str] | None) -> Page:
        """What there is, those that are alike side by side."""
        await self._reopen_lost()
        found = await self._sentences.page(standing, PAGE + 1, before=before)
        shown = found[:PAGE]
        last = (shown[-1].at, shown[-1].id) if len(found) > PAGE else None
        return Page(grouped(shown), last, await self._sentences.count(Standing.OPEN, MOST_COUNTED))

    async def open_count(self) -> int:
        """How many wait for somebody, counted up to ``MOST_COUNTED``."""
        await self._reopen_lost()
        return await self._sentences.count(Standing.OPEN, MOST_COUNTED)

    async def regroup(self) -> None:
        """Group by meaning what only words have grouped; for the background, while somebody looks."""
        await self._groups.group_by_meaning()

    async def place(self, who: Operator, sentence_id: str, version: int, edit: AddSentence) -> Placed:
        """Teach it to a topic, in the draft of ``who`` that was looked at (``version``).

        The sentence is taken first, so that of two who place it one is told before there is an edit; it is given back
        if the edit is refused.

        Raises ``Refusal``: not_found, conflict (with what it is now, or with the draft's version), and what an edit can
        be refused with.
        """
        seen = await self._open(sentence_id)
        now = self._clock.now()
        taken = await self._rule(seen, Standing.PLACED, Ruling(who.id, who.name, now, edit.topic, edit.text))
        try:
            draft = await self._drafts.edit(who, version, [edit])
        except Refusal:
            await self._rule(taken, Standing.OPEN, None)
            raise
        # If the database goes away, nobody knows whether there is an edit: without one it is open again soon.
        ruling = Ruling(who.id, who.name, now, edit.topic, edit.text, draft.edits[-1].id)
        return Placed(await self._rule(taken, Standing.PLACED, ruling), draft)

    async def leave_to_people(self, who: Operator, sentence_id: str) -> Sentence:
        """It is rightly for a human. Raises ``Refusal``: not_found, conflict."""
        seen = await self._one(sentence_id)
        if seen.standing is Standing.HUMAN:
            return seen
        if seen.standing is Standing.PLACED:
            raise _conflict(seen)
        return await self._rule(seen, Standing.HUMAN, Ruling(who.id, who.name, self._clock.now()))

    async def reopen(self, sentence_id: str) -> Sentence:
        """It is to be ruled on again; an edit that teaches it stays in its draft. Raises ``Refusal`` (not_found)."""
        seen = await self._one(sentence_id)
        return seen if seen.standing is Standing.OPEN else await self._rule(seen, Standing.OPEN, None)

    async def _one(self, sentence_id: str) -> Sentence:
        found = await self._sentences.get(sentence_id)
        if found is None:
            raise Refusal("not_found", "There is no such sentence any more.")
        return found

    async def _open(self, sentence_id: str) -> Sentence:
        await self._reopen_lost()
        found = await self._one(sentence_id)
        if found.standing is not Standing.OPEN:
            raise _conflict(found)
        return found

    async def _rule(self, seen: Sentence, standing: Standing, ruling: Ruling | None) -> Sentence:
        kept = OPEN_KEPT if standing is Standing.OPEN else RULED_KEPT
        ruled = await self._sentences.rule(seen.id, seen.rulings, standing, ruling, self._clock.now() + kept)
        if ruled is None:
            raise _conflict(await self._one(seen.id))
        return ruled

    async def _reopen_lost(self) -> None:
        placed = await self._sentences.page(Standing.PLACED, MOST_PLACED)
        edits = {each.ruling.edit for each in placed if each.ruling and each.ruling.edit}
        alive = await self._placements.alive(edits) if edits else frozenset[str]()
        now = self._clock.now()
        for each in placed:
            ruling = each.ruling
            is_lost = ruling is None or (
                ruling.edit not in alive if ruling.edit else now - ruling.at > ON_ITS_WAY
            )
            if is_lost:  # unless somebody has ruled on it meanwhile
                await self._sentences.rule(each.id, each.rulings, Standing.OPEN, None, now + OPEN_KEPT)


def grouped(sentences: Sequence[Sentence]) -> list[tuple[str, Sequence[Sentence]]]:
    """Side by side by their groups, in the order in which each group is met first. Pure."""
    groups: dict[str, list[Sentence]] = {}
    for each in sentences:
        groups.setdefault(each.group or each.id, []).append(each)
    return list(groups.items())


def _conflict(now: Sentence) -> Refusal:
    by = now.ruling.by_name if now.ruling else None
    what = {
        Standing.PLACED: f"{by} has put this sentence into a topic already.",
        Standing.HUMAN: f"{by} has left this sentence to people already.",
        Standing.OPEN: "Somebody has opened this sentence again.",
    }
    return Refusal(
        "conflict",
        what[now.standing],
        details={"state": now.standing.value, "by": by, "topic": now.ruling.topic if now.ruling else None},
    )
