"""A hub's side of the workshop on stand-ins: a bot that takes models over a real socket, and a workshop that is told
what to answer."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from hub.knowledge.drafts import Drafts
from hub.knowledge.edits import AddSentence, SetWords
from hub.knowledge.files import Files, fingerprint
from hub.knowledge.knowledge import Knowledge
from hub.knowledge.source import Source
from hub.nlu.door import Door
from hub.workshop.client import JSON, ModelPlaces, NotThere, WorkshopBusy
from hub.workshop.mistakes import Mistakes
from hub.workshop.room import Room, furnished
from storage.memory import MemoryStorage
from storage.model.people import Operator, Role
from storage.ports import Storage
from tests.doors import Clock
from tests.knowledge.texts import TINY

FAY = Operator("fay", "fay", "Fay", Role.FAQ_MAINTAINER, "argon2", teams=())
MAX = Operator("max", "max", "Max", Role.FAQ_MAINTAINER, "argon2", teams=())
MODELS = "/models"
FIGURES = {
    "held_out": {"right": 9, "of": 10},
    "mistyped": {"right": 4, "of": 5},
    "dialogues": {"right": 2, "of": 2},
}
RESULT = {"published": FIGURES, "draft": FIGURES, "worse": False}


class Killed(BaseException):
    """The hub is gone: nothing of it runs any more."""


def model_of(files: Files) -> str:
    """Where the model of a text is."""
    learnt = {path: text for path, text in files.items() if path.startswith(("data/", "domain/"))}
    return f"{MODELS}/{fingerprint(learnt)[:16]}.tar.gz"


@dataclass
class FakeBot:
    """One process of the bot, on a real socket: it serves a model, and takes another unless told otherwise."""

    model: str
    refuses: set[str] = field(default_factory=set)
    loads: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def status(self, _: web.Request) -> web.Response:
        return web.json_response({"model_file": PurePath(self.model).name})

    async def load(self, request: web.Request) -> web.Response:
        model = (await request.json())["model_file"]
        self.loads.append(model)
        self.asked.set()
        if self.gate is not None:
            await self.gate.wait()
        if model in self.refuses:
            return web.json_response({"status": "failure", "reason": "BadRequest"}, status=400)
        self.model = model
        return web.Response(status=204)


@dataclass
class FakeWorkshop:
    """``Workshop``: trainings end as told, models are those of ``model_of``."""

    ends: JSON = field(default_factory=lambda: {"state": "done", "result": RESULT, "findings": []})
    trainings: dict[str, JSON] = field(default_factory=dict)
    files: dict[str, Files] = field(default_factory=dict)
    published: list[str | None] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    held: list[str] = field(default_factory=list)
    talks: list[tuple[Any, ...]] = field(default_factory=list)
    failure: Exception | None = None

    async def train(
        self, training_id: str, files: Files, sentences: Mapping[str, str], published: str | None
    ) -> JSON:
        self._fail()
        if busy := [key for key, live in self.trainings.items() if live["state"] == "training"]:
            raise WorkshopBusy(busy[0])
        self.files[training_id] = files
        self.published.append(published)
        self.trainings[training_id] = {"state": "training", "progress": 0.25, "seconds_left": 60}
        return self.trainings[training_id]

    def end(self) -> None:
        """Whatever trains is over."""
        for key, live in self.trainings.items():
            if live["state"] == "training":
                self.trainings[key] = {"model": model_of(self.files[key]), **self.ends}

    async def training(self, training_id: str) -> JSON:
        self._fail()
        if training_id not in self.trainings:
            raise NotThere("there is no such training")
        return self.trainings[training_id]

    async def cancel(self, training_id: str) -> JSON:
        live = await self.training(training_id)
        if live["state"] == "training":
            self.trainings[training_id] = {"state": "cancelled"}
        return self.trainings[training_id]

    async def places(self, files: Files, served: str | None) -> ModelPlaces:
        self._fail()
        return ModelPlaces(model_of(files), True, f"{MODELS}/{served}" if served else None)

    async def hold(self, model: str) -> None:
        self._fail()
        if model in self.missing:
            raise NotThere("there is no such model")
        self.held.append(model)

    async def understood(
        self, model: str, files: Files, texts: Sequence[str], language: str
    ) -> Sequence[JSON]:
        self._fail()
        return [{"topic": model, "answer": text} for text in texts]

    async def talk(
        self, model: str, files: Files, talk: str, text: str, language: str, *, is_payload: bool
    ) -> JSON:
        self._fail()
        self.talks.append((model, talk, text, is_payload))
        return {"said": [{"text": text, "buttons": []}], "handoff": None, "understood": {}}

    async def forget(self, talk: str) -> None:
        self._fail()
        self.talks.append((talk,))

    async def likeness(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        self._fail()
        return [[1.0] for _ in texts]

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


@dataclass
class Bench:
    """Everything, and short ways to walk through it."""

    storage: Storage
    source: Source
    drafts: Drafts
    workshop: FakeWorkshop
    bots: list[FakeBot]
    doors: list[Door]
    clock: Clock
    room: Room

    def hub(self, name: str, source: Source | None = None) -> Room:
        """Another hub on the same ground."""
        source = source or self.source
        drafts = Drafts(self.storage.drafts, self.storage.done_edits, source, self.clock)
        knowledge = Knowledge(drafts, self.storage.done_edits)
        return furnished(self.storage, drafts, knowledge, source, self.workshop, self.doors, self.clock, name)

    @property
    def mistakes(self) -> Mistakes:
        """What keeps a text from being trained or published."""
        return Mistakes(Knowledge(self.drafts, self.storage.done_edits))

    async def teach(self, text: str = "chci vidět účet", who: Operator = FAY) -> int:
        """One more sentence in the draft; its version."""
        draft = await self.drafts.of(who)
        edit = AddSentence(topic="ask_bill", language="cs", text=text)
        return (await self.drafts.edit(who, draft.version, [edit])).version

    async def reword(self, words: str, who: Operator = FAY) -> int:
        """Another answer in the draft; its version."""
        draft = await self.drafts.of(who)
        project = await self.drafts.files(who)
        edit = SetWords(answer="ask_bill", language="cs", variants=(words,), before=said(project))
        return (await self.drafts.edit(who, draft.version, [edit])).version

    async def train(self, who: Operator = FAY, room: Room | None = None) -> str:
        """Train the draft to its end; the training's id."""
        trainings = (room or self.room).trainings
        shown = await trainings.begin(who, (await self.drafts.of(who)).version)
        self.workshop.end()
        await trainings.newest(who)
        return shown.training.id

    def disk(self) -> Files:
        """The files as they are."""
        return self.source.read()

    def by_hand(self, path: str, text: str) -> None:
        """Somebody edits a file."""
        (self.source.folder / path).write_text(text, encoding="utf-8")

    @property
    def serve(self) -> list[str]:
        """What the processes of the bot serve."""
        return [bot.model for bot in self.bots]


