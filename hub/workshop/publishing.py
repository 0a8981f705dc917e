"""Publishing what was trained, and going back to an older version: what is allowed, and what a version is made of."""

from typing import Any

from hub.clock import Clock
from hub.errors import Refusal
from hub.knowledge.drafts import Drafts
from hub.knowledge.files import Files, fingerprint
from hub.workshop.client import Workshop
from hub.workshop.mistakes import Mistakes
from hub.workshop.refs import refs_of
from hub.workshop.refusals import FAILURES, refused, switched_off
from hub.workshop.releasing import Releasing, conflict
from hub.workshop.versions import SEEN, Versions
from storage.model.outages import Writer
from storage.model.people import Operator
from storage.model.versions import Training, TrainingState, Version, VersionKind, VersionState
from storage.ports import TrainingStore, VersionStore


class Publishing:
    """One version at a time. All raise ``StorageUnavailable``, too."""

    def __init__(
        self,
        store: VersionStore,
        trainings: TrainingStore,
        versions: Versions,
        releasing: Releasing,
        drafts: Drafts,
        mistakes: Mistakes,
        workshop: Workshop | None,
        clock: Clock,
    ) -> None:
        self._store = store
        self._trainings = trainings
        self._versions = versions
        self._releasing = releasing
        self._drafts = drafts
        self._mistakes = mistakes
        self._workshop = workshop
        self._clock = clock

    async def publish(self, who: Operator, training_id: str, client_id: str, *, confirm: bool) -> Version:
        """Let customers hear what was trained; the same ``client_id`` again is the same version.

        Raises ``Refusal``: conflict (``details.why``: "outdated", "findings", "worse" with its ``result``, "busy"),
        invalid_state, unavailable, not_found.
        """
        if (done := await self._store.of_client_id(client_id)) is not None:
            return _ended(done)
        training = await self._trained(who, training_id)
        number = await self._versions.next_number()
        drafted = await self._drafts.drafted(who)
        if fingerprint(drafted.files) != training.text:
            raise conflict("outdated", "The text has changed since it was trained. Train it again.")
        await self._mistakes.require_none(drafted.files)
        current = await self._versions.current()
        if (
            current is not None
            and current.model == training.model
            and current.files == refs_of(drafted.files)
        ):
            raise Refusal("invalid_state", "This is what customers hear already.")
        result: dict[str, Any] = training.result or {}
        if result.get("worse") and not confirm:
            raise conflict(
                "worse", "It does worse than what is published. Publish it all the same?", result=result
            )
        return await self._out(
            who,
            number,
            drafted.base,
            drafted.files,
            kind=VersionKind.PUBLISHED,
            model=training.model,
            edits=drafted.fitting,
            figures=result.get("draft"),
            client_id=client_id,
            listed=False,
        )

    async def undo(self, who: Operator, to: int, client_id: str) -> Version:
        """Let customers hear an older version again, as a new one. Raises ``Refusal`` as ``publish``."""
        if (done := await self._store.of_client_id(client_id)) is not None:
            return _ended(done)
        target = await self._versions.one(to)
        if target.state not in SEEN:
            raise Refusal(
                "invalid_state", "This version was never published, so there is nothing to go back to."
            )
        number = await self._versions.next_number()
        current = await self._versions.current()
        disk = await self._drafts.on_disk()
        if current is not None and current.number == to and not await self._versions.by_hand(current, disk):
            raise Refusal("invalid_state", "This is what customers hear already.")
        return await self._out(
            who,
            number,
            disk,
            await self._versions.files(target),
            kind=VersionKind.UNDONE,
            model=target.model,
            to=to,
            figures=target.figures,
            client_id=client_id,
        )

    async def _out(
        self,
        who: Operator,
        number: int,
        before: Files,
        after: Files,
        *,
        kind: VersionKind,
        model: str | None,
        **more: Any,
    ) -> Version:
        """``number``: the one that was next before the disk was read, so that nobody has published since."""
        await self._hold(model)
        number += await self._take_down(number, before)
        version = Version(
            number=number,
            kind=kind,
            state=VersionState.PUBLISHING,
            by=Writer(who.id, who.name),
            at=self._clock.now(),
            files=(),
            model=model,
            **more,
        )
        return await self._releasing.release(version, before, after)

    async def _take_down(self, number: int, disk: Files) -> int:
        """What was changed by hand since the current version is noted, so that it is not lost: how many were."""
        current = await self._versions.current()
        if current is None or current.model is None:
            raise Refusal("unavailable", "The bot has not been ready yet. Try again soon.", retry_after=5)
        if not await self._versions.by_hand(current, disk) or await self._versions.is_noted(current, disk):
            return 0
        if await self._store.publishing() is not None:
            return 0  # it is told by whom when this one is to begin
        state = VersionState.NOTED
        noted = await self._versions.note(number, VersionKind.BY_HAND, state, disk, current.model)
        return 0 if noted is None else 1

    async def _hold(self, model: str | None) -> None:
        if self._workshop is None:
            raise switched_off()
        assert model is not None
        try:
            await self._workshop.hold(model)
        except FAILURES as failure:
            raise refused(failure) from failure

    async def _trained(self, who: Operator, training_id: str) -> Training:
        training = await self._trainings.get(training_id)
        if training is None or training.by.id != who.id:
            raise Refusal("not_found", "There is no such training.")
        if training.state is not TrainingState.DONE or training.model is None:
            raise Refusal("invalid_state", "Only what was trained to the end can be published.")
        return training


def _ended(version: Version) -> Version:
    """What became of the first request of this key. Raises ``Refusal`` unless it is out."""
    if version.state is VersionState.PUBLISHING:
        raise conflict("busy", "It is being published.", by=version.by.name if version.by else None)
    if version.state is VersionState.FAILED:
        raise Refusal("invalid_state", "Publishing it had failed. Publish it anew.")
    return version
