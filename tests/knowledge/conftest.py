"""The text of the shipped bot, and a small one."""

import pytest

from hub.knowledge.files import Files
from hub.knowledge.source import Source
from tests.knowledge.texts import NLU, TINY


@pytest.fixture(scope="session")
def shipped() -> Files:
    """The files of the checkout."""
    return Source(NLU).read()


@pytest.fixture
def tiny() -> Files:
    """A small bot, written as untidily as people write."""
    return TINY
