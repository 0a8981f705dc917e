"""A real Rasa with a real action server, as the launcher starts them, and what they answer."""

import asyncio
import io
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
from pydantic import SecretStr

from hub.launch.layout import Layout
from hub.launch.ports import free_port
from hub.launch.processes import Child, Program
from hub.launch.rasa import Rasa
from hub.launch.terminal import Terminal
from hub.nlu.rasa import guarded
from hub.settings import Settings
from tests.doors import SERVICE_TOKEN
from tests.nlu.heard import Heard

START_WITHIN = 150.0  # seconds, on a busy machine
STOP_WITHIN = 10.0
RASA_TOKEN = "-rasa-token-of-the-tests"  # a made one may begin like an option, too
API = {"token": RASA_TOKEN}


class Bot:
    """Speaks to Rasa as the hub does."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def hears(self, sender: str, text: str, language: str = "cs", *, button: bool = False) -> Heard:
        """One turn, which must be a complete one."""
        began = time.monotonic()
        answer = await self.raw(sender, text, language, button=button)
        return _taken_apart(answer, time.monotonic() - began)

    async def raw(
        self, sender: str, text: str, language: str = "cs", *, button: bool = False
    ) -> list[dict[str, Any]]:
        """One turn as Rasa answers it."""
        body = {
            "sender": sender,
            "message": text if button else guarded(text),
            "metadata": {"message_id": str(uuid4()), "language": language, "channel": "webchat"},
        }
        async with self._session.post(f"{self._url}/webhooks/rest/webhook", json=body) as response:
            assert response.status == 200
            answer: list[dict[str, Any]] = await response.json()
            return answer

    async def parses(self, text: str) -> dict[str, Any]:
        """What Rasa understands of a text, outside of any conversation."""
        async with self._session.post(
            f"{self._url}/model/parse", json={"text": text}, params=API
        ) as response:
            parsed: dict[str, Any] = await response.json()
            return parsed

    async def slots(self, sender: str) -> dict[str, Any]:
        """What is remembered of a conversation."""
        async with self._session.get(f"{self._url}/conversations/{sender}/tracker", params=API) as response:
            tracker: dict[str, Any] = await response.json()
            slots: dict[str, Any] = tracker["slots"]
            return slots


@dataclass(frozen=True)
class Setup:
    """How the bot's programs are started for tests: models are shared with the launcher, all else is apart."""

    rasa: Rasa
    folder: Path
    hub_url: str

    @classmethod
    def beside(cls, folder: Path, hub_url: str) -> "Setup":
        """Everything that is written goes to a folder, but for the environment and the models."""
        settings = Settings(
            rasa_port=free_port(),
            actions_port=free_port(),
            service_token=SecretStr(SERVICE_TOKEN),
            rasa_token=SecretStr(RASA_TOKEN),
        )
        layout = Layout.of(settings)
        layout.make_folders()
        return cls(Rasa(settings, layout, Terminal(io.StringIO(), io.StringIO())), folder, hub_url)

    @property
    def url(self) -> str:
        """Where Rasa answers."""
        return f"http://127.0.0.1:{self.rasa.settings.rasa_port}"

    @property
    def hub_port(self) -> int:
        """Where the actions expect the hub."""
        return int(self.hub_url.rsplit(":", 1)[1])

    @property
    def actions_url(self) -> str:
        """Where the action server answers."""
        return f"http://127.0.0.1:{self.rasa.settings.actions_port}"

    def actions(self) -> Program:
        """The action server."""
        return self._apart(self.rasa.actions(), LINKA_HUB_URL=self.hub_url)

    def server(self, model: Path) -> Program:
        """Rasa."""
        return self._apart(self.rasa.server(model), LINKA_RASA_TRACKERS=str(self.folder / "trackers.db"))

    def _apart(self, program: Program, **environment: str) -> Program:
        return replace(
            program,
            env={**program.env, **environment},
            log=self.folder / f"{program.name}.log",
            run_folder=self.folder,
        )


class Programs:
    """The action server and Rasa, which can be stopped and started again."""

    def __init__(self, setup: Setup, model: Path) -> None:
        self._setup = setup
        self._model = model
        self._running: dict[str, Child] = {}

    async def start_actions(self) -> None:
        """Returns when it answers."""
        await self._start(self._setup.actions(), f"{self._setup.actions_url}/health")

    async def start_rasa(self) -> None:
        """Returns when it answers with a model."""
        await self._start(self._setup.server(self._model), f"{self._setup.url}/status")

    def pid(self, name: str) -> int:
        """The process of "rasa" or "actions"."""
        return self._running[name].pid

    async def stop(self, name: str) -> None:
        """Stop "rasa" or "actions"."""
        await self._running.pop(name).stop(STOP_WITHIN)

    async def stop_all(self) -> None:
        """Stop whatever runs."""
        for name in tuple(self._running):
            await self.stop(name)

    async def _start(self, program: Program, url: str) -> None:
        child = self._running[program.name] = await Child.start(program)
        await answering(child, url)


async def answering(child: Child, url: str) -> None:
    """Return when the child answers there with success."""
    ended = asyncio.ensure_future(child.wait())
    try:
        async with asyncio.timeout(START_WITHIN), aiohttp.ClientSession() as session:
            while not await _answers(session, url):
                done, _ = await asyncio.wait([ended], timeout=0.3)
                assert not done, f"{child.program.name} ended: {child.program.log.read_text()[-3000:]}"
    finally:
        ended.cancel()


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url, params=API) as response:
            return response.status == 200
    except aiohttp.ClientConnectionError:
        return False


def _taken_apart(answer: list[dict[str, Any]], seconds: float) -> Heard:
    texts = [item for item in answer if "text" in item]
    customs = [item["custom"] for item in answer if "custom" in item]
    understood = [custom["understood"] for custom in customs if "understood" in custom]
    handoffs = [custom["handoff"] for custom in customs if "handoff" in custom]
    assert texts, f"no words in {answer}"
    assert len(understood) == 1, f"what was understood is told once, not so in {answer}"
    assert len(handoffs) <= 1
    return Heard(
        text="\n".join(item["text"] for item in texts).replace("\u00a0", " "),
        buttons=tuple(
            (button["title"], button["payload"]) for item in texts for button in item.get("buttons", ())
        ),
        understood=understood[0],
        handoff=handoffs[0] if handoffs else None,
        seconds=seconds,
    )
