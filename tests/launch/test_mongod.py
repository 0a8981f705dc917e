"""The embedded database: the real mongod on a free port, in a folder of its own."""

import io
import os
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hub.launch import mongod
from hub.launch.children import Children
from hub.launch.errors import LaunchError
from hub.launch.layout import Layout
from hub.launch.ports import free_port
from hub.launch.terminal import Terminal
from hub.settings import Settings
from storage.mongo.replica_set import ReplicaSetError, server_version

pytestmark = pytest.mark.integration


@asynccontextmanager
async def database(layout: Layout, port: int) -> AsyncIterator[str]:
    """The embedded database on a port; yields its address."""
    children = Children(Terminal(io.StringIO(), io.StringIO()))
    settings = Settings(data=layout.data, mongo_port=port)
    try:
        await mongod.start(settings, layout, children)
        yield mongod.uri(settings)
    finally:
        await children.stop()


def fake(path: Path, script: str, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(mode)
    return path


async def test_it_is_a_primary_and_keeps_its_data_when_its_port_changes(layout: Layout) -> None:
    async with database(layout, free_port()) as uri:
        before = await server_version(uri, 5)
    other = free_port()
    async with database(layout, other) as uri:
        assert f":{other}/" in uri
        # Through the set's own idea of its address: this fails unless it was reconfigured.
        assert await server_version(uri, 5) == before


async def test_after_being_killed_it_starts_again_with_the_same_data(layout: Layout) -> None:
    port = free_port()
    children = Children(Terminal(io.StringIO(), io.StringIO()))
    await mongod.start(Settings(data=layout.data, mongo_port=port), layout, children)
    children.kill()
    await children.stop()
    async with database(layout, port) as uri:
        assert await server_version(uri, 5)


async def test_a_busy_port_is_said_with_who_holds_it(layout: Layout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LaunchError) as refusal:
            async with database(layout, port):
                pass
    assert f"Port {port} (database) is in use by" in str(refusal.value)
    assert f"(process {os.getpid()})" in str(refusal.value)
    assert "set LINKA_MONGO_PORT to a free port" in str(refusal.value)


async def test_a_second_one_on_the_same_data_is_said(layout: Layout) -> None:
    async with database(layout, free_port()):
        with pytest.raises(LaunchError, match="another mongod uses its data folder"):
            async with database(layout, free_port()):
                pass


async def test_a_data_folder_that_cannot_be_made_is_said(layout: Layout) -> None:
    layout.mongo.write_text("a file is in the way")
    with pytest.raises(LaunchError, match=r"Cannot write to .*mongo \(File exists\)"):
        async with database(layout, free_port()):
            pass


async def test_damaged_data_are_said_in_one_line(layout: Layout) -> None:
    layout.mongo.mkdir()
    (layout.mongo / "storage.bson").write_bytes(b"nonsense")
    with pytest.raises(LaunchError, match=r"^The database did not start: [^\n]+ See .*mongod\.log$"):
        async with database(layout, free_port()):
            pass


async def test_a_server_that_is_no_replica_set_or_not_there_is_said() -> None:
    with pytest.raises(ReplicaSetError):
        await server_version(f"mongodb://127.0.0.1:{free_port()}/?replicaSet=linka", 0.3)
    with pytest.raises(ReplicaSetError, match="address is not usable"):
        await server_version("mongodb://", 0.3)


def test_the_run_bit_of_the_packaged_one_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packaged = fake(tmp_path / "mongod", "echo 'db version v6.0.5'", mode=0o644)
    monkeypatch.setattr(mongod, "_candidates", lambda: [packaged])
    assert mongod.find_mongod() == packaged
    assert packaged.stat().st_mode & stat.S_IXUSR


def test_one_on_path_that_works_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path = fake(tmp_path / "bin" / "mongod", "echo 'db version v7.0.1'")
    monkeypatch.setenv("PATH", f"{on_path.parent}:{os.environ['PATH']}")
    assert mongod.find_mongod() == on_path


@pytest.mark.parametrize("script", ["exit 1", "echo 'db version v4.4.0'", "kill -ILL $$"])
def test_one_on_path_that_does_not_work_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    on_path = fake(tmp_path / "bin" / "mongod", script)
    monkeypatch.setenv("PATH", f"{on_path.parent}:{os.environ['PATH']}")
    assert mongod.find_mongod() != on_path


def test_none_at_all_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = fake(tmp_path / "mongod", "echo 'libcrypto.so.3: cannot open' >&2; exit 127")
    monkeypatch.setattr(mongod, "_candidates", lambda: [broken])
    with pytest.raises(LaunchError, match=r"libcrypto\.so\.3.*install MongoDB 5 or newer.*LINKA_MONGODB_URI"):
        mongod.find_mongod()
