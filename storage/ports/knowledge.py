"""What may be asked of drafts of the bot's text, and of edits that were published."""

from collections.abc import Sequence
from typing import Protocol

from storage.model.knowledge import DoneEdit, Draft


class DraftStore(Protocol):
    """One draft a maintainer."""

    async def get(self, operator_id: str) -> Draft | None: ...

    async def put_next(self, draft: Draft) -> bool:
        """Put it in place of the version before its own (1: of none); False if that is not what is stored."""

    async def open(self, limit: int) -> Sequence[Draft]:
        """Those that hold edits, latest changed first."""


class DoneEditStore(Protocol):
    """Edits that were published."""

    async def add(self, done: Sequence[DoneEdit]) -> None:
        """Those that are there already stay as they are."""

    async def of_place(self, place: str, limit: int) -> Sequence[DoneEdit]:
        """Those about one thing, latest first."""

    async def versions_of(self, edit_ids: Sequence[str]) -> dict[str, int]:
        """In which version each of these was published; without those that were not."""
