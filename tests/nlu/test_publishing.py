"""Teaching the real bot while customers chat with it: nobody's message fails, nobody's dialogue is forgotten."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import psutil
import pytest
import pytest_asyncio
import structlog

from hub.errors import Refusal
from hub.knowledge.edits import AddSentence, AddTopic, Edit
from hub.knowledge.files import Files
from hub.knowledge.project import read_project
from hub.workshop.client import JSON
from hub.workshop.trying import DRAFT, PUBLISHED
from hub.workshop.views import Shown
from storage.model.conversation import Channel
from storage.model.versions import TrainingState, VersionKind
from tests.nlu.bot import Setup
from tests.nlu.customer import Customer
from tests.nlu.shop import FAY, Shop, open_shop
from tests.waiting import until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(900)]

T = TypeVar("T")
log = structlog.get_logger(__name__)

SENTENCES = {
    "cs": (
        "půjčíte mi klíč od sklepa",
        "potřebuju klíč od sklepa",
        "kdo má klíč od sklepa",
        "kde si vyzvednu klíč od sklepa",
        "ztratil jsem klíč od sklepa",
        "mám mít klíč od sklepa připravený",
        "technik chce klíč od sklepa",
        "kde jsou klíče od sklepa",
        "nemám klíč od sklepa",
    ),
    "en": (
        "who has the key to the cellar",
        "I need the cellar key",
        "I have lost the key to the cellar",
        "where do I get the cellar key",
        "the technician wants the cellar key",
        "do you have a key to the cellar",
        "where are the keys to the cellar",
        "I do not have the cellar key",
    ),
}
ANSWER = {"cs": "Klíč od sklepa má správce domu.", "en": "The caretaker has the key to the cellar."}
QUESTIONS = {
    "jaké máte tarify": "Optik 500",
    "kdy máte otevřeno na pobočce": "9–17 h",
    "what tariffs do you have": "Optik 500",
    "kdy přijde faktura": "mejl",
}
TOLD_WITHIN = 8.0  # seconds, after which a person takes over
SWAPPED_WITHIN = 15.0
MORE_TURNS = 20
MORE_WITHIN = 60.0


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(
    tmp_path_factory: pytest.TempPathFactory, setup: Setup, model: Path, mongod_uri: str
) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path_factory.mktemp("shop"), mongod_uri, model) as shop:
        yield shop


@dataclass
class Crowd:
    """Customers who ask one question after another, and how long each answer took."""

    shop: Shop
    waited: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    going: bool = True

    async def ask(self, number: int) -> None:
        """Until they have had enough."""
        questions = list(QUESTIONS.items())
        customer = await self.shop.line.customer(Channel.TELEGRAM, "cs")
        while self.going:
            text, wanted = questions[number % len(questions)]
            number += 1
            began = time.monotonic()
            heard = await customer.says(text)
            self.waited.append(time.monotonic() - began)
            if heard.handoff is not None or wanted.casefold() not in heard.text.casefold().replace(
                "e-mail", "mejl"
            ):
                self.failed.append(f"{text}: {heard.text}")

    async def has_gone_on(self) -> None:
        """When so many more have been answered that each customer has surely been at it."""
        enough = len(self.waited) + MORE_TURNS
        await until(lambda: len(self.waited) >= enough, MORE_WITHIN)


async def drafted(shop: Shop, *edits: Edit) -> int:
    """The draft's version when these edits are in it."""
    return (await shop.drafts.edit(FAY, (await shop.drafts.of(FAY)).version, edits)).version


async def begun(shop: Shop, version: int) -> Shown:
    """A training, later than all before."""
    shop.line.clock.forward(seconds=1)
    return await shop.room.trainings.begin(FAY, version)


async def until_over(shop: Shop) -> Shown:
    """The training, when it is."""
    while True:
        shown = await shop.room.trainings.newest(FAY)
        assert shown is not None
        if shown.training.state is not TrainingState.RUNNING:
            return shown
        await asyncio.sleep(0.5)


