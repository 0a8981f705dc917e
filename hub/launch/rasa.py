"""The bot: Rasa's own environment, its trained model, and the two programs that run it."""

import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from hub.launch import models, python310
from hub.launch.errors import LaunchError
from hub.launch.fingerprint import Stamp, fingerprint
from hub.launch.layout import Layout
from hub.launch.processes import Program, run_command
from hub.launch.terminal import Terminal
from hub.launch.tools import uv_argv
from hub.launch.turns import one_at_a_time
from hub.settings import Settings, inherited_environment

_KNOWLEDGE = ("domain", "data", "content", "tests")
_CODE = shutil.ignore_patterns("__pycache__", "code", "__init__.py")
_BACKGROUND_NICENESS = 10
_SERVER_NICENESS = 5  # people's chats come first where the bot has all processors busy


@dataclass(frozen=True)
class Rasa:
    """Makes and names what the bot needs, for one checkout and data folder."""

    settings: Settings
    layout: Layout
    terminal: Terminal

    async def prepare(self) -> Path:
        """Make the environment and train the model where needed; returns the model.

        Raises `LaunchError` saying what is missing.
        """
        async with one_at_a_time("bot", self.layout, self.terminal):
            await self.make_environment()
            self.fill_knowledge()
            return await self.train()

    def fill_knowledge(self) -> None:
        """Give a knowledge folder of one's own what the checkout's has, unless it holds something already.

        Raises `LaunchError` when it cannot be used.
        """
        own = self.layout.knowledge
        if own == self.layout.nlu:
            return
        try:
            own.mkdir(parents=True, exist_ok=True)
            there = [name for name in _KNOWLEDGE if (own / name).exists()]
            if not there:
                for name in _KNOWLEDGE:
                    shutil.copytree(self.layout.nlu / name, own / name, ignore=_CODE)
        except OSError as error:
            raise LaunchError(
                f"LINKA_KNOWLEDGE: {own} cannot be used ({error.strerror}): give yourself the right to write to it."
            ) from None
        if there and (missing := set(_KNOWLEDGE) - set(there)):
            raise LaunchError(
                f"LINKA_KNOWLEDGE: {own} has no {', '.join(sorted(missing))}: put it there, or name an empty folder."
            )

    async def make_environment(self) -> None:
        """Make Rasa's Python 3.10 environment from its lock, unless it is there."""
        environment = self.layout.nlu / ".venv"
        stamp, wanted = Stamp(environment / ".linka-lock"), self._environment_fingerprint()
        if self.has_environment():
            return
        stamp.clear()
        python = None if _is_python310(self.layout.nlu_python) else await self._python310()
        with self.terminal.step("Making the bot's environment (Rasa, 2.5 GB)", "The bot's environment"):
            failure = "Making the bot's environment failed"
            if python is not None:
                await self._uv(
                    ["venv", "--quiet", "--clear", "--python", str(python), str(environment)], failure
                )
            install = ["pip", "sync", "--quiet", "--require-hashes", "--python", str(self.layout.nlu_python)]
            await self._uv([*install, str(self.layout.nlu / "requirements.lock")], failure)
            stamp.set(wanted)

    def has_environment(self) -> bool:
        """Whether the environment is there and made from the present lock."""
        stamp = Stamp(self.layout.nlu / ".venv" / ".linka-lock")
        return stamp.matches(self._environment_fingerprint()) and self.layout.nlu_python.exists()

    def model_path(self) -> Path:
        """Where the model of the present NLU data is kept once trained."""
        return self.layout.models / models.model_name(self.layout.nlu, self.layout.knowledge)

    async def train(self) -> Path:
        """Train the model unless one of the present data is kept, undamaged; returns its path."""
        model = self.model_path()
        if model.exists():
            if models.is_intact(model):
                return model
            self.terminal.warning(f"The bot's model is damaged ({model.name}): training it again")
            model.unlink()
        with self.terminal.step("Training the bot", "The bot, trained"):
            draft = self.layout.models / "draft"
            shutil.rmtree(draft, ignore_errors=True)
            known = [
                "--domain",
                str(self.layout.knowledge / "domain"),
                "--data",
                str(self.layout.knowledge / "data"),
            ]
            argv = ["train", *known, "--out", str(draft), "--fixed-model-name", "model"]
            program = self._program("rasa-train", argv, {}, niceness=_BACKGROUND_NICENESS)
            began = time.monotonic()
            await run_command(program, failure="Training the bot failed")
            _keep(draft / "model.tar.gz", model, time.monotonic() - began)
            shutil.rmtree(draft, ignore_errors=True)
        models.tidy(self.layout.models, model)
        return model

    def servers(self, model: Path) -> list[Program]:
        """The programs that answer the hub. They share their dialogues."""
        return [self.server(model, number) for number in range(1, self.settings.rasa_processes + 1)]

    def server(self, model: Path, number: int = 1) -> Program:
        """One of them, counted from 1."""
        if self.settings.rasa_token is None:
            raise AssertionError("secrets are made before programs are")
        port = self.settings.rasa_ports[number - 1]
        address = ["--enable-api", "--interface", "127.0.0.1", "--port", str(port)]
        argv = ["run", *address, "--model", str(model), "--endpoints", "endpoints.yml"]
        environment = {
            "LINKA_ACTIONS_URL": f"http://127.0.0.1:{self.settings.actions_port}/webhook",
            "LINKA_RASA_TRACKERS": str(self.layout.data / "rasa-trackers.db"),
            "LINKA_RASA_TOKEN": self.settings.rasa_token.get_secret_value(),
        }
        return self._program(
            "rasa" if number == 1 else f"rasa-{number}",
            [*argv, "--credentials", "credentials.yml"],
            environment,
            module="with_token",
            niceness=_SERVER_NICENESS,
        )

    def actions(self) -> Program:
        """The program that runs the bot's actions, which ask the hub."""
        if self.settings.service_token is None:
            raise AssertionError("secrets are made before programs are")
        return Program(
            name="actions",
            argv=(
                str(self.layout.nlu_python),
                *("-m", "rasa_sdk", "--actions", "actions", "--port", str(self.settings.actions_port)),
            ),
            cwd=self.layout.nlu,
            env=_environment()
            | {
                "SANIC_HOST": "127.0.0.1",
                "LINKA_HUB_URL": self.settings.local_url,
                "LINKA_KNOWLEDGE": str(self.layout.knowledge),
                "LINKA_SERVICE_TOKEN": self.settings.service_token.get_secret_value(),
            },
            log=self.layout.logs / "actions.log",
            run_folder=self.layout.run,
        )

    def workshop(self) -> Program:
        """The program that trains and rehearses what maintainers have drafted."""
        if self.settings.service_token is None:
            raise AssertionError("secrets are made before programs are")
        environment = {
            "LINKA_WORKSHOP_PORT": str(self.settings.workshop_port),
            "LINKA_HUB_URL": self.settings.local_url,
            "LINKA_SERVICE_TOKEN": self.settings.service_token.get_secret_value(),
            "LINKA_MODELS": str(self.layout.models),
            "LINKA_WORKSHOP_FOLDER": str(self.layout.data / "workshop"),
            # It shares how models are named with the launcher.
            "PYTHONPATH": str(self.layout.root),
        }
        return Program(
            name="workshop",
            argv=(str(self.layout.nlu_python), "-m", "workshop"),
            cwd=self.layout.nlu,
            env=_environment() | environment,
            log=self.layout.logs / "workshop.log",
            run_folder=self.layout.run,
        )

    def _program(
        self, name: str, argv: list[str], environment: dict[str, str], *, niceness: int, module: str = "rasa"
    ) -> Program:
        return Program(
            name=name,
            argv=(str(self.layout.nlu_python), "-m", module, *argv),
            cwd=self.layout.nlu,
            env=_environment() | environment,
            log=self.layout.logs / f"{name}.log",
            run_folder=self.layout.run,
            niceness=niceness,
        )

    def _environment_fingerprint(self) -> str:
        return fingerprint([self.layout.nlu / "requirements.lock"])

    async def _python310(self) -> Path:
        search = python310.find(self.settings)
        if search.python is not None:
            return search.python
        if self.settings.python310 is not None:
            raise LaunchError(f"LINKA_PYTHON310 names no Python 3.10: {search.refused[0]}.")
        folder = self.layout.data / "python"
        arguments = ["python", "install", "3.10", "--no-bin", "--install-dir", str(folder)]
        try:
            with self.terminal.step("Fetching Python 3.10 for the bot", "Python 3.10 for the bot"):
                await self._uv(arguments, "Fetching Python 3.10 failed")
        except LaunchError:
            tried = f" ({'; '.join(search.refused)})" if search.refused else ""
            raise LaunchError(
                f"No Python 3.10 that works was found{tried} and none could be fetched: install Python 3.10 "
                "or set LINKA_PYTHON310 to one."
            ) from None
        for candidate in sorted(folder.glob("*3.10.*/bin/python3.10")):
            real, _ = python310.ask(candidate)
            if real is not None:
                return real
        raise LaunchError("The fetched Python 3.10 does not work: install one and set LINKA_PYTHON310 to it.")

    async def _uv(self, arguments: list[str], failure: str) -> None:
        program = Program(
            name="uv",
            argv=(*uv_argv(self.layout.root), *arguments),
            cwd=self.layout.nlu,
            env=inherited_environment() | {"NO_COLOR": "1"},
            log=self.layout.logs / "rasa-install.log",
            run_folder=self.layout.run,
            niceness=_BACKGROUND_NICENESS,
        )
        await run_command(program, failure=failure)


def _is_python310(python: Path) -> bool:
    try:
        asked = subprocess.run(
            [python, "-I", "-c", "import sys; sys.exit(sys.version_info[:2] != (3, 10))"],
            capture_output=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _keep(trained: Path, model: Path, seconds: float) -> None:
    try:
        models.keep(trained, model, seconds)
    except FileNotFoundError:
        raise LaunchError("Training the bot left no model behind: see the log rasa-train.log.") from None


def _environment() -> dict[str, str]:
    return inherited_environment() | {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "PYTHONUNBUFFERED": "1",
        "SANIC_ACCESS_LOG": "false",
        # What is computed for one sentence is small: more threads would spin, for twice the processor time.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # The hub keeps its connections open; the server would wait for them when it is told to end.
        "SANIC_GRACEFUL_SHUTDOWN_TIMEOUT": "1.0",
    }
