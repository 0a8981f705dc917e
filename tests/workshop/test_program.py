"""The workshop's own program, without Rasa: whatever a text holds, a training ends, and the next one may begin."""

import asyncio
import tarfile
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from workshop import child as child_module
from workshop import trainings as trainings_module
from workshop.doors import build_app
from workshop.errors import ChildEnded
from workshop.listeners import Listeners
from workshop.settings import Settings
from workshop.texts import MOST_KEPT, Texts
from workshop.trainings import FAILED, Trainings

from hub.launch import models
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


async def test_a_text_that_many_ask_for_at_once_is_one_folder(tmp_path: Path) -> None:
    texts = Texts(tmp_path / "texts")

    async def used() -> Path:
        async with texts.use(TINY) as folder:
            assert len(await asyncio.to_thread(lambda: [*folder.rglob("*.yml")])) == len(TINY)
            return folder

    assert len(set(await asyncio.gather(*(used() for _ in range(8))))) == 1


async def test_a_text_in_use_stays_whatever_else_is_tried(tmp_path: Path) -> None:
    texts = Texts(tmp_path / "texts")
    async with texts.use(TINY) as first:
        for number in range(2 * MOST_KEPT):
            async with texts.use({"content/dialogue.yml": f"sure: {number}"}):
                pass
        assert await asyncio.to_thread((first / "content/dialogue.yml").is_file)
    for number in range(2 * MOST_KEPT):
        async with texts.use({"content/dialogue.yml": f"sure: -{number}"}):
            pass
    assert not await asyncio.to_thread(first.exists)


async def test_a_child_that_does_not_come_to_an_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_module, "ANSWER_WITHIN", 0.2)
    (tmp_path / "deaf.py").write_text("import time\ntime.sleep(600)\n", encoding="utf-8")
    child = await child_module.Child.start("deaf", log=tmp_path / "deaf.log", PYTHONPATH=str(tmp_path))
    try:
        with pytest.raises(ChildEnded, match="does not come to an end"):
            await child.ask({"parse": ["a"]})
        assert await child.wait() != 0
    finally:
        await child.kill()


def archived(model: Path) -> None:
    with tarfile.open(model, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("metadata.json"))


async def test_a_model_is_found_where_the_folder_is_now_and_a_lost_one_stops_no_training(
    tmp_path: Path,
) -> None:
    models_now = tmp_path / "models"
    settings = Settings("127.0.0.1", 1, "token", "http://127.0.0.1:1", models_now, tmp_path / "workshop")
    await asyncio.to_thread(models_now.mkdir)
    trained = tmp_path / "half.tar.gz"
    await asyncio.to_thread(archived, trained)
    await asyncio.to_thread(models.keep, trained, models_now / "known.tar.gz", 1.0)
    headers = {"Authorization": "Bearer token"}
    async with TestClient(TestServer(build_app(settings)), headers=headers) as client:
        held = await client.post("/models/hold", json={"model": "/elsewhere/known.tar.gz"})
        assert held.status == 200
        assert models.is_held(models_now / "known.tar.gz")
        assert (await client.post("/models/hold", json={"model": "/elsewhere/lost.tar.gz"})).status == 404
        wanted = {
            "id": "t",
            "files": {**TINY, STORIES: "a: ["},
            "sentences": [],
            "published": "/x/lost.tar.gz",
        }
        assert (await client.post("/trainings", json=wanted)).status == 202


def test_a_model_that_is_trained_anew_stays_held(tmp_path: Path) -> None:
    trained, model = tmp_path / "half", tmp_path / "model.tar.gz"
    for _ in range(2):
        trained.write_bytes(b"model")
        models.keep(trained, model, 1.0)
        models.hold(model)
    trained.write_bytes(b"again")
    models.keep(trained, model, 1.0)
    assert models.is_held(model)