def said(files: Files) -> tuple[str, ...]:
    """What ``ask_bill`` says in Czech."""
    from tests.knowledge.texts import said as all_said

    return all_said(files).words["cs"].answers["ask_bill"]


@asynccontextmanager
async def open_bench(folder: Path, storage: Storage | None = None, bots: int = 1) -> AsyncIterator[Bench]:
    """A small bot's files in a folder, served by so many processes; nothing is published yet."""
    for path, text in TINY.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="")
    storage = storage or MemoryStorage()
    source, clock, workshop = Source(folder), Clock(), FakeWorkshop()
    processes = [FakeBot(model_of(TINY)) for _ in range(bots)]
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        doors = []
        for bot in processes:
            app = web.Application()
            app.add_routes([web.get("/status", bot.status), web.put("/model", bot.load)])
            server = await stack.enter_async_context(TestServer(app, shutdown_timeout=0.1))
            doors.append(Door(str(server.make_url("")).rstrip("/"), "token", http))
        drafts = Drafts(storage.drafts, storage.done_edits, source, clock)
        knowledge = Knowledge(drafts, storage.done_edits)
        room = furnished(storage, drafts, knowledge, source, workshop, doors, clock, "hub-1")
        yield Bench(storage, source, drafts, workshop, processes, doors, clock, room)
