"""A real redis-server for tests: its own process on a free port, nothing kept on disk; it can be killed, stopped,
continued and started again on the same port. A missing redis-server fails the tests that ask for it.
"""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

UP_WITHIN = 10.0  # seconds
DOWN_WITHIN = 10.0


def redis_binary() -> str:
    """``redis-server`` from PATH."""
    found = shutil.which("redis-server")
    if found is None:
        pytest.fail("no redis-server on PATH: `linka prepare --for-tests` installs it")
    return found


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class RedisServer:
    """One server, which remembers its port and its password, and nothing else."""

    def __init__(self, folder: Path, password: str = "") -> None:
        self._folder = folder
        self._password = password
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()

    @property
    def url(self) -> str:
        user = f":{self._password}@" if self._password else ""
        return f"redis://{user}127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Return when it answers."""
        command = [
            *(redis_binary(), "--port", str(self.port), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no", "--dir", str(self._folder), "--daemonize", "no"),
            *(("--requirepass", self._password) if self._password else ()),
        ]
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + UP_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"redis-server did not come up (exit code {self._process.poll()})")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False

    def kill(self) -> None:
        """As a crash."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(DOWN_WITHIN)
            self._process = None

    def freeze(self) -> None:
        """It is there and does nothing: connections open, nobody answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A server of this test's own, that has a password."""
    server = RedisServer(tmp_path, password="pass-of-the-tests")
    server.start()
    try:
        yield server
    finally:
        server.kill()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the server is not for the quick loop."""
    for item in items:
        if "redis_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.integration)
