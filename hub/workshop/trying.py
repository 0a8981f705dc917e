"""Talking to a model that nobody hears yet, or to the published one, without a customer and without a trace."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.errors import Refusal
from hub.knowledge.drafts import Drafts
from hub.knowledge.files import Files, fingerprint
from hub.workshop.client import JSON, Workshop
from hub.workshop.refusals import FAILURES, refused, switched_off
from hub.workshop.versions import Versions
from storage.model.people import Operator
from storage.model.versions import TrainingState
from storage.ports import TrainingStore

PUBLISHED, DRAFT = "published", "draft"
_NO_LANGUAGE = "und"  # the words tell it


@dataclass(frozen=True, slots=True)
class _Heard:
    """A model, the words that go with it, and whether it has learnt another text than that."""

    model: str
    files: Files
    outdated: bool


class Trying:
    """All raise ``Refusal`` and ``StorageUnavailable``."""

    def __init__(
        self, trainings: TrainingStore, versions: Versions, drafts: Drafts, workshop: Workshop | None
    ) -> None:
        self._trainings = trainings
        self._versions = versions
        self._drafts = drafts
        self._workshop = workshop

    async def talk(self, who: Operator, which: str, talk: str, text: str, *, is_payload: bool) -> JSON:
        """A turn with the published model or the draft. Unavailable with ``retry_after`` while it is being loaded."""
        heard = await (self._published() if which == PUBLISHED else self._draft(who))
        try:
            turn = await self._needed().talk(
                heard.model, heard.files, _name(who, which, talk), text, _NO_LANGUAGE, is_payload=is_payload
            )
        except FAILURES as failure:
            raise refused(failure) from failure
        if "error" in turn:
            raise Refusal("bad_request", f"The answers cannot be used: {turn['error']}.")
        return {**turn, "outdated": heard.outdated}

    async def forget(self, who: Operator, talk: str) -> None:
        """The talk begins anew with either model."""
        try:
            for which in (PUBLISHED, DRAFT):
                await self._needed().forget(_name(who, which, talk))
        except FAILURES as failure:
            raise refused(failure) from failure

    async def understood(self, who: Operator, texts: Sequence[str]) -> dict[str, Sequence[JSON] | None]:
        """What both make of sentences; no draft where there is nothing drafted."""
        published = await self._published()
        draft = await self._draft(who)
        same = draft.model == published.model and draft.files == published.files
        return {
            PUBLISHED: await self._understood(published, texts),
            DRAFT: None if same else await self._understood(draft, texts),
        }

    async def _understood(self, heard: _Heard, texts: Sequence[str]) -> Sequence[JSON]:
        try:
            return await self._needed().understood(heard.model, heard.files, texts, _NO_LANGUAGE)
        except FAILURES as failure:
            raise refused(failure) from failure

    async def _published(self) -> _Heard:
        current = await self._versions.current()
        if current is None or current.model is None:
            raise Refusal("unavailable", "The bot has not been ready yet. Try again soon.", retry_after=5)
        return _Heard(current.model, await self._drafts.on_disk(), outdated=False)

    async def _draft(self, who: Operator) -> _Heard:
        """The newest that was trained; before that the published model speaks with the draft's words.

        Without a draft it is the published one: what was trained may have been published and undone since.
        """
        drafted = await self._drafts.drafted(who)
        if drafted.files == drafted.base:
            return await self._published()
        files = drafted.files
        training = await self._trainings.newest_of(who.id)
        if training is not None and training.state is TrainingState.DONE and training.model is not None:
            return _Heard(training.model, files, outdated=training.text != fingerprint(files))
        published = await self._published()
        return _Heard(published.model, files, outdated=True)

    def _needed(self) -> Workshop:
        if self._workshop is None:
            raise switched_off()
        return self._workshop


def _name(who: Operator, which: str, talk: str) -> str:
    return f"{who.id}:{which}:{talk}"
