"""What may be asked of cases."""

from collections.abc import Sequence
from typing import Protocol

from storage.model.cases import Case


class CaseStore(Protocol):
    """Cases."""

    async def put_new(self, case: Case) -> Case:
        """Insert, or return the case with this id. Raise ``AlreadyExists`` if the number is taken by another."""

    async def get(self, case_id: str) -> Case | None: ...

    async def of_contact(self, contact_id: str, limit: int) -> Sequence[Case]:
        """Newest first."""

    async def unannounced(self, limit: int) -> Sequence[Case]:
        """Cases whose activity is not known to be on the timeline."""

    async def mark_announced(self, case_id: str) -> None: ...
