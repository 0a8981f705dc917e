"""The workshop's own program, without Rasa: whatever a text holds, a training ends, and the next one may begin."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from workshop import trainings as trainings_module
from workshop.listeners import Listeners
from workshop.texts import Texts
from workshop.trainings import FAILED, Trainings

from tests.knowledge.texts import TINY

STORIES = "tests/stories/cs.yml"
DEEP = "stories: " + "[" * 3_000 + "]" * 3_000
BOMB = (
    "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nstories: [{story: b, steps: [{user: *b, intent: greet}]}]\n"
)


@pytest.fixture
def trainings(tmp_path: Path) -> Trainings:
    folder = tmp_path / "workshop"
    listeners = Listeners(folder, "http://127.0.0.1:1", "token")
    return Trainings(tmp_path / "models", folder, Texts(folder / "texts"), listeners)


async def ended(trainings: Trainings, training_id: str) -> dict[str, Any]:
    task = trainings.get(training_id).task
    assert task is not None
    await asyncio.wait([task], timeout=30)
    return trainings.get(training_id).view()


@pytest.mark.parametrize(
    ("text", "why"), [(DEEP, "within each other"), (BOMB, "write it out"), ("a: [", "cs.yml")]
)
async def test_a_file_that_cannot_be_read_fails_the_training(
    trainings: Trainings, text: str, why: str
) -> None:
    for number in range(2):
        await trainings.begin(f"t{number}", {**TINY, STORIES: text}, {}, None)
        view = await ended(trainings, f"t{number}")
        assert view["state"] == FAILED
        assert STORIES in view["message"]
        assert why in view["message"]


async def test_what_nobody_has_thought_of_fails_the_training(
    trainings: Trainings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(trainings_module, "exam_of", broken)
    for number in range(2):
        await trainings.begin(f"t{number}", TINY, {}, None)
        assert (await ended(trainings, f"t{number}"))["state"] == FAILED
        assert (await trainings.cancel(f"t{number}")).state == FAILED
