"""Drafts: what a maintainer has changed and nobody has published yet. One a maintainer, seen by that one alone."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

import orjson

from hub.clock import Clock
from hub.errors import Refusal
from hub.knowledge.editing.admitting import Inadmissible, admit
from hub.knowledge.editing.applying import with_edit
from hub.knowledge.editing.fitting import Conflict
from hub.knowledge.editing.insisting import insisted
from hub.knowledge.editing.replaying import Replays
from hub.knowledge.editing.witnessing import witnessed
from hub.knowledge.edits import Edit, kept_edit, places_of, read_edit
from hub.knowledge.files import Files, sizes_of, why_too_much
from hub.knowledge.project import UnreadableFile, read_project
from hub.knowledge.source import Source, SourceError
from hub.knowledge.turns import in_turn
from storage.model.knowledge import DoneEdit, Draft, KeptEdit
from storage.model.outages import Writer
from storage.model.people import Operator
from storage.ports import DoneEditStore, DraftStore

MOST_EDITS = 1_000  # in a draft
LARGEST_DRAFT = 1024 * 1024  # bytes of its edits as they are kept
MOST_DRAFTS = 50


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft over the files of this moment: ``base`` without it, ``files`` with it."""

    draft: Draft
    base: Files
    files: Files
    conflicts: tuple[Conflict | None, ...]

    @property
    def fitting(self) -> tuple[KeptEdit, ...]:
        """The edits that are in ``files``: those to publish."""
        pairs = zip(self.draft.edits, self.conflicts, strict=True)
        return tuple(edit for edit, conflict in pairs if conflict is None)


class Drafts:
    """Nobody's edit is lost or applied to what it was not made for. All raise ``StorageUnavailable``, too."""

    def __init__(self, drafts: DraftStore, done: DoneEditStore, source: Source, clock: Clock) -> None:
        self._drafts = drafts
        self._done = done
        self._source = source
        self._clock = clock
        self._replays = Replays()

    async def on_disk(self) -> Files:
        """The files of this moment. Raises ``Refusal`` (unavailable)."""
        try:
            return await asyncio.to_thread(self._source.read)
        except SourceError as error:
            raise Refusal(
                "unavailable", f"The bot's files cannot be read: {error}.", retry_after=5
            ) from error

    async def of(self, who: Operator) -> Draft:
        """A maintainer's draft; version 0 before the first edit."""
        return await self._drafts.get(who.id) or Draft(who.id, _writer(who), 0, self._clock.now())

    async def others(self, who: Operator) -> Sequence[Draft]:
        """What colleagues are at, latest first."""
        return [each for each in await self._drafts.open(MOST_DRAFTS) if each.id != who.id]

    async def drafted(self, who: Operator) -> Drafted:
        """The draft, applied to the files of this moment."""
        return await self._over(await self.of(who), await self.on_disk())

    async def files(self, who: Operator) -> Files:
        """The files as they are with the draft."""
        return (await self.drafted(who)).files

    async def edit(self, who: Operator, version: int, edits: Sequence[Edit]) -> Draft:
        """Add edits to the draft that was looked at.

        Raises ``Refusal``: conflict when another window or somebody else was quicker, bad_request when an edit cannot
        be made, too_large when there are too many.
        """
        draft = _at(await self.of(who), version)
        if len(draft.edits) + len(edits) > MOST_EDITS:
            raise Refusal(
                "too_large", "There are too many changes in this draft. Publish some of them first."
            )
        drafted = await self._over(draft, await self.on_disk())
        _, admitted = await in_turn(_admitted, drafted.files, edits)
        now = self._clock.now()
        more = tuple(KeptEdit(str(uuid4()), now, kept_edit(edit)) for edit in admitted)
        if len(orjson.dumps([kept.edit for kept in (*draft.edits, *more)])) > LARGEST_DRAFT:
            raise Refusal("too_large", "There is too much text in this draft. Publish some of it first.")
        return await self._put(replace(draft, by=_writer(who)), (*draft.edits, *more))

    async def tried(self, who: Operator, edits: Sequence[Edit]) -> Files:
        """The files as they would be with more edits; those that do not fit are passed over. Nothing is kept.

        Raises ``Refusal`` (bad_request) when an edit cannot be made.
        """
        files, _ = await in_turn(_admitted, await self.files(who), edits, fitting_only=True)
        return files

    async def settle(self, who: Operator, version: int, edit_id: str, *, mine: bool) -> Draft:
        """An edit that does not fit any more: kept, over what a colleague wrote, or given up.

        Raises ``Refusal``: conflict, not_found, or invalid_state when what it belongs to is gone.
        """
        draft = _at(await self.of(who), version)
        at = next((place for place, each in enumerate(draft.edits) if each.id == edit_id), None)
        if at is None:
            raise Refusal("not_found", "This change is not in your draft any more.")
        if not mine:
            return await self._put(draft, draft.edits[:at] + draft.edits[at + 1 :])
        before = await self._over(replace(draft, edits=draft.edits[:at]), await self.on_disk())
        kept = draft.edits[at]
        again = await in_turn(insisted, before.files, read_edit(kept.edit))
        if again is None:
            raise Refusal("invalid_state", "What this change belongs to is gone. It can only be given up.")
        return await self._put(
            draft, (*draft.edits[:at], replace(kept, edit=kept_edit(again)), *draft.edits[at + 1 :])
        )

    async def undo(self, who: Operator, version: int) -> Draft:
        """Take the last edit back. Raises ``Refusal``: conflict, or invalid_state when there is none."""
        draft = _at(await self.of(who), version)
        if not draft.edits:
            raise Refusal("invalid_state", "There is no change to take back.")
        return await self._put(draft, draft.edits[:-1])

    async def clear(self, who: Operator, version: int) -> Draft:
        """Take all edits back. Raises ``Refusal`` (conflict)."""
        draft = _at(await self.of(who), version)
        return await self._put(draft, ()) if draft.edits else draft

    async def published(self, done: Collection[KeptEdit], by: Writer, version: int) -> None:
        """Edits of a maintainer's draft are in a published version: out of the draft, into the histories.

        ``by`` is whose draft it is. Doing it twice does it once.
        """
        await self._done.add(
            [
                DoneEdit(each.id, each.at, by, version, each.edit, places_of(read_edit(each.edit)))
                for each in done
            ]
        )
        ids = {each.id for each in done}

        def rest(draft: Draft) -> tuple[KeptEdit, ...]:
            return tuple(each for each in draft.edits if each.id not in ids)

        while (draft := await self._drafts.get(by.id)) and len(rest(draft)) < len(draft.edits):
            if await self._drafts.put_next(self._next(draft, rest(draft))):
                return

    async def _over(self, draft: Draft, base: Files) -> Drafted:
        edits = [read_edit(kept.edit) for kept in draft.edits]
        try:
            result = await in_turn(self._replays.applied, draft.id, base, edits)
        except UnreadableFile as error:
            raise unreadable(error) from error
        return Drafted(draft, base, result.files, result.conflicts)

    def _next(self, draft: Draft, edits: tuple[KeptEdit, ...]) -> Draft:
        return replace(draft, version=draft.version + 1, updated_at=self._clock.now(), edits=edits)

    async def _put(self, draft: Draft, edits: tuple[KeptEdit, ...]) -> Draft:
        following = self._next(draft, edits)
        if not await self._drafts.put_next(following):
            raise await self._quicker(draft.id)
        return following

    async def _quicker(self, operator_id: str) -> Refusal:
        stored = await self._drafts.get(operator_id)
        return _conflict(stored.version if stored else 0)