async def until_training(shop: Shop, step: str = "training") -> Shown:
    """When it has come so far."""
    while True:
        shown = await shop.room.trainings.newest(FAY)
        assert shown is not None
        assert shown.training.state is TrainingState.RUNNING, shown.training.message
        if shown.live.get("state") == step:
            return shown
        await asyncio.sleep(0.2)


def trainers() -> list[psutil.Process]:
    """Processes that train."""
    return [
        each
        for each in psutil.process_iter(["cmdline"])
        if "workshop.trainer" in (each.info["cmdline"] or ())
    ]


async def until_first(shop: Shop) -> None:
    """When the hub has taken down what the bot serves."""

    async def is_there() -> bool:
        return await shop.room.versions.current() is not None

    await until(is_there, 30)


async def test_a_training_that_is_cancelled_or_killed_leaves_the_bot_as_it_was(shop: Shop) -> None:
    await until_first(shop)
    before = {each.pid for each in trainers()}
    version = await drafted(
        shop, AddSentence(topic="greet", language="cs", text=f"dobré ráno {uuid4().hex[:6]}")
    )
    await begun(shop, version)
    await until_training(shop, "checking")
    with pytest.raises(Refusal) as refused:
        await begun(shop, version)
    assert refused.value.details == {"why": "busy", "by": "Fay"}
    running = await shop.room.trainings.newest(FAY)
    assert running is not None
    cancelled = await shop.room.trainings.cancel(FAY, running.training.id)
    assert cancelled.training.state is TrainingState.CANCELLED
    assert {each.pid for each in trainers()} <= before

    await begun(shop, version)
    await until_training(shop, "checking")
    await shop.kill("workshop")
    await until(lambda: {each.pid for each in trainers()} <= before, 10)  # the leash
    await shop.start_workshop()
    over = await until_over(shop)
    assert (over.training.state, over.training.message) == (
        TrainingState.FAILED,
        "The training was interrupted. Begin it again.",
    )
    assert list(shop.rasa.layout.models.glob("*.tar.gz")) == [shop.first_model]
    customer = await shop.line.customer(Channel.TELEGRAM, "cs")
    assert "Optik 500" in (await customer.says("jaké máte tarify")).text
    await shop.drafts.clear(FAY, version)


