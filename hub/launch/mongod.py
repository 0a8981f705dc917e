"""The embedded database: finds a mongod, starts it and makes it a replica set of one."""

import importlib.util
import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

from hub.launch.children import Children, Tier
from hub.launch.errors import LaunchError
from hub.launch.layout import Layout
from hub.launch.ports import require_free
from hub.launch.processes import Program
from hub.settings import Settings, inherited_environment
from storage.mongo.replica_set import ReplicaSetError, ensure_primary

_HOST = "127.0.0.1"
_REPLICA_SET = "linka"
_START_SECONDS = 60.0
_OLDEST_MAJOR = 5
_CACHE_GIGABYTES = "0.5"
_OPLOG_MEGABYTES = "512"
_STARTING = '"id":4615611,'  # the entry with which mongod begins
_ADVICE = {
    "DBPathInUse": "another mongod uses its data folder; end that one first",
    "Unable to lock the lock file": "another mongod uses its data folder; end that one first",
    "Permission denied": "give yourself the right to read and write its data folder",
    "No space left on device": "free some disk space",
    "incompatible version": "its data was written by another version of MongoDB; use that version",
}


def find_mongod() -> Path:
    """A mongod that runs on this machine: from PATH, else from the Python package that ships one.

    Raises `LaunchError` saying what was tried and what to do.
    """
    tried: list[str] = []
    for candidate in _candidates():
        trouble = _trouble_with(candidate)
        if trouble is None:
            return candidate
        tried.append(f"{candidate} {trouble}")
    found = "; ".join(tried) or "none on PATH, and no packaged one for this system"
    raise LaunchError(
        f"No MongoDB server that works ({found}): install MongoDB {_OLDEST_MAJOR} or newer so that `mongod` "
        "is on PATH, or set LINKA_MONGODB_URI to a replica set of yours."
    )


def uri(settings: Settings) -> str:
    """Address of the database the hub is to use."""
    return settings.mongodb_uri or f"mongodb://{_HOST}:{settings.mongo_port}/?replicaSet={_REPLICA_SET}"


async def start(settings: Settings, layout: Layout, children: Children) -> None:
    """Start the embedded database and return when it is a primary.

    Raises `LaunchError` when the port is taken, no mongod works or it does not come up.
    """
    require_free(_HOST, settings.mongo_port, purpose="database", setting="LINKA_MONGO_PORT")
    program = _program(find_mongod(), settings.mongo_port, layout)
    ready = ensure_primary(f"{_HOST}:{settings.mongo_port}", _REPLICA_SET, _START_SECONDS)
    try:
        await children.start(program, Tier.DATABASE, ready=ready, within=_START_SECONDS + 1)
    except ReplicaSetError as error:
        raise LaunchError(f"The database did not start: {error}. See {program.log}") from None
    except LaunchError:
        raise LaunchError(
            f"The database did not start: {_complaint(program.log)}. See {program.log}"
        ) from None


def _program(mongod: Path, port: int, layout: Layout) -> Program:
    try:
        layout.mongo.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LaunchError(
            f"Cannot write to {layout.mongo} ({error.strerror}): give yourself the right to."
        ) from None
    arguments = {
        "--dbpath": str(layout.mongo),
        "--port": str(port),
        "--bind_ip": _HOST,
        "--replSet": _REPLICA_SET,
        "--oplogSize": _OPLOG_MEGABYTES,
        "--wiredTigerCacheSizeGB": _CACHE_GIGABYTES,
    }
    argv = [str(mongod), *(part for pair in arguments.items() for part in pair), "--nounixsocket", "--quiet"]
    return Program(
        name="mongod",
        argv=tuple(argv),
        cwd=layout.data,
        env=inherited_environment(),
        log=layout.logs / "mongod.log",
        run_folder=layout.run,
    )


def _candidates() -> list[Path]:
    candidates: list[Path] = []
    on_path = shutil.which("mongod")
    if on_path:
        candidates.append(Path(on_path))
    package = importlib.util.find_spec("fiftyone")
    for folder in package.submodule_search_locations or [] if package else []:
        packaged = Path(folder) / "db" / "bin" / "mongod"
        if packaged.is_file():
            candidates.append(packaged)
    return candidates


def _trouble_with(mongod: Path) -> str | None:
    if not os.access(mongod, os.X_OK):
        try:
            mongod.chmod(mongod.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        except OSError as error:
            return f"has no run bit, and it cannot be set ({error.strerror})"
    try:
        shown = subprocess.run(
            [mongod, "--version"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
            env=inherited_environment(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"does not run ({error})"
    version = re.search(r"db version v(\d+)", shown.stdout)
    if shown.returncode != 0 or version is None:
        words = (shown.stderr or shown.stdout).strip().splitlines()
        return f"does not run ({words[-1] if words else f'exit code {shown.returncode}'})"
    if int(version[1]) < _OLDEST_MAJOR:
        return f"is version {version[1]}, too old"
    return None


def _complaint(log: Path) -> str:
    """The first error of the last start in mongod's log (one JSON object a line), with advice where there is any."""
    _, _, last_start = log.read_text(encoding="utf-8", errors="replace").rpartition(_STARTING)
    for line in last_start.splitlines():
        for sign, advice in _ADVICE.items():
            if sign in line:
                return advice
    for line in last_start.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and entry.get("s") in {"E", "F"}:
            detail = entry.get("attr", {}).get("error") or entry.get("attr", {}).get("message") or ""
            return " ".join(f"{entry.get('msg')} {detail}".split())
    return "it ended without saying why"
