"""Trainings: one at a time, each checked, trained, measured beside the published model, and cancelled at any moment."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.launch import models

from workshop.child import Child
from workshop.errors import BadRequest, Busy, ChildEnded, NotFound
from workshop.judging import Topics, compared, exam_of, figures_of, topic_of
from workshop.listeners import Listeners
from workshop.progress import (
    CHECK,
    FIRST_GUESS,
    IMPORT,
    JUDGE_DRAFT,
    JUDGE_PUBLISHED,
    LOAD_DRAFT,
    LOAD_PUBLISHED,
    MEASURING,
    Progress,
)
from workshop.settings import PROJECT
from workshop.texts import Files, Texts

log = logging.getLogger(__name__)

CHECKING, TRAINING, MEASURING_STATE = "checking", "training", "measuring"
DONE, FAILED, CANCELLED = "done", "failed", "cancelled"
OVER = (DONE, FAILED, CANCELLED)

TRAIN_WITHIN = 1800.0  # seconds
MOST_REMEMBERED = 20  # trainings that are over
_DURATIONS = "durations.json"
_MOST_MODELS_HEARD = 2


@dataclass
class Training:
    """One, and how it is. ``text``: the folder that holds the draft's files."""

    id: str
    files: Files
    real: Mapping[str, str]
    published: Path | None
    text: Path
    model: Path
    progress: Progress
    state: str = CHECKING
    message: str | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)
    result: dict[str, Any] | None = None
    task: asyncio.Task[None] | None = None

    def view(self) -> dict[str, Any]:
        """As the hub asks for it."""
        now = time.monotonic()
        over = self.state in OVER
        return {
            "id": self.id,
            "state": self.state,
            "progress": 1.0 if self.state == DONE else round(self.progress.share(now), 4),
            "seconds_left": None if over else round(self.progress.left(now)),
            "message": self.message,
            "findings": self.findings,
            "result": self.result,
            "model": str(self.model) if self.state == DONE else None,
        }


