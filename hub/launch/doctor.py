"""`linka doctor`: looks at this machine and says what is wrong and how to mend it."""

import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import psutil

from hub.launch import debian, frontends, health, mongod, python310
from hub.launch.errors import ExitCode, LaunchError
from hub.launch.layout import Layout
from hub.launch.models import is_intact
from hub.launch.ports import require_free
from hub.launch.rasa import Rasa
from hub.launch.terminal import Terminal
from hub.launch.tools import uv_argv
from hub.settings import RASA_OFF, Settings, SettingsError, given_names, load_settings, unknown_names
from storage.mongo.replica_set import ReplicaSetError, server_version

_GIB = 1024**3
_DISK_FREE_GIB = 5
_NAME_WIDTH = 13
_MEMORY_GIB = 3
_DATABASE_SECONDS = 2.0


class Verdict(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One check: its name, how it came out, and what was seen or how to mend it."""

    name: str
    verdict: Verdict
    text: str


async def examine() -> ExitCode:
    """Make every check, show each as it comes, and say whether Linka could run."""
    terminal = Terminal(err=sys.stdout)
    counts = dict.fromkeys(Verdict, 0)
    async for finding in _checks():
        counts[finding.verdict] += 1
        _SHOW[finding.verdict](terminal, f"{finding.name.ljust(_NAME_WIDTH)}  {finding.text}")
    terminal.plain()
    terminal.plain(
        f"  {counts[Verdict.OK]} ok, {counts[Verdict.WARN]} warnings, {counts[Verdict.FAIL]} failures"
    )
    return ExitCode.FAILED if counts[Verdict.FAIL] else ExitCode.OK


async def _checks() -> AsyncIterator[Finding]:
    try:
        settings = load_settings()
    except SettingsError as error:
        for line in str(error).splitlines():
            yield Finding("Settings", Verdict.FAIL, line)
        return
    layout = Layout.of(settings)
    answer = await health.ask(settings.local_url)
    yield _settings()
    yield _python()
    yield _from_error("Node.js", _node)
    yield _from_error("uv", lambda: uv_argv(layout.root)[0])
    yield _from_error("Data folder", lambda: _folder(layout))
    yield _space(layout)
    yield _memory()
    yield await _database(settings)
    yield _frontends(layout)
    for finding in _bot(settings, layout):
        yield finding
    yield await _workshop(settings)
    for needed in debian.FOR_TESTS:
        yield _for_tests(needed)
    if answer is not None:
        state = "ready" if answer["ready"] else "not ready"
        yield Finding(
            "Running", Verdict.OK, f"{settings.public_url} is {state}; bot: {answer.get('nlu', 'unknown')}"
        )
    else:
        for finding in _ports(settings):
            yield finding


def _settings() -> Finding:
    unknown = unknown_names()
    if unknown:
        return Finding(
            "Settings", Verdict.WARN, f"not settings of Linka, a slip of the pen? {', '.join(unknown)}"
        )
    given = given_names()
    return Finding("Settings", Verdict.OK, f"set: {', '.join(given)}" if given else "all at their defaults")


def _python() -> Finding:
    return Finding("Python", Verdict.OK, f"{'.'.join(map(str, sys.version_info[:3]))} at {sys.executable}")


def _node() -> str:
    return ".".join(map(str, frontends.node_version()))


def _folder(layout: Layout) -> str:
    layout.make_folders()
    return f"{layout.data} can be written to"


def _space(layout: Layout) -> Finding:
    free = shutil.disk_usage(layout.root).free / _GIB
    if free < _DISK_FREE_GIB and not layout.nlu_python.exists():
        text = f"{free:.1f} GiB free; the bot's environment needs {_DISK_FREE_GIB} GiB while it is made: free some"
        return Finding("Disk", Verdict.WARN, text)
    return Finding("Disk", Verdict.OK, f"{free:.0f} GiB free")


def _memory() -> Finding:
    total = psutil.virtual_memory().total / _GIB
    if total < _MEMORY_GIB:
        return Finding(
            "Memory",
            Verdict.WARN,
            f"{total:.1f} GiB; with the bot Linka wants {_MEMORY_GIB} GiB (LINKA_RASA_URL=off runs without it)",
        )
    return Finding("Memory", Verdict.OK, f"{total:.0f} GiB")


async def _database(settings: Settings) -> Finding:
    if settings.mongodb_uri is None:
        return _from_error("MongoDB", lambda: f"embedded, {mongod.find_mongod()}")
    try:
        version = await server_version(settings.mongodb_uri, _DATABASE_SECONDS)
    except ReplicaSetError as error:
        return Finding("MongoDB", Verdict.FAIL, f"{error}; check LINKA_MONGODB_URI")
    return Finding("MongoDB", Verdict.OK, f"yours, version {version}")


def _frontends(layout: Layout) -> Finding:
    try:
        built = frontends.is_built(layout)
    except LaunchError:
        return Finding("Widget, panel", Verdict.FAIL, "cannot be built without Node.js")
    text = "built" if built else "to be built; `make run` does it"
    return Finding("Widget, panel", Verdict.OK, text)


def _bot(settings: Settings, layout: Layout) -> Iterator[Finding]:
    if settings.rasa_url is not None:
        where = (
            "turned off; humans only" if settings.rasa_url == RASA_OFF else f"yours, at {settings.rasa_url}"
        )
        yield Finding("Bot", Verdict.OK, where)
        return
    rasa = Rasa(settings, layout, Terminal())
    if not rasa.has_environment():
        yield _python310(settings)
        yield Finding("Bot", Verdict.OK, "its environment is to be made; `make run` does it")
        return
    model = rasa.model_path()
    if not model.exists():
        yield Finding("Bot", Verdict.OK, "its environment is there; to be trained; `make run` does it")
    elif is_intact(model):
        yield Finding("Bot", Verdict.OK, f"trained ({model.name})")
    else:
        yield Finding("Bot", Verdict.WARN, f"its model {model.name} is damaged; `make run` trains it again")


async def _workshop(settings: Settings) -> Finding:
    if settings.workshop is None:
        return Finding("Workshop", Verdict.OK, "turned off; nobody trains the bot from the panel")
    if settings.workshop_url is None:
        return Finding("Workshop", Verdict.OK, "started beside the bot")
    if await health.answers(f"{settings.workshop}/health"):
        return Finding("Workshop", Verdict.OK, f"yours, at {settings.workshop}")
    return Finding("Workshop", Verdict.WARN, f"{settings.workshop} does not answer; check LINKA_WORKSHOP_URL")


def _python310(settings: Settings) -> Finding:
    search = python310.find(settings)
    if search.python is not None:
        return Finding("Python 3.10", Verdict.OK, str(search.python))
    refused = f" (refused: {'; '.join(search.refused)})" if search.refused else ""
    text = f"none found{refused}; `make run` tries to fetch one. If that fails: install it and set LINKA_PYTHON310"
    return Finding("Python 3.10", Verdict.WARN, text)


def _for_tests(needed: debian.Needed) -> Finding:
    found = needed.find()
    if found is None:
        text = f"none; only {needed.purpose} need it (Debian: apt-get install {needed.package})"
        return Finding(needed.title, Verdict.WARN, text)
    return Finding(needed.title, Verdict.OK, str(found))


def _ports(settings: Settings) -> Iterator[Finding]:
    wanted = [(settings.host, settings.port, "hub", "LINKA_PORT")]
    if settings.mongodb_uri is None:
        wanted.append(("127.0.0.1", settings.mongo_port, "database", "LINKA_MONGO_PORT"))
    if settings.rasa_url is None:
        wanted += [("127.0.0.1", port, "bot", "LINKA_RASA_PORT") for port in settings.rasa_ports]
        wanted.append(("127.0.0.1", settings.actions_port, "bot's actions", "LINKA_ACTIONS_PORT"))
        if settings.workshop_url is None:
            wanted.append(("127.0.0.1", settings.workshop_port, "workshop", "LINKA_WORKSHOP_PORT"))
    for host, port, purpose, setting in wanted:
        try:
            require_free(host, port, purpose=purpose, setting=setting)
        except LaunchError as error:
            yield Finding(f"Port {port}", Verdict.FAIL, str(error))
        else:
            yield Finding(f"Port {port}", Verdict.OK, f"free, for the {purpose}")


def _from_error(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, Verdict.OK, look())
    except LaunchError as error:
        return Finding(name, Verdict.FAIL, str(error))


_SHOW = {Verdict.OK: Terminal.done, Verdict.WARN: Terminal.warning, Verdict.FAIL: Terminal.problem}
