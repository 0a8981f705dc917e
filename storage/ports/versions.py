"""What may be asked of trainings and of published versions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from storage.model.versions import Training, Version, VersionState


class TrainingStore(Protocol):
    """Trainings."""

    async def put_new(self, training: Training) -> None:
        """Insert. Raise ``AlreadyExists`` if there is one with this id."""

    async def get(self, training_id: str) -> Training | None: ...

    async def newest_of(self, operator_id: str) -> Training | None: ...

    async def running(self, limit: int) -> Sequence[Training]:
        """Oldest first."""

    async def settle(self, training: Training) -> bool:
        """Put its outcome in place of the running one; False if it is settled already, or unknown."""

    async def withdraw(self, training_id: str) -> None:
        """Take away one that is running, because it never began."""


class VersionStore(Protocol):
    """Versions, each under its number, and the texts of their files. At most one is being published at a time."""

    async def put_new(self, version: Version) -> bool:
        """Insert; False if its number is taken, or it is to be published while another one is."""

    async def get(self, number: int) -> Version | None: ...

    async def of_client_id(self, client_id: str) -> Version | None: ...

    async def newest(self, limit: int) -> Sequence[Version]:
        """Highest number first."""

    async def current(self) -> Version | None:
        """The highest that is published."""

    async def publishing(self) -> Version | None:
        """The one that is being published."""

    async def hold(self, number: int, holder: str, until: datetime, *, heir: str | None = None) -> bool:
        """Go on being at it, perhaps under another name; False if somebody else is by now, or nobody."""

    async def take_over(self, number: int, now: datetime, holder: str, until: datetime) -> bool:
        """Be at it instead of whoever has not been since ``held_until``; False if they still are, or it is over."""

    async def settle(self, number: int, holder: str, state: VersionState, at: datetime) -> bool:
        """The end of publishing, at which it may become the current version; False if ``holder`` is not at it."""

    async def unlisted(self, limit: int) -> Sequence[Version]:
        """Published ones whose edits may still be in a draft, oldest first."""

    async def mark_listed(self, number: int) -> None: ...

    async def keep_texts(self, texts: Mapping[str, str]) -> None:
        """Texts by their hashes; those that are there already stay."""

    async def texts(self, digests: Collection[str]) -> Mapping[str, str]:
        """Texts by their hashes; a hash that is not known is left out."""
