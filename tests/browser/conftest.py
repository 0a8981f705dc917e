"""A Linka as `make run` starts it (none of its processes replaced), and a real Chromium to look at it with."""

import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from hub.launch.debian import CHROMIUM
from hub.launch.layout import Layout
from hub.launch.rasa import Rasa
from hub.launch.terminal import Terminal
from hub.settings import PROJECT_ROOT, Settings, inherited_environment
from tests.bot.fake_bot_api import TOKEN
from tests.browser.phone import Telegram, telegram_server

UP_WITHIN = 120.0  # seconds until the table
BOT_WITHIN = 240.0  # seconds until the bot is ready: two cores, and the browser is busy too
END_WITHIN = 30.0

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Linka:
    """A running `linka run` and what it has printed."""

    process: subprocess.Popen[str]
    url: str
    data: Path
    lines: list[str] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def listen(self) -> None:
        """Collect what it prints, in a thread."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def wait_for(self, pattern: str, within: float, since: int = 0) -> int:
        """Wait until a line after ``since`` matches; the number of lines by then. Fails loudly if it never comes."""
        deadline = time.monotonic() + within
        with self._news:
            while not any(re.search(pattern, line) for line in self.lines[since:]):
                left = deadline - time.monotonic()
                if left <= 0 or self.process.poll() is not None:
                    pytest.fail(f"no line like {pattern!r} within {within} s:\n" + "\n".join(self.lines))
                self._news.wait(left)
            return len(self.lines)

    def child(self, *words: str) -> psutil.Process:
        """The child whose command line holds all the words."""
        for child in psutil.Process(self.process.pid).children(recursive=True):
            line = " ".join(child.cmdline())
            if all(word in line for word in words):
                return child
        pytest.fail(f"no child runs {words}")

    def kill(self, *words: str) -> None:
        """kill -9 a child."""
        self.child(*words).send_signal(signal.SIGKILL)


@pytest.fixture(scope="session")
def telegram() -> Iterator[Telegram]:
    """What Linka's bot believes to be Telegram."""
    with telegram_server() as server:
        yield server


@pytest.fixture(scope="session")
def linka(tmp_path_factory: pytest.TempPathFactory, telegram: Telegram) -> Iterator[Linka]:
    """Started once for all browser tests, in a data folder of its own."""
    data = tmp_path_factory.mktemp("linka")
    _reuse_model(data)
    port = free_port()
    environment = inherited_environment() | {
        "LINKA_DATA": str(data),
        "LINKA_KNOWLEDGE": str(data / "knowledge"),  # what the tests teach stays out of the checkout
        "LINKA_BUSINESS_HOURS": "Mo-Su 00:00-24:00",  # whenever the tests run
        "LINKA_PORT": str(port),
        "LINKA_MONGO_PORT": str(free_port()),
        "LINKA_RASA_PORT": str(free_port()),
        "LINKA_ACTIONS_PORT": str(free_port()),
        "LINKA_WORKSHOP_PORT": str(free_port()),
        "LINKA_TELEGRAM_TOKEN": TOKEN,
        "LINKA_TELEGRAM_API_URL": telegram.url,
    }
    process = subprocess.Popen(
        [Path(sys.executable).parent / "linka", "run"],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    running = Linka(process, f"http://localhost:{port}", data)
    listener = threading.Thread(target=running.listen, daemon=True)
    listener.start()
    try:
        running.wait_for("Linka runs", UP_WITHIN)
        yield running
        process.send_signal(signal.SIGINT)
        assert process.wait(END_WITHIN) == 0, "\n".join(running.lines)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        listener.join(END_WITHIN)
        assert process.stdout is not None
        process.stdout.close()


def _reuse_model(data: Path) -> None:
    """`make test` has trained the bot already; the launcher knows by a hash that nothing has changed."""
    settings = Settings()
    trained = Rasa(settings, Layout.of(settings), Terminal()).model_path()
    if trained.is_file():
        (data / "models").mkdir()
        for file in trained.parent.glob(f"{trained.name}*"):  # the model and the seal that tells it is whole
            shutil.copy(file, data / "models" / file.name)


@pytest.fixture(scope="session")
def bot(linka: Linka) -> Linka:
    """The same, once the bot is ready."""
    linka.wait_for("bot: ready", BOT_WITHIN)
    return linka


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM.find()), args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def person(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a window of somebody's own, with own cookies. A script error or a refused resource fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_window(**options: object) -> Page:
        context = browser.new_context(
            **({"viewport": {"width": 1280, "height": 800}, "locale": "en-GB"} | options)
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on(
            "console",
            lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None,
        )
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not faults, faults
