"""Published versions: which is current, what was in each, and those that nobody published."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from hub.clock import Clock
from hub.errors import Refusal
from hub.knowledge.files import FileChange, Files, changes_between, differing
from hub.workshop.refs import files_of, refs_of, texts_of
from storage.model.versions import TextRef, Version, VersionKind, VersionState
from storage.ports import VersionStore

MOST_SHOWN = 100
SEEN = (VersionState.PUBLISHED, VersionState.NOTED)
"""What was on disk once: one may go back to it."""


class Versions:
    """All raise ``StorageUnavailable``."""

    def __init__(self, store: VersionStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def current(self) -> Version | None:
        """The one that customers hear; None until the bot has answered for the first time."""
        return await self._store.current()

    async def newest(self) -> Sequence[Version]:
        """Highest number first, also those that failed."""
        return await self._store.newest(MOST_SHOWN)

    async def one(self, number: int) -> Version:
        """Raises ``Refusal`` (not_found)."""
        found = await self._store.get(number) if 0 < number < 2**31 else None
        if found is None:
            raise Refusal("not_found", "There is no such version.")
        return found

    async def files(self, version: Version) -> Files:
        """What it holds."""
        return await self._files(version.files)

    async def files_before(self, version: Version) -> Files:
        """What was on disk when its publishing began."""
        return await self._files(version.before)

    async def changes(self, version: Version) -> Sequence[FileChange]:
        """How its files differ from those of the version before it that was published."""
        newest = await self._store.newest(MOST_SHOWN)
        older = [each for each in newest if each.number < version.number and each.state in SEEN]
        before = await self.files(older[0]) if older else {}
        after = await self.files(version)
        return await asyncio.to_thread(changes_between, before, after)

    async def by_hand(self, current: Version | None, disk: Files) -> Sequence[str]:
        """The files that somebody has changed since the current version was published."""
        if current is None or current.files == refs_of(disk):
            return []
        return differing(await self.files(current), disk)

    async def next_number(self) -> int:
        """The number of the version to come."""
        newest = await self._store.newest(1)
        return newest[0].number + 1 if newest else 1

    async def note(
        self, number: int, kind: VersionKind, state: VersionState, disk: Files, model: str
    ) -> Version | None:
        """Take down what is there although nobody published it; None if somebody was quicker with another version.

        ``number`` is the one that was next before anything was looked at.
        """
        await self._store.keep_texts(texts_of(disk))
        version = Version(
            number=number,
            kind=kind,
            state=state,
            by=None,
            at=self._clock.now(),
            files=refs_of(disk),
            model=model,
        )
        return version if await self._store.put_new(version) else None

    async def is_noted(self, current: Version, disk: Files) -> bool:
        """Whether these very files were taken down since the current version."""
        refs = refs_of(disk)
        newest = await self._store.newest(MOST_SHOWN)
        return any(
            each.state is VersionState.NOTED and each.number > current.number and each.files == refs
            for each in newest
        )

    async def begin(self, version: Version, before: Files, after: Files) -> Version | None:
        """Take down that a version with these files is being published; None if another one is, or has just been."""
        await self._store.keep_texts(texts_of(before, after))
        begun = replace(version, files=refs_of(after), before=refs_of(before), state=VersionState.PUBLISHING)
        return begun if await self._store.put_new(begun) else None

    async def _files(self, refs: tuple[TextRef, ...]) -> Files:
        return files_of(refs, await self._store.texts([ref.digest for ref in refs]))
