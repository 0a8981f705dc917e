"""A house in memory."""

import pytest

from storage.memory import MemoryStorage
from tests.unanswered.house import House


@pytest.fixture
def house() -> House:
    return House(MemoryStorage())
