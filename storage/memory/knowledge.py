"""Drafts and published edits, in memory."""

from collections.abc import Sequence

from storage.memory.faults import Faults
from storage.memory.keeping import Shelf, kept
from storage.model.knowledge import DoneEdit, Draft


class MemoryDrafts(Shelf):
    """``DraftStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._drafts: dict[str, Draft] = {}

    async def get(self, operator_id: str) -> Draft | None:
        """By the operator's id."""
        self._reach(operator_id)
        return self._drafts.get(operator_id)

    async def put_next(self, draft: Draft) -> bool:
        """Put it in place of the version before its own; False if that is not what is stored."""
        self._reach()
        new = kept(draft)
        stored = self._drafts.get(new.id)
        if (stored.version if stored else 0) != new.version - 1:
            return False
        self._drafts[new.id] = new
        return True

    async def open(self, limit: int) -> Sequence[Draft]:
        """Latest changed first."""
        self._reach()
        found = [each for each in self._drafts.values() if each.edits]
        return sorted(found, key=lambda each: (each.updated_at, each.id), reverse=True)[: max(limit, 0)]


class MemoryDoneEdits(Shelf):
    """``DoneEditStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._done: dict[str, DoneEdit] = {}

    async def add(self, done: Sequence[DoneEdit]) -> None:
        """Those that are there already stay as they are."""
        self._reach()
        for each in [kept(each) for each in done]:
            self._done.setdefault(each.id, each)

    async def of_place(self, place: str, limit: int) -> Sequence[DoneEdit]:
        """Latest first."""
        self._reach(place)
        found = [each for each in self._done.values() if place in each.places]
        return sorted(found, key=lambda each: (each.at, each.id), reverse=True)[: max(limit, 0)]

    async def versions_of(self, edit_ids: Sequence[str]) -> dict[str, int]:
        """Without those that were not published."""
        self._reach(*edit_ids)
        return {each: self._done[each].version for each in edit_ids if each in self._done}
