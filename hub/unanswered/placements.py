"""Whether what was placed is still there: in somebody's draft, or in what customers hear."""

from collections.abc import Collection, Iterable

from storage.model.versions import Version, VersionKind, VersionState
from storage.ports import DoneEditStore, DraftStore, VersionStore

MOST_DRAFTS = 100
MOST_VERSIONS = 200


class Placements:
    """Asks drafts and published versions. All raise ``StorageUnavailable``."""

    def __init__(self, drafts: DraftStore, done: DoneEditStore, versions: VersionStore) -> None:
        self._drafts = drafts
        self._done = done
        self._versions = versions

    async def alive(self, edit_ids: Collection[str]) -> frozenset[str]:
        """Those of these edits that are in a draft, or in the version that is published."""
        # Drafts first: an edit on its way from a draft into a version is found in one of the two.
        drafted = {edit.id for draft in await self._drafts.open(MOST_DRAFTS) for edit in draft.edits}
        left = [each for each in edit_ids if each not in drafted]
        if not left:
            return frozenset(edit_ids)
        published = await self._done.versions_of(left)
        undone = gone(await self._versions.newest(MOST_VERSIONS)) if published else frozenset[int]()
        there = {edit_id for edit_id, number in published.items() if number not in undone}
        return frozenset(edit_ids) & (drafted | there)


def gone(versions: Iterable[Version]) -> frozenset[int]:
    """The numbers of those versions whose edits the current one does not hold, because they were gone back behind.

    Pure. ``versions``: the newest ones; of older ones nothing is said, so that their edits count as held.
    """
    published = {each.number: each for each in versions if each.state is VersionState.PUBLISHED}
    number = max(published, default=0)
    held: set[int] = set()
    while number >= min(published, default=1):
        version = published.get(number)
        if version is not None and version.kind is VersionKind.UNDONE and version.to is not None:
            number = version.to
            continue
        held.add(number)
        number -= 1
    return frozenset(published.keys() - held)