def unreadable(error: UnreadableFile) -> Refusal:
    """A file was made unusable by hand."""
    return Refusal(
        "invalid_state",
        f"The file {error.path} cannot be read: line {error.line}: {error.reason}. It was changed by hand and must be "
        "mended there; your changes are kept meanwhile.",
        details={"why": "unreadable", "path": error.path, "line": error.line},
    )


def _admitted(files: Files, edits: Sequence[Edit], *, fitting_only: bool = False) -> tuple[Files, list[Edit]]:
    """The files with the edits, and the edits with what they have found.

    Raises ``Refusal`` if some edit cannot be made now. ``fitting_only`` passes over those that do
    not fit what stands there.
    """
    admitted = list[Edit]()
    for place, edit in enumerate(edits):
        try:
            project = read_project(files)
            admit(edit, project)
            seen = witnessed(edit, project)
            files = with_edit(files, seen)
            admitted.append(seen)
        except Inadmissible as wrong:
            details = {"edit": place, "field": wrong.field}
            raise Refusal("bad_request", wrong.message, details=details) from wrong
        except Conflict as conflict:
            if fitting_only:
                continue
            raise Refusal(
                "conflict",
                "Somebody else has changed this in the meantime. Look at what stands there now.",
                details={"edit": place, "theirs": conflict.theirs},
            ) from conflict
        except UnreadableFile as error:
            raise unreadable(error) from error
    if reason := why_too_much(sizes_of(files)):
        raise Refusal("too_large", f"The bot's files would be too large with this: {reason}.")
    return files, admitted


def _at(draft: Draft, version: int) -> Draft:
    if draft.version != version:
        raise _conflict(draft.version)
    return draft


def _conflict(version: int) -> Refusal:
    return Refusal(
        "conflict",
        "Your draft was changed in another window. What you see here is brought up to date; then do it again.",
        details={"version": version},
    )


def _writer(who: Operator) -> Writer:
    return Writer(who.id, who.name)
