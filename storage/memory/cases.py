"""Cases, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from storage.errors import AlreadyExists
from storage.memory.faults import Faults
from storage.memory.keeping import Shelf, kept
from storage.model.cases import Case


class MemoryCases(Shelf):
    """``CaseStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._cases: dict[str, Case] = {}

    async def put_new(self, case: Case) -> Case:
        """Insert, or return the case with this id. ``AlreadyExists`` if the number is taken by another."""
        self._reach()
        new = kept(case)
        if new.id in self._cases:
            return self._cases[new.id]
        if any(each.number == new.number for each in self._cases.values()):
            raise AlreadyExists("a unique key is taken")
        self._cases[new.id] = new
        return new

    async def get(self, case_id: str) -> Case | None:
        """By id."""
        self._reach(case_id)
        return self._cases.get(case_id)

    async def of_contact(self, contact_id: str, limit: int) -> Sequence[Case]:
        """Newest first."""
        self._reach(contact_id)
        own = [case for case in self._cases.values() if case.contact_id == contact_id]
        return sorted(own, key=lambda case: (case.opened_at, case.id), reverse=True)[: max(limit, 0)]

    async def unannounced(self, limit: int) -> Sequence[Case]:
        """Oldest first."""
        self._reach()
        silent = [case for case in self._cases.values() if not case.announced]
        return sorted(silent, key=lambda case: (case.opened_at, case.id))[: max(limit, 0)]

    async def mark_announced(self, case_id: str) -> None:
        """Idempotent."""
        self._reach(case_id)
        if case_id in self._cases:
            self._cases[case_id] = replace(self._cases[case_id], announced=True)
