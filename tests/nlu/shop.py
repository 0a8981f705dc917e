"""A bot of its own for tests that change it: two Rasa processes, actions, the workshop and a hub, on files that are a
copy."""

import io
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from hub.http.keys import DRAFTS, ROOM
from hub.knowledge.drafts import Drafts
from hub.launch.layout import Layout
from hub.launch.ports import free_port
from hub.launch.processes import Child, Program
from hub.launch.rasa import Rasa
from hub.launch.terminal import Terminal
from hub.settings import PROJECT_ROOT, Settings
from hub.workshop.room import Room
from storage.model.people import Operator, Role
from tests.doors import SERVICE_TOKEN, Clock
from tests.nlu.bot import RASA_TOKEN, STOP_WITHIN, answering
from tests.nlu.doors import Doors
from tests.nlu.line import Line, open_line

FAY = Operator("fay", "fay", "Fay", Role.FAQ_MAINTAINER, "argon2", teams=())
PROCESSES = 2
_KNOWLEDGE = ("content", "data", "domain", "tests")


@dataclass
class Shop:
    """All of it, running."""

    rasa: Rasa
    first_model: Path
    line: Line
    children: dict[str, Child]

    @property
    def room(self) -> Room:
        """The hub's side of the workshop."""
        return self.line.house.app[ROOM]

    @property
    def drafts(self) -> Drafts:
        """What is drafted."""
        return self.line.house.app[DRAFTS]

    async def start(self, program: Program, url: str) -> None:
        """Returns when it answers."""
        child = self.children[program.name] = await Child.start(program)
        await answering(child, url)

    async def start_rasa(self, number: int) -> None:
        """A process, with the model that it was first started with."""
        port = self.rasa.settings.rasa_ports[number - 1]
        await self.start(self.rasa.server(self.first_model, number), f"http://127.0.0.1:{port}/status")

    async def start_workshop(self) -> None:
        """As the launcher does."""
        await self.start(self.rasa.workshop(), f"{self.rasa.settings.workshop}/health")

    async def kill(self, name: str) -> None:
        """kill -9, of the process alone."""
        child = self.children.pop(name)
        os.kill(child.pid, signal.SIGKILL)
        await child.wait()


@asynccontextmanager
async def open_shop(folder: Path, mongod_uri: str, trained: Path) -> AsyncIterator[Shop]:
    """``trained``: the model of the checkout's files, which is copied."""
    knowledge = folder / "knowledge"
    for name in _KNOWLEDGE:
        shutil.copytree(PROJECT_ROOT / "nlu" / name, knowledge / name)
    hub_port = free_port()
    settings = Settings(
        data=folder / "data",
        knowledge=knowledge,
        port=hub_port,
        rasa_port=_two_free_ports(),
        rasa_processes=PROCESSES,
        actions_port=free_port(),
        workshop_port=free_port(),
        service_token=SecretStr(SERVICE_TOKEN),
        rasa_token=SecretStr(RASA_TOKEN),
    )
    layout = Layout.of(settings)
    layout.make_folders()
    rasa = Rasa(settings, layout, Terminal(io.StringIO(), io.StringIO()))
    model = rasa.model_path()
    shutil.copy2(trained, model)
    shutil.copy2(f"{trained}.json", f"{model}.json")
    # Sentences that were embedded in an earlier run, or by `make nlu-eval`, are not embedded again.
    remembered = PROJECT_ROOT / "var" / "nlu-eval"
    remembered.mkdir(parents=True, exist_ok=True)
    (layout.data / "workshop").mkdir()
    (layout.data / "workshop" / "nlu-eval").symlink_to(remembered)
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(
            open_line(
                mongod_uri,
                ",".join(settings.nlu_urls),
                Clock().now(),
                SERVICE_TOKEN,
                knowledge=knowledge,
                workshop_url=settings.workshop,
            )
        )
        doors = Doors(line.house.url)  # the port that the actions were told
        await doors.open(hub_port)
        stack.push_async_callback(doors.close)
        children: dict[str, Child] = {}

        async def stop() -> None:
            for child in children.values():
                await child.stop(STOP_WITHIN)

        stack.push_async_callback(stop)
        shop = Shop(rasa, model, line, children)
        await shop.start_workshop()
        await shop.start(rasa.actions(), f"http://127.0.0.1:{settings.actions_port}/health")
        for number in range(1, PROCESSES + 1):
            await shop.start_rasa(number)
        await line.bot_is_ready()
        yield shop


def _two_free_ports() -> int:
    """The first of two that follow each other."""
    while True:
        port = free_port()
        with socket.socket() as next_one:
            try:
                next_one.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
