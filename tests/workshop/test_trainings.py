"""Trainings as a maintainer sees them, whatever becomes of the workshop."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from hub.errors import Refusal
from hub.workshop import trainings as trainings_module
from hub.workshop.client import NotLoadedYet, Rejected, WorkshopAway, WorkshopNotReached
from hub.workshop.trainings import Trainings
from hub.workshop.trying import DRAFT, PUBLISHED
from hub.workshop.views import training_view, version_view
from storage.model.versions import TrainingState
from tests.knowledge.texts import TINY
from tests.workshop.bench import FAY, MAX, Bench, Killed, model_of


async def refusal(work: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        await work
    return refused.value


async def test_a_training_is_seen_from_its_beginning_to_its_end(bench: Bench) -> None:
    assert await bench.room.trainings.newest(FAY) is None
    shown = await bench.room.trainings.begin(FAY, await bench.teach())
    view = training_view(shown)
    assert (view["state"], view["progress"], view["seconds_left"]) == ("training", 0.25, 60)
    assert bench.workshop.published == [model_of(TINY)]
    bench.workshop.end()
    newest = await bench.room.trainings.newest(FAY)
    assert newest is not None
    view = training_view(newest)
    assert (view["state"], view["progress"], view["seconds_left"]) == ("done", 1.0, None)
    assert view["result"]["worse"] is False
    assert not view["outdated"]
    await bench.teach("ještě jedna")
    newest = await bench.room.trainings.newest(FAY)
    assert newest is not None
    assert newest.outdated
    assert await bench.room.trainings.newest(MAX) is None


async def test_one_at_a_time_and_the_other_is_named(bench: Bench) -> None:
    await bench.room.trainings.begin(FAY, await bench.teach())
    version = await bench.teach("kolik platím", MAX)
    refused = await refusal(bench.room.trainings.begin(MAX, version))
    assert refused.details == {"why": "busy", "by": "Fay"}
    assert await bench.storage.trainings.newest_of("max") is None


async def test_only_the_draft_that_was_looked_at_is_trained(bench: Bench) -> None:
    version = await bench.teach()
    await bench.teach("v jiném okně")
    refused = await refusal(bench.room.trainings.begin(FAY, version))
    assert (refused.code, refused.details) == ("conflict", {"version": version + 1})


async def test_cancelled(bench: Bench) -> None:
    shown = await bench.room.trainings.begin(FAY, await bench.teach())
    cancelled = await bench.room.trainings.cancel(MAX, shown.training.id)
    assert cancelled.training.state is TrainingState.CANCELLED
    again = await bench.room.trainings.cancel(FAY, shown.training.id)
    assert again.training.state is TrainingState.CANCELLED
    assert (await refusal(bench.room.trainings.cancel(FAY, "nothing"))).code == "not_found"


async def test_mistakes_are_findings(bench: Bench) -> None:
    bench.workshop.ends = {
        "state": "failed",
        "message": "The text has mistakes.",
        "findings": [{"severity": "error", "message": "data/nlu/cs/money.yml: …"}],
    }
    await bench.teach()
    await bench.train()
    newest = await bench.room.trainings.newest(FAY)
    assert newest is not None
    view = training_view(newest)
    assert (view["state"], view["message"]) == ("failed", "The text has mistakes.")
    (finding,) = view["findings"]
    assert (finding["kind"], finding["params"]) == ("rasa", {"message": "data/nlu/cs/money.yml: …"})


async def test_a_workshop_that_was_killed_has_interrupted_the_training(bench: Bench) -> None:
    await bench.room.trainings.begin(FAY, await bench.teach())
    bench.workshop.trainings.clear()  # it was started again, and knows nothing
    newest = await bench.room.trainings.newest(FAY)
    assert newest is not None
    assert newest.training.state is TrainingState.FAILED
    assert newest.training.message == "The training was interrupted. Begin it again."
    assert (await bench.room.trainings.begin(FAY, 1)).training.state is TrainingState.RUNNING


async def test_a_workshop_that_is_away_is_waited_for_but_not_for_ever(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.room.trainings.begin(FAY, await bench.teach())
    bench.workshop.failure = WorkshopAway("away")
    newest = await bench.room.trainings.newest(FAY)
    assert newest is not None
    assert newest.training.state is TrainingState.RUNNING
    assert training_view(newest)["progress"] == 0.25
    monkeypatch.setattr(trainings_module, "AWAY_FOR", 0.0)
    newest = await bench.room.trainings.newest(FAY)
    assert newest is not None
    assert newest.training.state is TrainingState.FAILED


async def test_the_outcome_is_kept_though_nobody_looks(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainings_module, "LOOK_EVERY", 0.01)
    shown = await bench.room.trainings.begin(FAY, await bench.teach())
    bench.workshop.end()
    watching = asyncio.create_task(bench.room.trainings.watch())
    while True:
        stored = await bench.storage.trainings.get(shown.training.id)
        assert stored is not None
        if stored.state is TrainingState.DONE:
            break
        await asyncio.sleep(0.01)
    watching.cancel()


@pytest.mark.parametrize(
    ("failure", "code"), [(WorkshopNotReached("x"), "unavailable"), (Rejected("data: wrong"), "bad_request")]
)
async def test_a_workshop_that_takes_nothing(bench: Bench, failure: Exception, code: str) -> None:
    version = await bench.teach()
    bench.workshop.failure = failure
    assert (await refusal(bench.room.trainings.begin(FAY, version))).code == code
    assert await bench.storage.trainings.newest_of("fay") is None


async def test_a_hub_that_is_killed_while_a_training_begins_leaves_one_that_others_know(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = await bench.teach()
    train = bench.workshop.train

    async def killed(*args: Any) -> Any:
        await train(*args)
        raise Killed

    monkeypatch.setattr(bench.workshop, "train", killed)
    with pytest.raises(Killed):
        await bench.room.trainings.begin(FAY, version)
    other = bench.hub("hub-2").trainings
    newest = await other.newest(FAY)
    assert newest is not None
    assert newest.training.state is TrainingState.RUNNING
    assert (await other.cancel(MAX, newest.training.id)).training.state is TrainingState.CANCELLED


@pytest.mark.parametrize("has_begun", [True, False])
async def test_a_training_of_which_no_answer_came_is_looked_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, has_begun: bool
) -> None:
    version = await bench.teach()
    train = bench.workshop.train

    async def silent(*args: Any) -> Any:
        if has_begun:
            await train(*args)
        raise WorkshopAway("TimeoutError")

    monkeypatch.setattr(bench.workshop, "train", silent)
    shown = await bench.room.trainings.begin(FAY, version)
    for _ in range(2):
        newest = await bench.room.trainings.newest(FAY)
        assert newest is not None
        assert (newest.training.id, newest.training.state) == (shown.training.id, TrainingState.RUNNING)
    bench.clock.forward(seconds=trainings_module.BEGIN_WITHIN.total_seconds())
    bench.workshop.end()
    newest = await bench.room.trainings.newest(FAY)
    assert newest is not None
    assert newest.training.state is (TrainingState.DONE if has_begun else TrainingState.FAILED)


async def test_without_a_workshop_it_is_said(bench: Bench) -> None:
    version = await bench.teach()
    off = Trainings(
        bench.storage.trainings, bench.room.versions, bench.drafts, bench.mistakes, None, bench.clock
    )
    refused = await refusal(off.begin(FAY, version))
    assert "LINKA_WORKSHOP_URL" in refused.message


async def test_trying_goes_to_the_published_model_or_to_ones_own(bench: Bench) -> None:
    trying = bench.room.trying
    published = model_of(TINY)
    await bench.teach()
    said = await trying.talk(FAY, PUBLISHED, "t", "ahoj", is_payload=False)
    assert not said["outdated"]
    assert (await trying.talk(FAY, DRAFT, "t", "/greet", is_payload=True))["outdated"]
    await bench.train()
    assert not (await trying.talk(FAY, DRAFT, "t", "ahoj", is_payload=False))["outdated"]
    await trying.talk(MAX, DRAFT, "t", "ahoj", is_payload=False)
    own = model_of(await bench.drafts.files(FAY))
    assert [(model, talk) for model, talk, *_ in bench.workshop.talks] == [
        (published, "fay:published:t"),
        (published, "fay:draft:t"),
        (own, "fay:draft:t"),
        (published, "max:draft:t"),
    ]
    await trying.forget(FAY, "t")
    assert bench.workshop.talks[-2:] == [("fay:published:t",), ("fay:draft:t",)]
    bench.workshop.failure = NotLoadedYet("loading")
    refused = await refusal(trying.talk(FAY, DRAFT, "t", "ahoj", is_payload=False))
    assert (refused.code, refused.retry_after) == ("unavailable", 2)


async def test_both_models_are_asked_where_something_is_drafted(bench: Bench) -> None:
    trying = bench.room.trying
    both = await trying.understood(FAY, ["ahoj"])
    assert both[DRAFT] is None
    assert both[PUBLISHED] == [{"topic": model_of(TINY), "answer": "ahoj"}]
    await bench.teach()
    await bench.train()
    both = await trying.understood(FAY, ["ahoj"])
    assert both[DRAFT] == [{"topic": model_of(await bench.drafts.files(FAY)), "answer": "ahoj"}]


async def test_without_a_draft_one_talks_to_what_is_published(bench: Bench) -> None:
    await bench.teach()
    await bench.room.publishing.publish(FAY, await bench.train(), "k1", confirm=False)
    await bench.room.publishing.undo(FAY, 1, "k2")
    assert not (await bench.room.trying.talk(FAY, DRAFT, "t", "ahoj", is_payload=False))["outdated"]
    assert bench.workshop.talks[-1][0] == model_of(TINY)
    assert (await bench.room.trying.understood(FAY, ["ahoj"]))[DRAFT] is None


async def test_what_an_overview_says(bench: Bench) -> None:
    overview = await bench.room.overview(FAY, bench.disk())
    assert overview["published"]["number"] == 1
    assert (overview["by_hand"], overview["training"]) == ([], None)
    current = await bench.room.versions.current()
    assert current is not None
    view = version_view(replace(current, number=2), current)
    assert (view["current"], view["by"], view["kind"]) == (False, "", "first")