async def test_a_new_topic_is_published_while_customers_chat_and_undone(shop: Shop) -> None:
    await until_first(shop)
    served = await models_served(shop)
    in_form = [await shop.line.customer(Channel.TELEGRAM, "cs") for _ in range(5)]
    for customer in in_form:
        heard = await customer.says("kde je moje objednávka")
        assert "osm číslic" in heard.text

    topic = AddTopic(
        name="ask_cellar_key",
        group="contact",
        titles={"cs": "Klíč od sklepa", "en": "The cellar key"},
        words={language: (text,) for language, text in ANSWER.items()},
    )
    version = await drafted(shop, topic)
    drafts = shop.drafts
    (name,) = topics(await drafts.files(FAY)) - topics(await drafts.on_disk())
    version = await drafted(
        shop,
        *(
            AddSentence(topic=name, language=language, text=text)
            for language, texts in SENTENCES.items()
            for text in texts
        ),
    )
    await begun(shop, version)
    began = time.monotonic()
    told: list[tuple[float, int | None]] = []
    while (shown := await shop.room.trainings.newest(FAY)) and shown.training.state is TrainingState.RUNNING:
        told.append((time.monotonic() - began, shown.live.get("seconds_left")))
        await asyncio.sleep(1.0)
    assert shown is not None
    assert shown.training.state is TrainingState.DONE, shown.training
    took = time.monotonic() - began
    shares = [left for _, left in told]
    assert shares[-1] is not None
    result = shown.training.result
    assert result is not None
    assert result["draft"]["held_out"]["right"] >= result["published"]["held_out"]["right"] - 3
    assert shown.training.findings == ()

    talk = str(uuid4())
    said = await until_loaded(shop, talk, "půjčíte mi prosím klíče od sklepa?")
    assert said["said"][0]["text"] == ANSWER["cs"]
    assert said["understood"]["topic"] == name
    assert not said["outdated"]
    both = await until_understood(shop, "nemám klíč do sklepa")
    assert both[DRAFT] is not None
    assert both[PUBLISHED] is not None
    assert both[DRAFT][0]["topic"] == name
    assert both[PUBLISHED][0]["topic"] != name

    crowd = Crowd(shop)
    asking = [asyncio.create_task(crowd.ask(number)) for number in range(4)]
    await crowd.has_gone_on()
    began = time.monotonic()
    published = await shop.room.publishing.publish(FAY, shown.training.id, str(uuid4()), confirm=True)
    swapped = time.monotonic() - began
    answers = await asyncio.gather(*(answer_of(shop, question) for question in ("cs", "en")))
    assert answers == [ANSWER["cs"], ANSWER["en"]]
    for customer in in_form:
        heard = await customer.says("1234-5671")
        assert "telefon" in heard.text, "the form goes on where it was"
    await crowd.has_gone_on()

    began = time.monotonic()
    undone = await shop.room.publishing.undo(FAY, 1, str(uuid4()))
    undoing = time.monotonic() - began
    for customer in in_form:
        heard = await customer.says("601 234 567")
        assert "Naplánováno" in heard.text
    assert await answer_of(shop, "cs") != ANSWER["cs"]
    await crowd.has_gone_on()
    crowd.going = False
    await asyncio.gather(*asking)
    log.info(
        "measured",
        trained_and_measured=round(took),
        told=[(round(at), left) for at, left in told[:: max(len(told) // 8, 1)]],
        published=round(swapped, 2),
        undone=round(undoing, 2),
        turns=len(crowd.waited),
        longest=round(max(crowd.waited), 2),
        result={kind: result[kind] for kind in ("draft", "published")},
    )
    assert crowd.failed == []
    assert max(crowd.waited) < TOLD_WITHIN
    assert swapped < SWAPPED_WITHIN
    assert undone.kind is VersionKind.UNDONE
    assert await models_served(shop) == served

    await shop.room.publishing.undo(FAY, published.number, str(uuid4()))
    await shop.children.pop("rasa-2").stop(5)
    await shop.start_rasa(2)  # with the model of long ago

    async def is_caught_up() -> bool:
        return await models_served(shop) == {Path(published.model or "").name}

    await until(is_caught_up, 30)
    assert await answer_of(shop, "cs") == ANSWER["cs"]
    assert shop.rasa.model_path() == Path(published.model or ""), "a start of Linka trains nothing"


async def answer_of(shop: Shop, language: str) -> str:
    """What a new customer hears."""
    question = {"cs": "půjčíte mi klíče od sklepa prosím", "en": "could I get the key to the cellar"}[
        language
    ]
    customer: Customer = await shop.line.customer(Channel.TELEGRAM, language)
    return (await customer.says(question)).text


async def models_served(shop: Shop) -> set[str]:
    """By all processes."""
    return set((await shop.room.keeper.served()).values())


def topics(files: Files) -> set[str]:
    """Their names."""
    return set(read_project(files).topics)


async def until_loaded(shop: Shop, talk: str, text: str) -> JSON:
    """A turn of a rehearsed talk, as soon as the model is loaded."""
    return await as_soon_as_loaded(lambda: shop.room.trying.talk(FAY, DRAFT, talk, text, is_payload=False))


async def until_understood(shop: Shop, text: str) -> Mapping[str, Sequence[JSON] | None]:
    """What both models make of a text, as soon as they are loaded."""
    return await as_soon_as_loaded(lambda: shop.room.trying.understood(FAY, [text]))


async def as_soon_as_loaded(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask, and ask again when it is told to."""
    while True:
        try:
            return await ask()
        except Refusal as refusal:
            if refusal.retry_after is None:
                raise
            await asyncio.sleep(refusal.retry_after)
