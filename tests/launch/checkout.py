"""A small checkout with stand-ins for the hub and the npm projects, so that the launcher itself can be tested."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from hub.launch.layout import Layout
from hub.launch.ports import free_port

HUB = """
import json, os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

if os.environ.get("STAND_IN_HUB") == "broken":
    sys.exit("the stand-in hub is broken")
print("WARNING stand-in hub speaks", flush=True)

class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/environment":
            body = json.dumps({n: v for n, v in os.environ.items() if n.startswith("LINKA_")}).encode()
        else:
            body = json.dumps({"ok": True, "data": {"nlu": "loading", "pid": os.getpid()}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass

HTTPServer.allow_reuse_address = True
HTTPServer(("127.0.0.1", int(os.environ["LINKA_PORT"])), Health).serve_forever()
"""

RUN = """
import asyncio, sys
from pathlib import Path
from hub.launch import cli
from hub.launch.layout import Layout
from hub.launch.run import run
from hub.launch.terminal import Terminal
from hub.settings import load_settings

async def start():
    settings = load_settings()
    return await run(settings, Terminal(), Layout(Path(sys.argv[1]), settings.data, settings.knowledge))

cli.run_and_exit(lambda terminal: asyncio.run(start()))
"""


@dataclass
class Checkout:
    """A root with stand-ins, a data folder beside it, and the processes started on it."""

    root: Path
    data: Path
    environment: dict[str, str]
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def layout(self) -> Layout:
        """Where its things are."""
        return Layout(self.root, self.data, self.root / "nlu")

    @property
    def port(self) -> int:
        """Where its hub listens."""
        return int(self.environment["LINKA_PORT"])

    def run(self, **environment: str) -> subprocess.Popen[str]:
        """Start the launcher on this checkout, as `linka run` would be."""
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(self.root)],
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def end(self) -> None:
        """End what was started and has not ended."""
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            if process.stdout:
                process.stdout.close()


def make_checkout(folder: Path) -> Checkout:
    """A checkout under `folder` with ports of its own, without a bot and without the demo business."""
    root, data = folder / "checkout", folder / "data"
    (root / "hub").mkdir(parents=True)
    (root / "hub" / "__init__.py").touch()
    (root / "hub" / "__main__.py").write_text(HUB, encoding="utf-8")
    for project in (root / "webchat-widget", root / "hub" / "panel"):
        make_npm_project(project)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LINKA_")}
    environment |= {
        "LINKA_DATA": str(data),
        "LINKA_PORT": str(free_port()),
        "LINKA_MONGO_PORT": str(free_port()),
        "LINKA_RASA_URL": "off",
        "LINKA_DEMO": "0",
    }
    return Checkout(root, data, environment)


def make_npm_project(folder: Path) -> None:
    """An npm project without dependencies whose build appends a line to `dist/built`."""
    folder.mkdir(parents=True)
    build = "mkdir -p dist && echo built >> dist/built"
    package = {"name": folder.name, "version": "1.0.0", "private": True, "scripts": {"build": build}}
    lock = {"name": folder.name, "version": "1.0.0", "lockfileVersion": 3, "requires": True}
    (folder / "package.json").write_text(json.dumps(package), encoding="utf-8")
    locked = lock | {"packages": {"": {"name": folder.name, "version": "1.0.0"}}}
    (folder / "package-lock.json").write_text(json.dumps(locked), encoding="utf-8")
    (folder / "source.ts").write_text("export {};\n", encoding="utf-8")


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """The output of a process up to the line that holds `text`; fails with all of it when it ends before."""
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if text in line:
            return seen
    raise AssertionError(f"{text!r} was not said, but:\n{seen}")
