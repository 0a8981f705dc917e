"""The bots that are measured, trained and running: ours, and what ``rasa init`` would make of the same data."""

import io
import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory

import psutil
import yaml
from pydantic import SecretStr

from benchmarks.stack import Watched, free_port
from hub.launch.fingerprint import fingerprint
from hub.launch.layout import Layout
from hub.launch.processes import Program
from hub.launch.rasa import Rasa
from hub.launch.terminal import Terminal
from hub.settings import Settings

SERVICE_TOKEN = token_urlsafe(32)
RASA_TOKEN = token_urlsafe(32)
START_WITHIN = 300.0  # seconds
# Of the default's hundred: a turn costs the same after any number of them, and one alone takes most of a minute.
EPOCHS = 5
_STORIES = Path(__file__).parent / "rasa_init" / "stories.yml"
_LAYOUT = Layout.of(Settings())
_DATA = tuple(_LAYOUT.nlu / name for name in ("domain", "data", "requirements.lock"))


def _kept() -> Path:
    """Where models and logs of the benchmarks are."""
    folder = _LAYOUT.data / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dataclass(frozen=True)
class Trained:
    """A model, and what its training took."""

    name: str
    model: Path
    endpoints: Path
    seconds: float
    cpu_seconds: float
    most_bytes: int
    cut: bool = False  # short of what was configured: the times are what it takes at the least

    @property
    def model_bytes(self) -> int:
        """Of the archive."""
        return self.model.stat().st_size


def ours() -> Trained:
    """The project as it is."""
    config, endpoints = _LAYOUT.nlu / "config.yml", _LAYOUT.nlu / "endpoints.yml"
    return _trained("linka", config, endpoints, made_of=(_LAYOUT.nlu / "components",))


def the_default() -> Trained:
    """The pipeline and the policies that the installed ``rasa init`` writes, and its stores in memory.

    It learns the project's data, and two stories: without any its policies would have nothing to do. Its training is
    cut to `EPOCHS`. Raises ``RuntimeError`` when what is installed is written otherwise.
    """
    written = next(
        (_LAYOUT.nlu / ".venv" / "lib").glob("python3*/site-packages/rasa/cli/initial_project/config.yml")
    )
    config = _kept() / "config-of-rasa-init.yml"
    endpoints = _kept() / "endpoints-of-rasa-init.yml"
    # What Rasa suggests is written there as comments.
    suggested = re.sub(r"^# (?=  )", "", written.read_text(), flags=re.MULTILINE)
    short, cuts = re.subn(r"epochs: 100$", f"epochs: {EPOCHS}", suggested, flags=re.MULTILINE)
    config.write_text(short)
    parts = yaml.safe_load(short)
    if not (cuts and parts["pipeline"] and parts["policies"]):
        raise RuntimeError(f"{written} is not written as expected")
    endpoints.write_text("action_endpoint:\n  url: ${LINKA_ACTIONS_URL}\n")
    return replace(_trained("rasa-init", config, endpoints, stories=(_STORIES,)), cut=True)


def _trained(
    name: str, config: Path, endpoints: Path, stories: Sequence[Path] = (), made_of: Sequence[Path] = ()
) -> Trained:
    """From what was kept, if it was made of the same: ``made_of`` beside configuration, stories and data."""
    mark = fingerprint([config, *stories, *made_of, *_DATA])[:16]
    model, note = _kept() / f"{name}-{mark}.tar.gz", _kept() / f"{name}-{mark}.json"
    if not note.exists():
        for older in _kept().glob(f"{name}-*"):
            older.unlink()
        with TemporaryDirectory() as folder:
            took = _train(config, stories, Path(folder))
            shutil.move(Path(folder) / "model.tar.gz", model)
        note.write_text(json.dumps(took))
    return Trained(name, model, endpoints, **json.loads(note.read_text()))


def _train(config: Path, stories: Sequence[Path], out: Path) -> dict[str, float]:
    """From nothing: with an empty cache."""
    print(f"training with {config}", flush=True)
    argv = ["--config", str(config), "--domain", "domain", "--data", "data", *map(str, stories)]
    command = [
        str(_LAYOUT.nlu_python),
        "-m",
        "rasa",
        "train",
        *argv,
        "--out",
        str(out),
        "--fixed-model-name",
        "model",
    ]
    environment = {
        **_launcher(free_port(), free_port()).server(out).env,
        "RASA_CACHE_DIRECTORY": str(out / "cache"),
    }
    began = time.monotonic()
    with (_kept() / "train.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=_LAYOUT.nlu, env=environment, stdout=log, stderr=log)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"training has failed: see {log.name}")
    return {
        "seconds": time.monotonic() - began,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "most_bytes": used.ru_maxrss * 1024,
    }


class Running(Watched):
    """A process that answers, and how long it took to."""

    def __init__(self, pid: int, port: int, started_in: float) -> None:
        super().__init__(pid, port)
        self.url = f"http://127.0.0.1:{port}"
        self.started_in = started_in

    def pss(self) -> int:
        """Bytes, with what several processes share divided among them."""
        rollup = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
        assert found is not None
        return int(found[1]) * 1024


@contextmanager
def running_rasa(
    trained: Trained, actions_port: int, trackers: Path, port: int | None = None
) -> Iterator[Running]:
    """One Rasa process, started as the launcher does, but for the endpoints of a bot that is not ours."""
    rasa = _launcher(port or free_port(), actions_port)
    program = rasa.server(trained.model)
    argv = [str(trained.endpoints) if word == "endpoints.yml" else word for word in program.argv]
    with _running(
        program, argv, {"LINKA_RASA_TRACKERS": str(trackers)}, rasa.settings.rasa_port, "/status"
    ) as found:
        yield found


@contextmanager
def running_actions(hub_port: int) -> Iterator[Running]:
    """The action server, which asks the hub."""
    rasa = _launcher(free_port(), free_port())
    program = rasa.actions()
    hub = {"LINKA_HUB_URL": f"http://127.0.0.1:{hub_port}"}
    with _running(program, program.argv, hub, rasa.settings.actions_port, "/health") as found:
        yield found


def _launcher(rasa_port: int, actions_port: int) -> Rasa:
    settings = Settings(
        rasa_port=rasa_port,
        actions_port=actions_port,
        service_token=SecretStr(SERVICE_TOKEN),
        rasa_token=SecretStr(RASA_TOKEN),
    )
    return Rasa(settings, _LAYOUT, Terminal(io.StringIO(), io.StringIO()))


@contextmanager
def _running(
    program: Program, argv: Sequence[str], environment: Mapping[str, str], port: int, path: str
) -> Iterator[Running]:
    began = time.monotonic()
    with (_kept() / f"{program.name}.log").open("ab") as log:
        process = subprocess.Popen(
            argv, cwd=program.cwd, env={**program.env, **environment}, stdout=log, stderr=log
        )
    try:
        while not _answers(f"http://127.0.0.1:{port}{path}?token={RASA_TOKEN}"):
            if process.poll() is not None or time.monotonic() - began > START_WITHIN:
                raise RuntimeError(f"{program.name} did not come up: see {log.name}")
            time.sleep(0.1)
        yield Running(process.pid, port, time.monotonic() - began)
    finally:
        for each in (*psutil.Process(process.pid).children(recursive=True), process):
            each.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - an address of our own
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