class Trainings:
    """``folder``: for the models in the making and for how long steps took."""

    def __init__(self, model_folder: Path, folder: Path, texts: Texts, listeners: Listeners) -> None:
        self._models = model_folder
        self._folder = folder
        self._texts = texts
        self._listeners = listeners
        self._trainings: dict[str, Training] = {}
        self._heard: dict[Path, dict[str, str]] = {}
        shutil.rmtree(folder / "making", ignore_errors=True)

    async def begin(
        self, training_id: str, files: Files, real: Mapping[str, str], published: Path | None
    ) -> Training:
        """Begin a training; the same id again is the same training. ``published``: what it is compared with.

        Raises ``Busy`` with the id of the one that is under way, or ``BadRequest``.
        """
        if training_id in self._trainings:
            return self._trainings[training_id]
        if under_way := [each.id for each in self._trainings.values() if each.state not in OVER]:
            raise Busy(under_way[0])
        text = await asyncio.to_thread(self._texts.folder, files)
        name = await asyncio.to_thread(models.model_name, PROJECT, text)
        if under_way := [each.id for each in self._trainings.values() if each.state not in OVER]:
            raise Busy(under_way[0])  # somebody was quicker in the meantime
        progress = Progress(self._expected(), time.monotonic())
        training = Training(training_id, files, real, published, text, self._models / name, progress)
        self._trainings[training_id] = training
        training.task = asyncio.ensure_future(self._run(training))
        self._forget_old()
        return training

    def get(self, training_id: str) -> Training:
        """Raises ``NotFound``."""
        try:
            return self._trainings[training_id]
        except KeyError:
            raise NotFound("there is no such training") from None

    async def cancel(self, training_id: str) -> Training:
        """End it, unless it is over. Returns when nothing of it runs any more. Raises ``NotFound``."""
        training = self.get(training_id)
        if training.task is not None and training.state not in OVER:
            training.task.cancel()
            await asyncio.wait([training.task])
        return training

    async def end(self) -> None:
        """Cancel what runs."""
        for training in list(self._trainings.values()):
            await self.cancel(training.id)

    async def _run(self, training: Training) -> None:
        try:
            await self._work(training)
        except asyncio.CancelledError:
            training.state = CANCELLED
        except (BadRequest, ChildEnded, asyncio.TimeoutError, OSError) as failure:
            log.warning("a training failed: %r", failure)
            training.state = FAILED
            training.message = str(failure) or "It took too long."
        except Exception:  # whatever it was, the next one may begin
            log.exception("a training failed")
            training.state, training.message = FAILED, "The training failed. Ask your administrator."

    async def _work(self, training: Training) -> None:
        exam = await asyncio.to_thread(exam_of, training.files, training.real)
        if await asyncio.to_thread(models.is_intact, training.model):
            training.progress.skip([step for step in FIRST_GUESS if step not in MEASURING])
        elif not await asyncio.wait_for(self._train(training), TRAIN_WITHIN):
            training.progress.end(time.monotonic())
            training.state, training.message = FAILED, "The text has mistakes."
            return
        training.state = MEASURING_STATE
        if training.published is None:
            training.progress.skip([LOAD_PUBLISHED, JUDGE_PUBLISHED])
        draft = await self._hear(training, training.model, LOAD_DRAFT, JUDGE_DRAFT, exam.texts)
        figures = figures_of(exam, draft, models.trained_seconds(training.model))
        published, before, known = None, None, []
        if training.published is not None:
            published = await self._hear(
                training, training.published, LOAD_PUBLISHED, JUDGE_PUBLISHED, exam.texts
            )
            before = figures_of(exam, published, models.trained_seconds(training.published))
            known = await self._listeners.topics(training.published)
        training.result = compared(exam, draft, published, known, figures=figures, figures_before=before)
        training.progress.end(time.monotonic())
        self._remember(training.progress.took)
        training.state = DONE

    async def _train(self, training: Training) -> bool:
        """Whether there is a model; if not, the findings say why. Raises ``ChildEnded``."""
        making = self._folder / "making" / training.id
        half = making / ("model" + models.SUFFIX)
        await asyncio.to_thread(making.mkdir, parents=True, exist_ok=True)
        began = time.monotonic()
        child = await Child.start(
            "workshop.trainer",
            str(training.text),
            str(half),
            log=self._folder / "logs" / "trainer.log",
            RASA_CACHE_DIRECTORY=str(making / "cache"),
            LINKA_DATA=str(self._folder),
        )
        try:
            trained = False
            async for said in child.lines():
                if "step" in said:
                    training.state = CHECKING if said["step"] in (IMPORT, CHECK) else TRAINING
                    training.progress.begin(said["step"], time.monotonic())
                elif "findings" in said:
                    training.findings = said["findings"]
                trained = trained or "trained" in said
            code = await child.wait()
            if trained:
                seconds = time.monotonic() - began
                await asyncio.to_thread(models.keep, half, training.model, seconds)
                await asyncio.to_thread(models.tidy, self._models, training.model)
            elif code:
                raise ChildEnded(f"Training ended with {code}: {child.last_words()}")
            return trained
        finally:
            await child.kill()
            await asyncio.to_thread(shutil.rmtree, making, ignore_errors=True)

    async def _hear(self, training: Training, model: Path, load: str, judge: str, texts: list[str]) -> Topics:
        """What a model understands of texts; what it was asked before is remembered."""
        known = self._heard.setdefault(model, {})
        unknown = [text for text in texts if text not in known]
        if not unknown:
            training.progress.skip([load, judge])
            return known
        training.progress.begin(load, time.monotonic())
        await self._listeners.topics(model)
        training.progress.begin(judge, time.monotonic())

        def told(part: float) -> None:
            training.progress.part = part

        parsed = await self._listeners.parse(model, unknown, told)
        for text, understood in zip(unknown, parsed, strict=True):
            known[text] = topic_of(understood)
        for old in list(self._heard)[: max(len(self._heard) - _MOST_MODELS_HEARD, 0)]:
            if old not in (model, training.model):
                del self._heard[old]
        return known

    def _expected(self) -> Mapping[str, float]:
        """How long steps take on this machine."""
        try:
            remembered = json.loads((self._folder / _DURATIONS).read_text(encoding="utf-8"))
            return {step: float(remembered.get(step, seconds)) for step, seconds in FIRST_GUESS.items()}
        except (OSError, ValueError, AttributeError):
            return FIRST_GUESS

    def _remember(self, took: Mapping[str, float]) -> None:
        kept = {step: round(took.get(step, seconds), 2) for step, seconds in self._expected().items()}
        file = self._folder / _DURATIONS
        new = file.with_suffix(".new")
        new.write_text(json.dumps(kept), encoding="utf-8")
        new.replace(file)

    def _forget_old(self) -> None:
        over = [each.id for each in self._trainings.values() if each.state in OVER]
        for training_id in over[: max(len(self._trainings) - MOST_REMEMBERED, 0)]:
            del self._trainings[training_id]
