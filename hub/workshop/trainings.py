"""Trainings of drafts: begun by a maintainer, carried out by the workshop, and kept with their outcome."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import structlog

from hub.clock import Clock
from hub.errors import Refusal
from hub.knowledge.drafts import Drafts
from hub.knowledge.files import fingerprint
from hub.workshop.client import (
    JSON,
    NotThere,
    Workshop,
    WorkshopAway,
    WorkshopBusy,
    WorkshopNotReached,
)
from hub.workshop.mistakes import Mistakes
from hub.workshop.refusals import FAILURES, refused, switched_off
from hub.workshop.versions import Versions
from hub.workshop.views import Shown
from storage.errors import StorageUnavailable
from storage.model.outages import Writer
from storage.model.people import Operator
from storage.model.versions import Training, TrainingState
from storage.ports import TrainingStore

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0  # seconds
MOST_RUNNING = 20
BEGIN_WITHIN = timedelta(seconds=20)
"""A training that the workshop does not know by then was never begun."""
AWAY_FOR = 60.0  # seconds after which a training in a workshop that does not answer is given up

RealSentences = Callable[[], Awaitable[Mapping[str, str]]]
"""Sentences of customers, by their ids, of which it is told how their answers change."""

_ENDS = {state.value: state for state in TrainingState if state is not TrainingState.RUNNING}
_INTERRUPTED = "The training was interrupted. Begin it again."


async def no_sentences() -> Mapping[str, str]:
    """Where none are kept."""
    return {}


class Trainings:
    """All raise ``StorageUnavailable``, too."""

    def __init__(
        self,
        store: TrainingStore,
        versions: Versions,
        drafts: Drafts,
        mistakes: Mistakes,
        workshop: Workshop | None,
        clock: Clock,
        real: RealSentences = no_sentences,
    ) -> None:
        self._store = store
        self._versions = versions
        self._drafts = drafts
        self._mistakes = mistakes
        self._workshop = workshop
        self._clock = clock
        self._real = real
        self._live: dict[str, JSON] = {}
        self._away_since: dict[str, float] = {}

    async def begin(self, who: Operator, version: int) -> Shown:
        """Train the draft that was looked at. It is kept before the workshop hears of it, so that none is unknown.

        Raises ``Refusal``: conflict when the draft is another by now or somebody trains (``details.why`` "busy", or
        "findings"), invalid_state, unavailable, bad_request.
        """
        workshop = self._needed()
        drafted = await self._drafts.drafted(who)
        if drafted.draft.version != version:
            raise Refusal(
                "conflict",
                "Your draft was changed in another window. Look at it, then train it.",
                details={"version": drafted.draft.version},
            )
        await self._mistakes.require_an_end(drafted.files)
        current = await self._versions.current()
        training = Training(
            str(uuid4()), Writer(who.id, who.name), fingerprint(drafted.files), self._clock.now()
        )
        real = await self._real()
        await self._store.put_new(training)
        try:
            live = await workshop.train(training.id, drafted.files, real, current.model if current else None)
        except (WorkshopBusy, *FAILURES) as failure:
            if isinstance(failure, WorkshopAway) and not isinstance(failure, WorkshopNotReached):
                # It may have begun all the same: who looks at it will know.
                log.warning("nobody knows yet whether a training has begun", reason=str(failure))
                return Shown(training, {}, outdated=False)
            await self._store.withdraw(training.id)
            if isinstance(failure, WorkshopBusy):
                raise await self._busy(str(failure)) from failure
            raise refused(failure) from failure
        self._live[training.id] = live
        return Shown(training, live, outdated=False)

    async def newest(self, who: Operator) -> Shown | None:
        """A maintainer's newest, as it is now."""
        training = await self._store.newest_of(who.id)
        if training is None:
            return None
        training = await self._looked_at(training)
        text = fingerprint(await self._drafts.files(who))
        return Shown(training, self._live.get(training.id, {}), outdated=text != training.text)

    async def cancel(self, who: Operator, training_id: str) -> Shown:
        """End a training, a colleague's too: there is one workshop. Raises ``Refusal`` (not_found, unavailable)."""
        training = await self._store.get(training_id)
        if training is None:
            raise Refusal("not_found", "There is no such training.")
        if training.state is TrainingState.RUNNING:
            try:
                training = await self._settled(training, await self._needed().cancel(training_id))
            except NotThere:
                training = await self._interrupted(training)
            except WorkshopAway as failure:
                raise refused(failure) from failure
        text = fingerprint(await self._drafts.files(who))
        return Shown(training, {}, outdated=text != training.text)

    async def watch(self) -> None:
        """Keep the outcome of every training, whether somebody looks or not."""
        while True:
            for training in await self._store.running(MOST_RUNNING):
                await self._looked_at(training)
            await asyncio.sleep(LOOK_EVERY)

    async def _looked_at(self, training: Training) -> Training:
        if training.state is not TrainingState.RUNNING:
            return training
        now = asyncio.get_running_loop().time()
        try:
            live = await self._needed().training(training.id)
        except NotThere:
            age = self._clock.now() - training.started_at
            if training.id not in self._live and age < BEGIN_WITHIN:
                return training
            return await self._interrupted(training)
        except (WorkshopAway, Refusal):
            if now - self._away_since.setdefault(training.id, now) < AWAY_FOR:
                return training
            return await self._interrupted(training)
        self._away_since.pop(training.id, None)
        self._live[training.id] = live
        return await self._settled(training, live)

    async def _interrupted(self, training: Training) -> Training:
        return await self._settled(training, {"state": "failed", "message": _INTERRUPTED})

    async def _settled(self, training: Training, live: JSON) -> Training:
        """With its outcome kept, if it has one."""
        state = _ENDS.get(str(live["state"]))
        if state is None:
            return training
        ended = replace(
            training,
            state=state,
            ended_at=self._clock.now(),
            model=live.get("model"),
            message=live.get("message"),
            findings=tuple(_finding(each) for each in live.get("findings") or ()),
            result=live.get("result"),
        )
        if not await self._store.settle(ended):
            ended = await self._store.get(training.id) or ended
        self._live.pop(training.id, None)
        self._away_since.pop(training.id, None)
        return ended

    def _needed(self) -> Workshop:
        if self._workshop is None:
            raise switched_off()
        return self._workshop

    async def _busy(self, training_id: str) -> Refusal:
        try:
            other = await self._store.get(training_id)
        except StorageUnavailable:
            other = None
        name = other.by.name if other else None
        who = f"{name} is training just now." if name else "Somebody is training just now."
        return Refusal(
            "conflict",
            f"{who} One at a time: try again when it is done.",
            details={"why": "busy", "by": name},
        )


def _finding(found: Mapping[str, Any]) -> dict[str, Any]:
    """Rasa's words, in the form of our own findings."""
    nowhere = dict.fromkeys(("topic", "answer", "table", "button", "language", "text"))
    return {
        "kind": "rasa",
        "severity": str(found["severity"]),
        **nowhere,
        "params": {"message": str(found["message"])},
    }
