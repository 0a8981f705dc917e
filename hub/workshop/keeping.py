"""The keeper: puts back what a killed hub has left of a publishing, and sees that the bot serves what is published.

A process of the bot that was started again begins with the model it was first started with. One that was started on
files which somebody has changed by hand serves those: then they are a version of their own.
"""

import asyncio
from collections.abc import Mapping
from pathlib import PurePath

import structlog

from hub.errors import Refusal
from hub.knowledge.drafts import Drafts
from hub.knowledge.source import SourceError
from hub.nlu.door import Door, Refused
from hub.workshop.client import ModelPlaces, Workshop
from hub.workshop.refs import refs_of
from hub.workshop.refusals import FAILURES
from hub.workshop.releasing import Releasing
from hub.workshop.swapping import NotSwapped, Swapping
from hub.workshop.versions import Versions
from storage.model.versions import Version, VersionKind, VersionState
from storage.ports import VersionStore

log = structlog.get_logger(__name__)

LOOK_EVERY = 2.0  # seconds
MOST_LISTED = 10


class Keeper:
    """One in each hub; several do no harm."""

    def __init__(
        self,
        store: VersionStore,
        versions: Versions,
        releasing: Releasing,
        drafts: Drafts,
        workshop: Workshop | None,
        swapping: Swapping,
    ) -> None:
        self._store = store
        self._versions = versions
        self._releasing = releasing
        self._drafts = drafts
        self._workshop = workshop
        self._swapping = swapping
        self._failed: set[tuple[str, str]] = set()

    async def watch(self) -> None:
        """For as long as the hub lives."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY)

    async def served(self) -> Mapping[Door, str]:
        """The file name of the model of each process that answers."""
        return await self._swapping.served()

    async def look(self) -> None:
        """Once. Raises ``StorageUnavailable``."""
        # Read before anything else: what is noted under it is refused once somebody has begun to publish.
        number = await self._versions.next_number()
        if await self._is_being_published():
            return
        for version in await self._store.unlisted(MOST_LISTED):
            await self._releasing.list_edits(version)
        served = await self._swapping.served()
        if not served:
            return
        current = await self._versions.current()
        if current is None:
            await self._note(number, VersionKind.FIRST, next(iter(served.values())))
        elif current.model is not None:
            name = PurePath(current.model).name
            if others := {door: its for door, its in served.items() if its != name}:
                await self._correct(number, current, others)

    async def _is_being_published(self) -> bool:
        """Whether somebody is at it. What was left half done is put back."""
        version = await self._store.publishing()
        if version is None:
            return False
        if (left := await self._releasing.taken_over(version)) is not None:
            log.warning("a hub has left a publishing half done", version=version.number)
            try:
                await self._releasing.put_back(left)
            except SourceError as failure:
                log.warning("it cannot be put back yet", version=version.number, reason=str(failure))
        return True

    async def _correct(self, number: int, current: Version, others: dict[Door, str]) -> None:
        for name in set(others.values()):
            if await self._was_changed_by_hand(current, name):
                await self._note(number, VersionKind.BY_HAND, name)
                return
        assert current.model is not None
        for door in others:
            await self._load(door, current.model)

    async def _load(self, door: Door, model: str) -> None:
        try:
            await self._swapping.load(door, model)
        except Refused:
            return
        except NotSwapped as failure:
            if (door.name, model) not in self._failed:
                self._failed.add((door.name, model))
                log.warning(
                    "a process does not serve what is published", process=door.name, reason=str(failure)
                )
            return
        self._failed.discard((door.name, model))
        log.info("a process serves what is published again", process=door.name, model=model)

    async def _was_changed_by_hand(self, current: Version, served: str) -> bool:
        """Whether a process serves what somebody has made of the files since: it was started on them."""
        try:
            disk = await self._drafts.on_disk()
        except Refusal:
            return False
        if refs_of(disk) == current.files:
            return False
        places = await self._places(served)
        return places is None or PurePath(places.model).name == served

    async def _note(self, number: int, kind: VersionKind, served: str) -> None:
        places = await self._places(served)
        if places is None or places.served is None or self._workshop is None:
            return
        try:
            await self._workshop.hold(places.served)
            disk = await self._drafts.on_disk()
        except (*FAILURES, Refusal) as failure:
            log.info("what the bot serves is taken down later", reason=str(failure))
            return
        state = VersionState.PUBLISHED
        if version := await self._versions.note(number, kind, state, disk, places.served):
            log.info("a version was taken down", version=version.number, kind=kind.value)

    async def _places(self, served: str) -> ModelPlaces | None:
        """None while the workshop cannot say: then nothing is decided."""
        if self._workshop is None:
            return None
        try:
            return await self._workshop.places(await self._drafts.on_disk(), served)
        except (*FAILURES, Refusal) as failure:
            log.debug("nobody can say which model belongs to the files", reason=str(failure))
            return None
