"""The release of a version: files and models change while customers chat, or nothing does.

The order: take down what is to be done → write the files → give every process of the bot its model → commit, which is
one write. Whatever fails before the commit is put back; what a killed hub has left is put back by any other
(``hub.workshop.keeping``).
"""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import structlog

from hub.clock import Clock
from hub.errors import Refusal
from hub.knowledge.drafts import Drafts
from hub.knowledge.files import Files, differing
from hub.knowledge.source import Source, SourceChanged, SourceError
from hub.workshop.refs import changes_back, changes_to
from hub.workshop.swapping import NotSwapped, Swapping
from hub.workshop.versions import Versions
from storage.errors import StorageUnavailable
from storage.model.versions import Version, VersionState
from storage.ports import VersionStore

log = structlog.get_logger(__name__)

HELD_FOR = timedelta(seconds=20)
"""For so long nobody doubts that a hub is still at it; longer than any one step takes, as a rule."""

LOOK_AGAIN = 0.5  # seconds between two looks at whether a commit was stored
LOOK_FOR = 8.0  # seconds


class _Lost(Exception):
    """A keeper has taken this attempt for dead, and puts everything back."""


class Releasing:
    """``hub_id`` names this hub.

    Whoever is at a version holds it under a name of its own for each attempt, to release it or to put it back: what an
    attempt that was given up does late comes to nothing, in the same hub, too.
    """

    def __init__(
        self,
        store: VersionStore,
        versions: Versions,
        drafts: Drafts,
        source: Source,
        swapping: Swapping,
        clock: Clock,
        hub_id: str,
    ) -> None:
        self._store = store
        self._versions = versions
        self._drafts = drafts
        self._source = source
        self._swapping = swapping
        self._clock = clock
        self._hub_id = hub_id

    async def release(self, version: Version, before: Files, after: Files) -> Version:
        """Have customers hear a version whose files are ``after``, on a disk that is ``before``.

        Raises ``Refusal``: conflict (``details.why``: "busy", "outdated"), unavailable. Then all is as it was, or will
        be in a moment.
        """
        mine = replace(version, holder=self._attempt(), held_until=self._clock.now() + HELD_FOR)
        held = await self._versions.begin(mine, before, after)
        if held is None:
            raise await self._busy()
        try:
            await self._carry_out(held, before, after)
        except _Lost as failure:
            raise Refusal(
                "unavailable", "Publishing took too long and was taken back. Try again.", retry_after=5
            ) from failure
        except (SourceError, NotSwapped, StorageUnavailable) as failure:
            if await self._is_given_up(held):
                raise _told(failure) from failure
        log.info("a version is out", version=held.number, kind=held.kind.value, model=held.model)
        published = await self._versions.one(held.number)
        try:
            await self.list_edits(published)
        except StorageUnavailable as failure:
            log.warning("its edits are listed later", version=held.number, reason=str(failure))
        return published

    async def taken_over(self, version: Version) -> Version | None:
        """The version, held by this hub from now on; None if whoever is at it still is."""
        now, holder = self._clock.now(), self._attempt()
        taken = await self._store.take_over(version.number, now, holder, now + HELD_FOR)
        return replace(version, holder=holder) if taken else None

    async def put_back(self, version: Version) -> None:
        """Undo what may have been done of a version that is held under a name for just this, and is not committed.

        Raises ``SourceError`` or ``StorageUnavailable``: then it is still to be done. Whoever took it over meanwhile
        does the same.
        """
        try:
            await self._put_back(version)
        except _Lost:
            log.info("another keeper goes on putting it back", version=version.number)

    async def _put_back(self, version: Version) -> None:
        await self._go_on(version)
        before = await self._versions.files_before(version)
        after = await self._versions.files(version)
        disk = await asyncio.to_thread(self._source.read)
        if changes := changes_back(disk, before, after):
            await asyncio.to_thread(self._source.write, changes, expected=disk)
        current = await self._versions.current()
        if current is not None and current.model is not None:
            try:
                await self._swapping.load_all(current.model, lambda: self._go_on(version))
            except NotSwapped as failure:
                log.warning("the keeper will see to the model", reason=str(failure))
        await self._settle(version, VersionState.FAILED)
        log.info("a version was put back", version=version.number)

    async def list_edits(self, version: Version) -> None:
        """Move what is out from the draft into the histories. Doing it twice does it once."""
        if version.by is not None and version.edits:
            await self._drafts.published(version.edits, version.by, version.number)
        await self._store.mark_listed(version.number)

    async def _carry_out(self, version: Version, before: Files, after: Files) -> None:
        if moved := differing(before, await asyncio.to_thread(self._source.read)):
            raise SourceChanged(f"{moved[0]} was changed by somebody else in the meantime")
        if changes := changes_to(before, after):
            await self._go_on(version)
            await asyncio.to_thread(self._source.write, changes, expected=before)
        assert version.model is not None
        await self._swapping.load_all(version.model, lambda: self._go_on(version))
        await self._settle(version, VersionState.PUBLISHED)

    async def _go_on(self, version: Version) -> None:
        """Raises ``_Lost``."""
        assert version.holder is not None
        if not await self._store.hold(version.number, version.holder, self._clock.now() + HELD_FOR):
            raise _Lost

    async def _settle(self, version: Version, state: VersionState) -> None:
        """Raises ``_Lost``."""
        assert version.holder is not None
        if not await self._store.settle(version.number, version.holder, state, self._clock.now()):
            raise _Lost

    def _attempt(self) -> str:
        return f"{self._hub_id}/{uuid4().hex}"

    async def _is_given_up(self, version: Version) -> bool:
        """Put it back, unless it is committed although the answer was lost: False.

        It is held under another name before, so that a commit which is still under way comes to nothing. Raises
        ``StorageUnavailable`` if nobody can know yet.
        """
        heir = self._attempt()
        stored = await self._inherited(version, heir)
        if stored is not None and stored.state is VersionState.PUBLISHED:
            return False
        if stored is not None and stored.holder == heir:
            await self._put_back_now(stored)
        return True

    async def _inherited(self, version: Version, heir: str) -> Version | None:
        """As it is stored after ``heir`` was to hold it. Raises ``StorageUnavailable``."""
        assert version.holder is not None
        loop = asyncio.get_running_loop()
        until = loop.time() + LOOK_FOR
        while True:
            try:
                until_then = self._clock.now() + HELD_FOR
                await self._store.hold(version.number, version.holder, until_then, heir=heir)
                return await self._store.get(version.number)
            except StorageUnavailable:
                if loop.time() > until:
                    raise
            await asyncio.sleep(LOOK_AGAIN)

    async def _put_back_now(self, version: Version) -> None:
        try:
            await self.put_back(version)
        except (SourceError, StorageUnavailable) as failure:
            # The record of it stays: the keeper goes on with it.
            log.warning("a version is put back later", version=version.number, reason=str(failure))

    async def _busy(self) -> Refusal:
        other = await self._store.publishing()
        name = other.by.name if other and other.by else None
        who = f"{name} is publishing just now." if name else "Somebody has just published something."
        return conflict("busy", f"{who} Try again in a moment.", by=name)


def conflict(why: str, message: str, **details: Any) -> Refusal:
    """A refusal to publish; ``why`` is for the panel."""
    return Refusal("conflict", message, details={"why": why, **details})


def _told(failure: Exception) -> Exception:
    match failure:
        case SourceChanged():
            return conflict("outdated", f"The text has changed meanwhile ({failure}). Train it again.")
        case SourceError():
            return Refusal(
                "unavailable", f"Nothing was published: {failure}. Ask your administrator.", retry_after=5
            )
        case NotSwapped():
            return Refusal(
                "unavailable", f"Nothing was published. {failure} All is as it was before.", retry_after=5
            )
    return failure
