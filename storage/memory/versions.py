"""Trainings and versions, in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from storage.documents import utc_milliseconds
from storage.errors import AlreadyExists
from storage.memory.faults import Faults
from storage.memory.keeping import Shelf, kept
from storage.model.versions import Training, TrainingState, Version, VersionState


class MemoryTrainings(Shelf):
    """``TrainingStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._trainings: dict[str, Training] = {}

    async def put_new(self, training: Training) -> None:
        """Raises ``AlreadyExists``."""
        self._reach()
        new = kept(training)
        if new.id in self._trainings:
            raise AlreadyExists("there is such a training")
        self._trainings[new.id] = new

    async def get(self, training_id: str) -> Training | None:
        """By id."""
        self._reach(training_id)
        return self._trainings.get(training_id)

    async def newest_of(self, operator_id: str) -> Training | None:
        """By who began it."""
        self._reach(operator_id)
        own = [each for each in self._trainings.values() if each.by.id == operator_id]
        return max(own, key=lambda each: (each.started_at, each.id), default=None)

    async def running(self, limit: int) -> Sequence[Training]:
        """Oldest first."""
        self._reach()
        found = [each for each in self._trainings.values() if each.state is TrainingState.RUNNING]
        return sorted(found, key=lambda each: (each.started_at, each.id))[: max(limit, 0)]

    async def settle(self, training: Training) -> bool:
        """False if it is settled already, or unknown."""
        self._reach()
        new = kept(training)
        stored = self._trainings.get(new.id)
        if stored is None or stored.state is not TrainingState.RUNNING:
            return False
        self._trainings[new.id] = new
        return True

    async def withdraw(self, training_id: str) -> None:
        """Only while it is running."""
        self._reach(training_id)
        stored = self._trainings.get(training_id)
        if stored is not None and stored.state is TrainingState.RUNNING:
            del self._trainings[training_id]


class MemoryVersions(Shelf):
    """``VersionStore`` in memory."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self._versions: dict[int, Version] = {}
        self._texts: dict[str, str] = {}

    async def put_new(self, version: Version) -> bool:
        """False if its number is taken, or it is to be published while another one is."""
        self._reach()
        new = kept(version)
        if new.number in self._versions or (new.state is VersionState.PUBLISHING and self._publishing()):
            return False
        self._versions[new.number] = new
        return True

    async def get(self, number: int) -> Version | None:
        """By number."""
        self._reach(number)
        return self._versions.get(number)

    async def of_client_id(self, client_id: str) -> Version | None:
        """By the key of the request that made it."""
        self._reach(client_id)
        return next((each for each in self._versions.values() if each.client_id == client_id), None)

    async def newest(self, limit: int) -> Sequence[Version]:
        """Highest number first."""
        self._reach()
        return [self._versions[number] for number in sorted(self._versions, reverse=True)][: max(limit, 0)]

    async def current(self) -> Version | None:
        """The highest that is published."""
        self._reach()
        published = [each for each in self._versions.values() if each.state is VersionState.PUBLISHED]
        return max(published, key=lambda each: each.number, default=None)

    async def publishing(self) -> Version | None:
        """The one that is being published."""
        self._reach()
        return self._publishing()

    async def hold(self, number: int, holder: str, until: datetime, *, heir: str | None = None) -> bool:
        """False if somebody else is at it by now, or nobody."""
        self._reach(number, holder)
        stored = self._held(number, holder)
        if stored is not None:
            self._versions[number] = kept(replace(stored, holder=heir or holder, held_until=until))
        return stored is not None

    async def take_over(self, number: int, now: datetime, holder: str, until: datetime) -> bool:
        """False if whoever is at it still is, or it is over."""
        self._reach(number, holder)
        stored = self._versions.get(number)
        if (
            stored is None
            or stored.state is not VersionState.PUBLISHING
            or (stored.held_until is not None and stored.held_until > utc_milliseconds(now))
        ):
            return False
        self._versions[number] = kept(replace(stored, holder=holder, held_until=until))
        return True

    async def settle(self, number: int, holder: str, state: VersionState, at: datetime) -> bool:
        """False if ``holder`` is not at it."""
        self._reach(number, holder)
        stored = self._held(number, holder)
        if stored is not None:
            self._versions[number] = kept(replace(stored, state=state, at=at, holder=None, held_until=None))
        return stored is not None

    async def unlisted(self, limit: int) -> Sequence[Version]:
        """Oldest first."""
        self._reach()
        found = [
            each
            for each in self._versions.values()
            if each.state is VersionState.PUBLISHED and not each.listed
        ]
        return sorted(found, key=lambda each: each.number)[: max(limit, 0)]

    async def mark_listed(self, number: int) -> None:
        """Idempotent."""
        self._reach(number)
        if number in self._versions:
            self._versions[number] = replace(self._versions[number], listed=True)

    async def keep_texts(self, texts: Mapping[str, str]) -> None:
        """Those that are there already stay."""
        self._reach(*texts.values())
        self._texts = {**texts, **self._texts}

    async def texts(self, digests: Collection[str]) -> Mapping[str, str]:
        """A hash that is not known is left out."""
        self._reach(*digests)
        return {digest: self._texts[digest] for digest in digests if digest in self._texts}

    def _publishing(self) -> Version | None:
        return next((each for each in self._versions.values() if each.state is VersionState.PUBLISHING), None)

    def _held(self, number: int, holder: str) -> Version | None:
        stored = self._versions.get(number)
        is_theirs = stored is not None and stored.state is VersionState.PUBLISHING and stored.holder == holder
        return stored if is_theirs else None
