"""Fixtures of the launcher's tests."""

import asyncio
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.launch import frontends
from hub.launch.layout import Layout
from hub.launch.terminal import Terminal
from tests.launch.checkout import Checkout, make_checkout


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of whoever runs the tests do not leak into them."""
    for name in list(os.environ):
        if name.startswith("LINKA_"):
            monkeypatch.delenv(name)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """An empty checkout and a data folder with its parts."""
    (tmp_path / "checkout").mkdir()
    layout = Layout(tmp_path / "checkout", tmp_path / "data", tmp_path / "checkout" / "nlu")
    layout.make_folders()
    return layout


@pytest.fixture(scope="session")
def built_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a checkout whose npm projects are built; to be copied, not used."""
    checkout = make_checkout(tmp_path_factory.mktemp("built"))
    checkout.layout.make_folders()
    asyncio.run(frontends.build(checkout.layout, Terminal(io.StringIO())))
    return checkout.root


@pytest.fixture
def fresh_checkout(tmp_path: Path) -> Iterator[Checkout]:
    """A checkout with stand-ins in which nothing is built, whose processes are ended afterwards."""
    checkout = make_checkout(tmp_path)
    yield checkout
    checkout.end()


@pytest.fixture
def checkout(built_root: Path, fresh_checkout: Checkout) -> Checkout:
    """The same with everything built."""
    shutil.copytree(built_root, fresh_checkout.root, dirs_exist_ok=True)
    return fresh_checkout
