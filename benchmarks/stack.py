"""The processes that are measured: a mongod, hubs, the relay and load generators, each started by hand and watched."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson
import psutil

from benchmarks.load import Plan

ROOT = Path(__file__).resolve().parent.parent
START_WITHIN = 40.0  # seconds


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Watched:
    """A process and what it uses of the machine."""

    def __init__(self, pid: int, port: int) -> None:
        self.port = port
        self.process = psutil.Process(pid)

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def main_thread(self) -> tuple[float, float]:
        """Seconds in which its first thread has run, and in which it could have but had to wait for a processor."""
        ran, waited, _ = Path(f"/proc/{self.process.pid}/schedstat").read_text().split()
        return int(ran) / 1e9, int(waited) / 1e9

    def rss(self) -> int:
        """Bytes that are resident."""
        return int(self.process.memory_info().rss)


@contextmanager
def _serving(command: list[str], port: int, environment: dict[str, str]) -> Iterator[Watched]:
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + START_WITHIN
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{' '.join(command)} did not come up") from None
                time.sleep(0.05)
        yield Watched(process.pid, port)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def running_relay() -> Iterator[Watched]:
    """The yardstick."""
    port = free_port()
    with _serving([sys.executable, "-m", "benchmarks.relay", str(port)], port, {}) as relay:
        yield relay


@contextmanager
def running_instant_rasa() -> Iterator[Watched]:
    """A bot that costs nothing."""
    port = free_port()
    with _serving([sys.executable, "-m", "benchmarks.instant_rasa", str(port)], port, {}) as rasa:
        yield rasa


@contextmanager
def running_hub(
    mongodb_uri: str,
    database: str,
    driver: str,
    redis_url: str | None = None,
    under: Sequence[str] = (),
    module: Sequence[str] = ("hub",),
    beside: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Watched]:
    """One real hub without a bot, that lets each visitor send as fast as they can.

    ``under``: a command that runs it; ``module``: another one that runs a hub, with its arguments; ``beside``: further
    settings, or others.
    """
    port = free_port()
    environment = {
        "LINKA_PORT": str(port),
        "LINKA_MONGODB_URI": mongodb_uri,
        "LINKA_MONGODB_DATABASE": database,
        "LINKA_MONGODB_DRIVER": driver,
        "LINKA_RASA_URL": "off",
        "LINKA_DEMO": "0",
        "LINKA_LOG_LEVEL": "warning",
        "LINKA_VISITOR_RATE": "100000",
        "LINKA_OPERATOR_RATE": "100000",
        "LINKA_REDIS_URL": redis_url or "",
        **beside,
    }
    with _serving([*under, sys.executable, "-m", *module], port, environment) as hub:
        yield hub


class Load:
    """A load generator that has connected all its pairs."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def _tell(self, what: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(orjson.dumps(what) + b"\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator has died")
        answer: dict[str, Any] = orjson.loads(line)
        return answer

    def begin(self, seconds: float, rate: float | None = None, warm: float = 1.5) -> None:
        """Start a round; ``ended`` waits for it."""
        self._tell({"warm": warm, "seconds": seconds, "rate": rate})

    def ended(self) -> dict[str, Any]:
        """What the round measured. Raises ``RuntimeError`` if a message was lost, doubled, reordered or refused."""
        result = self._answer()
        if result["missing"] or result["astray"] or result["refused"]:
            raise RuntimeError(f"this is no measurement: {result}")
        return result


@contextmanager
def connected(plan: Plan) -> Iterator[Load]:
    """A load generator with all pairs of the plan connected."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        load = Load(process)
        load._tell(plan)
        load._answer()
        yield load
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
