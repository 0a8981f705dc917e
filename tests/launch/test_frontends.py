"""Building the widget and the panel: with the real npm, on projects without dependencies."""

import asyncio
import io
from pathlib import Path

import pytest

from hub.launch import frontends
from hub.launch.errors import LaunchError
from hub.launch.terminal import Terminal
from tests.launch.checkout import Checkout

pytestmark = pytest.mark.integration


def fake_node(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    folder.mkdir()
    (folder / "node").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "node").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin")


def builds(checkout: Checkout) -> list[int]:
    """How often each project has been built."""
    layout = checkout.layout
    return [
        len((folder / "dist" / "built").read_text().splitlines()) for folder in (layout.widget, layout.panel)
    ]


async def test_what_is_built_is_built_again_only_when_its_sources_change(fresh_checkout: Checkout) -> None:
    checkout = fresh_checkout
    layout, said = checkout.layout, io.StringIO()
    layout.make_folders()
    await frontends.build(layout, Terminal(said))
    assert builds(checkout) == [1, 1]
    assert frontends.is_built(layout)

    said.truncate(0)
    await frontends.build(layout, Terminal(said))
    assert builds(checkout) == [1, 1]
    assert said.getvalue().strip("\0") == ""

    (layout.panel / "source.ts").write_text("export const changed = true;\n")
    assert not frontends.is_built(layout)
    await frontends.build(layout, Terminal(said))
    assert builds(checkout) == [1, 2]


async def test_a_build_that_fails_is_said_and_tried_again(fresh_checkout: Checkout) -> None:
    checkout = fresh_checkout
    layout = checkout.layout
    layout.make_folders()
    package = layout.widget / "package.json"
    good = package.read_text()
    package.write_text(good.replace("mkdir -p dist", "echo 'no such module' >&2; false"))
    with pytest.raises(LaunchError, match=r"Building the widget failed: no such module\. .*npm-widget\.log"):
        await frontends.build(layout, Terminal(io.StringIO()))
    package.write_text(good)
    await frontends.build(layout, Terminal(io.StringIO()))
    assert builds(checkout) == [1, 1]


async def test_two_starts_at_once_build_once(fresh_checkout: Checkout) -> None:
    layout = fresh_checkout.layout
    layout.make_folders()
    said = io.StringIO()
    await asyncio.gather(*(frontends.build(layout, Terminal(said)) for _ in range(2)))
    assert builds(fresh_checkout) == [1, 1]
    assert "Waiting for another start of Linka that works on the pages" in said.getvalue()


def test_no_node_is_said_with_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LaunchError, match=r"^Node\.js is missing: install Node\.js 20\.19 or 22\.12"):
        frontends.node_version()


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo v20.18.9", "version v20.18.9, too old"),
        ("echo v22.11.0", "version v22.11.0, too old"),
        ("echo 'nodenv: version not set' >&2; exit 1", "does not run .nodenv: version not set"),
        ("echo hello", "does not run"),
    ],
)
def test_a_node_that_will_not_do_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, why: str
) -> None:
    fake_node(tmp_path / "bin", monkeypatch, script)
    with pytest.raises(LaunchError, match=why):
        frontends.node_version()


def test_node_without_npm_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_node(tmp_path / "bin", monkeypatch, "echo v22.12.0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(LaunchError, match="npm is missing"):
        frontends.node_version()
