"""Fixtures of the launcher's tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.launch.layout import Layout
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
    layout = Layout(tmp_path / "checkout", tmp_path / "data")
    layout.make_folders()
    return layout


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """A checkout with stand-ins, whose processes are ended afterwards."""
    checkout = make_checkout(tmp_path)
    yield checkout
    checkout.end()
